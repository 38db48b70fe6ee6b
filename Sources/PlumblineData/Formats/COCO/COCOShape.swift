/// The segmentation of a COCO annotation.
enum COCOShape {
    case none
    case polygons([[(x: Double, y: Double)]])
    case runs([Int], Example.Size)
    case code(String, Example.Size)

    /// - Throws: ``DatasetError`` for anything that is no segmentation.
    init(_ fields: COCOFields) throws {
        switch fields["segmentation"] {
        case nil: self = .none
        case .list(let polygons):
            self = polygons.isEmpty ? .none : .polygons(try Self.polygons(polygons, fields))
        case .object(let code): self = try Self.code(code, fields)
        case .some(let value):
            throw fields.error(
                "segmentation must be a list of polygons or a run-length code, not \(value.kind)")
        }
    }

    private static func polygons(
        _ list: [JSONValue], _ fields: COCOFields
    ) throws -> [[(x: Double, y: Double)]] {
        try list.map { value in
            guard case .list(let values) = value else {
                throw fields.error(
                    "segmentation must be a list of polygons, each a list x1, y1, x2, y2, ...")
            }
            let numbers = try fields.numbers(values, "segmentation")
            guard numbers.count.isMultiple(of: 2) else {
                throw fields.error("segmentation: a polygon of \(numbers.count) numbers")
            }
            return stride(from: 0, to: numbers.count, by: 2).map {
                (x: numbers[$0], y: numbers[$0 + 1])
            }
        }
    }

    private static func code(
        _ code: [String: JSONValue], _ fields: COCOFields
    ) throws -> COCOShape {
        guard case .list(let sides) = code["size"], sides.count == 2, let height = sides[0].whole,
            let width = sides[1].whole
        else { throw fields.error("segmentation: size [height, width] and counts are wanted") }
        try RunLengthEncoding.checkSize(height: height, width: width, name: fields.place)
        let size = Example.Size(height: height, width: width)
        switch code["counts"] {
        case .text(let text): return .code(text, size)
        case .list(let values):
            let runs = values.compactMap(\.whole)
            guard runs.count == values.count else {
                throw fields.error("segmentation: counts must be whole numbers")
            }
            return .runs(runs, size)
        default: throw fields.error("segmentation: size [height, width] and counts are wanted")
        }
    }
}
