import Foundation
import PlumblineData
import PlumblineStorage

/// A number as the published files write it: plain, or as PyTorch prints a tensor.
///
/// `0.25`, `tensor(0.25)`, `tensor(0.25, device='cuda:0')`, `tensor([0.25])`; an empty field and
/// `nan` are missing values.
enum PublishedNumber {
    /// - Returns: `nil` for a missing value.
    /// - Throws: ``DatasetError`` for anything else that is not a finite number.
    static func read(_ text: String, column: String, place: String) throws -> Double? {
        var rest = Substring(text.trimmingCharacters(in: .whitespaces))
        if rest.hasPrefix("tensor("), rest.hasSuffix(")") {
            rest = rest.dropFirst("tensor(".count).dropLast()
            if rest.hasPrefix("["), let end = rest.firstIndex(of: "]") {
                rest = rest[rest.index(after: rest.startIndex)..<end]
            } else if let comma = rest.firstIndex(of: ",") {
                rest = rest[..<comma]
            }
        }
        let number = rest.trimmingCharacters(in: .whitespaces)
        if number.isEmpty || ["nan", "na"].contains(number.lowercased()) { return nil }
        guard let value = Double(number), value.isFinite else {
            let shown = text.prefix(40).description.printable
            throw DatasetError(
                place,
                "\(column) is \"\(shown)\"; a finite number or tensor(NUMBER) is wanted")
        }
        return value
    }
}
