import Foundation

/// Overrides of an architecture's defaults: whole numbers, real numbers, and lists of whole numbers
/// by key.
public struct ModelConfiguration: Sendable, Equatable {
    public enum Value: Sendable, Equatable {
        case number(Double)
        case list([Int])
    }
    public var values: [String: Value]

    public init(_ values: [String: Value] = [:]) { self.values = values }

    /// An empty text and `null` are no overrides, as `{}`.
    ///
    /// - Throws: ``ModelError`` where `json` is no object of numbers and lists of whole numbers.
    public init(json: String) throws {
        let text = json.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !text.isEmpty, text != "null" else {
            values = [:]
            return
        }
        let parsed: Any
        do { parsed = try JSONSerialization.jsonObject(with: Data(json.utf8)) } catch {
            throw ModelError("model_config: not JSON: \(json.prefix(80))")
        }
        guard let object = parsed as? [String: Any] else {
            throw ModelError("model_config: a JSON object is wanted, not \(json.prefix(80))")
        }
        values = try object.mapValues { value in
            if let list = value as? [Any] {
                let numbers = list.compactMap { $0 as? Int }
                guard numbers.count == list.count else {
                    throw ModelError("model_config: a list must hold whole numbers: \(list)")
                }
                return .list(numbers)
            }
            if let flag = value as? Bool, "\(value)" == "true" || "\(value)" == "false" {
                return .number(flag ? 1 : 0)
            }
            guard let number = value as? Double else {
                throw ModelError("model_config: \(value) is neither a number nor a list")
            }
            return .number(number)
        }
    }

    public var json: String {
        let object = values.mapValues { value -> Any in
            switch value {
            case .number(let number):
                // JSON has no word for what is not finite; nothing reads it as a number.
                number.isFinite ? Int(exactly: number) as Any? ?? number : "\(number)"
            case .list(let list): list
            }
        }
        let data = try? JSONSerialization.data(withJSONObject: object, options: .sortedKeys)
        return data.map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    /// Reads the keys an architecture knows; an unknown one is an error that lists them.
    struct Reader {
        private let values: [String: Value]
        private let model: String

        init(_ configuration: ModelConfiguration, model: String, keys: [String]) throws {
            values = configuration.values
            self.model = model
            if let unknown = values.keys.sorted().first(where: { !keys.contains($0) }) {
                throw ModelError(
                    "\(model): unknown model_config key \(unknown); it has \(keys.sorted().joined(separator: ", "))"
                )
            }
        }

        func whole(_ key: String, _ fallback: Int, in range: ClosedRange<Int> = 1...65536) throws
            -> Int
        {
            guard let value = values[key] else { return fallback }
            guard case .number(let number) = value, number == number.rounded(),
                let whole = Int(exactly: number), range.contains(whole)
            else {
                throw ModelError("\(model): model_config \(key) must be a whole number in \(range)")
            }
            return whole
        }

        func real(_ key: String, _ fallback: Float, in range: ClosedRange<Float>) throws -> Float {
            guard let value = values[key] else { return fallback }
            guard case .number(let number) = value, range.contains(Float(number)) else {
                throw ModelError("\(model): model_config \(key) must be a number in \(range)")
            }
            return Float(number)
        }

        /// The layers of each stage, together at most 1024.
        func depths(_ key: String, _ fallback: [Int]) throws -> [Int] {
            let depths = try list(key, fallback), count = depths.reduce(0, +)
            guard count <= 1024 else {
                throw ModelError(
                    "\(model): model_config \(key) makes \(count) layers; at most 1024 are possible"
                )
            }
            return depths
        }

        func list(_ key: String, _ fallback: [Int]) throws -> [Int] {
            guard let value = values[key] else { return fallback }
            guard case .list(let list) = value, !list.isEmpty, list.count <= 16,
                list.allSatisfy({ (1...1024).contains($0) })
            else {
                throw ModelError(
                    "\(model): model_config \(key) must be a list of up to 16 whole numbers from 1 to 1024"
                )
            }
            return list
        }
    }
}
