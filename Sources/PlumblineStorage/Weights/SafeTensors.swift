import Foundation
import PlumblineTensors

/// The safetensors format: the length of the header in eight bytes, a JSON header with the type,
/// shape and place of each tensor, then the values.
public enum SafeTensors {
    private static let largestHeader = 100 << 20

    private struct Entry {
        /// `nil` for a type that no weight has, of which only the size is known.
        let format: NumberFormat?
        let type: String
        let range: Range<Int>
        let shape: [Int]
    }

    /// Refuses what the reference implementation refuses: two tensors of one name, values that
    /// overlap, bytes that belong to no tensor.
    static func open(_ bytes: FileBytes) throws -> WeightFile {
        let path = bytes.path
        let length = try bytes.number(0, as: UInt64.self, "the header's length")
        guard length <= UInt64(largestHeader), Int(length) <= bytes.count - 8 else {
            throw StorageError(
                path, "the header claims \(length) bytes, but the file has \(bytes.count)")
        }
        let start = 8 + Int(length)
        let header: SafeTensorsHeader
        do {
            header = try bytes.withBytes(8..<start) { try SafeTensorsHeader($0) }
        } catch let problem as StrictJSON.Problem {
            throw StorageError(
                path,
                "the header is no JSON object of safetensors: \(problem.text) "
                    + "(at its byte \(problem.place))")
        }
        var entries: [String: Entry] = [:]
        for item in header.entries {
            entries[item.name] = try entry(item, path, count: bytes.count - start)
        }
        try checkRanges(entries, path, end: bytes.count - start)
        var file = WeightFile(
            path: path, format: .safetensors, shapes: entries.mapValues(\.shape)
        ) { name in
            guard let entry = entries[name] else { throw StorageError(path, "no tensor \(name)") }
            guard let format = entry.format else {
                throw StorageError(path, "\(name): type \(entry.type) cannot be read as numbers")
            }
            return format.floats(
                bytes, at: start + entry.range.lowerBound, count: entry.shape.reduce(1, *)
            ).reshaped(entry.shape)
        }
        file.metadata = header.metadata
        return file
    }

    private static func entry(_ item: SafeTensorsHeader.Entry, _ path: String, count: Int) throws
        -> Entry
    {
        let (name, type, shape, range) = (item.name, item.type, item.shape, item.range)
        guard let bits = formats[type].map({ 8 * $0.size }) ?? others[type] else {
            let known = (Array(formats.keys) + others.keys).sorted().joined(separator: ", ")
            throw StorageError(path, "\(name): type \(type) is not among \(known)")
        }
        guard range.upperBound <= count, let values = checkedCount(shape),
            values.multipliedReportingOverflow(by: bits) == (8 * range.count, false)
        else {
            throw StorageError(
                path,
                "\(name): shape \(shape) of \(type) and data_offsets "
                    + "[\(range.lowerBound), \(range.upperBound)] do not fit the file")
        }
        return Entry(format: formats[type], type: type, range: range, shape: shape)
    }

    private static func checkRanges(_ entries: [String: Entry], _ path: String, end: Int) throws {
        var place = 0
        let order = entries.sorted {
            ($0.value.range.lowerBound, $0.value.range.upperBound)
                < ($1.value.range.lowerBound, $1.value.range.upperBound)
        }
        for (name, entry) in order {
            guard entry.range.lowerBound == place else {
                let what = entry.range.lowerBound < place ? "overlap" : "leave a hole before"
                throw StorageError(path, "the values of other tensors \(what) those of \(name)")
            }
            place = entry.range.upperBound
        }
        guard place == end else {
            throw StorageError(
                path, "\(end - place) bytes after the last tensor belong to no tensor")
        }
    }

    private static let formats: [String: NumberFormat] = [
        "F32": .float32, "F16": .float16, "BF16": .bfloat16, "F64": .float64, "I64": .int64,
        "U64": .uint64, "I32": .int32, "U32": .uint32, "I16": .int16, "U16": .uint16,
        "I8": .int8, "U8": .uint8, "BOOL": .bool, "F8_E4M3": .float8e4m3, "F8_E5M2": .float8e5m2,
    ]
    /// Bits of a value of the types that are passed over.
    private static let others = [
        "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6, "F8_E8M0": 8, "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8,
        "C64": 64,
    ]

    /// Writes float32 tensors to a temporary file, which then gets the name `path`.
    public static func write(
        _ tensors: [(name: String, value: Tensor)], metadata: [String: String] = [:],
        to path: String
    ) throws {
        var header: [String: Any] = [
            "__metadata__": metadata.merging(["format": "pt"]) { old, _ in old }
        ]
        var offset = 0
        for (name, value) in tensors {
            header[name] = [
                "dtype": "F32", "shape": value.shape,
                "data_offsets": [offset, offset + 4 * value.count],
            ]
            offset += 4 * value.count
        }
        var json = try JSONSerialization.data(
            withJSONObject: header, options: [.sortedKeys, .withoutEscapingSlashes])
        // Values begin at a multiple of eight.
        json.append(contentsOf: [UInt8](repeating: 0x20, count: (8 - json.count % 8) % 8))
        try AtomicFile.write(path) { file in
            try file.write(withUnsafeBytes(of: UInt64(json.count).littleEndian) { Data($0) })
            try file.write(json)
            for (_, value) in tensors { try value.values.withUnsafeBytes { try file.write($0) } }
        }
    }
}
