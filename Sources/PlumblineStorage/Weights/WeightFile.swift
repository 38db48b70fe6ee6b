import Foundation
import PlumblineTensors

/// Named weights in a file of any format that is known, in PyTorch's layouts. Values are read one
/// tensor at a time.
public struct WeightFile {
    public enum Format: String, Sendable {
        case safetensors, torch, hdf5, keras
    }

    /// One dictionary of tensors: what each is, before any value is read. Sizes are checked against
    /// the file.
    public struct Candidate: Sendable {
        /// Where it stands in the file: keys joined by dots; empty for the whole.
        public let key: String
        public let shapes: [String: [Int]]
    }

    public let path: String
    public let format: Format
    /// Every dictionary of tensors, in the order of the file. A training checkpoint may hold
    /// several: raw and averaged weights, and figures that are tensors.
    public let candidates: [Candidate]
    private let read: (_ key: String, _ name: String) throws -> Tensor

    init(
        path: String, format: Format, candidates: [Candidate],
        read: @escaping (String, String) throws -> Tensor
    ) {
        self.path = path
        self.format = format
        self.candidates = candidates
        self.read = read
    }

    init(
        path: String, format: Format, shapes: [String: [Int]],
        read: @escaping (String) throws -> Tensor
    ) {
        self.init(path: path, format: format, candidates: [.init(key: "", shapes: shapes)]) {
            try read($1)
        }
    }

    /// The dictionary with the most tensors; of equal ones the first.
    public var largest: Candidate {
        candidates.reduce(candidates[0]) { $1.shapes.count > $0.shapes.count ? $1 : $0 }
    }

    /// The tensors of ``largest``.
    public var shapes: [String: [Int]] { largest.shapes }

    public func tensor(_ name: String) throws -> Tensor { try read(largest.key, name) }

    /// - Parameter key: of one of the ``candidates``.
    public func tensor(_ name: String, in key: String) throws -> Tensor { try read(key, name) }

    /// Opens a file by what it begins with.
    ///
    /// - Throws: ``StorageError`` for an unknown format, and for a file that is damaged or claims
    ///   more than it holds.
    public static func open(_ path: String) throws -> WeightFile {
        let bytes = try FileBytes(path)
        if HDF5File.isHDF5(path) { return try hdf5(path) }
        if bytes.starts(with: Array("PK".utf8)) { return try TorchArchive.open(bytes) }
        if bytes.starts(with: LegacyTorchFile.signature) { return try LegacyTorchFile.open(bytes) }
        if bytes.count > 9, bytes[8] == UInt8(ascii: "{") { return try SafeTensors.open(bytes) }
        let start = try bytes.slice(0, min(512, bytes.count), "the beginning")
        if let shards = try shardNames(bytes) {
            let names = shards.prefix(4).joined(separator: ", ") + (shards.count > 4 ? ", ..." : "")
            throw StorageError(
                path,
                "is the index of sharded safetensors; join the \(shards.count) shards (\(names)) "
                    + "into one file")
        }
        let found = FileSignature.name(start).map { "; it is \($0)" } ?? ""
        throw StorageError(path, "neither safetensors nor PyTorch (.pt, .pth) nor HDF5\(found)")
    }

    /// The files that an index of sharded safetensors names; `nil` for another file.
    private static func shardNames(_ bytes: FileBytes) throws -> [String]? {
        guard bytes.starts(with: Array("{".utf8)), bytes.count < 64 << 20 else { return nil }
        let data = try bytes.slice(0, bytes.count, "the index")
        let object = (try? JSONSerialization.jsonObject(with: data)) as? [String: Any]
        guard let map = object?["weight_map"] as? [String: String] else { return nil }
        return Set(map.values).sorted()
    }

    private static func hdf5(_ path: String) throws -> WeightFile {
        let file = try HDF5File.open(path)
        if try !file.exists("weights") { return try KerasWeights.open(file) }
        var shapes: [String: [Int]] = [:]
        for name in try file.datasets(in: "weights") {
            shapes[name] = try file.shape(of: "weights/\(name)")
        }
        return WeightFile(path: path, format: .hdf5, shapes: shapes) { name in
            try file.tensor("weights/\(name)", expected: shapes[name])
        }
    }
}

/// How a format stores its numbers.
enum NumberFormat: String {
    case float32, float16, bfloat16, float64
    case int64, uint64, int32, uint32, int16, uint16, int8, uint8, bool

    var size: Int {
        switch self {
        case .int8, .uint8, .bool: 1
        case .float16, .bfloat16, .int16, .uint16: 2
        case .float32, .int32, .uint32: 4
        case .float64, .int64, .uint64: 8
        }
    }

