import ArgumentParser
import PlumblineExperiments
import PlumblineExplanations
import Foundation

/// Prints an error as one line and ends with the exit code that it calls for: 2 where the command
/// line or the configuration is wrong, 75 after an interruption (run it again), else 1.
func reportingErrors<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let error as ExitCode { throw error } catch {
        ProgramLog.error("\(error)")
        switch error {
        case is ConfigurationError, is ExplanationError: throw ExitCode(2)
        case is Interrupted: throw ExitCode(75)
        default: throw ExitCode.failure
        }
    }
}
