import Foundation

/// Why a selection is not possible, in words.
public struct SelectionError: Error, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}

/// Which images of a page are shown, and in which order, as its address says it.
///
/// The text is what stands after `#` in the address of a page, such as
/// `f.correct=right&r.mass_accuracy=~0.1`. Keys that only say how the page looks are passed over.
public struct ViewerSelection: Sendable, Equatable {
    public enum Order: String, Sendable {
        case score
        case difference
        case name
    }

    /// The number of a run, from 0.
    public var run = 0
    /// The run that it is compared with.
    public var against: Int?
    /// The key of the score; `nil` for the page's first.
    public var score: String?
    public var order = Order.score
    public var isDescending = true
    /// The values that a category may have; an empty text for none.
    public var filters: [String: Set<String>] = [:]
    /// The range of each score, with both ends.
    public var ranges: [String: ClosedRange<Double>] = [:]
    /// A part of the image's name or of its group.
    public var search = ""
    /// Numbers of images, from 0; `nil` for all.
    public var numbers: Set<Int>?

    public init() {}

    /// - Throws: ``SelectionError`` for a key that an address does not have, or a value that the
    ///   key cannot have.
    public init(_ address: String) throws {
        let text = address.split(separator: "#", omittingEmptySubsequences: false).last ?? ""
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let key = Self.decoded(parts[0]),
                let value = Self.decoded(parts[1])
            else { throw SelectionError("\(pair): key=value is wanted") }
            try set(key, value)
        }
    }

    private static let looks: Set = [
        "view", "x", "y", "open", "outlines", "map", "threshold", "opacity", "colours", "invert",
        "window", "level", "size", "rows", "theme",
    ]

    private static func decoded(_ text: Substring) -> String? {
        text.replacing("+", with: " ").removingPercentEncoding
    }

    private mutating func set(_ key: String, _ value: String) throws {
        func number(_ text: String) throws -> Int {
            guard let number = Int(text), number >= -1 else {
                throw SelectionError("\(key)=\(text): must be a whole number from 0")
            }
            return number
        }
        switch key {
        case "run": run = max(0, try number(value))
        case "against": against = try number(value) < 0 ? nil : try number(value)
        case "score": score = value
        case "sort":
            guard let order = Order(rawValue: value) else {
                throw SelectionError("sort=\(value): must be score, difference or name")
            }
            self.order = order
        case "descending":
            guard ["yes", "no"].contains(value) else {
                throw SelectionError("descending=\(value): must be yes or no")
            }
            isDescending = value == "yes"
        case "search": search = value
        case "selected": numbers = try Self.numbers(value)
        case _ where key.hasPrefix("f."):
            filters[String(key.dropFirst(2)), default: []].insert(value)
        case _ where key.hasPrefix("r."):
            ranges[String(key.dropFirst(2))] = try Self.range(value, key)
        case _ where Self.looks.contains(key): break
        default:
            throw SelectionError(
                "\(key): an address has no such key; filters begin with f., ranges with r.")
        }
    }

    /// `low~high`; either end may be missing.
    private static func range(_ text: String, _ key: String) throws -> ClosedRange<Double> {
        let ends = text.split(separator: "~", omittingEmptySubsequences: false)
        let low = ends[0].isEmpty ? -Double.infinity : Double(ends[0])
        guard ends.count == 2, let low,
            let high = ends[1].isEmpty ? Double.infinity : Double(ends[1]), low <= high
        else { throw SelectionError("\(key)=\(text): must be low~high; either may be missing") }
        return low...high
    }

    /// `3-7,12`.
    private static func numbers(_ text: String) throws -> Set<Int> {
        var numbers: Set<Int> = []
        for piece in text.split(separator: ",") {
            let ends = piece.split(separator: "-").map { Int($0) }
            guard (1...2).contains(ends.count), let first = ends[0],
                let last = ends[ends.count - 1],
                last >= first, last - first < 1_000_000
            else { throw SelectionError("selected=\(text): must be numbers such as 3-7,12") }
            numbers.formUnion(first...last)
        }
        return numbers
    }
}
