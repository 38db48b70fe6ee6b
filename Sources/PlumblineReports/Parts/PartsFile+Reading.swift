import PlumblineData
import PlumblineStorage

extension PartsFile {
    /// Reads a summary that `plumbline parts` wrote.
    ///
    /// - Throws: an error for what is no file, is larger than 64 MiB, or is no such summary.
    public static func read(_ path: String) throws -> PartsFile {
        try decode(WholeFile.read(path, most: 64 << 20), path: path)
    }
}
