extension SettingKey {
    /// Any text.
    public static func text(
        _ name: String, _ path: WritableKeyPath<Owner, String>, _ meaning: String
    ) -> SettingKey {
        SettingKey(
            name, path, meaning, requirement: "text", read: scalar { $0 }, write: \.quotedForYAML
        ) { _ in true }
    }

    /// JSON text, or a YAML mapping with the same content.
    public static func json(
        _ name: String, _ path: WritableKeyPath<Owner, String>, _ meaning: String
    ) -> SettingKey {
        text(name, path, meaning).takingMapping(.json)
    }

    /// A whole number within `range`.
    public static func whole(
        _ name: String, _ path: WritableKeyPath<Owner, Int>, in range: ClosedRange<Int>,
        _ meaning: String
    ) -> SettingKey {
        SettingKey(
            name, path, meaning,
            requirement: "a whole number from \(range.lowerBound) to \(range.upperBound)",
            read: scalar { Int($0) }, write: { "\($0)" }, isValid: range.contains)
    }

    /// A number within `range`, in double precision.
    public static func real(
        _ name: String, _ path: WritableKeyPath<Owner, Double>, in range: ClosedRange<Double>,
        _ meaning: String
    ) -> SettingKey {
        SettingKey(
            name, path, meaning,
            requirement: "a number from \(range.lowerBound) to \(range.upperBound)",
            read: scalar { Double($0) }, write: { "\($0)" }, isValid: range.contains)
    }

    /// A number within `range`, in single precision.
    public static func float(
        _ name: String, _ path: WritableKeyPath<Owner, Float>, in range: ClosedRange<Float>,
        _ meaning: String
    ) -> SettingKey {
        SettingKey(
            name, path, meaning,
            requirement: "a number from \(range.lowerBound) to \(range.upperBound)",
            read: scalar { Float($0) }, write: { "\($0)" }, isValid: range.contains)
    }

    /// One number within `range` or a list of them, in single precision.
    ///
    /// A list of equal numbers is written as one number.
    public static func floats(
        _ name: String, _ path: WritableKeyPath<Owner, [Float]>, in range: ClosedRange<Float>,
        _ meaning: String
    ) -> SettingKey {
        SettingKey(
            name, path, meaning,
            requirement: "a number from \(range.lowerBound) to \(range.upperBound), or a list",
            read: { texts, _ in
                let values = texts.compactMap { Float($0) }
                guard values.count == texts.count else { return nil }
                return Set(values).count == 1 ? [values[0]] : values
            },
            write: { values in
                let texts = values.map { "\($0)" }
                return Set(texts).count == 1 ? texts[0] : "[\(texts.joined(separator: ", "))]"
            }
        ) { !$0.isEmpty && $0.allSatisfy(range.contains) }
    }

    /// The lowest and the highest number of a range within `range`: `[low, high]`.
    ///
    /// One number stands for both.
    public static func interval(
        _ name: String, _ path: WritableKeyPath<Owner, ClosedRange<Float>>,
        in range: ClosedRange<Float>, _ meaning: String
    ) -> SettingKey {
        SettingKey(
            name, path, meaning,
            requirement: "[low, high], two numbers from \(range.lowerBound) to "
                + "\(range.upperBound) in order",
            read: { texts, _ in
                let numbers = texts.compactMap(Float.init)
                guard numbers.count == texts.count, (1...2).contains(numbers.count),
                    let low = numbers.first, let high = numbers.last, low <= high
                else { return nil }
                return low...high
            }, write: { "[\($0.lowerBound), \($0.upperBound)]" }
        ) { range.contains($0.lowerBound) && range.contains($0.upperBound) }
    }

    /// A setting that is on or off.
    public static func flag(
        _ name: String, _ path: WritableKeyPath<Owner, Bool>, _ meaning: String
    ) -> SettingKey {
        SettingKey(
            name, path, meaning, requirement: "true or false",
            read: scalar { Bool($0.lowercased()) }, write: { "\($0)" }
        ) { _ in true }
    }

