import PlumblineSettings
import Synchronization

/// The data formats that a configuration can name.
///
/// Another package adds a format with one file that defines it and one line that registers it:
///
/// ```swift
/// let split = FormatOption("split", "train or test")
/// try ImageFormats.register("mine", summary: "My images.", options: [split]) { request in
///     FormattedImages(try MySource(request.labels, split: request.options["split"]))
/// }
/// ```
public enum ImageFormats {
    /// Reads a data set.
    public typealias Reader = @Sendable (FormatRequest) throws -> FormattedImages

    private struct Entry: Sendable {
        let description: FormatDescription
        let read: Reader

        var name: String { description.name }

        init(_ description: FormatDescription, _ read: @escaping Reader) {
            self.description = description
            self.read = read
        }

        init(_ format: any BuiltInFormat.Type) {
            self.init(format.description) { try format.read($0) }
        }
    }

    private static let entries = Mutex<[Entry]>(
        builtIn.map { Entry($0) })

    private static let builtIn: [any BuiltInFormat.Type] = [
        CheXpertFormat.self, ClassFolders.self, ManifestFormat.self, COCOFormat.self,
        VOCFormat.self, MaskFolder.self, ImageNetLocalisation.self, NIHBoxes.self,
        RSNAPneumonia.self, SIIMPneumothorax.self, CheXmaskFormat.self, PartImageNetFormat.self,
        PascalPartFormat.self,
    ]

    /// Adds a format.
    ///
    /// - Parameters:
    ///   - name: how configurations call it: letters, digits and `_`.
    ///   - summary: what it reads, in one line.
    ///   - options: its own settings. Other names are refused in a configuration.
    ///   - read: reads a data set. It may give more classes than the request names, in any order.
    /// - Throws: ``DatasetError`` for a name that is registered already or has other characters.
    public static func register(
        _ name: String, summary: String = "", options: [FormatOption] = [],
        _ read: @escaping Reader
    ) throws {
        for word in [name] + options.map(\.name) {
            guard !word.isEmpty,
                word.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
            else {
                throw DatasetError(
                    "\"\(word)\"", "cannot be registered: letters, digits and _ are possible")
            }
        }
        let isNew = entries.withLock { entries -> Bool in
            guard !entries.contains(where: { $0.name == name }) else { return false }
            entries.append(
                Entry(FormatDescription(name, summary: summary, options: options), read))
            return true
        }
        guard isNew else { throw DatasetError(name, "this format is registered already") }
    }

    /// Takes a format out again, so that a test leaves nothing behind.
    package static func unregister(_ name: String) {
        entries.withLock { $0.removeAll { $0.name == name } }
    }

    /// The names of all formats, in the order of registration.
    public static var names: [String] { entries.withLock { $0.map(\.name) } }

    /// All formats with their options, in the order of registration.
    public static var descriptions: [FormatDescription] {
        entries.withLock { $0.map(\.description) }
    }

    /// What is wrong with a format's name or its options; `nil` where nothing is.
    public static func problem(
        ofFormat name: String, options: [String: String] = [:]
    ) -> FormatProblem? {
        guard let entry = entry(name) else {
            return .format(
                "no format is called \(name); there are \(names.joined(separator: ", "))"
                    + names.hint(for: name))
        }
        let names = entry.description.options.map(\.name)
        guard let other = options.keys.sorted().first(where: { !names.contains($0) }) else {
            return nil
        }
        let known = names.isEmpty ? "it has none" : names.joined(separator: ", ")
        return .options("\(other) is not an option of \(name); options: \(known)")
    }

    /// Reads a data set.
    ///
    /// - Returns: images whose classes are those of the request, in its order.
    /// - Throws: ``DatasetError`` for an unknown format or option, what the format throws, and
    ///   where the format's images lack a class.
    public static func read(_ name: String, _ request: FormatRequest) throws -> FormattedImages {
        if let problem = problem(ofFormat: name, options: request.options) {
            throw DatasetError(request.name, problem.description)
        }
        var images = try entry(name)!.read(request)
        images.source = try ClassSelection.of(images.source, request)
        return images
    }

    private static func entry(_ name: String) -> Entry? {
        entries.withLock { $0.first { $0.name == name } }
    }
}
