import Foundation
import PlumblineData

/// Quartiles of the part scores of an explanation, as `plumbline parts` writes them.
///
/// JSON of the schema `plumbline.parts/1`.
public struct PartSummary: Sendable, Equatable {
    public struct Quartiles: Sendable, Equatable {
        public let q1: Double
        public let q2: Double
        public let q3: Double
    }

    public struct Part: Sendable, Equatable {
        public let name: String
        /// Images in which the part has scores.
        public let images: Int
        /// Images without the part.
        public let absent: Int
        /// Images with the part and without a score.
        public let missing: Int
        /// By the name of the quantity: `ph`, `precision`, `recall`, `dice`, `iou`.
        public let quantities: [String: Quartiles]
    }

    public struct ClassParts: Sendable, Equatable {
        public let name: String
        public let images: Int
        /// The share of images whose prediction is wrong; `nil` if it is not known.
        public let topOneError: Double?
        public let parts: [Part]
    }

    public static let schema = "plumbline.parts/1"
    /// The file, for messages.
    public let path: String
    public let explanation: String
    public let theta: Double
    /// The rule of the quartiles.
    public let quartileRule: String
    public let images: Int
    public let classes: [ClassParts]
    /// Every number of the file.
    public let numbers: [Double]

    /// - Throws: ``DatasetError`` that names the field.
    public init(_ path: String) throws {
        let document = try JSONValue(WholeFile.read(path, most: 1 << 24), file: path)
        let top = try JSONFields(document, path, "the file")
        guard try top.text("schema") == Self.schema else {
            throw DatasetError(path, "schema is not \(Self.schema)")
        }
        self.path = path
        explanation = try top.text("explanation")
        theta = try top.number("theta")
        quartileRule = try top.text("quartiles")
        images = try top.count("images")
        classes = try top.list("classes").map { try ClassParts($0) }
        guard Set(classes.map(\.name)).count == classes.count else {
            throw DatasetError(path, "classes: a class is there twice")
        }
        numbers = document.numbers
    }
}

extension PartSummary.ClassParts {
    fileprivate init(_ fields: JSONFields) throws {
        name = try fields.text("class")
        images = try fields.count("images")
        topOneError = try fields.optionalNumber("top1_error")
        parts = try fields.list("parts").map { try PartSummary.Part($0) }
        guard Set(parts.map(\.name)).count == parts.count else {
            throw DatasetError(fields.path, "\(fields.place): a part is there twice")
        }
    }
}

extension PartSummary.Part {
    fileprivate init(_ fields: JSONFields) throws {
        name = try fields.text("part")
        images = try fields.count("images")
        absent = try fields.count("absent")
        missing = try fields.count("missing")
        quantities = try fields.objects("quantities").compactMapValues {
            guard let q1 = try $0.optionalNumber("q1"), let q2 = try $0.optionalNumber("q2"),
                let q3 = try $0.optionalNumber("q3")
            else { return nil }
            return PartSummary.Quartiles(q1: q1, q2: q2, q3: q3)
        }
    }
}

extension JSONValue {
    /// Every number in it, at any depth.
    fileprivate var numbers: [Double] {
        switch self {
        case .number(let number): [number]
        case .list(let values): values.flatMap(\.numbers)
        case .object(let fields): fields.values.flatMap(\.numbers)
        default: []
        }
    }
}
