import ArgumentParser
import PlumblineExperiments

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Checks libraries, processor, allowed threads and memory, and a folder.",
        discussion: """
            A line for each check: ok, note (it works, but slowly or not as one may expect), or \
            problem. The exit code is 1 if there is a problem.
            """)

    @Option(help: "The folder that results would be written to.") var folder = "."

    func run() throws {
        var hasProblem = false
        Doctor(folder: folder).examine { finding in
            print(finding.line)
            if finding.state == .problem { hasProblem = true }
        }
        if hasProblem { throw ExitCode.failure }
    }
}
