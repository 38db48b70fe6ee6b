import ArgumentParser
import Foundation
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
            let folder = URL(fileURLWithPath: output).deletingLastPathComponent()
            let places = results.map { RelativePath.from(folder.path, to: $0) }
            let json = try kind.notebook(results: places).json
            try AtomicFile.write(output) { try $0.write(json) }
            print(output)
        }
    }
}

extension NotebookKind: ExpressibleByArgument {}
