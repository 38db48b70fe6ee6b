extension SettingKey {
    /// Values with names: a YAML list of names, or a mapping of names to mappings or texts.
    ///
    /// - Parameters:
    ///   - requirement: what a value must be.
    ///   - read: makes a value from its name and from what the mapping says of it: JSON for a
    ///     mapping, the text for a text; `nil` in a list of names.
    ///   - write: the values as a YAML list or mapping.
    ///   - isValid: whether the values go together.
    public static func entries<Value>(
        _ name: String, _ path: WritableKeyPath<Owner, [Value]>, _ meaning: String,
        requirement: String, read: @escaping (_ name: String, _ text: String?) -> Value?,
        write: @escaping ([Value]) -> String, isValid: @escaping ([Value]) -> Bool
    ) -> SettingKey {
        SettingKey(
            name, path, meaning, requirement: requirement,
            read: { texts, _ in
                let values = texts.compactMap { text in
                    guard let equals = text.firstIndex(of: "=") else {
                        return read(text.withoutOuterSpaces, nil)
                    }
                    return read(
                        String(text[..<equals]).withoutOuterSpaces,
                        String(text[text.index(after: equals)...]))
                }
                return values.count == texts.count ? values : nil
            }, write: write, isValid: isValid
        ).takingMapping(.entries)
    }

    /// A text as a YAML scalar in double quotes.
    public static func quoted(_ text: String) -> String { text.quotedForYAML }
}
