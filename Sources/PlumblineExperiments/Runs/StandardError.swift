import Foundation
import PlumblineStorage

/// Writes messages to standard error.
///
/// A message that cannot be written is dropped: a full disk or a closed terminal must not end the
/// work.
public enum StandardError {
    public static func write(_ text: String) {
        let bytes = Array(text.utf8)
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                Foundation.write(2, $0.baseAddress! + done, bytes.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            done += count
        }
    }

    /// Writes a line.
    ///
    /// Control characters, which may come from file names, are replaced.
    public static func writeLine(_ text: String) { write(text.printable + "\n") }
}
