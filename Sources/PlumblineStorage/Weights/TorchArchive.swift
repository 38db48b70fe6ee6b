import Foundation

/// What `torch.save` writes since PyTorch 1.6: a zip file with a pickle of the structure, and a
/// member for every storage.
///
/// ``LegacyTorchFile`` reads older files.
enum TorchArchive {
    static let largestPickle = 256 << 20

    static func open(_ bytes: FileBytes) throws -> WeightFile {
        let path = bytes.path
        let archive = try ZipArchive(bytes)
        guard
            let name = archive.members.keys.filter({
                $0 == "data.pkl" || $0.hasSuffix("/data.pkl")
            }).min()
        else { throw StorageError(path, other(archive)) }
        let folder = name.dropLast("data.pkl".count)
        let member = try archive.member(name)
        guard member.size <= largestPickle else {
            throw StorageError(
                path, "its data.pkl has \(member.size) bytes; at most \(largestPickle) are read")
        }
        if archive.members.keys.contains(where: { $0.hasPrefix("\(folder)code/") }) {
            throw StorageError(
                path,
                "is a TorchScript program (torch.jit.save), which is not run; "
                    + "save the weights alone: torch.save(model.state_dict(), ...)"
            )
        }
        if archive.members["\(folder)byteorder"] != nil {
            let order = try archive.member("\(folder)byteorder")
            guard try bytes.slice(order.offset, order.size, "byteorder") == Data("little".utf8)
            else { throw StorageError(path, "its numbers are big-endian") }
        }
        let pickle = try Unpickler.read(bytes, member.offset..<member.offset + member.size)
        return try TorchTensors(pickle, path).file(bytes) { tensor in
            let name = "\(folder)data/\(tensor.key)"
            guard archive.members[name] != nil else {
                throw StorageError(path, "no storage \(tensor.key)")
            }
            let member = try archive.member(name)
            return TorchTensors.Place(offset: member.offset, size: member.size)
        }
    }

    /// What is wrong with a zip file that has no pickle.
    private static func other(_ archive: ZipArchive) -> String {
        let names = archive.members.keys
        if names.contains("model.weights.h5") {
            return
                "is a Keras 3 archive; save its weights with model.save_weights(\"x.weights.h5\")"
        }
        if names.contains(where: { $0.hasSuffix(".npy") }) {
            return "is a zip file of NumPy arrays (.npz), which is not read; save safetensors"
        }
        let inner = names.filter { name in
            [".pt", ".pth", ".bin", ".ckpt", ".safetensors", ".h5"].contains(where: name.hasSuffix)
        }.sorted()
        if !inner.isEmpty {
            return "is a zip file around \(inner.prefix(3).joined(separator: ", ")): unpack it"
        }
        return "is a zip file without data.pkl: no PyTorch archive"
    }
}
