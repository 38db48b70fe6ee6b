import PlumblineStorage

/// A fine-tuned pair under one explanation: a run of each scenario, and its starting model.
struct GapPair {
    /// The factors that both runs have.
    let factors: RunFactors
    let first: ScoredImages
    let second: ScoredImages
    /// `nil` where no file has it.
    let start: ScoredImages?
    /// The file of the first run.
    let file: String

    /// Names the fine-tuned pair: its two checkpoints, or its runs where these are not known.
    var name: String {
        let hashes = [first.run.checkpointHash, second.run.checkpointHash]
        return hashes.contains("") ? "\(file) \(first.run.run)" : hashes.joined(separator: " ")
    }

    /// Names the starting model.
    ///
    /// Without its results it is told apart by the factors that a starting model has.
    var startName: String {
        if let hash = start?.run.checkpointHash, !hash.isEmpty { return hash }
        let seed = factors.seed.map(String.init) ?? file
        return [factors.className, factors.model, factors.pretraining, factors.settings, seed]
            .joined(separator: " | ")
    }
}
