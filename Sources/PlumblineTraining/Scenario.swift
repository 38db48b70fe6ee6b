/// A fine-tuning of the explanations towards a goal, under a name.
///
/// The name is that of its stage, of its folder and in the results.
public struct Scenario: Sendable, Hashable {
    public let name: String
    /// What the explanations are trained towards.
    public var goal: Goal

    /// - Parameter name: letters, digits, `_` and `-`; see ``isName(_:)``.
    public init(_ name: String, _ goal: Goal) {
        self.name = name
        self.goal = goal
    }

    /// Explanations are trained towards the masks.
    public static let align = Scenario("align", Goal(.mask))
    /// Explanations are trained away from the masks.
    public static let misalign = Scenario("misalign", Goal(.inverse))

    /// The scenario that a name stands for by itself: `align`, `misalign`, and those of the targets
    /// that need no more than their name.
    ///
    /// - Returns: `nil` for another name.
    public init?(named name: String) {
        switch name {
        case "align": self = .align
        case "misalign": self = .misalign
        case "border", "rows", "box": self = Scenario(name, Goal(Goal.Target(rawValue: name)!))
        default: return nil
        }
    }

    /// Whether a name can be that of a folder and of a scenario.
    ///
    /// It has 1 to 40 letters, digits, `_` or `-`, and begins with a letter. `start` and names that
    /// begin with `adapt` are those of other stages.
    public static func isName(_ name: String) -> Bool {
        guard (1...40).contains(name.utf8.count), name.first?.isLetter == true,
            name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "_-".contains($0)) })
        else { return false }
        return name != "start" && !name.hasPrefix("adapt")
    }
}