    /// Little-endian bytes as floats. The caller has checked the range.
    func floats(_ bytes: FileBytes, at offset: Int, count: Int) -> Tensor {
        Tensor.computed([count]) { out in
            bytes.withPointer(at: offset, count: count * size) { raw in
                for i in 0..<count {
                    switch self {
                    case .float32: out[i] = raw.loadUnaligned(fromByteOffset: 4 * i, as: Float.self)
                    case .float16:
                        out[i] = Self.half(
                            raw.loadUnaligned(fromByteOffset: 2 * i, as: UInt16.self))
                    case .bfloat16:
                        out[i] = Float(
                            bitPattern: UInt32(
                                raw.loadUnaligned(fromByteOffset: 2 * i, as: UInt16.self)) << 16)
                    case .float64:
                        out[i] = Float(raw.loadUnaligned(fromByteOffset: 8 * i, as: Double.self))
                    case .int64: out[i] = Float(Self.load(raw, i, Int64.self))
                    case .uint64: out[i] = Float(Self.load(raw, i, UInt64.self))
                    case .int32: out[i] = Float(Self.load(raw, i, Int32.self))
                    case .uint32: out[i] = Float(Self.load(raw, i, UInt32.self))
                    case .int16: out[i] = Float(Self.load(raw, i, Int16.self))
                    case .uint16: out[i] = Float(Self.load(raw, i, UInt16.self))
                    case .int8: out[i] = Float(Self.load(raw, i, Int8.self))
                    case .uint8: out[i] = Float(Self.load(raw, i, UInt8.self))
                    case .bool: out[i] = Self.load(raw, i, UInt8.self) == 0 ? 0 : 1
                    }
                }
            }
        }
    }

    private static func load<Value: FixedWidthInteger>(
        _ raw: UnsafeRawPointer, _ index: Int, _ type: Value.Type
    ) -> Value {
        let size = MemoryLayout<Value>.size
        return Value(littleEndian: raw.loadUnaligned(fromByteOffset: index * size, as: type))
    }

    /// IEEE half precision; Swift has no Float16 on every machine.
    private static func half(_ bits: UInt16) -> Float {
        let sign = UInt32(bits & 0x8000) << 16, exponent = UInt32(bits >> 10) & 0x1F,
            fraction = UInt32(bits & 0x3FF)
        if exponent == 0x1F { return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13) }
        if exponent == 0 { return (sign == 0 ? 1 : -1) * Float(fraction) * 0x1p-24 }
        return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
}

/// A file's bytes, mapped and not read: checking a size costs nothing.
struct FileBytes {
    let path: String
    private let data: Data

    init(_ path: String) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw StorageError(path, "no such file")
        }
        guard !isFolder.boolValue else { throw StorageError(path, "is a folder") }
        do { data = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped) } catch
        {
            throw StorageError(path, "cannot be read: \(error.localizedDescription)")
        }
        self.path = path
    }

    var count: Int { data.count }
    subscript(index: Int) -> UInt8 { data[data.startIndex + index] }
    func starts(with prefix: [UInt8]) -> Bool { data.starts(with: prefix) }

    /// - Throws: ``StorageError`` where the range is not within the file.
    func slice(_ offset: Int, _ count: Int, _ what: String) throws -> Data {
        guard offset >= 0, count >= 0, offset <= data.count, count <= data.count - offset else {
            throw StorageError(path, "\(what) reaches beyond the end of the file (truncated?)")
        }
        return data.subdata(in: data.startIndex + offset..<data.startIndex + offset + count)
    }

    func withPointer(at offset: Int, count: Int, _ body: (UnsafeRawPointer) -> Void) {
        require(
            offset >= 0 && count >= 0 && offset + count <= data.count,
            "FileBytes: \(count) bytes at \(offset) of \(data.count)")
        data.withUnsafeBytes { if let base = $0.baseAddress { body(base + offset) } }
    }

    func number<Value: FixedWidthInteger>(_ offset: Int, as type: Value.Type, _ what: String) throws
        -> Value
    {
        try slice(offset, MemoryLayout<Value>.size, what).withUnsafeBytes {
            Value(littleEndian: $0.loadUnaligned(as: Value.self))
        }
    }
}

/// The number of values of a shape that a file claims; `nil` where it is negative or overflows.
func checkedCount(_ shape: [Int]) -> Int? {
    var total = 1
    for size in shape {
        let (product, overflow) = total.multipliedReportingOverflow(by: size)
        guard size >= 0, !overflow else { return nil }
        total = product
    }
    return total
}
