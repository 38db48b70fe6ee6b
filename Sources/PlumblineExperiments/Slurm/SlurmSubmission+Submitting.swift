import Foundation
import PlumblineData
import PlumblineStorage

extension SlurmSubmission {
    /// Writes the scripts and submits both jobs.
    ///
    /// - Returns: the numbers of the array and of the job that collects.
    /// - Throws: ``SlurmError`` if Slurm refuses a job; ``StorageError`` if a file cannot be
    ///   written.
    public func submit() throws -> (array: Int, collect: Int) {
        let sbatch = try ExternalProgram("sbatch")
        try createFolder(jobFolder)
        let paths = ["\(jobFolder)/array.sh", "\(jobFolder)/collect.sh"]
        for (path, script) in zip(paths, [arrayScript, collectScript]) {
            try AtomicFile.write(path) { file in
                try Array(script.utf8).withUnsafeBytes { try file.write($0) }
            }
        }
        let array = try Self.jobNumber(sbatch.run(["--parsable", paths[0]]))
        // Whether shards fail or not: the table says which cells are missing.
        let collect = try Self.jobNumber(
            sbatch.run(["--parsable", "--dependency=afterany:\(array)", paths[1]]))
        try SlurmJobs(folder: jobFolder).add([array, collect])
        return (array, collect)
    }

    /// - Parameter text: what `sbatch --parsable` prints: `NUMBER` or `NUMBER;CLUSTER`.
    package static func jobNumber(_ text: String) throws -> Int {
        let first = text.split { $0 == ";" || $0 == "\n" }.first ?? ""
        guard let number = Int(first), number > 0 else {
            throw SlurmError("sbatch printed \(text.debugDescription) instead of a job's number")
        }
        return number
    }
}
