/// The parts of a path, from its text only.
///
/// Foundation's own functions end the program for some paths that a label file can contain, such
/// as `p/q///////65537//`.
public enum PathText {
    /// The parts between slashes; empty ones and `.` are left out.
    public static func parts(_ path: String) -> [String] {
        path.utf8.split(separator: slash).compactMap { part in
            let text = String(Substring(part))
            return text == "." ? nil : text
        }
    }

    /// The path without the last dot of its last part and what follows it.
    ///
    /// A name whose only dot is its first character stays whole.
    public static func withoutExtension(_ path: String) -> String {
        guard let dot = lastDot(path) else { return path }
        return String(Substring(path.utf8[..<dot]))
    }

    /// What follows the last dot of the last part, in lower case; empty where there is none.
    public static func fileExtension(_ path: String) -> String {
        guard let dot = lastDot(path) else { return "" }
        return String(Substring(path.utf8[dot...].dropFirst())).lowercased()
    }

    /// Whether a path begins at the root of the file system.
    public static func isAbsolute(_ path: String) -> Bool { path.utf8.first == slash }

    /// `path` below `folder`.
    ///
    /// An empty folder is the working directory of the program.
    public static func joined(_ folder: String, _ path: String) -> String {
        if folder.isEmpty { return path }
        return folder.utf8.last == slash ? folder + path : "\(folder)/\(path)"
    }

    /// The way from a folder to a file, with `..` where it leads up.
    ///
    /// - Parameter working: the folder that relative paths begin in.
    public static func way(from folder: String, to file: String, working: String) -> String {
        func resolved(_ path: String) -> [String] {
            parts(isAbsolute(path) ? path : joined(working, path)).reduce(into: []) { kept, part in
                if part == ".." { _ = kept.popLast() } else { kept.append(part) }
            }
        }
        let start = resolved(folder)
        let end = resolved(file)
        let shared = zip(start, end).prefix { $0 == $1 }.count
        let up = [String](repeating: "..", count: start.count - shared)
        return (up + end.dropFirst(shared)).joined(separator: "/")
    }

    /// The path of a file below a folder, from the folder on; the path itself for another file.
    public static func relative(_ file: String, to folder: String) -> String {
        let start = folder.hasSuffix("/") ? folder : folder + "/"
        guard !folder.isEmpty, file.hasPrefix(start) else { return file }
        return String(file.dropFirst(start.count))
    }

    /// The folder that contains `path`; empty where the path is only a name.
    public static func folder(of path: String) -> String {
        guard let last = path.utf8.lastIndex(of: slash) else { return "" }
        return last == path.utf8.startIndex ? "/" : String(Substring(path.utf8[..<last]))
    }

    /// ``parts(_:)`` without each `..` and the part before it.
    ///
    /// - Returns: `nil` where the path goes above its own start.
    public static func resolved(_ path: String) -> [String]? {
        var result: [String] = []
        for part in parts(path) {
            guard part == ".." else {
                result.append(part)
                continue
            }
            guard result.popLast() != nil else { return nil }
        }
        return result
    }

    private static let slash = UInt8(ascii: "/")

    private static func lastDot(_ path: String) -> String.Index? {
        let bytes = path.utf8
        let start = bytes.lastIndex(of: slash).map { bytes.index(after: $0) } ?? bytes.startIndex
        guard let dot = bytes[start...].lastIndex(of: UInt8(ascii: ".")), dot > start else {
            return nil
        }
        return dot
    }
}
