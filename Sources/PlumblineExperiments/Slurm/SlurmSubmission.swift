import Foundation

/// What the jobs of a sweep are made from.
public struct SlurmSubmission: Sendable {
    /// Absolute paths.
    package var program: String
    package var configuration: String
    /// The folder of the sweep.
    package var folder: String
    /// The folder that relative paths in the configuration are relative to.
    package var workingFolder: String
    /// `key=value`, for `--set`.
    package var overrides: [String]
    /// Jobs of the array; each takes every n-th cell, and then nothing is left for it.
    package var shards: Int
    /// How many jobs run at a time; `nil` for as many as the cluster allows.
    package var atOnce: Int?
    /// Options of `sbatch`, one of each job's `#SBATCH` lines each.
    package var options: [String]

    /// - Throws: ``SlurmError`` for an option that is not one line, or that the scripts give.
    package init(
        program: String, configuration: String, folder: String, workingFolder: String,
        overrides: [String], shards: Int, atOnce: Int?, options: [String]
    ) throws {
        let given = [
            "--array", "--signal", "--requeue", "--no-requeue", "--open-mode", "--output",
            "--dependency", "--job-name", "--wrap", "--chdir", "--parsable",
        ]
        for option in options {
            guard option.hasPrefix("-"), option.unicodeScalars.allSatisfy({ $0.value >= 32 }) else {
                throw SlurmError("--sbatch \(option): must be one line that begins with -")
            }
            let names = option.split(separator: " ").map { $0.prefix { $0 != "=" } }
            if let name = names.first(where: { given.contains(String($0)) }) {
                throw SlurmError("--sbatch \(option): \(name) is set by plumbline; leave it out")
            }
        }
        for path in [program, configuration, folder, workingFolder]
        where path.unicodeScalars.contains(where: { $0.value < 32 || $0 == "\"" }) {
            throw SlurmError("\(path): a job's paths must not have quotes or line breaks")
        }
        self.program = program
        self.configuration = configuration
        self.folder = folder
        self.workingFolder = workingFolder
        self.overrides = overrides
        self.shards = shards
        self.atOnce = atOnce
        self.options = options
    }

    /// Where scripts and logs are.
    package var jobFolder: String { "\(folder)/slurm" }

    /// The sweep's name in the queue.
    private var name: String {
        let last = folder.split(separator: "/").last.map(String.init) ?? "sweep"
        return String(
            last.map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "_" }
        )
    }
}

extension SlurmSubmission {
    /// The script of the array: a job for each shard.
    package var arrayScript: String {
        let limit = atOnce.map { "%\($0)" } ?? ""
        return script(
            "\(name)", log: "%A_%a.log",
            directives: [
                "--array=0-\(shards - 1)\(limit)", "--signal=B:USR1@120", "--requeue",
                "--open-mode=append",
            ] + options,
            comment: """
                # Two minutes before the time limit Slurm sends USR1 to this process, which is the
                # program. It saves, and asks Slurm to queue the job again (PLUMBLINE_REQUEUE).
                export PLUMBLINE_REQUEUE=1
                """,
            ["sweep", "run", configuration] + settings,
            // The number of shards is that of the submission, whatever part of it runs again.
            last: " --shard \"$SLURM_ARRAY_TASK_ID/\(shards)\"")
    }

    /// The script of the job that collects the table after the array.
    package var collectScript: String {
        script(
            "\(name)-collect", log: "collect-%j.log",
            directives: ["--open-mode=append"] + options, comment: "",
            ["sweep", "collect", configuration] + settings, last: "")
    }

    private var settings: [String] { overrides.flatMap { ["--set", $0] } }

    private func script(
        _ name: String, log: String, directives: [String], comment: String, _ words: [String],
        last: String
    ) -> String {
        // In a file name pattern of Slurm, %% is a percent sign.
        let logs = jobFolder.split(separator: "%", omittingEmptySubsequences: false)
            .joined(separator: "%%")
        var lines = ["#!/bin/sh", "#SBATCH --job-name=\(name)"]
        lines += directives.map { "#SBATCH \($0)" }
        lines.append("#SBATCH --output=\"\(logs)/\(log)\"")
        if !comment.isEmpty { lines.append(comment) }
        lines.append("cd \(ShellWord.quoted(workingFolder)) || exit 1")
        let command = ([program] + words).map(ShellWord.quoted).joined(separator: " ")
        lines.append("exec \(command)\(last)")
        return lines.joined(separator: "\n") + "\n"
    }
}
