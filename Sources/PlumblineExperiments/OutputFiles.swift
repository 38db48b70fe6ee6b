import PlumblineData
import Foundation

/// Checks of the files that a command will write, before its work begins.
public enum OutputFiles {
    /// - Parameters:
    ///   - option: the command's option that names the file, for errors.
    ///   - inputs: files that are read.
    /// - Throws: ``ConfigurationError`` where `path` is a folder or one of `inputs`, lies in no
    ///   folder, or has a name that no file can have.
    public static func check(_ path: String, option: String, inputs: [String]) throws {
        let name = PathText.parts(path).last ?? ""
        guard !name.isEmpty, name != "..", name.utf8.count <= 255 else {
            throw ConfigurationError(option, path, "is no name of a file")
        }
        let folder = PathText.folder(of: path)
        let place = folder.isEmpty ? "." : folder
        guard FileIdentity(place)?.isFolder == true else {
            throw ConfigurationError(option, path, "there is no folder \(place)")
        }
        guard let existing = FileIdentity(path) else { return }
        guard !existing.isFolder else { throw ConfigurationError(option, path, "is a folder") }
        if inputs.contains(where: { FileIdentity($0) == existing }) {
            throw ConfigurationError(
                option, path, "is one of the files that are read; name another")
        }
    }

    /// The same for files of a folder that need not be there yet.
    public static func checkFolder(
        _ folder: String, names: [String], option: String, inputs: [String]
    ) throws {
        if let long = names.first(where: { $0.utf8.count > 255 }) {
            throw ConfigurationError(option, folder, "the name \(long) is too long for a file")
        }
        guard let existing = FileIdentity(folder) else { return }
        guard existing.isFolder else { throw ConfigurationError(option, folder, "is no folder") }
        let read = Set(inputs.compactMap { FileIdentity($0) })
        guard !read.contains(existing) else {
            throw ConfigurationError(option, folder, "is the folder that is read; name another")
        }
        for path in names.map({ PathText.joined(folder, $0) }) {
            guard let there = FileIdentity(path), read.contains(there) else { continue }
            throw ConfigurationError(option, folder, "\(path) is read; name another folder")
        }
    }
}
