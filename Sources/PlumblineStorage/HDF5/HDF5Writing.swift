import CHDF5
import Foundation
import PlumblineTensors

extension HDF5File {
    private func writer() throws -> hid_t {
        guard case .writing(let file) = side else {
            throw StorageError(path, "is being read, not written")
        }
        return file
    }

    // MARK: Arrays

    public func write(_ name: String, _ tensor: Tensor) throws {
        try write(name, tensor.values, tensor.shape, plumbline_h5_float())
    }

    public func write(_ name: String, _ values: [UInt64]) throws {
        try write(name, values, [values.count], plumbline_h5_uint64())
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
        let file = try writer()
        let sizes = shape.map { hsize_t($0) }
        let space =
            shape.isEmpty ? H5Screate(H5S_SCALAR) : H5Screate_simple(Int32(sizes.count), sizes, nil)
        let creation = H5Pcreate(plumbline_h5_dataset_create())
        H5Pset_obj_track_times(creation, false)
        defer {
            H5Pclose(creation)
            H5Sclose(space)
        }
        createGroups(of: name, in: file)
        let dataset = H5Dcreate2(
            file, name, type, space, plumbline_h5_default(), creation, plumbline_h5_default())
        guard dataset >= 0 else {
            let error = Self.refusal(path, "cannot write \(name)")
            guard H5Lexists(file, name, plumbline_h5_default()) <= 0 else {
                throw StorageError(path, "cannot write \(name): the file has one of this name")
            }
            throw error
        }
        defer { H5Dclose(dataset) }
        guard try fill(dataset) >= 0 else { throw Self.refusal(path, "cannot write \(name)") }
    }

    /// Creates the groups that a name leads through, if they are not there.
    ///
    /// No object has the time of its creation, so the same contents are the same bytes. Where a
    /// group cannot be created, the caller's data set fails.
    private func createGroups(of name: String, in file: hid_t) {
        let parts = name.split(separator: "/").dropLast()
        for count in 0..<parts.count {
            let group = parts[...count].joined(separator: "/")
            guard H5Lexists(file, group, plumbline_h5_default()) == 0 else { continue }
            let creation = H5Pcreate(plumbline_h5_group_create())
            H5Pset_obj_track_times(creation, false)
            let id = H5Gcreate2(
                file, group, plumbline_h5_default(), creation, plumbline_h5_default())
            if id >= 0 { H5Gclose(id) }
            H5Pclose(creation)
        }
    }

    // MARK: Tables

    /// Writes a data set of a compound type, with one entry per row.
    ///
    /// Texts are UTF-8 of fixed length. HDF5 stores texts of variable length in its global heap,
    /// which has no checksum.
    public func write(_ name: String, _ table: Table) throws {
        guard !table.columns.isEmpty else { throw StorageError(path, "\(name) has no columns") }
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
            guard H5Tinsert(compound, column.name, offset, member.type) >= 0 else {
                throw Self.refusal(path, "cannot write \(name).\(column.name)")
            }
            offset += member.size
        }
        try create(name, compound, [table.rowCount]) { dataset in
            guard table.rowCount > 0 else { return 0 }
            // Writes column by column: a memory type with one field writes only that field.
            for (member, column) in zip(members, table.columns) {
                let status = Self.write(column, member, to: dataset)
                guard status >= 0 else { return status }
            }
            return 0
        }
    }

    private static func write(
        _ column: (name: String, values: Table.Values), _ member: (type: hid_t, size: Int),
        to dataset: hid_t
    ) -> herr_t {
        let field = H5Tcreate(H5T_COMPOUND, member.size)
        defer { H5Tclose(field) }
        H5Tinsert(field, column.name, 0, member.type)
        switch column.values {
        case .reals(let values):
            return H5Dwrite(dataset, field, 0, 0, plumbline_h5_default(), values)
        case .integers(let values):
            let wide = values.map { Int64($0) }
            return H5Dwrite(dataset, field, 0, 0, plumbline_h5_default(), wide)
        case .texts(let values):
            return write(values, width: member.size, as: field, to: dataset)
        }
    }

    /// Writes a column of texts, some rows at a time: as texts they take far less memory.
    private static func write(
        _ column: TextColumn, width: Int, as field: hid_t, to dataset: hid_t
    ) -> herr_t {
        let padded = column.texts.map { text -> [UInt8] in
            // A longer text is one whose rows are gone.
            let bytes = text.utf8.prefix(width)
            return Array(bytes) + [UInt8](repeating: 0, count: width - bytes.count)
        }
        let space = H5Dget_space(dataset)
        defer { H5Sclose(space) }
        let rows = max(1, (4 << 20) / width)
        for start in stride(from: 0, to: column.count, by: rows) {
            let block = column.codes[start..<min(start + rows, column.count)]
            var bytes: [UInt8] = []
            bytes.reserveCapacity(block.count * width)
            for code in block { bytes += padded[Int(code)] }
            let count = hsize_t(block.count)
            guard
                H5Sselect_hyperslab(space, H5S_SELECT_SET, [hsize_t(start)], nil, [count], nil) >= 0
            else { return -1 }
            let memory = H5Screate_simple(1, [count], nil)
            defer { H5Sclose(memory) }
            let status = H5Dwrite(dataset, field, memory, space, plumbline_h5_default(), bytes)
            guard status >= 0 else { return status }
        }
        return 0
    }

    private static func member(of values: Table.Values) -> (type: hid_t, size: Int) {
        switch values {
        case .reals: return (plumbline_h5_double(), 8)
        case .integers: return (plumbline_h5_int64(), 8)
        case .texts(let column):
            let size = max(1, column.longest)
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

    /// Writes a text of variable length, which h5py reads as `str`.
    public func setAttribute(_ name: String, _ value: String, of object: String = "/") throws {
        // -1 is H5T_VARIABLE.
        let type = Self.textType(size: -1)
        defer { H5Tclose(type) }
        try value.withCString { try setAttribute(name, of: object, type, [$0]) }
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
        defer { H5Sclose(space) }
        let id = H5Acreate_by_name(
            try writer(), object, name, type, space, plumbline_h5_default(),
            plumbline_h5_default(), plumbline_h5_default())
        guard id >= 0 else {
            throw Self.refusal(path, "cannot write attribute \(name) of \(object)")
        }
        defer { H5Aclose(id) }
        guard value.withUnsafeBytes({ H5Awrite(id, type, $0.baseAddress) }) >= 0 else {
            throw Self.refusal(path, "cannot write attribute \(name) of \(object)")
        }
    }
}
