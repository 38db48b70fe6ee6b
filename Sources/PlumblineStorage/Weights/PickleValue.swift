/// A value of a pickle that holds tensors and containers, and nothing that can run.
indirect enum PickleValue {
    case none
    case bool(Bool)
    case int(Int)
    case double(Double)
    case string(String)
    case tuple(PickleTuple)
    case list(PickleList)
    case dictionary(PickleDictionary)
    /// A name that is known, by module and name.
    case global(String)
    /// Numbers in another part of the file.
    case storage(format: NumberFormat, key: String, count: Int)
    case tensor(PickledTensor)
    /// Something that no weight needs, by the name of what made it. It is never built.
    case opaque(String)
}

/// Parts that do not change any more, so that how deep they are nested is known.
struct PickleTuple {
    let items: [PickleValue]
    let depth: Int

    init(_ items: [PickleValue]) {
        self.items = items
        depth = 1 + (items.map(Self.depth).max() ?? 0)
    }

    private static func depth(_ value: PickleValue) -> Int {
        if case .tuple(let tuple) = value { tuple.depth } else { 0 }
    }
}

final class PickleList {
    var items: [PickleValue] = []
}

final class PickleDictionary {
    var items: [(key: PickleValue, value: PickleValue)] = []
}

/// A view of a storage.
struct PickledTensor {
    let format: NumberFormat
    let key: String
    let storageCount: Int
    let offset: Int
    let shape: [Int]
    let strides: [Int]
}
