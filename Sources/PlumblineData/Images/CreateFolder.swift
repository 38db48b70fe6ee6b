import Foundation

/// Creates a folder and the folders above it, where they are missing.
///
/// - Throws: ``DatasetError`` where that is not possible.
public func createFolder(_ path: String) throws {
    do {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
        throw DatasetError(path, "cannot be created: \(error.localizedDescription)")
    }
}
