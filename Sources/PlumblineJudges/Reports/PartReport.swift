import Foundation
import PlumblineData

/// A report on the parts that an explanation marks: one finding per class and part.
///
/// Every number in it is one of the ``PartSummary``'s; a report with another number is refused.
public struct PartReport: Sendable, Equatable {
    public struct PartFinding: Sendable, Equatable {
        public let part: String
        public let finding: String
    }

    public struct ClassFinding: Sendable, Equatable {
        public let name: String
        public let finding: String
        public let parts: [PartFinding]
    }

    public static let schema = "plumbline.part_report/1"
    /// `template`, or `chat` and the model's name.
    public let author: String
    public let summary: String
    public let classes: [ClassFinding]

    /// The fewest images of a part that a report is written about.
    public static let fewestImages = 5

    /// Refuses an input that is too small for a report, before anything is asked.
    ///
    /// - Parameter fewest: images of a part.
    /// - Throws: ``ReportError`` that names the class and the part.
    public static func check(_ summary: PartSummary, fewest: Int = fewestImages) throws {
        var sparse: [String] = []
        for entry in summary.classes {
            for part in entry.parts {
                if part.images < fewest {
                    sparse.append("\(part.name) of \(entry.name) (\(part.images) images)")
                } else if part.quantities["ph"] == nil {
                    sparse.append("\(part.name) of \(entry.name) (no quartiles of ph)")
                }
            }
        }
        guard let first = sparse.first else { return }
        let more = sparse.count > 1 ? " and \(sparse.count - 1) more" : ""
        throw ReportError(
            summary.path,
            "too few images for a report: \(first)\(more); \(fewest) per part are needed")
    }

    /// Checks that the classes and parts are those of the summary, and all numbers too.
    ///
    /// - Throws: ``ReportError`` with the first difference.
    func checked(by source: PartSummary) throws -> PartReport {
        guard classes.map(\.name) == source.classes.map(\.name) else {
            throw ReportError(
                "the report",
                "has the classes \(classes.map(\.name).joined(separator: ", ")); "
                    + "\(source.classes.map(\.name).joined(separator: ", ")) are wanted")
        }
        for (entry, known) in zip(classes, source.classes)
        where entry.parts.map(\.part) != known.parts.map(\.name) {
            throw ReportError(
                "the report",
                "\(entry.name): has the parts "
                    + "\(entry.parts.map(\.part).joined(separator: ", ")); "
                    + "\(known.parts.map(\.name).joined(separator: ", ")) are wanted")
        }
        let check = NumberCheck(
            numbers: source.numbers,
            names: [source.explanation, source.quartileRule] + source.classes.map(\.name)
                + source.classes.flatMap { $0.parts.map(\.name) })
        for (place, text) in texts {
            if let number = check.unknownNumber(in: text) {
                throw ReportError(
                    "the report", "\(place): the number \(number) is not one of \(source.path)")
            }
        }
        return self
    }

    private var texts: [(place: String, text: String)] {
        [("summary", summary)]
            + classes.flatMap { entry in
                [(entry.name, entry.finding)]
                    + entry.parts.map { ("\(entry.name), \($0.part)", $0.finding) }
            }
    }

    /// The report as JSON of ``schema``.
    public func json() throws -> Data {
        let fields: [String: Any] = [
            "schema": Self.schema, "author": author, "summary": summary,
            "classes": classes.map { entry in
                [
                    "class": entry.name, "finding": entry.finding,
                    "parts": entry.parts.map { ["part": $0.part, "finding": $0.finding] },
                ]
            },
        ]
        return try JSONSerialization.data(
            withJSONObject: fields, options: [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes])
    }

    /// The report as Markdown.
    public var text: String {
        var lines = [summary, ""]
        for entry in classes {
            lines += ["## \(entry.name)", "", entry.finding, ""]
            lines += entry.parts.map { "- \($0.part): \($0.finding)" } + [""]
        }
        return lines.joined(separator: "\n")
    }
}
