import PlumblineStorage

/// What to know before the scores of an evaluation are read: a verdict for each method, and the
/// usual troubles.
public enum EvaluationNotes {
    /// One line each; none if no metric of the gate was scored and nothing is wrong.
    public static func lines(_ results: Results) -> [String] {
        MethodVerdict.all(in: results).map { "verdict: \($0.line)" }
            + Diagnosis.all(in: results).map { "diagnosis: \($0.line)" }
    }
}
