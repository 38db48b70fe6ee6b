/// A value of a pickle that holds tensors and containers, and nothing that can run.
enum PickleValue {
    case none
    case bool(Bool)
    case int(Int)
    case double(Double)
    case string(String)
    /// Parts that do not change any more, so that how deep tuples are nested is known.
    case tuple([PickleValue], depth: Int)
    case list(PickleList)
    case dictionary(PickleDictionary)
    /// A name that is known, by module and name.
    case global(String)
    /// Numbers in another part of the file.
    indirect case storage(PickledStorage)
    indirect case tensor(PickledTensor)
    /// Something that no weight needs, by the name of what made it. It is never built.
    case opaque(String)

    /// How many tuples lie within each other here.
    var tupleDepth: Int {
        if case .tuple(_, let depth) = self { depth } else { 0 }
    }
}

final class PickleList {
    var items: [PickleValue] = []
}

final class PickleDictionary {
    var items: [(key: PickleValue, value: PickleValue)] = []
}

/// Numbers that lie outside the pickle under a key.
///
/// A view begins at `start`.
struct PickledStorage {
    /// `nil` for bytes whose type the tensor names, and for numbers that are no weights.
    let format: NumberFormat?
    /// The type's name, for a message.
    let type: String
    let key: String
    /// Values of the whole storage, in its own type; bytes where it has none.
    let count: Int
    let start: Int
    /// Bytes of one value; `nil` for a type that is not known.
    let size: Int?
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

/// What a pickle holds.
///
/// It owns every list and dictionary, and empties them one by one at its end: a long chain of
/// containers, or a circle of them, is so released without recursion.
final class Pickle {
    var root = PickleValue.none
    /// Where the next pickle of the file begins.
    var end = 0
    /// The first name that was passed over, where there is one.
    var firstOpaque: String?
    /// Every storage that it refers to, by key: also those of types that give no weight.
    var storages: [String: PickledStorage] = [:]
    private var lists: [PickleList] = []
    private var dictionaries: [PickleDictionary] = []

    func newList() -> PickleList {
        let list = PickleList()
        lists.append(list)
        return list
    }

    func newDictionary() -> PickleDictionary {
        let dictionary = PickleDictionary()
        dictionaries.append(dictionary)
        return dictionary
    }

    deinit {
        for list in lists { list.items = [] }
        for dictionary in dictionaries { dictionary.items = [] }
    }
}
