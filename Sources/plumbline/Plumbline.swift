import ArgumentParser
import PlumblineExperiments
@preconcurrency import Foundation
import PlumblineStorage
import PlumblineTensors

@main
struct Plumbline: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plumbline",
        abstract:
            "Shows how far the explanations of an image classifier can be bent at equal accuracy.",
        version: plumblineVersion,
        subcommands: [
            DemoCommand.self, PhantomsCommand.self, TrainCommand.self, RunCommand.self,
            ExplainCommand.self, EvaluateCommand.self,
            ReportCommand.self, ParityCommand.self, BenchCommand.self, GalleryCommand.self,
            ImportCommand.self, ExportCommand.self, InfoCommand.self, ConfigCommand.self,
        ])

    static func main() {
        openStandardDescriptors()
        signal(SIGPIPE, SIG_IGN)
        // A file that grows beyond the process's limit is then an error with a message.
        signal(SIGXFSZ, SIG_IGN)
        prepareThreads()
        ProgramLog.beginAsText()
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            let code = exitCode(for: error)
            // ArgumentParser says 64 where a command line is wrong; here that is 2.
            guard code == .validationFailure else { exit(withError: error) }
            StandardError.write(fullMessage(for: error) + "\n")
            Foundation.exit(2)
        }
        guard fflush(stdout) == 0, ferror(stdout) == 0 else {
            let reason = String(cString: strerror(errno))
            StandardError.writeLine("plumbline: cannot write to standard output: \(reason)")
            Foundation.exit(1)
        }
    }

    /// A file that is opened takes the lowest free number: without a standard error of its own the
    /// program would write its messages into a checkpoint. What stands in cannot be written to, so
    /// that lost output is noticed.
    private static func openStandardDescriptors() {
        for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) == -1 {
            if Foundation.open("/dev/null", O_RDONLY) != descriptor { return }
        }
    }

    /// libgomp's threads spin for some ten milliseconds before they sleep, which is free on an idle
    /// machine and makes two programs on two cores many times slower. It reads its settings when
    /// it is loaded, so the program starts itself again with a short one; measured, this costs an
    /// idle machine nothing. A number of threads that libgomp could not start is left out.
    private static func prepareThreads() {
        var isChanged = false
        let names = ["GOMP_SPINCOUNT", "OMP_WAIT_POLICY"]
        if names.allSatisfy({ getenv($0) == nil }) {
            isChanged = setenv(names[0], "2000", 1) == 0
        }
        let most = 8 * availableProcessors
        // OpenMP takes a list, one number for each level of nesting.
        if let threads = getenv("OMP_NUM_THREADS").map({ String(cString: $0) }),
            !threads.split(separator: ",").allSatisfy({ (1...most).contains(Int($0) ?? 0) })
        {
            StandardError.writeLine(
                "plumbline: OMP_NUM_THREADS is \(threads); a number from 1 to \(most) is of use "
                    + "here: left out")
            isChanged = unsetenv("OMP_NUM_THREADS") == 0 || isChanged
        }
        guard isChanged else { return }
        var arguments = CommandLine.arguments.map { strdup($0) }
        arguments.append(nil)
        // Returns only where it fails; then the program goes on as it is.
        execv("/proc/self/exe", arguments)
    }
}
