import Foundation
import HDF5Reader
import PlumblineTensors

extension HDF5File {
    /// If the caller expects no shape, at most this many bytes are read, or as many as the file
    /// really stores.
    static let mostUnexpectedBytes = 128 << 20
    /// As many bytes may be compressed, if the caller expects the shape.
    private static let mostCompressedBytes = 4 << 30
    /// gzip makes at most 1032 bytes of one.
    private static let largestExpansion = 1100
    private static let mostRows = 50_000_000

    private func reader() throws -> (process: ReaderProcess, fileSize: Int) {
        guard case .reading(let process, let fileSize) = side else {
            throw StorageError(path, "is being written, not read")
        }
        return (process, fileSize)
    }

    // MARK: Names and shapes

    /// Whether there is a group or data set of this name.
    public func exists(_ name: String) throws -> Bool {
        try reader().process.answer(.init(PLUMBLINE_H5_EXISTS, name)).value != 0
    }

    /// The names of the data sets below `group`, relative to it and sorted.
    ///
    /// There are none if the group does not exist. A group with several links is listed once, by
    /// its shortest path.
    ///
    /// - Throws: ``StorageError`` if a link cannot be followed or leads out of the file.
    public func datasets(in group: String) throws -> [String] {
        let bytes = try reader().process.answer(.init(PLUMBLINE_H5_LIST, group)).bytes
        var names: [String] = []
        var offset = 0
        while offset + 4 <= bytes.count {
            let length = bytes.withUnsafeBytes {
                Int($0.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
            }
            offset += 4
            guard length <= bytes.count - offset else { break }
            names.append(String(decoding: bytes[offset..<offset + length], as: UTF8.self))
            offset += length
        }
        return names.sorted()
    }

    /// - Throws: ``StorageError`` if there is no such data set.
    public func shape(of name: String) throws -> [Int] { try description(of: name).shape }

    /// The description of a data set.
    ///
    /// No value is read.
    private struct Description {
        var shape: [Int]
        var count: Int
        var holdsNumbers: Bool
        /// The number of bytes of one value or row in the file.
        var width: Int
        var storedBytes: Int
        var isFiltered: Bool
    }

    private func description(of name: String) throws -> Description {
        let (process, fileSize) = try reader()
        let bytes = try process.answer(.init(PLUMBLINE_H5_DESCRIBE, name)).bytes
        guard bytes.count == MemoryLayout<plumbline_h5_description>.size else {
            throw StorageError(path, "\(name) cannot be read")
        }
        let about = bytes.withUnsafeBytes { $0.loadUnaligned(as: plumbline_h5_description.self) }
        let sizes = withUnsafeBytes(of: about.sizes) {
            Array($0.bindMemory(to: UInt64.self).prefix(Int(min(about.rank, 32))))
        }
        let shape = sizes.map { Int(clamping: $0) }
        guard let count = checkedCount(shape), count <= 1 << 40 else {
            throw StorageError(path, "\(name) claims a size of \(shape)")
        }
        let stored = Int(clamping: about.stored_bytes)
        guard stored <= fileSize else {
            throw StorageError(
                path,
                "\(name) claims \(stored) bytes of a file of \(fileSize): truncated or damaged")
        }
        let numbers = [PLUMBLINE_H5_INTEGER, PLUMBLINE_H5_REAL]
        return Description(
            shape: shape, count: count, holdsNumbers: numbers.contains(Int(about.kind)),
            width: Int(about.value_bytes), storedBytes: stored,
            isFiltered: about.is_filtered != 0)
    }

    /// Checks that the file can really hold what it claims, before memory is allocated.
    ///
    /// A shape that the caller expects may itself come from the file, so it excuses nothing but
    /// compression: what is compressed may be larger, up to what gzip can make of its bytes.
    private func checkRoom(
        _ name: String, _ about: Description, bytes: Int, isExpected: Bool = false
    ) throws {
        let isStored =
            !about.isFiltered && about.width <= 1 << 20
            && about.count * about.width <= about.storedBytes
        let isCompressed =
            isExpected && about.isFiltered && bytes <= Self.mostCompressedBytes
            && bytes / Self.largestExpansion <= about.storedBytes
        guard bytes <= Self.mostUnexpectedBytes || isStored || isCompressed else {
            throw StorageError(
                path,
                "\(name) claims a size of \(about.shape), \(bytes) bytes, and stores "
                    + "\(about.storedBytes)")
        }
    }

    // MARK: Arrays

    /// - Parameter expected: the only shape that is accepted; `nil` for any.
    public func tensor(_ name: String, expected: [Int]? = nil) throws -> Tensor {
        let about = try numbers(name, width: 4, expected)
        let process = try reader().process
        var failure: (any Error)?
        let tensor = Tensor.computed(about.shape) { target in
            do {
                try process.read(
                    request(name, about.count, PLUMBLINE_H5_FLOAT32),
                    into: UnsafeMutableRawBufferPointer(start: target, count: 4 * about.count))
            } catch { failure = error }
        }
        if let failure { throw failure }
        return tensor
    }

    /// Whether a data set holds numbers.
    ///
    /// - Throws: ``StorageError`` if there is no such data set.
    public func holdsNumbers(_ name: String) throws -> Bool {
        try description(of: name).holdsNumbers
    }

    /// One entry of the first axis of a data set, with the shape of the other axes.
    ///
    /// - Throws: ``StorageError`` if there is no such entry, or if it is too large.
    public func entry(_ index: Int, of name: String) throws -> Tensor {
        let about = try description(of: name)
        guard about.holdsNumbers else { throw StorageError(path, "\(name) does not hold numbers") }
        guard let count = about.shape.first, (0..<count).contains(index) else {
            throw StorageError(path, "\(name) of shape \(about.shape) has no entry \(index)")
        }
        let shape = Array(about.shape.dropFirst())
        let values = shape.reduce(1, *)
        guard values <= Self.mostUnexpectedBytes / 4 else {
            throw StorageError(path, "\(name): an entry of \(shape) is too large")
        }
        let process = try reader().process
        var entry = request(name, values, PLUMBLINE_H5_FLOAT32)
        entry.operation = PLUMBLINE_H5_ENTRY
        entry.index = index
        var failure: (any Error)?
        let tensor = Tensor.computed(shape) { target in
            do {
                try process.read(
                    entry, into: UnsafeMutableRawBufferPointer(start: target, count: 4 * values))
            } catch { failure = error }
        }
        if let failure { throw failure }
        return tensor
    }

    /// - Parameter expected: the only shape that is accepted; `nil` for any.
    public func integers(_ name: String, expected: [Int]? = nil) throws -> [Int] {
        try array(name, Int64(0), PLUMBLINE_H5_INT64, expected).map { Int($0) }
    }

    /// - Parameter expected: the only shape that is accepted; `nil` for any.
    public func unsignedIntegers(_ name: String, expected: [Int]? = nil) throws -> [UInt64] {
        try array(name, UInt64(0), PLUMBLINE_H5_UINT64, expected)
    }

    private func array<Element: BitwiseCopyable>(
        _ name: String, _ zero: Element, _ number: Int, _ expected: [Int]?
    ) throws -> [Element] {
        let about = try numbers(name, width: 8, expected)
        let process = try reader().process
        var values = [Element](repeating: zero, count: about.count)
        try values.withUnsafeMutableBytes {
            try process.read(request(name, about.count, number), into: $0)
        }
        return values
    }

    private func request(_ name: String, _ count: Int, _ number: Int) -> ReaderProcess.Request {
        var request = ReaderProcess.Request(PLUMBLINE_H5_NUMBERS, name)
        request.count = count
        request.number = number
        return request
    }

    /// A data set of numbers that may be read, `width` bytes each.
    private func numbers(_ name: String, width: Int, _ expected: [Int]?) throws -> Description {
        let about = try description(of: name)
        if let expected, expected != about.shape {
            throw StorageError(path, "\(name) must have shape \(expected), not \(about.shape)")
        }
        guard about.holdsNumbers else { throw StorageError(path, "\(name) does not hold numbers") }
        try checkRoom(
            name, about, bytes: about.count * width, isExpected: expected != nil)
        return about
    }

    // MARK: Tables

    /// A data set of a compound type, with texts of fixed length, whole numbers and real numbers.
    public func table(_ name: String) throws -> Table {
        let about = try description(of: name)
        let columns = try columns(of: name)
        let rows = about.count
        guard about.shape.count == 1, rows <= Self.mostRows else {
            throw StorageError(path, "\(name) is not a table of at most \(Self.mostRows) rows")
        }
        try checkRoom(name, about, bytes: rows * columns.reduce(0) { $0 + $1.width })
        let process = try reader().process
        var table = Table()
        for (index, column) in columns.enumerated() {
            var request = ReaderProcess.Request(PLUMBLINE_H5_COLUMN, name)
            request.index = index
            request.count = rows
            switch column.kind {
            case PLUMBLINE_H5_INTEGER:
                var values = [Int64](repeating: 0, count: rows)
                try values.withUnsafeMutableBytes { try process.read(request, into: $0) }
                table.add(column.name, .integers(values.map { Int($0) }))
            case PLUMBLINE_H5_REAL:
                var values = [Double](repeating: 0, count: rows)
                try values.withUnsafeMutableBytes { try process.read(request, into: $0) }
                table.add(column.name, .reals(values))
            default:
                let texts = try texts(request, width: column.width, from: process)
                table.add(column.name, .texts(texts))
            }
        }
        return table
    }

    /// The texts of a column, read block by block: as texts they take far less memory.
    private func texts(
        _ request: ReaderProcess.Request, width: Int, from process: ReaderProcess
    ) throws -> TextColumn {
        var texts = TextColumn()
        texts.reserveCapacity(request.count)
        var last: [UInt8] = []
        try process.read(request, values: request.count, width: width) { block in
            for start in stride(from: 0, to: block.count, by: width) {
                let bytes = UnsafeRawBufferPointer(rebasing: block[start..<(start + width)])
                // Many columns repeat the text of the row before.
                if last.elementsEqual(bytes) {
                    texts.repeatLast()
                } else {
                    last = Array(bytes)
                    texts.append(String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self))
                }
            }
        }
        return texts
    }

