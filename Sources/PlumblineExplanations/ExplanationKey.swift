import PlumblineSettings

/// A setting that a registered method declares for itself.
///
/// It appears in configuration files as `explanation.<name>`. Its default is written only here.
///
/// ```swift
/// static let depth = ExplanationKey.whole("depth", 3, in: 1...9, "Levels of the pyramid.")
/// // In the method's registration: keys: [Self.depth.declaration]
/// // Where it is made: settings[Self.depth]
/// ```
public struct ExplanationKey<Value: Sendable & Equatable>: Sendable {
    /// The default, the range and the meaning, for whoever reads configurations.
    public let declaration: ExplanationKeyDeclaration
    let defaultValue: Value
    let read: @Sendable (ExplanationSettings.Value) -> Value?
}

/// The name, default, range and meaning of an ``ExplanationKey``.
public struct ExplanationKeyDeclaration: Sendable {
    /// The type of the value, its default and its range.
    public enum Kind: Sendable {
        case whole(Int, in: ClosedRange<Int>)
        case real(Double, in: ClosedRange<Double>)
        case flag(Bool)
    }

    /// The name below `explanation.`, such as "depth".
    public let name: String
    public let kind: Kind
    /// What the setting does, in one sentence.
    public let meaning: String
}

extension ExplanationKey where Value == Int {
    /// A whole number within `range`.
    public static func whole(
        _ name: String, _ defaultValue: Int, in range: ClosedRange<Int>, _ meaning: String
    ) -> Self {
        Self(
            declaration: ExplanationKeyDeclaration(
                name: name, kind: .whole(defaultValue, in: range), meaning: meaning),
            defaultValue: defaultValue
        ) {
            if case .whole(let value) = $0 { value } else { nil }
        }
    }
}

extension ExplanationKey where Value == Double {
    /// A real number within `range`.
    public static func real(
        _ name: String, _ defaultValue: Double, in range: ClosedRange<Double>, _ meaning: String
    ) -> Self {
        Self(
            declaration: ExplanationKeyDeclaration(
                name: name, kind: .real(defaultValue, in: range), meaning: meaning),
            defaultValue: defaultValue
        ) {
            if case .real(let value) = $0 { value } else { nil }
        }
    }
}

extension ExplanationKey where Value == Bool {
    /// A setting that is on or off.
    public static func flag(_ name: String, _ defaultValue: Bool, _ meaning: String) -> Self {
        Self(
            declaration: ExplanationKeyDeclaration(
                name: name, kind: .flag(defaultValue), meaning: meaning),
            defaultValue: defaultValue
        ) {
            if case .flag(let value) = $0 { value } else { nil }
        }
    }
}

extension ExplanationSettings {
    /// The value of a setting that a registered method declared.
    public enum Value: Sendable, Equatable {
        case whole(Int)
        case real(Double)
        case flag(Bool)
    }

    /// The value of a registered method's setting; its default if it was not set.
    public subscript<Value>(_ key: ExplanationKey<Value>) -> Value {
        registered[key.declaration.name].flatMap(key.read) ?? key.defaultValue
    }

    // A default is not stored: settings are equal if they mean the same.

    /// A registered whole number by its declaration.
    package subscript(whole key: String, default defaultValue: Int) -> Int {
        get { if case .whole(let value)? = registered[key] { value } else { defaultValue } }
        set { registered[key] = newValue == defaultValue ? nil : .whole(newValue) }
    }

    /// A registered real number by its declaration.
    package subscript(real key: String, default defaultValue: Double) -> Double {
        get { if case .real(let value)? = registered[key] { value } else { defaultValue } }
        set { registered[key] = newValue == defaultValue ? nil : .real(newValue) }
    }

    /// A registered flag by its declaration.
    package subscript(flag key: String, default defaultValue: Bool) -> Bool {
        get { if case .flag(let value)? = registered[key] { value } else { defaultValue } }
        set { registered[key] = newValue == defaultValue ? nil : .flag(newValue) }
    }
}

extension ExplanationKeyDeclaration {
    /// The setting as a key of configuration files.
    var settingKey: SettingKey<ExplanationSettings> {
        switch kind {
        case .whole(let value, let range):
            .whole(name, \.[whole: name, default: value], in: range, meaning)
        case .real(let value, let range):
            .real(name, \.[real: name, default: value], in: range, meaning)
        case .flag(let value):
            .flag(name, \.[flag: name, default: value], meaning)
        }
    }
}
