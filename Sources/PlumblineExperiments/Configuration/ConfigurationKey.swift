import PlumblineTraining
import Foundation
import PlumblineStorage

/// What is wrong with a configuration: the file, the key, and what would be right.
public struct ConfigurationError: Error, CustomStringConvertible {
    public let description: String
    init(_ file: String, _ key: String, _ problem: String) {
        description = "\(file): \(key): \(problem)"
    }
}

/// One key of the configuration file: how it is read, how it is written, and what it means.
struct ConfigurationKey {
    let key: String, comment: String
    /// `nil` where the text (or list of texts) does not fit.
    let read: (inout Configuration, [String], Bool) -> Bool
    let write: (Configuration) -> String
    /// Takes the value over from another configuration.
    let copy: (_ from: Configuration, _ to: inout Configuration) -> Void
    /// What would be right.
    let wanted: String
    /// How a YAML mapping is read.
    var mapping = MappingForm.refused

    enum MappingForm {
        case refused
        /// As its JSON text.
        case json
        /// As a list of `key=value`.
        case pairs
    }

    private static func single<Value>(
        _ key: String, _ path: WritableKeyPath<Configuration, Value>, _ comment: String,
        wanted: String, parse: @escaping (String) -> Value?,
        write: @escaping (Value) -> String
    ) -> ConfigurationKey {
        ConfigurationKey(
            key: key, comment: comment,
            read: { configuration, texts, isList in
                guard !isList, texts.count == 1, let value = parse(texts[0]) else { return false }
                configuration[keyPath: path] = value
                return true
            }, write: { write($0[keyPath: path]) },
            copy: { $1[keyPath: path] = $0[keyPath: path] }, wanted: wanted)
    }

    static func text(
        _ key: String, _ path: WritableKeyPath<Configuration, String>, _ comment: String
    ) -> ConfigurationKey {
        single(key, path, comment, wanted: "text") {
            $0
        } write: {
            quoted($0)
        }
    }

    static func whole(
        _ key: String, _ path: WritableKeyPath<Configuration, Int>, in range: ClosedRange<Int>,
        _ comment: String
    ) -> ConfigurationKey {
        single(
            key, path, comment,
            wanted: "a whole number from \(range.lowerBound) to \(range.upperBound)"
        ) { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        } write: {
            "\($0)"
        }
    }

    static func real(
        _ key: String, _ path: WritableKeyPath<Configuration, Double>,
        in range: ClosedRange<Double>, _ comment: String
    ) -> ConfigurationKey {
        single(
            key, path, comment, wanted: "a number from \(range.lowerBound) to \(range.upperBound)"
        ) { text in
            Double(text).flatMap { range.contains($0) ? $0 : nil }
        } write: {
            "\($0)"
        }
    }

    static func float(
        _ key: String, _ path: WritableKeyPath<Configuration, Float>, in range: ClosedRange<Float>,
        _ comment: String
    ) -> ConfigurationKey {
        single(
            key, path, comment, wanted: "a number from \(range.lowerBound) to \(range.upperBound)"
        ) { text in
            Float(text).flatMap { range.contains($0) ? $0 : nil }
        } write: {
            "\($0)"
        }
    }

    static func flag(_ key: String, _ path: WritableKeyPath<Configuration, Bool>, _ comment: String)
        -> ConfigurationKey
    {
        single(key, path, comment, wanted: "true or false") {
            Bool($0.lowercased())
        } write: {
            "\($0)"
        }
    }

    static func choice<Value: RawRepresentable & CaseIterable>(
        _ key: String, _ path: WritableKeyPath<Configuration, Value>, _ comment: String
    ) -> ConfigurationKey where Value.RawValue == String {
        let all = Value.allCases.map(\.rawValue)
        return single(
            key, path, "\(comment) (\(all.joined(separator: " | ")))",
            wanted: "one of " + all.joined(separator: ", ")
        ) {
            Value(rawValue: $0)
        } write: {
            $0.rawValue
        }
    }

    /// JSON text, or the same as a YAML mapping.
    static func json(
        _ key: String, _ path: WritableKeyPath<Configuration, String>, _ comment: String
    ) -> ConfigurationKey {
        var key = text(key, path, comment)
        key.mapping = .json
        return key
    }

    /// Texts by their names: a YAML mapping, or a list of `name=text`.
    static func options(
        _ key: String, _ path: WritableKeyPath<Configuration, [String: String]>, _ comment: String
    ) -> ConfigurationKey {
        ConfigurationKey(
            key: key, comment: comment,
            read: { configuration, texts, isList in
                var options: [String: String] = [:]
                for text in texts where isList || !text.isEmpty {
                    guard let equals = text.firstIndex(of: "=") else { return false }
                    let name = text[..<equals].trimmingCharacters(in: .whitespaces)
                    let value = String(text[text.index(after: equals)...])
                    guard !name.isEmpty, options.updateValue(value, forKey: name) == nil else {
                        return false
                    }
                }
                configuration[keyPath: path] = options
                return true
            },
            write: { configuration in
                let options = configuration[keyPath: path].sorted { $0.key < $1.key }
                let pairs = options.map { "\(quoted($0.key)): \(quoted($0.value))" }
                return "{" + pairs.joined(separator: ", ") + "}"
            },
            copy: { $1[keyPath: path] = $0[keyPath: path] },
            wanted: "a mapping of names to texts, each name once",
            mapping: .pairs)
    }

    /// Names without spaces around them; each once.
    static func list(
        _ key: String, _ path: WritableKeyPath<Configuration, [String]>, _ comment: String,
        mayBeEmpty: Bool = false
    ) -> ConfigurationKey {
        ConfigurationKey(
            key: key, comment: comment,
            read: { configuration, texts, isList in
                let empty = mayBeEmpty && texts.allSatisfy(\.isEmpty)
                let names = empty ? [] : texts.map { $0.trimmingCharacters(in: .whitespaces) }
                configuration[keyPath: path] = names
                return (!names.isEmpty || mayBeEmpty) && Set(names).count == names.count
                    && !names.contains("")
            }, write: { "[" + $0[keyPath: path].map(quoted).joined(separator: ", ") + "]" },
            copy: { $1[keyPath: path] = $0[keyPath: path] },
            wanted: "a list of names, each once")
    }

    /// Some of the cases of an enumeration, each once.
    static func choices<Value: RawRepresentable & CaseIterable & Hashable>(
        _ key: String, _ path: WritableKeyPath<Configuration, [Value]>, _ comment: String
    ) -> ConfigurationKey where Value.RawValue == String {
        let all = Value.allCases.map(\.rawValue)
        return ConfigurationKey(
            key: key, comment: comment,
            read: { configuration, texts, _ in
                let found = texts.compactMap(Value.init(rawValue:))
                configuration[keyPath: path] = found
                return found.count == texts.count && Set(found).count == found.count
            }, write: { "[" + $0[keyPath: path].map(\.rawValue).joined(separator: ", ") + "]" },
            copy: { $1[keyPath: path] = $0[keyPath: path] },
            wanted: "a list of " + all.joined(separator: ", "))
    }

    /// A YAML scalar in double quotes; what a terminal would not show is escaped.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case _ where String(scalar).printable == String(scalar): result.append(String(scalar))
            default: result += String(format: "\\U%08X", scalar.value)
            }
        }
        return result + "\""
    }
}
