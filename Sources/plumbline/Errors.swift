import ArgumentParser
import Experiments
import Explanations
import Foundation

/// Prints an error as one line and ends with the exit code that it calls for: 2 where the
/// configuration is wrong, 130 after an interruption, else 1.
func reportingErrors<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let error as ExitCode { throw error } catch {
        FileHandle.standardError.write(Data("plumbline: \(error)\n".utf8))
        switch error {
        case is ConfigurationError, is ExplanationError: throw ExitCode(2)
        case is Interrupted: throw ExitCode(130)
        default: throw ExitCode.failure
        }
    }
}
