extension Configuration {
    /// Which checkpoint of a stage: the last one, or the best one by a score.
    public enum CheckpointChoice: String, Sendable, CaseIterable {
        case last
        case bestAUROC = "best_auroc"
        case bestLocation = "best_location"
    }
}
