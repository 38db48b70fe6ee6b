import ArgumentParser
import Foundation

/// Prints an error as one line and ends with exit code 1; usage errors, which end with 2, are ArgumentParser's.
func reportingErrors<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let error as ExitCode { throw error } catch {
        FileHandle.standardError.write(Data("plumbline: \(error)\n".utf8))
        throw ExitCode.failure
    }
}
