/// What `plumbline doctor` found about one thing.
public struct DoctorFinding: Sendable, Equatable {
    public enum State: String, Sendable {
        case ok
        /// It works, but slowly or not as one may expect.
        case note
        /// Something is broken.
        case problem
    }

    public let state: State
    /// What was found; for a note or a problem, also what to do.
    public let text: String

    public init(_ state: State, _ text: String) {
        self.state = state
        self.text = text
    }

    /// The state and the text in one line.
    public var line: String {
        "\(state.rawValue)\(String(repeating: " ", count: 9 - state.rawValue.count))\(text)"
    }
}
