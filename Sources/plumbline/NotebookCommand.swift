import ArgumentParser
import Foundation
import PlumblineData
import PlumblineExperiments
import PlumblineReports
import PlumblineStorage

struct NotebookCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notebook",
        abstract: "Writes a Jupyter notebook that reads results files.",
        discussion: """
            The notebook imports h5py, matplotlib, numpy and pandas only. Its first cell has the \
            files and choices; the same files give the same bytes. Kinds:

            \(NotebookKind.allCases.map { "  \($0.rawValue): \($0.summary)" }
                .joined(separator: "\n"))
            """)

    @Argument(help: "Results files (HDF5).") var results: [String]
    @Option(
        help: """
            What it is about: \(NotebookKind.allCases.map(\.rawValue).joined(separator: ", ")).
            """) var kind = NotebookKind.gap
    @Option(help: "A folder of images, which the notebook of maps draws them on.") var images = ""
    @Option(help: "A folder with the paper's metrics_diff_results.csv, for the notebook of it.")
    var published = ""
    @Option(help: "The notebook to write (.ipynb).") var output: String

    func validate() throws {
        guard output.lowercased().hasSuffix(".ipynb") else {
            throw ValidationError("--output must end in .ipynb")
        }
    }

    func run() throws {
        try reportingErrors {
            try OutputFiles.check(output, option: "--output", inputs: results)
            // A file that is no results file is refused here, not in the notebook.
            for path in results { _ = try Results.read(path) }
            let json = try kind.notebook(
                results: results.map(place), images: place(images), published: place(published)
            ).json
            try AtomicFile.write(output) { try $0.write(json) }
            print(output)
        }
    }

    /// A path as the notebook finds it from its own folder; empty for none.
    private func place(_ path: String) -> String {
        guard !path.isEmpty else { return "" }
        return PathText.way(
            from: PathText.folder(of: output), to: path,
            working: FileManager.default.currentDirectoryPath)
    }
}

extension NotebookKind: ExpressibleByArgument {}
