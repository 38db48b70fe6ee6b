import CHDF5
import Foundation
import Tensors

/// An HDF5 file that h5py opens as it is. The library underneath is not thread-safe: use files from
/// one thread.
public final class HDF5File {
    public let path: String
    private let file: hid_t
    private var isClosed = false

    /// No single dataset that is read may claim more than this many bytes.
    static let largestDataset = 8 << 30

    private init(path: String, file: hid_t) {
        self.path = path
        self.file = file
    }

    deinit { if !isClosed { H5Fclose(file) } }

    /// Sets the library up once: errors are thrown here, not printed there, and nothing is left for
    /// it to do at exit, where it would try again to write what a full disk refused, and crash.
    private static let isReady: Bool = H5dont_atexit() >= 0 && plumbline_h5_silence() >= 0

    /// - Throws: ``StorageError`` where the file is missing, truncated or no HDF5 file.
    public static func open(_ path: String) throws -> HDF5File {
        precondition(isReady, "HDF5 does not start")
        guard FileManager.default.fileExists(atPath: path) else {
            throw StorageError(path, "no such file")
        }
        let file = H5Fopen(path, plumbline_h5_read_only(), plumbline_h5_default())
        guard file >= 0 else {
            throw StorageError(path, "not a readable HDF5 file (truncated, or another format)")
        }
        return HDF5File(path: path, file: file)
    }

