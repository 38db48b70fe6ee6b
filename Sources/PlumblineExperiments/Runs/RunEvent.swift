/// What a run reports while it works.
///
/// The terminal, a log file and a test subscribe to these events (``RunEvents/subscribe(_:)``). The
/// library itself writes nothing to the terminal.
public enum RunEvent: Sendable, Equatable {
    /// A stage of `totalSteps` steps begins. Earlier runs took `finishedSteps` of them.
    case stageBegan(stage: String, finishedSteps: Int, totalSteps: Int)
    /// An optimiser step was taken.
    case step(TrainingStep)
    /// An epoch ended, and the model was evaluated.
    case epoch(TrainingEpoch)
    /// A stage ended, with its last checkpoint at `path`.
    ///
    /// - Parameter wasFinished: whether it ended in an earlier run, so that nothing was trained.
    case stageFinished(stage: String, path: String, wasFinished: Bool)
    /// Other long work, such as an evaluation, made progress.
    case progress(WorkProgress)
    /// A line of text for the reader.
    case note(String)
    /// A line about something that may be wrong. The work continues.
    case warning(String)
    /// A checkpoint or a state was written.
    case saved(path: String)
    /// The weights of a checkpoint or a state were read.
    case loaded(path: String)
    /// The work ended early because a signal came.
    case interrupted(String)
    /// The run ended, with its results at `results`.
    case finished(results: String)
}
