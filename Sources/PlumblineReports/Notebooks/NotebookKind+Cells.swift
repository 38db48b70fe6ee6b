extension NotebookKind {
    /// The cells after the ones that every notebook has.
    var cells: [Notebook.Cell] {
        switch self {
        case .gap: Self.gapCells
        case .paper: Self.paperCells
        case .frontier: Self.frontierCells
        case .maps: Self.mapsCells
        case .missing: Self.missingCells
        case .export: Self.exportCells
        }
    }

    /// The lines of the cell of parameters, after the results files.
    func parameters(images: String, published: String) -> [String] {
        let scenarios = ["first, second = \"align\", \"misalign\""]
        let metric = ["metric = \"mass_accuracy\""]
        return switch self {
        case .gap: metric + scenarios + ["draws, seed = 10_000, 0"]
        case .paper: ["published = \(PythonLiteral.text(published))"]
        case .frontier: metric + scenarios
        case .maps: metric + ["ids = []", "image_folder = \(PythonLiteral.text(images))"]
        case .missing: []
        case .export: ["output = \"scores.csv\""]
        }
    }

    var introduction: String {
        switch self {
        case .gap:
            """
            The same images under two models: fine-tuned so that explanations agree with the \
            masks, and so that they do not. The gap of an image is its first score less its second.
            """
        case .paper:
            """
            Group means and the regression of arXiv 2311.04813, from our results and, where the \
            published rows are at hand, beside them.
            """
        case .frontier: "How far explanations can be bent, and what that costs in AUROC."
        case .maps: "Maps of the same images under every model of the files."
        case .missing: "Which scores have no value, and why."
        case .export: "All scores in one long CSV file, one row per run, image, metric and part."
        }
    }
}
