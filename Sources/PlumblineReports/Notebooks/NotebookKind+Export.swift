extension NotebookKind {
    static let exportCells: [Notebook.Cell] = [
        .code(
            #"""
            long = rows[["file", "image", "group"] + FACTORS
                        + ["scenario", "label_state", "probability", "metric", "part", "value",
                           "reason"]]
            # 17 digits: the CSV gives back the same numbers.
            long.to_csv(output, index=False, float_format="%.17g")
            print(f"{len(long)} rows in {output}")
            long.head()
            """#)
    ]
}
