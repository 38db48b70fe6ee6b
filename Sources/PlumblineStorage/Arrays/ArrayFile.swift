import CZlib
import Foundation
import PlumblineTensors

/// The arrays of a file of numpy (`.npy`, `.npz`) or of HDF5, read a part at a time.
public struct ArrayFile {
    /// One array.
    public struct Array {
        /// Empty where the file has one array without a name.
        public let name: String
        public let shape: [Int]
        fileprivate let path: String
        fileprivate let readEntry: (Int) throws -> Tensor
        fileprivate let readWhole: () throws -> Tensor
        /// Flags without a detour over floats; `nil` where the numbers are no bytes.
        fileprivate let readFlags: ((Int) -> [Bool])?

        /// The entry `index` of the first axis, with the shape of the other axes.
        ///
        /// - Throws: ``StorageError`` if the file cannot be read.
        public func entry(_ index: Int) throws -> Tensor {
            precondition((0..<(shape.first ?? 0)).contains(index), "ArrayFile: no entry \(index)")
            return try readEntry(index)
        }

        /// The entry `index` of the first axis as flags: which values are not 0.
        ///
        /// - Throws: ``StorageError`` if the file cannot be read, or for a value that is not
        ///   finite.
        public func flags(_ index: Int) throws -> [Bool] {
            precondition((0..<(shape.first ?? 0)).contains(index), "ArrayFile: no entry \(index)")
            if let readFlags { return readFlags(index) }
            return try Self.flags(of: try readEntry(index), path)
        }

        /// The values that are not 0.
        ///
        /// - Throws: ``StorageError`` for a value that is not finite.
        public static func flags(of values: Tensor, _ file: String) throws -> [Bool] {
            try values.values.map { value in
                guard value.isFinite else { throw StorageError(file, "a value is not finite") }
                return value != 0
            }
        }

        /// All of it.
        ///
        /// - Throws: ``StorageError`` if the file cannot be read.
        public func whole() throws -> Tensor { try readWhole() }
    }

    public let path: String
    /// In the order of their names.
    public let arrays: [Array]

    /// Reads what is in the file; no number is read yet.
    ///
    /// - Throws: ``StorageError`` for a file that is missing, damaged, or of another kind.
    public init(_ path: String) throws {
        self.path = path
        let bytes = try FileBytes(path)
        if bytes.starts(with: NumpyHeader.magic) {
            arrays = [try Self.array(bytes, name: "")]
        } else if bytes.starts(with: [0x50, 0x4B]) {
            arrays = try Self.members(bytes)
        } else if HDF5File.isHDF5(path) {
            arrays = try Self.datasets(path)
        } else {
            throw StorageError(path, "is neither .npy, .npz nor HDF5")
        }
    }

    private static func array(_ bytes: FileBytes, name: String) throws -> Array {
        let header = try NumpyHeader(
            bytes, name: name.isEmpty ? bytes.path : "\(name) of \(bytes.path)")
        let rest = Swift.Array(header.shape.dropFirst())
        let count = rest.reduce(1, *)
        /// Reads an entry, whose bytes are then not kept in memory.
        func entry<Value>(_ index: Int, _ read: (_ offset: Int) -> Value) -> Value {
            let size = count * header.numbers.size
            let offset = header.start + index * size
            defer { bytes.release(offset..<(offset + size)) }
            return read(offset)
        }
        return Array(
            name: name, shape: header.shape, path: bytes.path,
            readEntry: { index in
                entry(index) { header.numbers.floats(bytes, at: $0, count: count) }.reshaped(rest)
            },
            readWhole: {
                header.numbers.floats(
                    bytes, at: header.start, count: header.shape.reduce(1, *)
                ).reshaped(header.shape)
            },
            readFlags: header.numbers.isByte
                ? { index in entry(index) { flags(bytes, at: $0, count: count) } } : nil)
    }

    /// Which bytes are not 0.
    private static func flags(_ bytes: FileBytes, at offset: Int, count: Int) -> [Bool] {
        Swift.Array(unsafeUninitializedCapacity: count) { flags, filled in
            bytes.withPointer(at: offset, count: count) { raw in
                // A flag is a byte, 0 or 1.
                guard let start = flags.baseAddress else { return }
                let target = UnsafeMutableRawPointer(start).assumingMemoryBound(to: UInt8.self)
                let source = raw.assumingMemoryBound(to: UInt8.self)
                for index in 0..<count { target[index] = source[index] == 0 ? 0 : 1 }
            }
            filled = count
        }
    }

    // MARK: .npz

    /// The arrays of an archive; other members are ignored.
    private static func members(_ bytes: FileBytes) throws -> [Array] {
        let archive = try ZipArchive(bytes)
        return try archive.members.sorted { $0.key < $1.key }.compactMap { name, member in
            guard name.hasSuffix(".npy") else { return nil }
            return try array(
                contents(member, bytes, name: name), name: String(name.dropLast(4)))
        }
    }

    /// The bytes of a member, unpacked where `numpy.savez_compressed` packed them.
    private static func contents(
        _ member: ZipArchive.Member, _ bytes: FileBytes, name: String
    ) throws -> FileBytes {
        let stored = try bytes.slice(member.offset, member.storedSize, name)
        let place = "\(name) of \(bytes.path)"
        guard member.isCompressed else { return FileBytes(stored, name: place) }
        // Deflate packs 1032 to 1 at most.
        guard member.size <= mostUnpacked, member.size <= member.storedSize * 1032 + 64 else {
            throw StorageError(
                place, "unpacks to \(member.size) bytes; at most \(mostUnpacked): use numpy.savez")
        }
        var unpacked = Data(count: member.size)
        let count = unpacked.withUnsafeMutableBytes { target in
            stored.withUnsafeBytes { source in
                plumbline_inflate_bits(
                    source.bindMemory(to: UInt8.self).baseAddress, source.count,
                    target.bindMemory(to: UInt8.self).baseAddress, target.count, -15)
            }
        }
        guard count == member.size else { throw StorageError(place, "is damaged") }
        return FileBytes(unpacked, name: place)
    }

    private static let mostUnpacked = 2 << 30

    // MARK: HDF5

    private static func datasets(_ path: String) throws -> [Array] {
        let file = try HDF5File.open(path)
        return try file.datasets(in: "/").compactMap { name in
            guard try file.holdsNumbers(name) else { return nil }
            return Array(
                name: name, shape: try file.shape(of: name), path: path,
                readEntry: { try file.entry($0, of: name) },
                readWhole: { try file.tensor(name) }, readFlags: nil)
        }
    }
}
