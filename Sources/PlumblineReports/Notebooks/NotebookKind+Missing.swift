extension NotebookKind {
    static let missingCells: [Notebook.Cell] = [
        .text(
            """
            A score that is not defined has no value and a reason. A mean over what is left is a \
            mean over other images: compare the counts before you compare means.
            """),
        .code(
            #"""
            missing = rows[rows["value"].isna()]
            print(f"{len(missing)} of {len(rows)} scores have no value")
            keys = ["metric", "scenario", "explanation"]
            counts = missing.groupby(keys + ["reason"]).size().rename("images").reset_index()
            totals = rows.groupby(keys).size().rename("of").reset_index()
            counts = counts.merge(totals, on=keys)
            counts["share"] = counts["images"] / counts["of"]
            counts.round(3)
            """#),
        .text(
            """
            ## The same images?

            Images with a value in one scenario and none in the other would make the scenarios \
            incomparable.
            """),
        .code(
            #"""
            has = rows.assign(has=rows["value"].notna()).pivot_table(
                index=["file", "metric", "explanation", "image", "part"], columns="scenario",
                values="has", aggfunc="max")
            uneven = has[(has.sum(axis=1) > 0) & (has.sum(axis=1) < has.notna().sum(axis=1))]
            print(f"{len(uneven)} of {len(has)} have a value in some scenarios only")
            uneven.head(20)
            """#),
        .code(
            #"""
            shown = counts.groupby("reason")["images"].sum().sort_values()
            if len(shown):
                figure, axis = plt.subplots(figsize=(7, 0.5 * len(shown) + 1),
                                            constrained_layout=True)
                axis.barh(shown.index, shown)
                axis.set_xlabel("scores")
                plt.show()
            else:
                print("nothing is missing")
            """#),
    ]
}
