import Foundation
import PlumblineTensors

/// The dictionaries of tensors in a pickle of PyTorch, at any depth.
struct TorchTensors {
    typealias Dictionary = (key: String, tensors: [String: PickledTensor])

    /// Where the bytes of a storage are in the file.
    struct Place {
        let offset: Int
        let size: Int
    }

    private let path: String
    private var dictionaries: [Dictionary] = []
    private var visited = 0
    private var tensorCount = 0
    private var seen: Set<ObjectIdentifier> = []
    /// Containers within containers that are searched.
    private static let deepest = 6
    private static let mostDictionaries = 1000
    /// A tensor with repeated entries (stride 0) may be as many times as large as its storage.
    private static let mostRepeats = 64
    /// A tensor with no more values may repeat its entries without a limit.
    private static let harmlessCount = 1 << 20

    /// - Throws: ``StorageError`` if there is no tensor.
    init(_ pickle: Pickle, _ path: String) throws {
        self.path = path
        try visit(pickle.root, "", 0)
        guard !dictionaries.isEmpty else {
            let opaque = pickle.firstOpaque.map { " (it holds \($0))" } ?? ""
            throw StorageError(
                path, "holds no dictionary of weights\(opaque); save model.state_dict()")
        }
    }

    private mutating func visit(_ value: PickleValue, _ key: String, _ depth: Int) throws {
        guard depth <= Self.deepest else { return }
        switch value {
        case .dictionary(let dictionary):
            guard seen.insert(ObjectIdentifier(dictionary)).inserted else { return }
            try visit(dictionary, key, depth)
        case .list(let list):
            guard seen.insert(ObjectIdentifier(list)).inserted else { return }
            try visit(list.items, key, depth)
        case .tuple(let items, _): try visit(items, key, depth)
        default: break
        }
    }

    private mutating func count(_ added: Int) throws {
        visited += added
        guard visited <= PickleBudget.mostEntries else {
            throw StorageError(
                path, "its containers hold more than \(PickleBudget.mostEntries) values: refused")
        }
    }

    private mutating func visit(_ items: [PickleValue], _ key: String, _ depth: Int) throws {
        try count(items.count)
        for (index, item) in items.enumerated() {
            switch item {
            case .dictionary, .list, .tuple: try visit(item, below(key, "\(index)"), depth + 1)
            default: break
            }
        }
    }

    private mutating func visit(_ dictionary: PickleDictionary, _ key: String, _ depth: Int) throws
    {
        try count(dictionary.items.count)
        // Of two equal names the last one counts, as in Python.
        var tensors: [String: PickledTensor] = [:]
        for case (.string(let name), .tensor(let tensor)) in dictionary.items {
            tensors[name] = tensor
        }
        if !tensors.isEmpty {
            guard dictionaries.count < Self.mostDictionaries else {
                throw StorageError(
                    path, "holds more than \(Self.mostDictionaries) dictionaries of tensors")
            }
            tensorCount += tensors.count
            guard tensorCount <= WeightFile.mostTensors else {
                throw StorageError(
                    path, "holds more than \(WeightFile.mostTensors) tensors: refused")
            }
            dictionaries.append((key, tensors))
        }
        for (inner, value) in dictionary.items {
            switch (inner, value) {
            case (.string(let name), .dictionary), (.string(let name), .list),
                (.string(let name), .tuple):
                try visit(value, below(key, name), depth + 1)
            case (.int(let number), .dictionary):
                try visit(value, below(key, "\(number)"), depth + 1)
            default: break
            }
        }
    }

    private func below(_ key: String, _ name: String) -> String {
        key.isEmpty ? name : "\(key).\(name)"
    }

