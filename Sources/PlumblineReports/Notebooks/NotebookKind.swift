/// What a notebook is about.
public enum NotebookKind: String, CaseIterable, Sendable {
    case gap, paper, frontier, maps, missing, export

    /// One line for `--help`.
    public var summary: String {
        switch self {
        case .gap: "the score of each image in both scenarios, and the gap with its interval"
        case .paper: "the paper's group means and regression beside ours"
        case .frontier: "the gap against the loss of AUROC, over lambda and seeds"
        case .maps: "maps of chosen images, laid over the images"
        case .missing: "what is missing, by reason"
        case .export: "all scores as one long CSV file"
        }
    }

    /// The notebook for results files.
    ///
    /// Paths are as the notebook will find them, from its own folder.
    ///
    /// - Parameters:
    ///   - images: a folder of images for ``maps``; empty for none.
    ///   - published: a folder of the paper's rows for ``paper``; empty for none.
    public func notebook(
        results: [String], images: String = "", published: String = ""
    ) -> Notebook {
        let lines = ["results = \(PythonLiteral.list(results))"]
        let parameters = (lines + parameters(images: images, published: published))
            .joined(separator: "\n")
        return Notebook(
            [.text("# \(title)\n\n\(introduction)"), .parameters(parameters)]
                + [.code(Self.reading)] + cells)
    }

    private var title: String {
        switch self {
        case .gap: "The gap"
        case .paper: "The paper's tables beside ours"
        case .frontier: "The frontier: gap against AUROC"
        case .maps: "Maps of chosen images"
        case .missing: "Missing values"
        case .export: "Export"
        }
    }

    /// Imports, and the function that reads the results files: the second cell of code.
    private static let reading = #"""
        import h5py
        import matplotlib.pyplot as plt
        import numpy as np
        import pandas as pd


        def table(file, name):
            """A table of an open file; texts as str (h5py gives bytes)."""
            rows = file[name][()]
            return pd.DataFrame({
                column: np.char.decode(rows[column], "utf-8").astype(object)
                if rows[column].dtype.kind == "S" else rows[column]
                for column in rows.dtype.names})


        def read(name):
            """A table of all files, one after the other; the column `file` says which."""
            tables = []
            for path in results:
                with h5py.File(path) as file:
                    tables.append(table(file, name).assign(file=path))
            return pd.concat(tables, ignore_index=True)


        runs, images, scores = read("runs"), read("images"), read("scores")
        FACTORS = [name for name in ["class", "model", "pretraining", "explanation",
                                     "trained_through", "checkpoint", "decoy", "labels", "settings",
                                     "fine_tune_settings", "lambda", "seed"] if name in runs]
        rows = scores.merge(
            runs[["file", "run", "scenario", "auroc"] + FACTORS], on=["file", "run"])
        rows = rows.merge(
            images[["file", "run", "image", "group", "label_state", "probability"]],
            on=["file", "run", "image"], how="left")
        print(f"{len(runs)} runs, {rows['image'].nunique()} images, "
              f"{rows['metric'].nunique()} metrics")
        """#
}