    private struct Column {
        var name: String
        var kind: Int
        /// The number of bytes of one value as it is sent.
        var width: Int
    }

    private func columns(of name: String) throws -> [Column] {
        let (count, bytes) = try reader().process.answer(.init(PLUMBLINE_H5_COLUMNS, name))
        let unreadable = StorageError(path, "\(name) has columns that cannot be read")
        let headerSize = MemoryLayout<plumbline_h5_column>.size
        var columns: [Column] = []
        var offset = 0
        while offset < bytes.count {
            guard bytes.count - offset >= headerSize else { throw unreadable }
            let header = bytes.withUnsafeBytes {
                $0.loadUnaligned(fromByteOffset: offset, as: plumbline_h5_column.self)
            }
            offset += headerSize
            let length = Int(header.name_bytes)
            guard length <= bytes.count - offset, (1...1 << 16).contains(Int(header.width)) else {
                throw unreadable
            }
            let column = String(decoding: bytes[offset..<offset + length], as: UTF8.self)
            columns.append(Column(name: column, kind: Int(header.kind), width: Int(header.width)))
            offset += length
        }
        let isWide = { (column: Column) in
            column.kind == PLUMBLINE_H5_TEXT || column.width == 8
        }
        guard columns.count == count, columns.allSatisfy(isWide) else { throw unreadable }
        return columns
    }

