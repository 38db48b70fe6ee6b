import Foundation

extension String {
    /// The text without white space at its ends.
    var trimmedSpaces: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
