import Foundation

/// What `torch.save` wrote before PyTorch 1.6 (`torch/serialization.py`, `_legacy_save`).
///
/// Five pickles: a magic number, a version, the machine, the structure, and the keys of the
/// storages. Then each storage: the number of its values in eight bytes, and the values.
enum LegacyTorchFile {
    /// 0x1950a86a20f9469cfc6c, lowest byte first.
    private static let magic: [UInt8] = [
        0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19,
    ]

    /// Whether a file begins like a pickle.
    static func isPickle(_ bytes: FileBytes) -> Bool {
        bytes.count > 2 && bytes[0] == 0x80 && (2...5).contains(bytes[1])
    }

    static func open(_ bytes: FileBytes) throws -> WeightFile {
        let path = bytes.path
        guard hasMagic(bytes) else {
            throw StorageError(
                path,
                "is a pickle that torch.save did not write (pickle.dump?); "
                    + "save the weights with torch.save(model.state_dict(), ...)"
            )
        }
        let limit = min(bytes.count, TorchArchive.largestPickle)
        var place = 0
        func next() throws -> Pickle {
            let pickle = try Unpickler.read(bytes, place..<limit)
            place = pickle.end
            return pickle
        }
        _ = try next()
        guard case .int(1001) = try next().root else {
            throw StorageError(
                path, "has an unknown version of the format before PyTorch 1.6; 1001 is read")
        }
        let machine = try next()
        if case .dictionary(let entries) = machine.root {
            for case (.string("little_endian"), .bool(false)) in entries.items {
                throw StorageError(path, "its numbers are big-endian")
            }
        }
        let structure = try next()
        let tensors = try TorchTensors(structure, path)
        let keys = try next()
        let storages = try storages(keys.root, structure.storages, from: place, bytes)
        return try tensors.file(bytes) { tensor in
            if let place = storages.places[tensor.key] { return place }
            guard let unknown = storages.unknown else {
                throw StorageError(path, "no storage \(tensor.key)")
            }
            throw StorageError(
                path,
                "storage \(tensor.key) comes after \(unknown), whose size is not known; "
                    + "save it again with PyTorch 1.6 or later"
            )
        }
    }

    /// Python writes the number with or without a frame around it.
    private static func hasMagic(_ bytes: FileBytes) -> Bool {
        let start = (0..<min(bytes.count, 32)).map { bytes[$0] }
        return start.indices.contains { start[$0...].starts(with: magic) }
    }

    private struct Storages {
        var places: [String: TorchTensors.Place] = [:]
        /// The first storage whose size is not known.
        ///
        /// The place of all storages after it is not known either.
        var unknown: String?
    }

    /// The size of a storage in bytes follows from its type, which the structure names.
    private static func storages(
        _ keys: PickleValue, _ known: [String: PickledStorage], from start: Int,
        _ bytes: FileBytes
    ) throws -> Storages {
        let path = bytes.path
        guard case .list(let list) = keys else {
            throw StorageError(path, "its list of storages is no list")
        }
        var storages = Storages()
        var place = start
        for item in list.items {
            let key: String
            switch item {
            case .string(let text): key = text
            case .int(let number): key = String(number)
            default: throw StorageError(path, "has a storage whose key is no text")
            }
            guard let storage = known[key] else {
                storages.unknown = "storage \(key)"
                return storages
            }
            guard let valueSize = storage.size else {
                storages.unknown = "storage \(key) of \(storage.type)"
                return storages
            }
            guard storages.places[key] == nil else {
                throw StorageError(path, "storage \(key) is there twice")
            }
            let count = Int(
                clamping: try bytes.number(place, as: Int64.self, "the size of storage \(key)"))
            place += 8
            let size = count.multipliedReportingOverflow(by: valueSize)
            guard count >= 0, !size.overflow, size.partialValue <= bytes.count - place else {
                throw StorageError(
                    path,
                    "storage \(key) of \(count) values reaches beyond the end (truncated?)")
            }
            guard count == storage.count else {
                throw StorageError(
                    path, "storage \(key) has \(count) values and not \(storage.count)")
            }
            storages.places[key] = TorchTensors.Place(offset: place, size: size.partialValue)
            place += size.partialValue
        }
        return storages
    }
}
