/// Calls that make tensors and containers, and the storages that tensors are made of.
extension Unpickler {
    /// Only what builds tensors and containers of known parts gives one; every other call gives an
    /// opaque value, and nothing is run.
    mutating func call(_ callee: PickleValue, _ arguments: PickleValue) throws -> PickleValue {
        if case .opaque = callee { return callee }
        guard case .global(let name) = callee else { throw PickleFault("calls what is no name") }
        guard case .tuple(let parts, _) = arguments else {
            throw PickleFault("calls \(name) without arguments")
        }
        if name == PickleNames.ordered { return try orderedDictionary(parts) }
        if name == PickleNames.size, parts.count == 1 { return parts[0] }
        if PickleNames.parameters.contains(name) {
            // What is no tensor here gives no weight.
            if case .tensor? = parts.first { return parts[0] }
            return .opaque(name)
        }
        if PickleNames.rebuilds.contains(name) { return try tensor(parts) }
        if name == PickleNames.rebuildTyped { return try typedTensor(parts) }
        throw PickleFault("calls \(name) in an unknown way")
    }

    /// Python 2 gives its entries as a list of pairs; later versions set them afterwards.
    private mutating func orderedDictionary(_ parts: [PickleValue]) throws -> PickleValue {
        let dictionary = try newDictionary()
        guard case .list(let pairs)? = parts.first else { return .dictionary(dictionary) }
        try budget.addEntries(2 * pairs.items.count)
        for pair in pairs.items {
            let entry: [PickleValue] =
                switch pair {
                case .tuple(let items, _): items
                case .list(let list): list.items
                default: []
                }
            guard entry.count == 2 else {
                throw PickleFault("builds a dictionary of what are no pairs")
            }
            dictionary.items.append((entry[0], entry[1]))
        }
        return .dictionary(dictionary)
    }

    /// `("storage", type, key, device, count)`, and before PyTorch 1.6 a view of it as the sixth:
    /// `(key, start, count)`.
    ///
    /// A whole module stands there as `("module", class, file, source)`.
    mutating func storage(_ value: PickleValue) throws -> PickleValue {
        guard case .tuple(let parts, _) = value else { return .opaque("a reference") }
        if case .string("module")? = parts.first, parts.count > 1 {
            return .opaque(parts[1].globalName)
        }
        guard (5...6).contains(parts.count), case .string("storage") = parts[0],
            case .int(let count) = parts[4], count >= 0, let key = parts[2].storageKey
        else { throw PickleFault("refers to a storage in an unknown way") }
        let start = parts.count == 6 ? try viewStart(parts[5], within: count) : 0
        let type = parts[1].globalName
        let isUntyped = PickleNames.untyped.contains(type)
        let format =
            type.hasPrefix("torch.") ? PickleNames.storages[String(type.dropFirst(6))] : nil
        let storage = PickledStorage(
            format: format, type: type, key: key, count: count, start: start,
            size: isUntyped ? 1 : format?.size ?? PickleNames.otherSizes[type])
        try budget.addEntries(1)
        if pickle.storages[key] == nil { pickle.storages[key] = storage }
        return format != nil || isUntyped ? .storage(storage) : .opaque(type)
    }

    /// Where a view of a storage of `count` values begins; 0 if there is no view.
    private func viewStart(_ view: PickleValue, within count: Int) throws -> Int {
        guard case .tuple(let parts, _) = view else { return 0 }
        guard parts.count == 3, case .int(let first) = parts[1], first >= 0, first <= count else {
            throw PickleFault("refers to a part of a storage in an unknown way")
        }
        return first
    }

    /// `(storage, offset, shape, strides, requires_grad, hooks)`.
    private mutating func tensor(_ parts: [PickleValue]) throws -> PickleValue {
        if case .opaque(let name)? = parts.first { return .opaque(name) }
        let view = try view(parts, count: 4)
        guard let format = view.storage.format else {
            return .opaque("a tensor of an unknown type")
        }
        return try tensor(view, format, count: view.storage.count)
    }

    /// As ``tensor(_:)``, with a type as the seventh part: the storage is of bytes.
    private mutating func typedTensor(_ parts: [PickleValue]) throws -> PickleValue {
        if case .opaque(let name)? = parts.first { return .opaque(name) }
        let view = try view(parts, count: 7)
        guard case .opaque(let name) = parts[6], let format = PickleNames.types[name] else {
            return .opaque("a tensor of an unknown type")
        }
        let count = view.storage.count
        let (size, isTooLarge) = count.multipliedReportingOverflow(by: view.storage.size ?? 1)
        guard !isTooLarge else { throw PickleFault("holds a storage of \(count) values") }
        return try tensor(view, format, count: size / format.size)
    }

    /// A storage, and what a tensor takes of it.
    private struct View {
        let storage: PickledStorage
        let offset: Int
        let shape: [Int]
        let strides: [Int]
    }

    /// - Parameter count: the smallest number of parts.
    private func view(_ parts: [PickleValue], count: Int) throws -> View {
        guard parts.count >= count, case .storage(let storage) = parts[0],
            case .int(let offset) = parts[1], offset >= 0, let shape = parts[2].integers,
            let strides = parts[3].integers, shape.count == strides.count
        else { throw PickleFault("builds a tensor in an unknown way") }
        guard shape.count <= PickleBudget.mostDimensions else {
            throw PickleFault(
                "builds a tensor of \(shape.count) dimensions "
                    + "(at most \(PickleBudget.mostDimensions))")
        }
        return View(storage: storage, offset: offset, shape: shape, strides: strides)
    }

    /// - Parameter count: the number of values of the storage, in `format`.
    private mutating func tensor(
        _ view: View, _ format: NumberFormat, count: Int
    ) throws -> PickleValue {
        let (offset, isBeyond) = view.offset.addingReportingOverflow(view.storage.start)
        guard !isBeyond else { throw PickleFault("builds a tensor in an unknown way") }
        try budget.addEntries(1)
        return .tensor(
            PickledTensor(
                format: format, key: view.storage.key, storageCount: count, offset: offset,
                shape: view.shape, strides: view.strides))
    }
}