    /// One case of an enumeration.
    ///
    /// The meaning is followed by all cases.
    public static func choice<Value: RawRepresentable & CaseIterable>(
        _ name: String, _ path: WritableKeyPath<Owner, Value>, _ meaning: String
    ) -> SettingKey where Value.RawValue == String {
        let all = Value.allCases.map(\.rawValue)
        return SettingKey(
            name, path, "\(meaning) (\(all.joined(separator: " | ")))",
            requirement: "one of " + all.joined(separator: ", "),
            read: scalar { Value(rawValue: $0) }, write: \.rawValue
        ) { _ in true }
    }

    /// Some cases of an enumeration, each at most once.
    public static func choices<Value: RawRepresentable & CaseIterable & Hashable>(
        _ name: String, _ path: WritableKeyPath<Owner, [Value]>, _ meaning: String
    ) -> SettingKey where Value.RawValue == String {
        SettingKey(
            name, path, meaning,
            requirement: "a list of " + Value.allCases.map(\.rawValue).joined(separator: ", "),
            read: { texts, _ in
                let values = texts.compactMap(Value.init(rawValue:))
                return values.count == texts.count ? values : nil
            }, write: { "[" + $0.map(\.rawValue).joined(separator: ", ") + "]" }
        ) { Set($0).count == $0.count }
    }

    /// A list of names, each once.
    ///
    /// Spaces around a name are removed.
    public static func list(
        _ name: String, _ path: WritableKeyPath<Owner, [String]>, _ meaning: String,
        mayBeEmpty: Bool = false
    ) -> SettingKey {
        SettingKey(
            name, path, meaning, requirement: "a list of names, each once",
            read: { texts, _ in
                if mayBeEmpty, texts.allSatisfy(\.isEmpty) { return [] }
                return texts.map(\.withoutOuterSpaces)
            }, write: { "[" + $0.map(\.quotedForYAML).joined(separator: ", ") + "]" }
        ) { names in
            (mayBeEmpty || !names.isEmpty) && Set(names).count == names.count
                && !names.contains("")
        }
    }

    /// A list of numbers within `range`, in single precision; it may be empty.
    public static func numbers(
        _ name: String, _ path: WritableKeyPath<Owner, [Float]>, in range: ClosedRange<Float>,
        _ meaning: String
    ) -> SettingKey {
        SettingKey(
            name, path, meaning,
            requirement: "a list of numbers from \(range.lowerBound) to \(range.upperBound)",
            read: { texts, _ in
                let texts = texts.filter { !$0.isEmpty }
                let numbers = texts.compactMap(Float.init)
                return numbers.count == texts.count ? numbers : nil
            }, write: { "[" + $0.map { "\($0)" }.joined(separator: ", ") + "]" }
        ) { $0.allSatisfy(range.contains) }
    }

    /// Texts by their names: a YAML mapping, or a list of `name=text`.
    public static func options(
        _ name: String, _ path: WritableKeyPath<Owner, [String: String]>, _ meaning: String
    ) -> SettingKey {
        SettingKey(
            name, path, meaning, requirement: "a mapping of names to texts, each name once",
            read: { texts, isList in
                var options: [String: String] = [:]
                for text in texts where isList || !text.isEmpty {
                    guard let equals = text.firstIndex(of: "=") else { return nil }
                    let name = String(text[..<equals]).withoutOuterSpaces
                    let value = String(text[text.index(after: equals)...])
                    guard options.updateValue(value, forKey: name) == nil else { return nil }
                }
                return options
            },
            write: { options in
                let pairs = options.sorted { $0.key < $1.key }
                    .map { "\($0.key.quotedForYAML): \($0.value.quotedForYAML)" }
                return "{" + pairs.joined(separator: ", ") + "}"
            }
        ) { !$0.keys.contains("") }.takingMapping(.pairs)
    }

    /// Reads a single text; a list is not accepted.
    private static func scalar<Value>(
        _ parse: @escaping (String) -> Value?
    ) -> ([String], Bool) -> Value? {
        { texts, isList in
            guard !isList, texts.count == 1 else { return nil }
            return parse(texts[0])
        }
    }
}
