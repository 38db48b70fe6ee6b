import Foundation
import PlumblineData

/// A table that is printed as Markdown, LaTeX or CSV.
public struct ReportTable: Sendable {
    public enum Format: String, CaseIterable, Sendable {
        case markdown
        case latex
        case csv
    }

    /// One field.
    public enum Cell: Sendable, Equatable {
        case text(String)
        case count(Int)
        /// A number, with this many digits after the point in Markdown and LaTeX.
        case number(Double, digits: Int = 4)
        /// A p value: with three digits, or `<0.001`.
        case pValue(Double)
        case missing
    }

    /// The name of its file, without the ending.
    public let name: String
    /// Written above it.
    public let title: String
    public let header: [String]
    public private(set) var rows: [[Cell]] = []
    /// Lines below it, in Markdown and LaTeX.
    public var notes: [String] = []

    public init(_ name: String, title: String, header: [String]) {
        self.name = name
        self.title = title
        self.header = header
    }

    public mutating func add(_ row: [Cell]) {
        precondition(
            row.count == header.count, "ReportTable: \(row.count) fields, \(header.count) headings")
        rows.append(row)
    }

    public func text(_ format: Format) -> String {
        switch format {
        case .markdown: markdown
        case .latex: latex
        case .csv: csv
        }
    }

    private var markdown: String {
        var table = TextTable(header)
        for row in rows { table.add(row.map(Self.shown)) }
        let below = notes.isEmpty ? "" : "\n\n" + notes.joined(separator: "\n")
        return "**\(title)**\n\n\(table.text)\(below)\n"
    }

    /// A table of the package `booktabs`.
    private var latex: String {
        let columns = header.indices.map { column in
            rows.contains { if case .text = $0[column] { true } else { false } } ? "l" : "r"
        }
        var lines = [
            "% \(title)", "\\begin{tabular}{\(columns.joined())}", "\\toprule",
            header.map(Self.escaped).joined(separator: " & ") + " \\\\", "\\midrule",
        ]
        lines += rows.map { row in
            row.map { Self.latex($0) }.joined(separator: " & ") + " \\\\"
        }
        lines += ["\\bottomrule", "\\end{tabular}"]
        return (lines + notes.map { "% \($0)" }).joined(separator: "\n") + "\n"
    }

    /// All digits; a missing value is an empty field.
    public var csv: String {
        let lines =
            [CSVText.row(header)]
            + rows.map { row in
                CSVText.row(
                    row.map { cell in
                        switch cell {
                        case .text(let text): text
                        case .count(let count): "\(count)"
                        case .number(let value, _): "\(value)"
                        case .pValue(let value): "\(value)"
                        case .missing: ""
                        }
                    })
            }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func shown(_ cell: Cell) -> String {
        switch cell {
        case .text(let text): text
        case .count(let count): "\(count)"
        case .number(let value, let digits): fixed(value, digits)
        case .pValue(let value): value < 0.001 ? "<0.001" : fixed(value, 3)
        case .missing: "-"
        }
    }

    private static func latex(_ cell: Cell) -> String {
        switch cell {
        case .number(let value, let digits):
            // The typographic minus sign, and at most three digits, as in the paper.
            fixed(value, min(3, digits)).replacing("-", with: "$-$")
        case .pValue(let value): value < 0.001 ? "$<$0.001" : fixed(value, 3)
        case .missing: "--"
        default: escaped(shown(cell))
        }
    }

    /// A number with fixed digits, and no "-0".
    private static func fixed(_ value: Double, _ digits: Int) -> String {
        let text = String(format: "%.\(digits)f", value)
        return text.contains { ("1"..."9").contains($0) } ? text : text.replacing("-", with: "")
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "&", "%", "$", "#", "_", "{", "}": result += "\\\(character)"
            case "~": result += "\\textasciitilde{}"
            case "^": result += "\\textasciicircum{}"
            case "\\": result += "\\textbackslash{}"
            default: result.append(character)
            }
        }
    }
}
