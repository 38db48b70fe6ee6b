import ArgumentParser
import Foundation
import PlumblineExperiments

struct SweepSubmitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: "Submits a sweep to Slurm: an array of jobs, and one that collects the table.",
        discussion: """
            Each job of the array takes every n-th cell. It saves before its time limit and is \
            queued again. After a failure, the same command submits what is left. Scripts and logs \
            are in the sweep's folder under slurm. `sweep status` shows the jobs.
            """)

    @OptionGroup var options: SweepOptions
    @Flag(help: "Submit to Slurm (the only kind of cluster that is known).") var slurm = false
    @Option(help: "Jobs of the array; by default one per cell, 64 at most.") var shards: Int?
    @Option(help: "How many jobs run at a time; by default as many as the cluster allows.")
    var atOnce: Int?
    @Option(
        name: .customLong("sbatch"), parsing: .unconditionalSingleValue,
        help: "An option of sbatch for each job, such as \"--time=04:00:00\". Repeatable.")
    var sbatchOptions: [String] = []
    @Flag(help: "Print the scripts. Write and submit nothing.") var dryRun = false

    func validate() throws {
        guard slurm else { throw ValidationError("say where: give --slurm") }
        for (name, value) in [("--shards", shards), ("--at-once", atOnce)] {
            if let value, !(1...100_000).contains(value) {
                throw ValidationError("\(name) \(value): must be from 1 to 100000")
            }
        }
        do { _ = try submission(configuration: "/", folder: "/", shards: 1) } catch {
            throw ValidationError("\(error)")
        }
    }

    private func submission(configuration: String, folder: String, shards: Int) throws
        -> SlurmSubmission
    {
        try SlurmSubmission(
            program: "/proc/self/exe".resolvingLink, configuration: configuration, folder: folder,
            workingFolder: FileManager.default.currentDirectoryPath,
            overrides: options.overrides, shards: shards, atOnce: atOnce, options: sbatchOptions)
    }

    func run() throws {
        try reportingErrors {
            let sweep = try options.sweep()
            let submission = try submission(
                configuration: options.config.absolutePath, folder: sweep.folder.absolutePath,
                shards: shards ?? min(sweep.cells.count, 64))
            if dryRun {
                print(submission.arrayScript)
                print("# after the array, with --dependency=afterany:NUMBER")
                print(submission.collectScript, terminator: "")
            } else {
                let jobs = try submission.submit()
                print("submitted \(jobs.array) (array) and \(jobs.collect) (collects the table)")
            }
        }
    }
}

extension String {
    fileprivate var absolutePath: String {
        URL(fileURLWithPath: self).standardizedFileURL.path
    }

    fileprivate var resolvingLink: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: self))
            ?? CommandLine.arguments[0].absolutePath
    }
}
