import PlumblineExplanations
import Foundation
import Yams

extension LRPComposite {
    /// Reads a composite from YAML.
    ///
    /// It gives a rule for each kind of layer, by name or with its numbers:
    ///
    ///     convolution: {rule: gamma, gamma: 0.25}
    ///     linear: epsilon
    ///     first: {rule: z_box, low: -1, high: 1}
    ///     batch_norm: merge
    ///
    /// - Throws: ``ConfigurationError`` that names the file and the key.
    public init(file: String) throws {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw ConfigurationError(file, "file", "no such file, or not readable")
        }
        let root: Node?
        do { root = try Yams.compose(yaml: String(decoding: data, as: UTF8.self)) } catch {
            throw ConfigurationError(
                file, "YAML", "\(error)".split(separator: "\n").joined(separator: " "))
        }
        guard let mapping = root?.mapping else {
            throw ConfigurationError(
                file, "file", "must be a mapping from kinds of layers to rules")
        }
        self.init(name: "lrp_custom")
        for (name, value) in mapping {
            let key = name.scalar?.string ?? "?"
            switch key {
            case "convolution": convolution = try Self.affineRule(value, key, file)
            case "linear": linear = try Self.affineRule(value, key, file)
            case "first": first = try Self.affineRule(value, key, file)
            case "activation":
                activation = try Self.rule(value, key, file, among: [.pass, .gradient])
            case "average_pool":
                averagePool = try Self.rule(value, key, file, among: [.norm, .gradient])
            case "residual_sum":
                residualSum = try Self.rule(value, key, file, among: [.norm, .gradient])
            case "batch_norm": batchNorm = try Self.choice(value, key, file)
            case "gradient": gradient = try Self.choice(value, key, file)
            case "functions": coversFunctions = try Self.flag(value, key, file)
            case "ignore_bias": ignoresBias = try Self.flag(value, key, file)
            default:
                throw ConfigurationError(
                    file, key,
                    "unknown key; the keys are convolution, linear, first, activation, "
                        + "average_pool, residual_sum, batch_norm, functions, ignore_bias, gradient"
                )
            }
        }
    }

    private static func rule(_ node: Node, _ key: String, _ file: String, among rules: [LRPRule])
        throws -> LRPRule
    {
        let text = node.scalar?.string ?? "?"
        guard let rule = rules.first(where: { "\($0)" == text }) else {
            throw ConfigurationError(
                file, key,
                "must be \(rules.map { "\($0)" }.joined(separator: " or ")), not \(text)")
        }
        return rule
    }

    private static func affineRule(_ node: Node, _ key: String, _ file: String) throws -> LRPRule {
        let name = node.mapping?["rule"]?.scalar?.string ?? node.scalar?.string ?? "?"
        var numbers: [String: Float] = [:]
        for (parameter, value) in node.mapping ?? [:] where parameter.scalar?.string != "rule" {
            guard let number = value.float.map(Float.init), number.isFinite else {
                throw ConfigurationError(
                    file, "\(key).\(parameter.scalar?.string ?? "?")", "must be a number")
            }
            numbers[parameter.scalar?.string ?? "?"] = number
        }
        func take(_ parameter: String, _ fallback: Float) -> Float {
            numbers.removeValue(forKey: parameter) ?? fallback
        }
        let rule = try rule(name, key, file, take)
        if let unknown = numbers.keys.sorted().first {
            throw ConfigurationError(file, "\(key).\(unknown)", "\(name) has no such number")
        }
        if case .alphaBeta(let alpha, let beta) = rule,
            alpha < 0 || beta < 0 || abs(alpha - beta - 1) > 1e-6
        {
            throw ConfigurationError(
                file, key,
                "alpha - beta must be 1 and neither may be negative, not \(alpha) and \(beta)")
        }
        return rule
    }

    /// - Parameter take: gives a number of the rule, or the default.
    private static func rule(
        _ name: String, _ key: String, _ file: String, _ take: (String, Float) -> Float
    ) throws -> LRPRule {
        switch name {
        case "epsilon": return .epsilon(take("epsilon", 1e-6))
        case "gamma": return .gamma(take("gamma", 0.25))
        case "z_plus": return .zPlus
        case "alpha_beta": return .alphaBeta(take("alpha", 2), take("beta", 1))
        case "z_box": return .zBox(low: take("low", -1), high: take("high", 1))
        case "w_square": return .wSquare
        case "flat": return .flat
        case "pass": return .pass
        case "gradient": return .gradient
        default:
            throw ConfigurationError(
                file, key,
                "unknown rule \(name); the rules are epsilon, gamma, z_plus, alpha_beta, z_box, "
                    + "w_square, flat, pass, gradient")
        }
    }

    private static func choice<Value: RawRepresentable & CaseIterable>(
        _ node: Node, _ key: String, _ file: String
    ) throws -> Value
    where Value.RawValue == String {
        guard let value = (node.scalar?.string).flatMap(Value.init(rawValue:)) else {
            throw ConfigurationError(
                file, key,
                "must be one of \(Value.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return value
    }

    private static func flag(_ node: Node, _ key: String, _ file: String) throws -> Bool {
        guard let value = node.bool else {
            throw ConfigurationError(file, key, "must be true or false")
        }
        return value
    }
}
