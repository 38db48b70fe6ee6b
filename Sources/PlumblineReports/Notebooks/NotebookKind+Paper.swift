extension NotebookKind {
    static let paperCells: [Notebook.Cell] = [
        .code(
            #"""
            def pairs(metric):
                """Ours, with the published columns."""
                one = rows[rows["metric"] == metric]
                keys = ["file"] + FACTORS + ["image", "part"]
                sides = [one[one["scenario"] == name][keys + ["value"]]
                         for name in ("align", "misalign")]
                both = sides[0].merge(sides[1], on=keys, suffixes=("_align", "_misalign"))
                both["gap"] = both["value_align"] - both["value_misalign"]
                return both.dropna(subset=["gap"]).rename(
                    columns={"explanation": "method", "class": "label"})


            ours = {name: pairs(f"{name}_accuracy") for name in ("mass", "rank")}
            theirs = None
            if published:
                file = pd.read_csv(f"{published}/metrics_diff_results.csv").rename(
                    columns={"xai_method": "method"})
                theirs = {name: file.assign(gap=file[f"{name}_accuracy_diff"]).dropna(subset="gap")
                          for name in ("mass", "rank")}
            else:
                print("set published to the folder of metrics_diff_results.csv for their columns")
            """#),
        .text("## Group means of the gap"),
        .code(
            #"""
            columns = {}
            for metric in ("mass", "rank"):
                keys = ["model", "pretraining", "method"]
                columns[metric, "ours"] = ours[metric].groupby(keys)["gap"].mean()
                if theirs is not None:
                    columns[metric, "published"] = theirs[metric].groupby(keys)["gap"].mean()
            pd.DataFrame(columns).round(4)
            """#),
        .text(
            """
            ## The regression

            Ordinary least squares of the gap on architecture, pretraining and method. Rows of one \
            fine-tuned pair are not independent, so no standard errors are shown here: \
            `plumbline reproduce --reanalyse` has them.
            """),
        .code(
            #"""
            def least_squares(rows, factors=("model", "pretraining", "method")):
                """Coefficients against the first level of each factor that varies."""
                design = pd.concat(
                    [pd.Series(1.0, rows.index, name="intercept")]
                    + [pd.get_dummies(rows[name], drop_first=True, dtype=float)
                       for name in factors], axis=1)
                fit, _, rank, _ = np.linalg.lstsq(design, rows["gap"], rcond=None)
                left = rows["gap"] - design @ fit
                r2 = 1 - (left**2).sum() / ((rows["gap"] - rows["gap"].mean())**2).sum()
                return pd.Series(list(fit) + [r2, len(rows)],
                                 list(design.columns) + ["R squared", "rows"])


            columns = {}
            for metric in ("mass", "rank"):
                columns[metric, "ours"] = least_squares(ours[metric])
                if theirs is not None:
                    columns[metric, "published"] = least_squares(theirs[metric])
            pd.DataFrame(columns).round(4)
            """#),
    ]
}
