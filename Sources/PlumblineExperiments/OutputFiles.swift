import PlumblineData
import Foundation

/// Checks of the files that a command will write, before its work begins.
public enum OutputFiles {
    /// - Parameters:
    ///   - option: the command's option that names the file, for errors.
    ///   - inputs: files that are read.
    /// - Throws: ``ConfigurationError`` if `path` is a folder or one of `inputs`, if its folder
    ///   does not exist, or if its name is not possible for a file.
    public static func check(_ path: String, option: String, inputs: [String]) throws {
        let name = PathText.parts(path).last ?? ""
        guard !name.isEmpty, name != "..", name.utf8.count <= 255 else {
            throw ConfigurationError(option, path, "is not the name of a file")
        }
        let folder = PathText.folder(of: path)
        let parent = folder.isEmpty ? "." : folder
        guard FileIdentity(parent)?.isFolder == true else {
            throw ConfigurationError(option, path, "there is no folder \(parent)")
        }
        guard let existing = FileIdentity(path) else { return }
        guard !existing.isFolder else { throw ConfigurationError(option, path, "is a folder") }
        if inputs.contains(where: { FileIdentity($0) == existing }) {
            throw ConfigurationError(
                option, path, "is one of the files that are read; name another")
        }
    }

    /// The same for files of a folder that may not exist yet.
    public static func checkFolder(
        _ folder: String, names: [String], option: String, inputs: [String]
    ) throws {
        if let long = names.first(where: { $0.utf8.count > 255 }) {
            throw ConfigurationError(option, folder, "the name \(long) is too long for a file")
        }
        guard let existing = FileIdentity(folder) else { return }
        guard existing.isFolder else { throw ConfigurationError(option, folder, "is not a folder") }
        let read = Set(inputs.compactMap { FileIdentity($0) })
        guard !read.contains(existing) else {
            throw ConfigurationError(option, folder, "is the folder that is read; name another")
        }
        for path in names.map({ PathText.joined(folder, $0) }) {
            guard let existing = FileIdentity(path), read.contains(existing) else { continue }
            throw ConfigurationError(option, folder, "\(path) is read; name another folder")
        }
    }
}
