import Foundation

/// A Jupyter notebook (nbformat 4.5) that has not been executed.
///
/// The same cells give the same bytes: cells are numbered, and there is no time in the file.
public struct Notebook: Sendable, Equatable {
    /// A cell of the notebook.
    public enum Cell: Sendable, Equatable {
        case text(String)
        case code(String)
        /// Code that papermill and readers may replace: the cell with the tag `parameters`.
        case parameters(String)
    }

    public var cells: [Cell]

    public init(_ cells: [Cell]) { self.cells = cells }

    /// The file's contents.
    public var json: Data {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            let file = File(
                cells: cells.enumerated().map { StoredCell($1, id: "cell-\($0 + 1)") })
            return try encoder.encode(file) + Data("\n".utf8)
        }
    }

    private struct File: Encodable {
        let cells: [StoredCell]
        let metadata = [
            "kernelspec": ["display_name": "Python 3", "language": "python", "name": "python3"],
            "language_info": ["name": "python"],
        ]
        let version = 4
        let minorVersion = 5

        private enum CodingKeys: String, CodingKey {
            case cells
            case metadata
            case version = "nbformat"
            case minorVersion = "nbformat_minor"
        }
    }

    private struct StoredCell: Encodable {
        let cell: Cell
        let id: String

        init(_ cell: Cell, id: String) {
            self.cell = cell
            self.id = id
        }

        private enum Key: String, CodingKey {
            case id, metadata, outputs, source, tags
            case kind = "cell_type"
            case executionCount = "execution_count"
        }

        func encode(to encoder: Encoder) throws {
            var file = encoder.container(keyedBy: Key.self)
            try file.encode(id, forKey: .id)
            var metadata = file.nestedContainer(keyedBy: Key.self, forKey: .metadata)
            let source: String
            switch cell {
            case .text(let text):
                source = text
                try file.encode("markdown", forKey: .kind)
            case .code(let text), .parameters(let text):
                source = text
                try file.encode("code", forKey: .kind)
                try file.encodeNil(forKey: .executionCount)
                try file.encode([String](), forKey: .outputs)
            }
            if case .parameters = cell { try metadata.encode(["parameters"], forKey: .tags) }
            try file.encode(Self.lines(source), forKey: .source)
        }

        /// The lines of a text, each but the last with its end.
        private static func lines(_ text: String) -> [String] {
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            return lines.enumerated().map { $0 < lines.count - 1 ? "\($1)\n" : String($1) }
        }
    }
}
