import Foundation

/// Finds a key that stands twice in one object of a JSON text. Foundation's reader takes one of the
/// two without a word.
enum JSONKeys {
    private enum Level {
        /// The keys so far, and whether the next text is one.
        case object(keys: Set<String>, isKeyNext: Bool)
        case list
    }

    /// - Parameter json: valid JSON.
    static func repeated(_ json: Data) -> String? {
        var levels: [Level] = []
        var index = json.startIndex
        while index < json.endIndex {
            switch json[index] {
            case UInt8(ascii: "{"): levels.append(.object(keys: [], isKeyNext: true))
            case UInt8(ascii: "["): levels.append(.list)
            case UInt8(ascii: "}"), UInt8(ascii: "]"): _ = levels.popLast()
            case UInt8(ascii: ","):
                if case .object(let keys, _)? = levels.last {
                    levels[levels.count - 1] = .object(keys: keys, isKeyNext: true)
                }
            case UInt8(ascii: "\""):
                let end = endOfText(json, index)
                if case .object(var keys, true)? = levels.last {
                    let key = decoded(json[index..<end])
                    guard keys.insert(key).inserted else { return key }
                    levels[levels.count - 1] = .object(keys: keys, isKeyNext: false)
                }
                index = end - 1
            default: break
            }
            index += 1
        }
        return nil
    }

    /// The place after the closing quote.
    private static func endOfText(_ json: Data, _ start: Int) -> Int {
        var index = start + 1
        while index < json.endIndex, json[index] != UInt8(ascii: "\"") {
            index += json[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(index + 1, json.endIndex)
    }

    /// Escapes are resolved: a key may be written in two ways.
    private static func decoded(_ quoted: Data) -> String {
        let text = try? JSONSerialization.jsonObject(with: quoted, options: .fragmentsAllowed)
        return text as? String ?? String(decoding: quoted, as: UTF8.self)
    }
}
