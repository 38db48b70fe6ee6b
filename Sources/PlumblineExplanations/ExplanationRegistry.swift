import PlumblineModels
import PlumblineSettings
import Synchronization

/// Every explanation method by name.
///
/// Another package adds a method with one file, which defines it, and one line, which registers it:
///
/// ```swift
/// try ExplanationRegistry.register("mine", keys: [Mine.depth.declaration]) {
///     Mine(depth: $0[Mine.depth])
/// }
/// ```
public enum ExplanationRegistry {
    /// Makes a method from its settings.
    public typealias Maker = @Sendable (ExplanationSettings) -> any Explanation

    /// A registered method.
    struct Entry: Sendable {
        let name: String
        /// What it computes, in one line; may be empty.
        let summary: String
        let keys: [ExplanationKeyDeclaration]
        let make: Maker

        init(
            _ name: String, _ summary: String, keys: [ExplanationKeyDeclaration] = [],
            _ make: @escaping Maker
        ) {
            self.name = name
            self.summary = summary
            self.keys = keys
            self.make = make
        }
    }

    private static let entries = Mutex(BuiltInExplanations.all)

    private static var snapshot: [Entry] { entries.withLock { $0 } }

    /// What the name of a method is preceded by to enhance it with ``SESS``.
    private static let sessPrefix = "sess:"
    /// The name of LRP with the composite of the settings.
    private static let customLRP = "lrp_custom"

    /// Adds a method.
    ///
    /// - Parameters:
    ///   - name: the method's name in configurations and results.
    ///   - summary: what it computes, in one line.
    ///   - keys: the settings that the method declares for itself.
    ///   - make: makes the method from its settings.
    /// - Throws: ``ExplanationError`` if the name is empty, contains characters other than letters,
    ///   digits and `_`, or is taken; or if a key is taken.
    public static func register(
        _ name: String, summary: String = "", keys: [ExplanationKeyDeclaration] = [],
        _ make: @escaping Maker
    ) throws {
        for word in [name] + keys.map(\.name) {
            guard !word.isEmpty,
                word.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
            else {
                throw ExplanationError(
                    "\"\(word)\" cannot be registered: letters, digits and _ are possible")
            }
        }
        let problem = entries.withLock { entries -> String? in
            if name == customLRP || entries.contains(where: { $0.name == name }) {
                return "the explanation \(name) is registered already"
            }
            var taken = Set(entries.flatMap { $0.keys.map(\.name) })
            for key in keys where !taken.insert(key.name).inserted {
                return "\(name): the setting \(key.name) is registered already"
            }
            entries.append(Entry(name, summary, keys: keys, make))
            return nil
        }
        if let problem { throw ExplanationError(problem) }
    }

    /// Takes a method out again, so that a test leaves nothing behind.
    package static func unregister(_ name: String) {
        entries.withLock { $0.removeAll { $0.name == name } }
    }

    /// The names of all methods.
    ///
    /// `sess:` before a name enhances that method, and `lrp_custom` is LRP with the composite of
    /// the settings.
    public static var names: [String] { snapshot.map(\.name) }

    /// Each method with what it computes, in one line, and whether it can be trained through.
    public static var descriptions: [(name: String, summary: String, isDifferentiable: Bool)] {
        snapshot.map { entry in
            (entry.name, entry.summary, entry.make(ExplanationSettings()).isDifferentiable)
        }
    }

    /// The names of the methods that can be trained through.
    public static var differentiableNames: [String] {
        snapshot.filter { $0.make(ExplanationSettings()).isDifferentiable }.map(\.name)
    }

    /// The settings that registered methods declare for themselves.
    public static var registeredKeys: [ExplanationKeyDeclaration] { snapshot.flatMap(\.keys) }

    /// The method of a name.
    ///
    /// - Throws: ``ExplanationError`` for an unknown name; the message lists the known names.
    public static func make(
        _ name: String, _ settings: ExplanationSettings = ExplanationSettings()
    ) throws -> any Explanation {
        if name.hasPrefix(sessPrefix) {
            let base = try make(String(name.dropFirst(sessPrefix.count)), settings)
            return SESS(base, variant: settings.sess)
        }
        if name == customLRP {
            guard let composite = settings.composite else {
                throw ExplanationError(
                    "lrp_custom needs a composite: explanation.composite names its YAML file")
            }
            return LRP(composite)
        }
        let entries = snapshot
        guard let entry = entries.first(where: { $0.name == name }) else {
            throw ExplanationError(
                "unknown explanation \(name); there are "
                    + "\(entries.map(\.name).joined(separator: ", ")), lrp_custom, and sess: "
                    + "before any" + entries.map(\.name).hint(for: name))
        }
        return entry.make(settings)
    }

    /// A method to be trained through.
    ///
    /// - Throws: ``ExplanationError`` as ``make(_:_:)``, and for a method without a derivative; the
    ///   message lists the methods that have one.
    public static func makeDifferentiable(
        _ name: String, _ settings: ExplanationSettings = ExplanationSettings()
    ) throws -> any Explanation {
        let explanation = try make(name, settings)
        guard explanation.isDifferentiable else {
            throw ExplanationError(
                "\(name) cannot be trained through: it has no derivative; these can: "
                    + "\(differentiableNames.joined(separator: ", ")), lrp_custom")
        }
        return explanation
    }
}
