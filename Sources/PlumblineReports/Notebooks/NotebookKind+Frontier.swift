extension NotebookKind {
    static let frontierCells: [Notebook.Cell] = [
        .text(
            """
            A point is one pair of fine-tuned models. Its gap is the mean over images; its loss of \
            AUROC is the starting model's AUROC less the lower one of the pair's. A model that \
            bends far at no loss is a warning: scores of explanations then say little about it.
            """),
        .code(pairing),
        .code(
            #"""
            # One gap per pair of models and explanation, from the images that both have.
            keys = ["file"] + FACTORS
            points = known.groupby(keys, dropna=False)["gap"].mean().reset_index()

            tuned = runs[runs["scenario"].isin([first, second])].groupby(
                keys, dropna=False)["auroc"].min().rename("tuned").reset_index()
            start_keys = ["file", "class", "model", "pretraining"]
            start = runs[runs["scenario"] == "start"].groupby(
                start_keys)["auroc"].mean().rename("start").reset_index()
            points = points.merge(tuned, on=keys).merge(start, on=start_keys, how="left")
            points["loss"] = points["start"] - points["tuned"]
            points.round(4)
            """#),
        .text("## The frontier"),
        .code(
            #"""
            figure, axis = plt.subplots(figsize=(6, 4), constrained_layout=True)
            drawn = points.dropna(subset=["loss"])
            for name, part in drawn.groupby(["model", "explanation"]):
                by = part.groupby("lambda")[["loss", "gap"]].agg(["mean", "min", "max"])
                axis.plot(by["loss", "mean"], by["gap", "mean"], marker="o", label=" ".join(name))
                axis.fill_between(by["loss", "mean"], by["gap", "min"], by["gap", "max"], alpha=0.2)
                for value, line in by.iterrows():
                    axis.annotate(f"{value:g}", (line["loss", "mean"], line["gap", "mean"]),
                                  textcoords="offset points", xytext=(5, 5))
            axis.set_xlabel("loss of AUROC")
            axis.set_ylabel(f"gap of {metric}")
            axis.legend(frameon=False, title="numbers: lambda; band: seeds")
            print(f"{len(points) - len(drawn)} points have no starting model beside them")
            plt.show()
            """#),
    ]
}
