/// A value of a pickle.
///
/// None of them can run anything.
enum PickleValue {
    case none
    case bool(Bool)
    case int(Int)
    case double(Double)
    case string(String)
    /// The parts do not change any more, so it is known how deep tuples are nested.
    case tuple([PickleValue], depth: Int)
    case list(PickleList)
    case dictionary(PickleDictionary)
    /// A known name, with its module.
    case global(String)
    /// Numbers that are stored in another part of the file.
    indirect case storage(PickledStorage)
    indirect case tensor(PickledTensor)
    /// Something that no weight needs, with the name of what made it. It is never built.
    case opaque(String)

    /// How many tuples lie within each other here.
    var tupleDepth: Int {
        if case .tuple(_, let depth) = self { depth } else { 0 }
    }

    /// The name of what is called or made.
    var globalName: String {
        switch self {
        case .global(let name), .opaque(let name): name
        default: "object"
        }
    }

    /// The key of a storage; `nil` for what is none.
    var storageKey: String? {
        switch self {
        case .string(let text): text
        case .int(let number): String(number)
        default: nil
        }
    }

    /// The numbers of a tuple; `nil` if it has anything else, or is no tuple.
    var integers: [Int]? {
        guard case .tuple(let items, _) = self else { return nil }
        let numbers = items.compactMap { item -> Int? in
            if case .int(let number) = item { return number }
            return nil
        }
        return numbers.count == items.count ? numbers : nil
    }
}

final class PickleList {
    var items: [PickleValue] = []
}

final class PickleDictionary {
    var items: [(key: PickleValue, value: PickleValue)] = []
}

/// Numbers that are stored outside the pickle, under a key.
struct PickledStorage {
    /// `nil` for bytes whose type the tensor names, and for numbers that are no weights.
    let format: NumberFormat?
    /// The type's name, for a message.
    let type: String
    let key: String
    /// The number of values of the whole storage; of bytes if it has no type.
    let count: Int
    /// Where the view of it begins that the pickle refers to; 0 for the whole.
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
/// It owns every list and dictionary. At its end it empties them one by one, so that a long chain
/// of containers, or a circle of them, is released without recursion.
final class Pickle {
    var root = PickleValue.none
    /// The byte at which the next pickle of the file begins.
    var end = 0
    /// The first name that was passed over; `nil` if there is none.
    var firstOpaque: String?
    /// Every storage that it refers to by key, those of types that are no weights included.
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
