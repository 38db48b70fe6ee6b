import Foundation
import PlumblineData

/// The results files that paths name: files as they are, and those of folders.
public enum ResultsPaths {
    /// Deeper folders are not searched.
    private static let deepest = 8

    /// The files, in the order of the paths and of the names in folders.
    ///
    /// A folder stands for its `collected.h5`; without one for its `results.h5`; without both for
    /// those of the folders below it. Links are not followed.
    ///
    /// - Throws: ``ReportRequestError`` for a path that does not exist, for a folder without
    ///   results, and for one that cannot be listed.
    public static func files(_ paths: [String]) throws -> [String] {
        var files: [String] = []
        for path in paths {
            guard let identity = FileIdentity(path) else {
                throw ReportRequestError(path, "no such file or folder")
            }
            let found = identity.isFolder ? try below(path, depth: 0) : [path]
            guard !found.isEmpty else {
                throw ReportRequestError(
                    path, "the folder has no results.h5 and no collected.h5, nor has one below it")
            }
            files += found.filter { !files.contains($0) }
        }
        return files
    }

    private static func below(_ folder: String, depth: Int) throws -> [String] {
        for name in ["collected.h5", "results.h5"] {
            let path = PathText.joined(folder, name)
            if let identity = FileIdentity(path), !identity.isFolder { return [path] }
        }
        guard depth < deepest else { return [] }
        let names: [String]
        do { names = try FileManager.default.contentsOfDirectory(atPath: folder) } catch {
            throw ReportRequestError(folder, "cannot be listed: \(error.localizedDescription)")
        }
        return try names.sorted().flatMap { name -> [String] in
            let path = PathText.joined(folder, name)
            // An entry that has gone in the meantime holds no results.
            let kind = try? FileManager.default.attributesOfItem(atPath: path)[.type]
            guard kind as? FileAttributeType == .typeDirectory else { return [] }
            return try below(path, depth: depth + 1)
        }
    }
}
