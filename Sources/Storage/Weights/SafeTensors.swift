import Foundation
import Tensors

/// The safetensors format: eight bytes of header length, a JSON header with each tensor's type,
/// shape and place, then the values.
public enum SafeTensors {
    private static let largestHeader = 100 << 20

    static func open(_ bytes: FileBytes) throws -> WeightFile {
        let path = bytes.path
        let length = try bytes.number(0, as: UInt64.self, "the header's length")
        guard length <= UInt64(largestHeader), Int(length) <= bytes.count - 8 else {
            throw StorageError(
                path, "the header claims \(length) bytes of a file of \(bytes.count)")
        }
        let start = 8 + Int(length)
        guard
            let header = try? JSONSerialization.jsonObject(
                with: bytes.slice(8, Int(length), "the header")) as? [String: Any]
        else {
            throw StorageError(path, "the header is no JSON object")
        }
        var entries: [String: (format: NumberFormat, offset: Int, count: Int, shape: [Int])] = [:]
        for (name, value) in header where name != "__metadata__" {
            guard let entry = value as? [String: Any], let type = entry["dtype"] as? String,
                let shape = entry["shape"] as? [Int],
                let range = entry["data_offsets"] as? [Int], range.count == 2
            else { throw StorageError(path, "\(name): dtype, shape and data_offsets are wanted") }
            guard let format = formats[type] else {
                throw StorageError(
                    path,
                    "\(name): type \(type) is not among \(formats.keys.sorted().joined(separator: ", "))"
                )
            }
            guard let count = checkedCount(shape), range[0] >= 0, range[1] >= range[0],
                range[1] <= bytes.count - start,
                count.multipliedReportingOverflow(by: format.size) == (range[1] - range[0], false)
            else {
                throw StorageError(
                    path,
                    "\(name): shape \(shape) of \(type) and data_offsets \(range) do not fit the file"
                )
            }
            entries[name] = (format, start + range[0], count, shape)
        }
        return WeightFile(path: path, format: .safetensors, shapes: entries.mapValues(\.shape)) {
            name in
            guard let entry = entries[name] else { throw StorageError(path, "no tensor \(name)") }
            return entry.format.floats(bytes, at: entry.offset, count: entry.count).reshaped(
                entry.shape)
        }
    }

    private static let formats: [String: NumberFormat] = [
        "F32": .float32, "F16": .float16, "BF16": .bfloat16, "F64": .float64, "I64": .int64,
    ]

    /// Writes float32 tensors aside and renames them into place.
    public static func write(
        _ tensors: [(name: String, value: Tensor)], metadata: [String: String] = [:],
        to path: String
    ) throws {
        var
            header: [String: Any] = [
                "__metadata__": metadata.merging(["format": "pt"]) { old, _ in old }
            ],
            offset = 0
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