    // MARK: Attributes

    private enum Attribute {
        case absent
        case text(String)
        case integer(Int)
        case real(Double)
        case other
    }

    private func attribute(_ name: String, of object: String) throws -> Attribute {
        var request = ReaderProcess.Request(PLUMBLINE_H5_ATTRIBUTE, object)
        request.extra = name
        let (kind, bytes) = try reader().process.answer(request)
        switch kind {
        case PLUMBLINE_H5_ABSENT: return .absent
        case PLUMBLINE_H5_TEXT: return .text(String(decoding: bytes, as: UTF8.self))
        case PLUMBLINE_H5_INTEGER where bytes.count == 8:
            return .integer(bytes.withUnsafeBytes { Int($0.loadUnaligned(as: Int64.self)) })
        case PLUMBLINE_H5_REAL where bytes.count == 8:
            return .real(bytes.withUnsafeBytes { $0.loadUnaligned(as: Double.self) })
        default: return .other
        }
    }

    private func problem(_ name: String, _ object: String, _ problem: String) -> StorageError {
        StorageError(path, "attribute \(name) of \(object) \(problem)")
    }

    private func existingAttribute(_ name: String, of object: String) throws -> Attribute {
        let value = try attribute(name, of: object)
        if case .absent = value {
            throw StorageError(path, "no attribute \(name) of \(object)")
        }
        return value
    }

    public func hasAttribute(_ name: String, of object: String = "/") throws -> Bool {
        if case .absent = try attribute(name, of: object) { false } else { true }
    }

    /// A text attribute, of fixed or variable length.
    public func text(_ name: String, of object: String = "/") throws -> String {
        guard case .text(let text) = try existingAttribute(name, of: object) else {
            throw problem(name, object, "is not a text")
        }
        return text
    }

    public func number(_ name: String, of object: String = "/") throws -> Double {
        switch try existingAttribute(name, of: object) {
        case .integer(let value): Double(value)
        case .real(let value): value
        default: throw problem(name, object, "is not a number")
        }
    }

    /// A whole number.
    ///
    /// It may be stored as a real number.
    public func integer(_ name: String, of object: String = "/") throws -> Int {
        switch try existingAttribute(name, of: object) {
        case .integer(let value): return value
        case .real(let value):
            guard let whole = Int(exactly: value) else {
                throw problem(name, object, "is not a whole number: \(value)")
            }
            return whole
        default: throw problem(name, object, "is not a number")
        }
    }

    /// Compares the file's `format_version` with those that a reader knows.
    ///
    /// - Parameter isOptional: whether the attribute may be absent.
    /// - Throws: ``StorageError`` that names the version and the versions that can be read.
    public func checkVersion(_ known: ClosedRange<Int>, isOptional: Bool = false) throws {
        if isOptional, try !hasAttribute("format_version") { return }
        let version = try integer("format_version")
        guard known.contains(version) else {
            let read =
                known.count == 1
                ? "\(known.lowerBound)" : "\(known.lowerBound) to \(known.upperBound)"
            throw StorageError(path, "format_version \(version); this Plumbline reads \(read)")
        }
    }
}
