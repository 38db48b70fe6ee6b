import ArgumentParser
import Experiments
import Foundation

/// Prints an error as one line and ends with the exit code that it calls for: 1 for a failure, 130 for an interruption. Usage errors,
/// which end with 2, are ``UsageError``.
func reportingErrors<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let error as ExitCode { throw error } catch {
        FileHandle.standardError.write(Data("plumbline: \(error)\n".utf8))
        switch error {
        case is UsageError: throw ExitCode(2)
        case is Interrupted: throw ExitCode(130)
        default: throw ExitCode.failure
        }
    }
}

/// Something that the user typed, in the command or in a configuration, is wrong.
struct UsageError: Error, CustomStringConvertible { let description: String }

/// Turns what is wrong with a configuration into a usage error.
func usageChecked<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let error as ConfigurationError { throw UsageError(description: error.description) }
}
