/// Names of classes for the identifiers in a data set, such as `n01440764` for "tench".
///
/// A line of the file has an identifier, a space, tab or comma, and the name. ImageNet's
/// `LOC_synset_mapping.txt` is such a file. Where two identifiers have one name, as the two cranes
/// of ImageNet, the identifier follows the name in parentheses.
struct ClassNames {
    static let option = FormatOption(
        "class_names", "A text file with an identifier and the name of a class per line.")

    private let path: String
    private var names: [String: String] = [:]

    /// - Throws: ``DatasetError`` for a file that cannot be read, and for a line without a name.
    init(_ request: FormatRequest) throws {
        path = request.option(Self.option.name) ?? ""
        guard !path.isEmpty else { return }
        let text = String(decoding: try WholeFile.read(path), as: UTF8.self)
        var counts: [String: Int] = [:]
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        for (index, line) in lines.enumerated() {
            let line = index == 0 && line.hasPrefix("\u{FEFF}") ? line.dropFirst() : line
            guard !line.allSatisfy(\.isWhitespace) else { continue }
            let place = "line \(index + 1) of \(path)"
            let key = line.prefix { !$0.isWhitespace && $0 != "," }
            let rest = line.dropFirst(key.count).drop { $0.isWhitespace || $0 == "," }
            let name = String(rest).trimmedSpaces
            guard !key.isEmpty, !name.isEmpty else {
                throw DatasetError(place, "an identifier and the name of a class are wanted")
            }
            guard names.updateValue(name, forKey: String(key)) == nil else {
                throw DatasetError(place, "\(key) is there twice")
            }
            counts[name, default: 0] += 1
        }
        for (key, name) in names where counts[name]! > 1 { names[key] = "\(name) (\(key))" }
    }

    /// The name of an identifier; without a file it is its own name.
    ///
    /// - Throws: ``DatasetError`` where the file does not have it.
    func name(of identifier: String) throws -> String {
        if path.isEmpty { return identifier }
        guard let name = names[identifier] else {
            throw DatasetError(path, "no line begins with \(identifier)")
        }
        return name
    }
}
