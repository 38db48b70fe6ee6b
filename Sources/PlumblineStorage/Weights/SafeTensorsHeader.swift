/// The JSON header of safetensors: each tensor's type, shape and place.
struct SafeTensorsHeader {
    struct Entry {
        let name: String
        let type: String
        let shape: [Int]
        let range: Range<Int>
    }

    private static let metadata = "__metadata__"

    /// - Throws: ``StrictJSON/Problem``.
    static func entries(_ json: UnsafeRawBufferPointer) throws -> [Entry] {
        var entries: [Entry] = []
        var reader = StrictJSON(json)
        try reader.object { reader, name in
            if name == metadata {
                try texts(&reader)
            } else {
                guard entries.count < WeightFile.mostTensors else {
                    throw reader.problem("it has more than \(WeightFile.mostTensors) tensors")
                }
                entries.append(try entry(name, &reader))
            }
        }
        try reader.end()
        return entries
    }

    private static func entry(_ name: String, _ reader: inout StrictJSON) throws -> Entry {
        var type: String?
        var shape: [Int]?
        var range: [Int]?
        let rule = "\(name) must have dtype, shape and data_offsets"
        guard reader.isNext("{") else { throw reader.problem(rule) }
        try reader.object { reader, field in
            switch field {
            case "dtype": type = try reader.text()
            case "shape": shape = try reader.integers(atMost: PickleBudget.mostDimensions)
            case "data_offsets": range = try reader.integers(atMost: 2)
            default: try reader.skip()
            }
        }
        guard let type, let shape, let range, range.count == 2, range[0] >= 0,
            range[1] >= range[0]
        else { throw reader.problem(rule) }
        return Entry(name: name, type: type, shape: shape, range: range[0]..<range[1])
    }

    /// The metadata: texts by name, or `null`.
    private static func texts(_ reader: inout StrictJSON) throws {
        guard reader.isNext("{") else { return try reader.word("null") }
        try reader.object { reader, _ in _ = try reader.text() }
    }
}
