extension NotebookKind {
    /// Pairs images of two scenarios: a cell that several notebooks have.
    static let pairing = #"""
        def pairs(rows, metric):
            """One row per image: its score after `first`, after `second`, and the gap."""
            one = rows[rows["metric"] == metric]
            keys = ["file"] + FACTORS + ["image", "group", "part"]
            sides = [one[one["scenario"] == name][keys + ["value", "reason"]]
                     for name in (first, second)]
            both = sides[0].merge(sides[1], on=keys, suffixes=("_first", "_second"),
                                  validate="one_to_one")
            both["gap"] = both["value_first"] - both["value_second"]
            return both


        both = pairs(rows, metric)
        known = both.dropna(subset=["gap"])
        print(f"{len(both)} pairs, {len(both) - len(known)} of them with a missing side:")
        print(both[both["gap"].isna()][["reason_first", "reason_second"]].value_counts()
              .to_string() if len(known) < len(both) else "none")
        """#

    static let gapCells: [Notebook.Cell] = [
        .code(pairing),
        .text(
            """
            ## The interval

            Images of one patient are not independent, so patients are drawn, not images. The \
            interval is that of this model on other patients: with one seed it says nothing about \
            another training.
            """),
        .code(
            #"""
            def interval(values, groups, share=0.95):
                """The percentile interval of the mean over draws of whole groups."""
                random = np.random.default_rng(seed)
                sums = pd.DataFrame({"group": groups, "value": values}).groupby("group")["value"]
                sums = sums.agg(["sum", "count"]).to_numpy()
                drawn = random.integers(0, len(sums), (draws, len(sums)))
                means = sums[drawn, 0].sum(1) / sums[drawn, 1].sum(1)
                return np.quantile(means, [(1 - share) / 2, (1 + share) / 2])


            lines = []
            for name, part in known.groupby(FACTORS, dropna=False):
                groups = part["group"].where(part["group"] != "", part["image"])
                low, high = interval(part["gap"], groups)
                lines.append(dict(zip(FACTORS, name)) | {
                    "images": len(part), "groups": groups.nunique(), "mean gap": part["gap"].mean(),
                    "low": low, "high": high, "positive gaps": (part["gap"] > 0).mean()})
            summary = pd.DataFrame(lines)
            print("images only, one seed" if runs["seed"].nunique() == 1 else
                  f"{runs['seed'].nunique()} seeds")
            summary.round(4)
            """#),
        .text("## Every image in both scenarios"),
        .code(
            #"""
            figure, (left, right) = plt.subplots(1, 2, figsize=(9, 4), constrained_layout=True)
            for values in known[["value_second", "value_first"]].to_numpy():
                left.plot([0, 1], values, color="0.6", linewidth=0.6)
            left.plot([0, 1], known[["value_second", "value_first"]].mean(), color="C3",
                      linewidth=3, label="mean")
            left.set_xticks([0, 1], [second, first])
            left.set_ylabel(metric)
            left.legend(frameon=False)
            ends = known["gap"].min(), known["gap"].max()
            # Equal gaps need a range of some width.
            width = max(ends[1] - ends[0], 1e-3)
            right.hist(known["gap"], bins=30, range=(ends[0], ends[0] + width), color="0.6")
            right.axvline(0, color="black", linewidth=1)
            right.axvline(known["gap"].mean(), color="C3", linewidth=3)
            right.set_xlabel(f"gap of {metric}: {first} less {second}")
            right.set_ylabel("images")
            plt.show()
            """#),
    ]
}