    /// - Parameter place: where the storage of a tensor is in the file. If it throws, reading that
    ///   tensor fails, and the others can still be read.
    func file(_ bytes: FileBytes, place: (PickledTensor) throws -> Place) throws -> WeightFile {
        var entries: [String: [String: (tensor: PickledTensor, place: Result<Place, any Error>)]] =
            [:]
        for (key, tensors) in dictionaries {
            var places: [String: (tensor: PickledTensor, place: Result<Place, any Error>)] = [:]
            for (name, tensor) in tensors {
                let storage = Result { try place(tensor) }
                try check(tensor, name, storage)
                places[name] = (tensor, storage)
            }
            entries[key] = places
        }
        let candidates = dictionaries.map { key, tensors in
            WeightFile.Candidate(key: key, shapes: tensors.mapValues(\.shape))
        }
        let path = path
        return WeightFile(path: path, format: .torch, candidates: candidates) { key, name in
            guard let entry = entries[key]?[name] else {
                throw StorageError(path, "no tensor \(name)")
            }
            return Self.gathered(bytes, at: try entry.place.get().offset, entry.tensor)
        }
    }

    private func check(
        _ tensor: PickledTensor, _ name: String, _ storage: Result<Place, any Error>
    ) throws {
        if case .success(let place) = storage {
            let size = tensor.storageCount.multipliedReportingOverflow(by: tensor.format.size)
            // A storage of bytes may end with a part of a value.
            guard !size.overflow, size.partialValue <= place.size,
                place.size - size.partialValue < tensor.format.size
            else {
                throw StorageError(
                    path,
                    "\(name): a storage of \(tensor.storageCount) values in \(place.size) bytes")
            }
        }
        guard Self.fits(tensor) else {
            throw StorageError(
                path,
                "\(name): shape \(tensor.shape), strides \(tensor.strides) and offset "
                    + "\(tensor.offset) reach beyond its storage")
        }
    }

    /// Whether every entry is within the storage, and no entry is repeated too often.
    private static func fits(_ tensor: PickledTensor) -> Bool {
        guard let count = checkedCount(tensor.shape), tensor.offset >= 0,
            tensor.strides.allSatisfy({ $0 >= 0 })
        else { return false }
        if count == 0 { return tensor.offset <= tensor.storageCount }
        let most = max(
            tensor.storageCount.multipliedReportingOverflow(by: mostRepeats).partialValue,
            harmlessCount)
        guard count <= min(most, 1 << 31), let last = lastPlace(tensor) else { return false }
        return last < tensor.storageCount
    }

    /// The place of the last entry of a tensor in its storage; `nil` if it overflows.
    private static func lastPlace(_ tensor: PickledTensor) -> Int? {
        var last = tensor.offset
        for (size, stride) in zip(tensor.shape, tensor.strides) {
            let (reach, overflow) = (size - 1).multipliedReportingOverflow(by: stride)
            let (sum, beyond) = last.addingReportingOverflow(reach)
            guard !overflow, !beyond else { return nil }
            last = sum
        }
        return last
    }

    /// The caller has checked that the tensor ``fits(_:)`` and that its storage is there.
    private static func gathered(_ bytes: FileBytes, at offset: Int, _ tensor: PickledTensor)
        -> Tensor
    {
        guard let count = checkedCount(tensor.shape), count > 0, let last = lastPlace(tensor) else {
            return .zeros(tensor.shape)
        }
        // Only the values that the tensor uses: a storage can hold many more.
        let all = tensor.format.floats(
            bytes, at: offset + tensor.offset * tensor.format.size,
            count: last - tensor.offset + 1)
        var expected = 1
        var isContiguous = true
        for (size, stride) in zip(tensor.shape, tensor.strides).reversed() {
            if size != 1 && stride != expected { isContiguous = false }
            expected *= size
        }
        if isContiguous { return all.reshaped(tensor.shape) }
        let values = all.values
        return Tensor(
            (0..<count).map { index in
                var rest = index
                var place = 0
                for (size, stride) in zip(tensor.shape, tensor.strides).reversed() {
                    place += rest % size * stride
                    rest /= size
                }
                return values[place]
            }, shape: tensor.shape)
    }
}
