import Foundation
import PlumblineSettings
import PlumblineTraining

extension Configuration.AlignmentSettings {
    /// The key `align.scenarios`.
    static var scenarioKey: SettingKey<Self> {
        .entries(
            "scenarios", \.scenarios,
            "The scenarios that are run: names (align, misalign, border, rows, box), or "
                + "name: {target: \(targets(" | ")), share, dilate, erode, shift: [right, down], "
                + "file}; lengths are shares of the image's side.",
            requirement: "a list of align, misalign, border, rows and box, each once, or a mapping "
                + "of names to {target: one of \(targets(", ")); share (above 0 to 1); dilate, "
                + "erode (0 to 1); shift: [right, down] (-1 to 1); file (for the target file)}",
            read: { Scenario($0, configuration: $1) },
            write: { scenarios in
                if scenarios.allSatisfy({ Scenario(named: $0.name) == $0 }) {
                    return "[" + scenarios.map(\.name).joined(separator: ", ") + "]"
                }
                let entries = scenarios.map { "\($0.name): {\($0.goal.fields)}" }
                return "{" + entries.joined(separator: ", ") + "}"
            }
        ) { scenarios in
            Set(scenarios.map(\.name)).count == scenarios.count
                && scenarios.allSatisfy { Scenario.isName($0.name) && $0.goal.isPossible }
        }
    }

    private static func targets(_ separator: String) -> String {
        Goal.Target.allCases.map(\.rawValue).joined(separator: separator)
    }
}

extension Scenario {
    /// - Parameter text: JSON of the fields of a goal, or the name of a target; `nil` for a
    ///   scenario that its name stands for.
    fileprivate init?(_ name: String, configuration text: String?) {
        guard let text else {
            self.init(named: name)
            return
        }
        if let target = Goal.Target(rawValue: text) {
            self.init(name, Goal(target))
            return
        }
        guard let fields = try? JSONSerialization.jsonObject(with: Data(text.utf8)),
            let goal = (fields as? [String: Any]).flatMap(Goal.init(fields:))
        else { return nil }
        self.init(name, goal)
    }
}

extension Goal {
    /// - Returns: `nil` for an unknown field and for one of another type.
    fileprivate init?(fields: [String: Any]) {
        guard let name = fields["target"] as? String, let target = Target(rawValue: name) else {
            return nil
        }
        self.init(target)
        for (field, value) in fields {
            switch (field, value) {
            case ("target", _): break
            case ("share", let number as Double): share = number
            case ("dilate", let number as Double): dilate = number
            case ("erode", let number as Double): erode = number
            case ("file", let text as String): file = text
            case ("shift", let numbers as [Double]) where numbers.count == 2:
                shiftRight = numbers[0]
                shiftDown = numbers[1]
            default: return nil
            }
        }
    }

    /// Whether every number is in its range, and only the target `file` names a file.
    fileprivate var isPossible: Bool {
        let hasShare = target == .border || target == .rows
        return (hasShare ? share > 0 && share <= 1 : share == 0)
            && [dilate, erode].allSatisfy { (0...1).contains($0) }
            && [shiftRight, shiftDown].allSatisfy { (-1...1).contains($0) }
            && (target == .file) == !file.isEmpty
    }

    /// The fields that differ from those of the plain target, as YAML.
    fileprivate var fields: String {
        let plain = Goal(target)
        var fields = ["target: \(target.rawValue)"]
        if share != plain.share { fields.append("share: \(share)") }
        if dilate != 0 { fields.append("dilate: \(dilate)") }
        if erode != 0 { fields.append("erode: \(erode)") }
        if shiftRight != 0 || shiftDown != 0 {
            fields.append("shift: [\(shiftRight), \(shiftDown)]")
        }
        if !file.isEmpty { fields.append("file: \(SettingKey<Goal>.quoted(file))") }
        return fields.joined(separator: ", ")
    }
}
