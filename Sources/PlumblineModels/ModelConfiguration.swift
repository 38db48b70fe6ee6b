import Foundation

/// Settings that override the defaults of an architecture: numbers and lists of whole numbers by
/// key.
public struct ModelConfiguration: Sendable, Equatable {
    /// A setting; true and false count as 1 and 0.
    public enum Value: Sendable, Equatable {
        case number(Double)
        case list([Int])
    }
    public var values: [String: Value]
    /// What the outputs mean together.
    ///
    /// It is not part of the JSON.
    public var output = OutputKind.multilabel

    public init(_ values: [String: Value] = [:], output: OutputKind = .multilabel) {
        self.values = values
        self.output = output
    }

    /// Reads a JSON object.
    ///
    /// An empty text and `null` mean `{}`: no overrides.
    ///
    /// - Throws: ``ModelError`` if `json` is not an object of numbers and lists of whole numbers.
    public init(json: String, output: OutputKind = .multilabel) throws {
        self.output = output
        let text = json.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !text.isEmpty, text != "null" else {
            values = [:]
            return
        }
        let settings: [String: Setting]
        do {
            settings = try JSONDecoder().decode([String: Setting].self, from: Data(json.utf8))
        } catch DecodingError.typeMismatch(_, let context) where context.codingPath.isEmpty {
            throw ModelError("model_config: must be a JSON object, not \(json.prefix(80))")
        } catch { throw ModelError("model_config: not JSON: \(json.prefix(80))") }
        values = try settings.mapValues { setting in
            switch setting {
            case .value(let value): return value
            case .mixedList:
                throw ModelError("model_config: a list must hold whole numbers")
            case .other: throw ModelError("model_config: a value is neither a number nor a list")
            }
        }
    }

    /// A setting in JSON.
    private enum Setting: Decodable {
        case value(Value)
        /// A list of something else than whole numbers.
        case mixedList
        case other

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let flag = try? container.decode(Bool.self) {
                self = .value(.number(flag ? 1 : 0))
            } else if let number = try? container.decode(Double.self) {
                self = .value(.number(number))
            } else if let list = try? container.decode([Int].self) {
                self = .value(.list(list))
            } else {
                self = (try? decoder.unkeyedContainer()) == nil ? .other : .mixedList
            }
        }
    }

    /// The JSON object, with sorted keys.
    public var json: String {
        let object = values.mapValues { value -> Any in
            switch value {
            case .number(let number):
                // JSON has no infinite numbers and no NaN.
                number.isFinite ? Int(exactly: number) as Any? ?? number : "\(number)"
            case .list(let list): list
            }
        }
        let data = try? JSONSerialization.data(withJSONObject: object, options: .sortedKeys)
        return data.map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    /// Reads the keys that an architecture knows.
    public struct Reader: Sendable {
        private let values: [String: Value]
        private let model: String

        /// - Parameters:
        ///   - model: the name of the model, for errors.
        ///   - keys: the known keys.
        /// - Throws: ``ModelError`` for an unknown key; the message lists the known ones.
        public init(_ configuration: ModelConfiguration, model: String, keys: [String]) throws {
            values = configuration.values
            self.model = model
            if let unknown = values.keys.sorted().first(where: { !keys.contains($0) }) {
                throw ModelError(
                    "\(model): unknown model_config key \(unknown); "
                        + "it has \(keys.sorted().joined(separator: ", "))")
            }
        }

        /// A whole number; `fallback` if the key is not set.
        ///
        /// - Throws: ``ModelError`` for another value, or one outside `range`.
        public func whole(
            _ key: String, _ fallback: Int, in range: ClosedRange<Int> = 1...65536
        ) throws -> Int {
            guard let value = values[key] else { return fallback }
            guard case .number(let number) = value, number == number.rounded(),
                let whole = Int(exactly: number), range.contains(whole)
            else {
                throw ModelError("\(model): model_config \(key) must be a whole number in \(range)")
            }
            return whole
        }

        /// A number; `fallback` if the key is not set.
        ///
        /// - Throws: ``ModelError`` for another value, or one outside `range`.
        public func real(
            _ key: String, _ fallback: Float, in range: ClosedRange<Float>
        ) throws -> Float {
            guard let value = values[key] else { return fallback }
            guard case .number(let number) = value, range.contains(Float(number)) else {
                throw ModelError("\(model): model_config \(key) must be a number in \(range)")
            }
            return Float(number)
        }

        /// The number of layers of each stage; `fallback` if the key is not set.
        ///
        /// - Throws: ``ModelError`` as ``list(_:_:)``, and for more than 1024 layers together.
        public func depths(_ key: String, _ fallback: [Int]) throws -> [Int] {
            let depths = try list(key, fallback)
            let count = depths.reduce(0, +)
            guard count <= 1024 else {
                throw ModelError(
                    "\(model): model_config \(key) makes \(count) layers; "
                        + "at most 1024 are possible")
            }
            return depths
        }

        /// A list of whole numbers; `fallback` if the key is not set.
        ///
        /// - Throws: ``ModelError`` for another value, more than 16 numbers, or a number outside
        ///   1 ... 1024.
        public func list(_ key: String, _ fallback: [Int]) throws -> [Int] {
            guard let value = values[key] else { return fallback }
            guard case .list(let list) = value, !list.isEmpty, list.count <= 16,
                list.allSatisfy({ (1...1024).contains($0) })
            else {
                throw ModelError(
                    "\(model): model_config \(key) must be a list of up to 16 whole numbers "
                        + "from 1 to 1024")
            }
            return list
        }
    }
}
