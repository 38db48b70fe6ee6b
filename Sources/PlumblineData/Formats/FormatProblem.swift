/// What is wrong with the settings of a format.
public enum FormatProblem: Sendable, CustomStringConvertible {
    case format(String)
    case options(String)

    public var description: String {
        switch self {
        case .format(let text), .options(let text): text
        }
    }
}
