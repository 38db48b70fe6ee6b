/// The key of a server, from the environment.
///
/// It leaves the program in the header of a request only. ``redacted(_:)`` takes it out of
/// everything that a server answers. Messages never show it.
public struct APIKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    private let value: String

    /// The fewest characters: a shorter text could not be taken out of answers.
    public static let fewest = 8

    /// - Parameters:
    ///   - name: of an environment variable. It is not shown in errors, in case it is the key.
    ///   - environment: by name.
    /// - Throws: ``JudgeError`` if there is no such variable, or if its value is no key.
    public init(variable name: String, environment: [String: String]) throws {
        guard name.wholeMatch(of: #/[A-Za-z_][A-Za-z0-9_]*/#) != nil else {
            throw JudgeError(
                "--key-variable",
                "must be the NAME of an environment variable (what was given is not shown)")
        }
        guard let value = environment[name], !value.isEmpty else {
            throw JudgeError(
                "--key-variable",
                "the environment has no variable of that name, or it is empty; set it, or leave "
                    + "the option out for a server without a key")
        }
        guard value.utf8.count >= Self.fewest, value.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw JudgeError(
                "--key-variable",
                "the variable's value must have at least \(Self.fewest) characters, printable "
                    + "ASCII without spaces (the value is not shown)")
        }
        self.value = value
    }

    /// The header `Authorization`.
    var authorization: String { "Bearer \(value)" }

    /// A text without the key.
    public func redacted(_ text: String) -> String {
        text.contains(value) ? text.replacing(value, with: "[key]") : text
    }

    public var description: String { "[key]" }
    public var debugDescription: String { "[key]" }
}
