import Foundation
import Tensors

/// What `torch.save` writes since PyTorch 1.6: a zip file with a pickle of the structure and a
/// member for every storage.
enum TorchArchive {
    private static let largestPickle = 256 << 20
    /// Under which keys training scripts keep the weights.
    private static let nests = [
        "state_dict", "model_state_dict", "model", "net", "network", "weights", "teacher",
        "student", "module",
    ]

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
        let root = try Unpickler.value(
            try bytes.slice(pickle.offset, pickle.size, "data.pkl"), path: path)
        let folder = name.dropLast("data.pkl".count)
        if let order = archive.members["\(folder)byteorder"],
            try bytes.slice(order.offset, order.size, "byteorder") != Data("little".utf8)
        {
            throw StorageError(path, "its numbers are big-endian")
        }
        var entries: [String: (tensor: PickledTensor, offset: Int)] = [:]
        for (key, tensor) in try stateDictionary(root, path) {
            guard let member = archive.members["\(folder)data/\(tensor.key)"] else {
                throw StorageError(path, "\(key): no storage \(tensor.key)")
            }
            guard
                tensor.storageCount.multipliedReportingOverflow(by: tensor.format.size) == (
                    member.size, false
                )
            else {
                throw StorageError(
                    path,
                    "\(key): a storage of \(tensor.storageCount) values in \(member.size) bytes")
            }
            guard fits(tensor) else {
                throw StorageError(
                    path,
                    "\(key): shape \(tensor.shape), strides \(tensor.strides) and offset \(tensor.offset) reach beyond its storage"
                )
            }
            entries[key] = (tensor, member.offset)
        }
        return WeightFile(path: path, format: .torch, shapes: entries.mapValues(\.tensor.shape)) {
            name in
            guard let entry = entries[name] else { throw StorageError(path, "no tensor \(name)") }
            let all = entry.tensor.format.floats(
                bytes, at: entry.offset, count: entry.tensor.storageCount)
            return gathered(all, entry.tensor)
        }
    }

    private static func stateDictionary(_ root: PickleValue, _ path: String) throws -> [(
        String, PickledTensor
    )] {
        guard case .dictionary(let dictionary) = root else {
            throw StorageError(path, "holds no dictionary of weights; save model.state_dict()")
        }
        func tensors(_ dictionary: PickleDictionary) -> [(String, PickledTensor)] {
            dictionary.items.compactMap { item in
                guard case .string(let name) = item.key, case .tensor(let tensor) = item.value
                else { return nil }
                return (name, tensor)
            }
        }
        let direct = tensors(dictionary)
        if !direct.isEmpty { return direct }
        var keys: [String] = []
        for nest in nests {
            for (key, value) in dictionary.items {
                if case .string(nest) = key, case .dictionary(let inner) = value,
                    !tensors(inner).isEmpty
                {
                    return tensors(inner)
                }
            }
        }
        for case (.string(let key), _) in dictionary.items { keys.append(key) }
        throw StorageError(
            path,
            "no weights at its top or under \(nests.joined(separator: ", ")); it has \(keys.prefix(8).joined(separator: ", "))"
        )
    }

    private static func fits(_ tensor: PickledTensor) -> Bool {
        guard let count = checkedCount(tensor.shape), tensor.offset >= 0,
            tensor.strides.allSatisfy({ $0 >= 0 })
        else { return false }
        // No tensor is larger than its storage: a repeated entry (stride 0) is no weight.
        guard count <= tensor.storageCount else { return false }
        if count == 0 { return true }
        var last = tensor.offset
        for (size, stride) in zip(tensor.shape, tensor.strides) {
            let (reach, overflow) = (size - 1).multipliedReportingOverflow(by: stride)
            let (sum, beyond) = last.addingReportingOverflow(reach)
            guard !overflow, !beyond else { return false }
            last = sum
        }
        return last < tensor.storageCount
    }

    private static func gathered(_ all: Tensor, _ tensor: PickledTensor) -> Tensor {
        var expected = 1, isContiguous = true
        for (size, stride) in zip(tensor.shape, tensor.strides).reversed() {
            if size != 1 && stride != expected { isContiguous = false }
            expected *= size
        }
        let count = tensor.shape.reduce(1, *)
        if isContiguous {
            return all.sliced(0, tensor.offset..<tensor.offset + count).reshaped(tensor.shape)
        }
        let values = all.values
        return Tensor(
            (0..<count).map { index in
                var rest = index, place = tensor.offset
                for (size, stride) in zip(tensor.shape, tensor.strides).reversed() {
                    place += rest % size * stride
                    rest /= size
                }
                return values[place]
            }, shape: tensor.shape)
    }
}
