import PlumblineModels

/// What became of each name of a file of weights.
public struct ImportReport: Sendable {
    /// The number of parameters that have values of the file now.
    public let loaded: Int
    /// Parameters of the head that the file lacks, or has in another size.
    ///
    /// They keep their random initial values.
    public let drawnAnew: [String]
    /// Names of the file that the model has no place for.
    public let unexpected: [String]
    /// What was resampled or spread to fit, and which settings were changed, in words.
    public internal(set) var adapted: [String]
    /// Where in the file the weights were found.
    public let match: WeightMatch

    init(match: WeightMatch, plan: WeightPlan) {
        self.match = match
        loaded = plan.steps.count
        drawnAnew = plan.drawnAnew
        unexpected = plan.unexpected
        adapted = plan.adapted
    }

    /// The lines for the user.
    public var lines: [String] {
        var lines = ["\(loaded) tensors loaded"]
        if !match.key.isEmpty { lines.append("weights are under the key \(match.key)") }
        if let guess = match.guess { lines.append(guess) }
        if !match.others.isEmpty {
            lines.append(
                "\(Self.listed(match.others)) would fit as well; "
                    + "chosen by --weights-key of import, or model.weights_key of a configuration"
            )
        }
        if !drawnAnew.isEmpty {
            lines.append(
                "drawn anew, absent or of another size: \(drawnAnew.joined(separator: ", "))")
        }
        lines += adapted
        if !unexpected.isEmpty {
            lines.append("without a place in the model: \(Self.listed(unexpected))")
        }
        return lines
    }

    /// Why the predictions of the model are random until it is trained.
    public var warnings: [String] {
        guard !drawnAnew.isEmpty else { return [] }
        return [
            "warning: the head is drawn anew (\(drawnAnew.joined(separator: ", "))): "
                + "its predictions are random until it is trained"
        ]
    }

    /// At most ten of a list, and how many more there are.
    static func listed(_ names: [String], separator: String = ", ") -> String {
        let most = 10
        let shown = names.prefix(most).joined(separator: separator)
        return names.count > most ? "\(shown) and \(names.count - most) more" : shown
    }
}
