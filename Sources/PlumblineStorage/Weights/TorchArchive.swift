import Foundation
import PlumblineTensors

/// What `torch.save` writes since PyTorch 1.6: a zip file with a pickle of the structure and a
/// member for every storage.
enum TorchArchive {
    private static let largestPickle = 256 << 20

    static func open(_ bytes: FileBytes) throws -> WeightFile {
        let path = bytes.path, archive = try ZipArchive(bytes)
        guard
            let (name, pickle) = archive.members.filter({ $0.key.hasSuffix("/data.pkl") }).min(by: {
                $0.key < $1.key
            })
        else {
            throw StorageError(path, "a zip file without data.pkl is no PyTorch archive")
        }
        guard pickle.size <= largestPickle else {
            throw StorageError(path, "data.pkl of \(pickle.size) bytes")
        }
        let folder = name.dropLast("data.pkl".count)
        if let order = archive.members["\(folder)byteorder"],
            try bytes.slice(order.offset, order.size, "byteorder") != Data("little".utf8)
        {
            throw StorageError(path, "its numbers are big-endian")
        }
        let data = try bytes.slice(pickle.offset, pickle.size, "data.pkl")
        let result = try Unpickler.read([UInt8](data), path: path)
        defer { result.release() }
        return try TorchTensors(result, path).file(bytes) { tensor in
            guard let member = archive.members["\(folder)data/\(tensor.key)"] else {
                throw StorageError(path, "no storage \(tensor.key)")
            }
            return (member.offset, member.size)
        }
    }
}

/// What `torch.save` wrote before PyTorch 1.6: a magic number, the protocol, facts of the system,
/// the structure and the list of storages as pickles, then each storage's size and values.
enum LegacyTorchFile {
    /// The pickle of the magic number.
    static let signature: [UInt8] = [
        0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
    ]
    /// More bytes of pickles than any checkpoint has.
    private static let largestPickles = 256 << 20

    static func open(_ bytes: FileBytes) throws -> WeightFile {
        let path = bytes.path
        let head = [UInt8](
            try bytes.slice(0, min(bytes.count, largestPickles), "the structure"))
        // The protocol, and facts of the system, of which only the byte order matters.
        let number = try Unpickler.read(head, from: signature.count, path: path)
        let system = try Unpickler.read(head, from: number.end, path: path)
        defer { system.release() }
        if case .dictionary(let facts) = system.value {
            for case (.string("little_endian"), .bool(false)) in facts.items {
                throw StorageError(path, "its numbers are big-endian")
            }
        }
        let result = try Unpickler.read(head, from: system.end, path: path)
        defer { result.release() }
        let list = try Unpickler.read(head, from: result.end, path: path)
        defer { list.release() }
        guard case .list(let keys) = list.value else {
            throw StorageError(path, "its list of storages is no list")
        }
        let tensors = try TorchTensors(result, path)
        var places: [String: (offset: Int, size: Int)] = [:], place = list.end
        for case .string(let key) in keys.items {
            let count = Int(clamping: try bytes.number(place, as: Int64.self, "storage \(key)"))
            // A storage that no tensor here uses has an unknown type; all after it are then lost.
            guard let format = tensors.formats[key] else {
                throw StorageError(path, "storage \(key) belongs to nothing that is read")
            }
            let (size, overflow) = count.multipliedReportingOverflow(by: format.size)
            guard count >= 0, !overflow, size <= bytes.count - place - 8 else {
                throw StorageError(path, "storage \(key) reaches beyond the end (truncated?)")
            }
            places[key] = (place + 8, size)
            place += 8 + size
        }
        return try tensors.file(bytes) { tensor in
            guard let found = places[tensor.key] else {
                throw StorageError(path, "no storage \(tensor.key)")
            }
            return found
        }
    }
}
