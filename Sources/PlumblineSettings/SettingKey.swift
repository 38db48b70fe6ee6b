/// One setting of an `Owner`, as configuration files name it.
///
/// The owner declares its keys beside its stored properties. The default of a setting is the value
/// of the property in a new owner, so it is written only once.
///
/// ```swift
/// extension Optimiser {
///     static var keys: [SettingKey<Optimiser>] {
///         [.float("learning_rate", \.learningRate, in: 0...100, "The learning rate.")]
///     }
/// }
/// // In the configuration that has an optimiser:
/// Optimiser.keys.mounted("train", at: \.optimiser)    // train.learning_rate
/// ```
public struct SettingKey<Owner> {
    /// The name, with the sections that contain it, such as `align.lambda`.
    public let name: String
    /// What the setting does, in one line.
    public let meaning: String
    /// What a value must be, such as "a whole number from 1 to 9".
    public let requirement: String
    /// How a YAML mapping is read.
    public private(set) var mapping = MappingForm.refused
    /// Whether the key is read before the other keys of its section, wherever it stands: it sets
    /// several of them.
    public private(set) var isReadFirst = false
    private let readTexts: (inout Owner, [String], Bool) -> Bool
    private let text: (Owner) -> String
    private let isInRange: (Owner) -> Bool
    private let copyValue: (Owner, inout Owner) -> Void

    init<Value>(
        _ name: String, _ path: WritableKeyPath<Owner, Value>, _ meaning: String,
        requirement: String, read: @escaping ([String], Bool) -> Value?,
        write: @escaping (Value) -> String, isValid: @escaping (Value) -> Bool
    ) {
        self.name = name
        self.meaning = meaning
        self.requirement = requirement
        readTexts = { owner, texts, isList in
            guard let value = read(texts, isList), isValid(value) else { return false }
            owner[keyPath: path] = value
            return true
        }
        text = { write($0[keyPath: path]) }
        isInRange = { isValid($0[keyPath: path]) }
        copyValue = { $1[keyPath: path] = $0[keyPath: path] }
    }

    /// The same key in a section of another owner.
    private init<Part>(
        _ key: SettingKey<Part>, section: String, at path: WritableKeyPath<Owner, Part>
    ) {
        name = section.isEmpty ? key.name : "\(section).\(key.name)"
        meaning = key.meaning
        requirement = key.requirement
        mapping = key.mapping
        isReadFirst = key.isReadFirst
        readTexts = { key.readTexts(&$0[keyPath: path], $1, $2) }
        text = { key.text($0[keyPath: path]) }
        isInRange = { key.isInRange($0[keyPath: path]) }
        copyValue = { key.copyValue($0[keyPath: path], &$1[keyPath: path]) }
    }

    /// Sets the value from the texts of a scalar or a list.
    ///
    /// - Returns: `false` if the texts do not meet the ``requirement``. Nothing is then changed.
    public func read(_ texts: [String], isList: Bool, into owner: inout Owner) -> Bool {
        readTexts(&owner, texts, isList)
    }

    /// The value as a YAML scalar or list.
    public func write(_ owner: Owner) -> String { text(owner) }

    /// Whether the value meets the ``requirement``.
    public func isValid(in owner: Owner) -> Bool { isInRange(owner) }

    /// Takes the value over from another owner.
    public func copy(from source: Owner, to target: inout Owner) { copyValue(source, &target) }

    /// The same key in a section of a larger configuration.
    ///
    /// - Parameter section: is put in front of the name, with a dot. May be empty.
    public func mounted<Root>(
        _ section: String, at path: WritableKeyPath<Root, Owner>
    ) -> SettingKey<Root> {
        SettingKey<Root>(self, section: section, at: path)
    }

    /// The same key, which is read before the other keys of its section.
    public func readFirst() -> SettingKey {
        var key = self
        key.isReadFirst = true
        return key
    }

    /// The same key, which also takes a YAML mapping.
    func takingMapping(_ form: MappingForm) -> SettingKey {
        var key = self
        key.mapping = form
        return key
    }
}

extension Array {
    /// The same keys in a section of a larger configuration.
    public func mounted<Owner, Root>(
        _ section: String, at path: WritableKeyPath<Root, Owner>
    ) -> [SettingKey<Root>] where Element == SettingKey<Owner> {
        map { $0.mounted(section, at: path) }
    }
}
