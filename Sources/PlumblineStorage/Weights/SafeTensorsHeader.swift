/// The JSON header of safetensors: each tensor's type, shape and place.
struct SafeTensorsHeader {
    struct Entry {
        let name: String
        let type: String
        let shape: [Int]
        let range: Range<Int>
    }

    private static let metadataName = "__metadata__"

    let entries: [Entry]
    /// Texts by name; those that ``WeightFile/metadata`` has.
    let metadata: [String: String]

    /// - Throws: ``StrictJSON/Problem``.
    init(_ json: UnsafeRawBufferPointer) throws {
        var entries: [Entry] = []
        var metadata: [String: String] = [:]
        var reader = StrictJSON(json)
        try reader.object { reader, name in
            if name == Self.metadataName {
                metadata = try Self.texts(&reader)
            } else {
                guard entries.count < WeightFile.mostTensors else {
                    throw reader.problem("it has more than \(WeightFile.mostTensors) tensors")
                }
                entries.append(try Self.entry(name, &reader))
            }
        }
        try reader.end()
        self.entries = entries
        self.metadata = metadata
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
    private static func texts(_ reader: inout StrictJSON) throws -> [String: String] {
        var texts: [String: String] = [:]
        guard reader.isNext("{") else {
            try reader.word("null")
            return texts
        }
        try reader.object { reader, name in
            let text = try reader.text()
            if WeightFile.metadataNames.contains(name) { texts[name] = text }
        }
        return texts
    }
}