    /// Writes a file aside, flushes it to the disk, and renames it into place: a reader sees the
    /// old file or the new, and a failure leaves the old.
    ///
    /// - Parameter durable: also wait for the disk. A process that is killed loses nothing without
    ///   it; a machine that loses power may.
    public static func write(
        _ path: String, durable: Bool = true, _ body: (HDF5File) throws -> Void
    ) throws {
        precondition(isReady, "HDF5 does not start")
        let aside = path + ".partial"
        // The newer format checksums its metadata: a damaged file is noticed where the older one
        // misleads the library.
        let access = H5Pcreate(plumbline_h5_file_access())
        defer { H5Pclose(access) }
        H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110)
        let id = H5Fcreate(aside, plumbline_h5_truncate(), plumbline_h5_default(), access)
        guard id >= 0 else {
            throw StorageError(path, "cannot create the file: \(String(cString: strerror(errno)))")
        }
        let file = HDF5File(path: path, file: id)
        do {
            try body(file)
            guard H5Fflush(id, H5F_SCOPE_GLOBAL) >= 0 else {
                throw StorageError(path, "cannot write: is the disk full?")
            }
            file.isClosed = true
            guard H5Fclose(id) >= 0 else {
                throw StorageError(path, "cannot write: is the disk full?")
            }
            if durable {
                let descriptor = Foundation.open(aside, O_RDONLY)
                defer { Foundation.close(descriptor) }
                guard descriptor >= 0, fsync(descriptor) == 0 else {
                    throw StorageError(path, "cannot write: is the disk full?")
                }
            }
            guard rename(aside, path) == 0 else {
                throw StorageError(
                    path, "cannot put the file in place: \(String(cString: strerror(errno)))")
            }
        } catch {
            if !file.isClosed { file.isClosed = true; H5Fclose(id) }
            unlink(aside)
            throw error
        }
    }

    // MARK: Looking

    public func exists(_ name: String) -> Bool {
        var prefix = ""
        for part in name.split(separator: "/") {
            prefix += "/" + part
            guard H5Lexists(file, prefix, plumbline_h5_default()) > 0 else { return false }
        }
        return true
    }

    /// Names of the datasets below `group`, relative to it.
    public func datasets(in group: String) -> [String] {
        guard exists(group) else { return [] }
        var found: [String] = []
        var pending = [""]
        while let prefix = pending.popLast() {
            let id = H5Gopen2(file, group + prefix, plumbline_h5_default())
            guard id >= 0 else { continue }
            defer { H5Gclose(id) }
            var info = H5G_info_t()
            guard H5Gget_info(id, &info) >= 0 else { continue }
            for index in 0..<info.nlinks {
                var buffer = [CChar](repeating: 0, count: 1024)
                guard
                    H5Lget_name_by_idx(
                        id, ".", H5_INDEX_NAME, H5_ITER_INC, index, &buffer, buffer.count,
                        plumbline_h5_default()) > 0
                else { continue }
                let name =
                    prefix + "/"
                    + String(
                        decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) },
                        as: UTF8.self)
                let object = H5Oopen(file, group + name, plumbline_h5_default())
                guard object >= 0 else { continue }
                defer { H5Oclose(object) }
                switch H5Iget_type(object) {
                case H5I_GROUP where name.split(separator: "/").count < 16: pending.append(name)
                case H5I_DATASET: found.append(String(name.dropFirst()))
                default: break
                }
            }
        }
        return found.sorted()
    }

    /// - Throws: ``StorageError`` where there is no such dataset.
    public func shape(of name: String) throws -> [Int] {
        try withDataset(name) { try shape($0, name) }
    }

    private func shape(_ dataset: hid_t, _ name: String) throws -> [Int] {
        let space = H5Dget_space(dataset)
        defer { H5Sclose(space) }
        let rank = H5Sget_simple_extent_ndims(space)
        guard rank >= 0 else { throw StorageError(path, "\(name) has no simple shape") }
        var sizes = [hsize_t](repeating: 0, count: Int(rank))
        H5Sget_simple_extent_dims(space, &sizes, nil)
        var total = 1
        for size in sizes {
            let (product, overflow) = total.multipliedReportingOverflow(by: Int(clamping: size))
            guard !overflow, product <= Self.largestDataset else {
                throw StorageError(path, "\(name) claims a size of \(sizes)")
            }
            total = product
        }
        return sizes.map { Int($0) }
    }

    private func withDataset<Result>(_ name: String, _ body: (hid_t) throws -> Result) throws
        -> Result
    {
        guard exists(name) else { throw StorageError(path, "no dataset \(name)") }
        let dataset = H5Dopen2(file, name, plumbline_h5_default())
        guard dataset >= 0 else { throw StorageError(path, "\(name) is no dataset") }
        defer { H5Dclose(dataset) }
        return try body(dataset)
    }

    // MARK: Arrays

    /// - Parameter expected: refuse another shape before anything is read.
    public func tensor(_ name: String, expected: [Int]? = nil) throws -> Tensor {
        let (values, shape): ([Float], [Int]) = try array(name, plumbline_h5_float(), 0, expected)
        return Tensor(values, shape: shape)
    }

    public func integers(_ name: String) throws -> [Int] {
        let (values, _): ([Int64], [Int]) = try array(name, plumbline_h5_int64(), 0, nil)
        return values.map { Int($0) }
    }

    private func array<Element: BitwiseCopyable>(
        _ name: String, _ type: hid_t, _ zero: Element, _ expected: [Int]?
    ) throws -> ([Element], [Int]) {
        try withDataset(name) { dataset in
            let shape = try shape(dataset, name)
            if let expected, expected != shape {
                throw StorageError(path, "\(name) has shape \(shape), \(expected) is wanted")
            }
            let count = shape.reduce(1, *)
            guard count <= Self.largestDataset / MemoryLayout<Element>.stride else {
                throw StorageError(path, "\(name) claims a size of \(shape)")
            }
            // A dataset may declare a size it has no bytes for.
            guard count == 0 || count < 1 << 20 || H5Dget_storage_size(dataset) > 0 else {
                throw StorageError(path, "\(name) claims a size of \(shape) and stores nothing")
            }
            let kind = H5Dget_type(dataset)
            defer { H5Tclose(kind) }
            guard [H5T_INTEGER, H5T_FLOAT].contains(H5Tget_class(kind)) else {
                throw StorageError(path, "\(name) does not hold numbers")
            }
            var values = [Element](repeating: zero, count: count)
            let status = values.withUnsafeMutableBytes {
                count == 0
                    ? 0 : H5Dread(dataset, type, 0, 0, plumbline_h5_default(), $0.baseAddress)
            }
            guard status >= 0 else {
                throw StorageError(path, "\(name) cannot be read: the file is damaged")
            }
            return (values, shape)
        }
    }

    public func write(_ name: String, _ tensor: Tensor) throws {
        try write(name, tensor.values, tensor.shape, plumbline_h5_float())
    }

    public func write(_ name: String, _ values: [UInt64]) throws {
        try write(name, values, [values.count], plumbline_h5_uint64())
    }

    public func unsignedIntegers(_ name: String) throws -> [UInt64] {
        let (values, _): ([UInt64], [Int]) = try array(name, plumbline_h5_uint64(), 0, nil)
        return values
    }

    private func write<Element: BitwiseCopyable>(
        _ name: String, _ values: [Element], _ shape: [Int], _ type: hid_t
    ) throws {
        try create(name, type, shape) { dataset in
            values.isEmpty
                ? 0
                : values.withUnsafeBytes {
                    H5Dwrite(dataset, type, 0, 0, plumbline_h5_default(), $0.baseAddress)
                }
        }
    }

    private func create(
        _ name: String, _ type: hid_t, _ shape: [Int], _ fill: (hid_t) throws -> herr_t
    ) throws {
        let sizes = shape.map { hsize_t($0) }
        let space =
            shape.isEmpty ? H5Screate(H5S_SCALAR) : H5Screate_simple(Int32(sizes.count), sizes, nil)
        let links = H5Pcreate(plumbline_h5_link_create())
        H5Pset_create_intermediate_group(links, 1)
        let dataset = H5Dcreate2(
            file, name, type, space, links, plumbline_h5_default(), plumbline_h5_default())
        defer { H5Dclose(dataset); H5Pclose(links); H5Sclose(space) }
        guard dataset >= 0, try fill(dataset) >= 0 else {
            throw StorageError(path, "cannot write \(name): is the disk full?")
        }
    }

    // MARK: Tables

    /// Writes a compound-type dataset, one row an entry. Texts are UTF-8 of fixed length: those of
    /// variable length live in HDF5's global heap, which carries no checksum, and a flipped bit
    /// there sends the library into an endless loop.
    public func write(_ name: String, _ table: Table) throws {
        let members = table.columns.map { Self.member(of: $0.values) }
        defer {
            for (member, column) in zip(members, table.columns) where column.values.isText {
                H5Tclose(member.type)
            }
        }
        let compound = H5Tcreate(H5T_COMPOUND, max(1, members.reduce(0) { $0 + $1.size }))
        defer { H5Tclose(compound) }
        var offset = 0
        for (member, column) in zip(members, table.columns) {
            H5Tinsert(compound, column.name, offset, member.type)
            offset += member.size
        }
        guard !table.columns.isEmpty else { throw StorageError(path, "\(name) has no columns") }
        try create(name, compound, [table.rowCount]) { dataset in
            guard table.rowCount > 0 else { return 0 }
            // Column by column: a memory type with one field writes that field alone.
            for (member, column) in zip(members, table.columns) {
                let field = H5Tcreate(H5T_COMPOUND, member.size)
                defer { H5Tclose(field) }
                H5Tinsert(field, column.name, 0, member.type)
                let status: herr_t
                switch column.values {
                case .reals(let values):
                    status = H5Dwrite(dataset, field, 0, 0, plumbline_h5_default(), values)
                case .integers(let values):
                    status = H5Dwrite(
                        dataset, field, 0, 0, plumbline_h5_default(), values.map { Int64($0) })
                case .texts(let values):
                    let bytes = values.flatMap { text in
                        Array(text.utf8)
                            + [UInt8](repeating: 0, count: member.size - text.utf8.count)
                    }
                    status = H5Dwrite(dataset, field, 0, 0, plumbline_h5_default(), bytes)
                }
                guard status >= 0 else { return status }
            }
            return 0
        }
    }

    public func table(_ name: String) throws -> Table {
        try withDataset(name) { dataset in
            let shape = try shape(dataset, name)
            let compound = H5Dget_type(dataset)
            defer { H5Tclose(compound) }
            guard shape.count == 1, H5Tget_class(compound) == H5T_COMPOUND, shape[0] <= 50_000_000
            else {
                throw StorageError(path, "\(name) is no table")
            }
            let rows = shape[0]
            var table = Table()
            for index in 0..<UInt32(max(0, H5Tget_nmembers(compound))) {
                guard let raw = H5Tget_member_name(compound, index) else {
                    throw StorageError(path, "\(name) has an unnamed column")
                }
                let column = String(cString: raw)
                H5free_memory(raw)
                let stored = H5Tget_member_type(compound, index), field: hid_t
                defer { H5Tclose(stored) }
                let failed = StorageError(
                    path, "\(name).\(column) cannot be read: the file is damaged")
                switch H5Tget_class(stored) {
                case H5T_FLOAT:
                    field = Self.field(column, plumbline_h5_double(), 8)
                    var values = [Double](repeating: 0, count: rows)
                    guard
                        rows == 0
                            || H5Dread(dataset, field, 0, 0, plumbline_h5_default(), &values) >= 0
                    else { throw failed }
                    table.add(column, .reals(values))
                case H5T_INTEGER:
                    field = Self.field(column, plumbline_h5_int64(), 8)
                    var values = [Int64](repeating: 0, count: rows)
                    guard
                        rows == 0
                            || H5Dread(dataset, field, 0, 0, plumbline_h5_default(), &values) >= 0
                    else { throw failed }
                    table.add(column, .integers(values.map { Int($0) }))
                case H5T_STRING:
                    let width = H5Tget_size(stored)
                    guard H5Tis_variable_str(stored) == 0, width > 0, width <= 1 << 16,
                        rows * width <= Self.largestDataset
                    else {
                        throw StorageError(path, "\(name).\(column) is no text of fixed length")
                    }
                    field = Self.field(column, stored, width)
                    var bytes = [UInt8](repeating: 0, count: rows * width)
                    guard
                        rows == 0
                            || H5Dread(dataset, field, 0, 0, plumbline_h5_default(), &bytes) >= 0
                    else { throw failed }
                    let texts = (0..<rows).map { row in
                        String(
                            decoding: bytes[(row * width)..<((row + 1) * width)].prefix { $0 != 0 },
                            as: UTF8.self)
                    }
                    table.add(column, .texts(texts))
                default: throw StorageError(path, "\(name).\(column) is neither text nor number")
                }
                H5Tclose(field)
            }
            return table
        }
    }

    /// A memory type that names one column.
    private static func field(_ column: String, _ type: hid_t, _ size: Int) -> hid_t {
        let field = H5Tcreate(H5T_COMPOUND, size)
        H5Tinsert(field, column, 0, type)
        return field
    }

    private static func member(of values: Table.Values) -> (type: hid_t, size: Int) {
        switch values {
        case .reals: return (plumbline_h5_double(), 8)
        case .integers: return (plumbline_h5_int64(), 8)
        case .texts(let texts):
            let size = max(1, texts.map(\.utf8.count).max() ?? 1)
            return (textType(size: size), size)
        }
    }

    private static func textType(size: Int) -> hid_t {
        let type = H5Tcopy(plumbline_h5_c_string())
        H5Tset_size(type, size)
        H5Tset_cset(type, H5T_CSET_UTF8)
        H5Tset_strpad(type, H5T_STR_NULLPAD)
        return type
    }

    // MARK: Attributes

    public func setAttribute(_ name: String, _ value: String, of object: String = "/") throws {
        let bytes = value.isEmpty ? [0] : Array(value.utf8)
        let type = Self.textType(size: bytes.count)
        defer { H5Tclose(type) }
        try setAttribute(name, of: object, type, bytes)
    }

    public func setAttribute(_ name: String, _ value: Int, of object: String = "/") throws {
        try setAttribute(name, of: object, plumbline_h5_int64(), [Int64(value)])
    }

    public func setAttribute(_ name: String, _ value: Double, of object: String = "/") throws {
        try setAttribute(name, of: object, plumbline_h5_double(), [value])
    }

    private func setAttribute<Element: BitwiseCopyable>(
        _ name: String, of object: String, _ type: hid_t, _ value: [Element]
    ) throws {
        let space = H5Screate(H5S_SCALAR)
        let id = H5Acreate_by_name(
            file, object, name, type, space, plumbline_h5_default(), plumbline_h5_default(),
            plumbline_h5_default())
        defer { H5Aclose(id); H5Sclose(space) }
        guard id >= 0, value.withUnsafeBytes({ H5Awrite(id, type, $0.baseAddress) }) >= 0 else {
            throw StorageError(path, "cannot write attribute \(name) of \(object)")
        }
    }

    /// A text attribute, of fixed or variable length.
    public func text(_ name: String, of object: String = "/") throws -> String {
        try withAttribute(name, object) { id, type in
            guard H5Tget_class(type) == H5T_STRING else {
                throw StorageError(path, "attribute \(name) of \(object) is no text")
            }
            if H5Tis_variable_str(type) > 0 {  // as h5py writes them
                let memory = H5Tcopy(plumbline_h5_c_string())
                defer { H5Tclose(memory) }
                H5Tset_size(memory, plumbline_h5_variable())
                H5Tset_cset(memory, H5Tget_cset(type))
                var pointer: UnsafeMutablePointer<CChar>?
                guard H5Aread(id, memory, &pointer) >= 0 else {
                    throw StorageError(path, "attribute \(name) cannot be read")
                }
                defer { H5free_memory(pointer) }
                return pointer.map { String(cString: $0) } ?? ""
            }
            let size = H5Tget_size(type)
            guard size > 0, size <= 1 << 24 else {
                throw StorageError(path, "attribute \(name) claims \(size) bytes")
            }
            var bytes = [UInt8](repeating: 0, count: size)
            guard H5Aread(id, type, &bytes) >= 0 else {
                throw StorageError(path, "attribute \(name) cannot be read")
            }
            return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    public func number(_ name: String, of object: String = "/") throws -> Double {
        try withAttribute(name, object) { id, type in
            var value = 0.0
            guard [H5T_INTEGER, H5T_FLOAT].contains(H5Tget_class(type)),
                H5Aread(id, plumbline_h5_double(), &value) >= 0
            else {
                throw StorageError(path, "attribute \(name) of \(object) is no number")
            }
            return value
        }
    }

    public func integer(_ name: String, of object: String = "/") throws -> Int {
        let value = try number(name, of: object)
        guard let whole = Int(exactly: value) else {
            throw StorageError(path, "attribute \(name) of \(object) is no whole number: \(value)")
        }
        return whole
    }

    public func hasAttribute(_ name: String, of object: String = "/") -> Bool {
        (object == "/" || exists(object))
            && H5Aexists_by_name(file, object, name, plumbline_h5_default()) > 0
    }

    private func withAttribute<Result>(
        _ name: String, _ object: String, _ body: (hid_t, hid_t) throws -> Result
    ) throws -> Result {
        guard hasAttribute(name, of: object) else {
            throw StorageError(path, "no attribute \(name) of \(object)")
        }
        let id = H5Aopen_by_name(file, object, name, plumbline_h5_default(), plumbline_h5_default())
        let space = H5Aget_space(id), type = H5Aget_type(id)
        defer { H5Tclose(type); H5Sclose(space); H5Aclose(id) }
        guard id >= 0, H5Sget_simple_extent_npoints(space) == 1 else {
            throw StorageError(path, "attribute \(name) of \(object) is no single value")
        }
        return try body(id, type)
    }
}
