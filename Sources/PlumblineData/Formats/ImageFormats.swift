import Synchronization

/// The data formats that a configuration can name.
///
/// Another package adds a format with one file that defines it and one line that registers it:
///
/// ```swift
/// try ImageFormats.register("mine", options: ["split"]) { request in
///     FormattedImages(try MySource(request.labels, split: request.options["split"]))
/// }
/// ```
public enum ImageFormats {
    /// Reads a data set.
    public typealias Reader = @Sendable (FormatRequest) throws -> FormattedImages

    private struct Entry: Sendable {
        let name: String
        let options: [String]
        let read: Reader
    }

    private static let entries = Mutex<[Entry]>([
        Entry(name: CheXpertFormat.name, options: [], read: CheXpertFormat.read)
    ])

    /// Adds a format.
    ///
    /// - Parameters:
    ///   - name: how configurations call it: letters, digits and `_`.
    ///   - options: the names of its own settings. Other names are refused in a configuration.
    ///   - read: reads a data set. It may give more classes than the request names, in any order.
    /// - Throws: ``DatasetError`` for a name that is registered already or has other characters.
    public static func register(
        _ name: String, options: [String] = [], _ read: @escaping Reader
    ) throws {
        for word in [name] + options {
            guard !word.isEmpty,
                word.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
            else {
                throw DatasetError(
                    "\"\(word)\"", "cannot be registered: letters, digits and _ are possible")
            }
        }
        let isNew = entries.withLock { entries -> Bool in
            guard !entries.contains(where: { $0.name == name }) else { return false }
            entries.append(Entry(name: name, options: options, read: read))
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

    /// What is wrong with a format's name or its options; `nil` where nothing is.
    public static func problem(
        ofFormat name: String, options: [String: String] = [:]
    ) -> FormatProblem? {
        guard let entry = entry(name) else {
            return .format(
                "no format is called \(name); there are \(names.joined(separator: ", "))")
        }
        guard let other = options.keys.sorted().first(where: { !entry.options.contains($0) }) else {
            return nil
        }
        let known = entry.options.isEmpty ? "it has none" : entry.options.joined(separator: ", ")
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
