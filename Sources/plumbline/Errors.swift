import ArgumentParser
import PlumblineExperiments
import PlumblineEvaluation
import PlumblineExplanations
import PlumblineJudges
import PlumblineReports
import Foundation

/// Prints an error as one line and throws its exit code.
///
/// The code is 2 if the command line or the configuration is wrong, 75 after an interruption (the
/// same command then resumes), and 1 otherwise.
func reportingErrors<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let error as ExitCode { throw error } catch {
        ProgramLog.error("\(error)")
        switch error {
        case is ConfigurationError, is ExplanationError, is MetricError, is JudgeError,
            is ReportRequestError, is SelectionError:
            throw ExitCode(2)
        case is Interrupted: throw ExitCode(75)
        default: throw ExitCode.failure
        }
    }
}
