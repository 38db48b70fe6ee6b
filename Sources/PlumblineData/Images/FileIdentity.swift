import Foundation

/// The file or folder that a path leads to.
///
/// Links are followed, so two paths of one file are equal.
public struct FileIdentity: Hashable, Sendable {
    private let device: UInt64
    private let number: UInt64
    public let isFolder: Bool
    /// Whether it is a regular file, and not a device or a pipe.
    public let isFile: Bool

    /// - Returns: `nil` where there is nothing, or a link to nothing.
    public init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        device = UInt64(status.st_dev)
        number = UInt64(status.st_ino)
        isFolder = status.st_mode & S_IFMT == S_IFDIR
        isFile = status.st_mode & S_IFMT == S_IFREG
    }
}
