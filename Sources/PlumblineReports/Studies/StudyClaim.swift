/// One claim of a study.
public struct StudyClaim: Sendable, Equatable {
    /// What is claimed of the mean.
    public enum Expectation: String, CaseIterable, Sendable {
        case positive
        case negative
        /// Not 0, in either direction.
        case different
        /// Between -margin and margin.
        case equivalent
    }

    /// Two levels of an axis: the claim is about the gap of the first minus that of the second.
    public struct Contrast: Sendable, Equatable {
        public let axis: String
        public let first: String
        public let second: String

        public init(axis: String, first: String, second: String) {
            self.axis = axis
            self.first = first
            self.second = second
        }
    }

    public var name: String
    public var metric = ""
    /// Empty for the whole image.
    public var part = ""
    /// The method that explains; empty for the one that was trained through.
    public var explanation = ""
    /// Which pairs it is about: the levels of some axes.
    ///
    /// Other axes have all of theirs.
    public var levels: [String: [String]] = [:]
    /// `nil` for the gap itself.
    public var contrast: Contrast?
    public var expectation = Expectation.positive
    /// Of equivalence; for another expectation `nil`, or the largest effect that counts as none.
    public var margin: Double?
    public var family = "main"
    /// The smallest effect that matters, for the power; `nil` if it is not declared.
    public var effect: Double?
    /// The standard deviation between starting models, for the power; `nil` for that of the earlier
    /// results.
    public var deviation: Double?

    public init(_ name: String) { self.name = name }

    /// Whether a pair belongs to the claim, apart from the contrast.
    func includes(_ labels: [String: String]) -> Bool {
        levels.allSatisfy { axis, levels in labels[axis].map(levels.contains) ?? false }
    }

    /// What is measured, in words.
    public var quantity: String {
        let score = part.isEmpty ? metric : "\(metric), \(part)"
        let place = levels.sorted { $0.key < $1.key }
            .map { "\($0.key)=\($0.value.joined(separator: "|"))" }.joined(separator: ", ")
        let gap = contrast.map {
            "gap of \(score): \($0.axis) \($0.first) - \($0.second)"
        }
        return (gap ?? "gap of \(score)") + (place.isEmpty ? "" : " where \(place)")
            + (explanation.isEmpty ? "" : ", explained by \(explanation)")
    }

    /// What is expected, in words.
    public var expected: String {
        expectation == .equivalent
            ? "equivalent within \(margin.map { "\($0)" } ?? "-")" : expectation.rawValue
    }
}
