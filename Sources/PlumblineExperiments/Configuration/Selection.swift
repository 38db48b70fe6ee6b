extension Configuration {
    /// What the best checkpoints of a stage are chosen by.
    public enum Selection: String, Sendable, CaseIterable {
        /// `best_location` by the mean location loss of an epoch's training steps.
        case trainingLoss = "training_loss"
        /// Both on a part of the training images that is held out of training.
        case heldOut = "held_out"
        /// Both on the reported images: the reported scores are then too good.
        case evaluation
        /// As in the published code: `best_auroc` on the reported images, and `best_location` by
        /// the training loss, in which a batch without a positive image counts as 0.
        case published

        /// Whether there is an AUROC to choose by.
        var hasAUROC: Bool { self != .trainingLoss }
    }
}
