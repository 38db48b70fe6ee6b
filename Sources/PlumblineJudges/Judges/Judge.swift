/// Judges whether the attended region of an image shows the predicted label.
public protocol Judge {
    /// Its name in results: `rule`.
    var name: String { get }

    /// The judgement of one picture.
    ///
    /// - Throws: an error that concerns all pictures, and an interruption. What concerns one
    ///   picture is a missing score.
    func judge(_ question: JudgeQuestion) throws -> Judgement
}
