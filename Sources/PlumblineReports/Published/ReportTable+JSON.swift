import Foundation

extension ReportTable {
    /// Tables as one JSON object: the name of each table, and its rows as objects.
    ///
    /// A missing value is `null`; keys are sorted.
    ///
    /// - Throws: an error of `JSONEncoder`, such as for a number that is not finite.
    public static func json(_ tables: [ReportTable]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        let named = tables.map {
            ($0.name, Document(title: $0.title, notes: $0.notes, rows: $0.objects))
        }
        let value = Dictionary(named, uniquingKeysWith: { first, _ in first })
        return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
    }

    private struct Document: Encodable {
        let title: String
        let notes: [String]
        let rows: [[String: Field]]
    }

    private struct Field: Encodable {
        let cell: Cell

        func encode(to encoder: any Encoder) throws {
            var box = encoder.singleValueContainer()
            switch cell {
            case .text(let text): try box.encode(text)
            case .count(let count): try box.encode(count)
            case .number(let value, _): try box.encode(value)
            case .pValue(let value): try box.encode(value)
            case .missing: try box.encodeNil()
            }
        }
    }

    private var objects: [[String: Field]] {
        rows.map { row in
            Dictionary(
                zip(header, row.map { Field(cell: $0) }), uniquingKeysWith: { first, _ in first })
        }
    }
}
