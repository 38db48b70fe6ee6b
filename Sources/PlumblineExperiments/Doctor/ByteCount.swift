import Foundation

/// A number of bytes for a reader.
enum ByteCount {
    /// In MB below 100 MB, else in GB; a GB has 1e9 bytes.
    static func text(_ bytes: Int) -> String {
        bytes < 100_000_000
            ? String(format: "%.1f MB", Double(bytes) / 1e6)
            : String(format: "%.1f GB", Double(bytes) / 1e9)
    }
}
