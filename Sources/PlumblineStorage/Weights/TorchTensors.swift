import Foundation
import PlumblineTensors

/// The dictionaries of tensors that a pickle of PyTorch holds, wherever they are nested.
struct TorchTensors {
    private let path: String
    private var found: [(key: String, tensors: [(name: String, tensor: PickledTensor)])] = []
    /// The types of storages, by their keys.
    private(set) var formats: [String: NumberFormat] = [:]
    /// Dictionaries within dictionaries that are looked into.
    private static let deepest = 6
    private static let most = 1000

    /// - Throws: ``StorageError`` where there is no tensor at all.
    init(_ result: Unpickler.Result, _ path: String) throws {
        self.path = path
        var seen: Set<ObjectIdentifier> = []
        if case .dictionary(let root) = result.value { collect(root, "", 0, &seen) }
        guard !found.isEmpty else {
            let opaque = result.firstOpaque.map { " (it holds \($0))" } ?? ""
            throw StorageError(
                path, "holds no dictionary of weights\(opaque); save model.state_dict()")
        }
        // A repeated name: the last one counts, as in Python.
        for index in found.indices {
            var last: [String: PickledTensor] = [:]
            for (name, tensor) in found[index].tensors { last[name] = tensor }
            found[index].tensors = last.map { ($0.key, $0.value) }
        }
    }

    private mutating func collect(
        _ dictionary: PickleDictionary, _ key: String, _ depth: Int,
        _ seen: inout Set<ObjectIdentifier>
    ) {
        guard depth <= Self.deepest, found.count < Self.most,
            seen.insert(ObjectIdentifier(dictionary)).inserted
        else { return }
        var tensors: [(String, PickledTensor)] = []
        for case (.string(let name), let value) in dictionary.items {
            switch value {
            case .tensor(let tensor):
                tensors.append((name, tensor))
                formats[tensor.key] = tensor.format
            case .dictionary(let inner):
                collect(inner, key.isEmpty ? name : "\(key).\(name)", depth + 1, &seen)
            default: break
            }
        }
        if !tensors.isEmpty { found.append((key, tensors)) }
    }

    /// - Parameter place: where a tensor's storage lies in the file, and its bytes.
    func file(
        _ bytes: FileBytes, place: (PickledTensor) throws -> (offset: Int, size: Int)
    ) throws -> WeightFile {
        var entries: [String: [String: (tensor: PickledTensor, offset: Int)]] = [:]
        for (key, tensors) in found {
            for (name, tensor) in tensors {
                let storage = try place(tensor)
                guard
                    tensor.storageCount.multipliedReportingOverflow(by: tensor.format.size)
                        == (storage.size, false)
                else {
                    throw StorageError(
                        path,
                        "\(name): a storage of \(tensor.storageCount) values in "
                            + "\(storage.size) bytes")
                }
                guard Self.fits(tensor) else {
                    throw StorageError(
                        path,
                        "\(name): shape \(tensor.shape), strides \(tensor.strides) and offset "
                            + "\(tensor.offset) reach beyond its storage")
                }
                entries[key, default: [:]][name] = (tensor, storage.offset)
            }
        }
        let candidates = found.map { key, _ in
            WeightFile.Candidate(key: key, shapes: entries[key]!.mapValues(\.tensor.shape))
        }
        let path = path
        return WeightFile(path: path, format: .torch, candidates: candidates) { key, name in
            guard let entry = entries[key]?[name] else {
                throw StorageError(path, "no tensor \(name)")
            }
            let all = entry.tensor.format.floats(
                bytes, at: entry.offset, count: entry.tensor.storageCount)
            return Self.gathered(all, entry.tensor)
        }
    }

    /// A repeated entry (stride 0) may make a tensor larger than its storage, within a bound.
    private static func fits(_ tensor: PickledTensor) -> Bool {
        guard let count = checkedCount(tensor.shape), tensor.offset >= 0,
            tensor.strides.allSatisfy({ $0 >= 0 })
        else { return false }
        if count == 0 { return tensor.offset <= tensor.storageCount }
        guard count / 1024 <= tensor.storageCount, count <= 1 << 31 else { return false }
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
        if count == 0 { return .zeros(tensor.shape) }
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
