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
            "Measures how far an image classifier's explanations can be bent at equal accuracy.",
        version: plumblineVersion,
        groupedSubcommands: [
            CommandGroup(
                name: "Experiments",
                subcommands: [
                    DemoCommand.self,
                    TrainCommand.self,
                    RunCommand.self,
                    SweepCommand.self,
                    StudyCommand.self,
                    AdaptCommand.self,
                    ConfigCommand.self,
                ]),
            CommandGroup(
                name: "Data",
                subcommands: [
                    DataCommand.self,
                    PhantomsCommand.self,
                ]),
            CommandGroup(
                name: "Explanations",
                subcommands: [
                    ExplainCommand.self,
                    GalleryCommand.self,
                    PredictCommand.self,
                ]),
            CommandGroup(
                name: "Scores",
                subcommands: [
                    EvaluateCommand.self,
                    ScoreCommand.self,
                    LocaliseCommand.self,
                    PartsCommand.self,
                    JudgeCommand.self,
                    MetricsCommand.self,
                ]),
            CommandGroup(
                name: "Reports",
                subcommands: [
                    ReportCommand.self,
                    CompareCommand.self,
                    CurvesCommand.self,
                    FrontierCommand.self,
                    SharesCommand.self,
                    FigureCommand.self,
                    NotebookCommand.self,
                    VerifyCommand.self,
                    ReproduceCommand.self,
                    ViewCommand.self,
                ]),
            CommandGroup(
                name: "Files and models",
                subcommands: [
                    ImportCommand.self,
                    ExportCommand.self,
                    InfoCommand.self,
                    ListCommand.self,
                ]),
            CommandGroup(
                name: "Checks",
                subcommands: [
                    DoctorCommand.self,
                    ParityCommand.self,
                    BenchCommand.self,
                    LoaderBenchCommand.self,
                ]),
        ])

    static func main() {
        openStandardDescriptors()
        signal(SIGPIPE, SIG_IGN)
        // A file that exceeds the size limit of the process is then an error with a message.
        signal(SIGXFSZ, SIG_IGN)
        prepareThreads()
        ProgramLog.beginAsText()
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            let code = exitCode(for: error)
            if code.rawValue == 75 { requeue() }
            // For a wrong command line ArgumentParser ends with 64. This program ends with 2.
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

    /// Has Slurm queue an interrupted job again, if its script asks for it.
    private static func requeue() {
        do {
            if try JobRequeue.requestIfWanted() { Progress.note("asked Slurm to queue it again") }
        } catch {
            ProgramLog.error("\(error)")
        }
    }

    /// Opens the standard descriptors that the program was started without.
    ///
    /// A file that is opened takes the lowest free number. Without a standard error, messages
    /// would be written into a checkpoint. The replacement is read-only, so that lost output is an
    /// error.
    private static func openStandardDescriptors() {
        for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) == -1 {
            if Foundation.open("/dev/null", O_RDONLY) != descriptor { return }
        }
    }

    /// Makes libgomp's threads sleep sooner when they have no work.
    ///
    /// They spin for about ten milliseconds by default. That makes two programs on two cores many
    /// times slower. libgomp reads its settings when it is loaded, so the program executes itself
    /// again with a shorter time. Measured on an idle machine, this costs nothing. A number of
    /// threads that libgomp cannot start is ignored.
    private static func prepareThreads() {
        var isChanged = false
        let names = ["GOMP_SPINCOUNT", "OMP_WAIT_POLICY"]
        if names.allSatisfy({ getenv($0) == nil }) {
            isChanged = setenv(names[0], "2000", 1) == 0
        }
        let largestCount = 8 * availableProcessors
        // OpenMP takes a list, one number for each level of nesting.
        if let threads = getenv("OMP_NUM_THREADS").map({ String(cString: $0) }),
            !threads.split(separator: ",").allSatisfy({ (1...largestCount).contains(Int($0) ?? 0) })
        {
            StandardError.writeLine(
                "plumbline: OMP_NUM_THREADS is \(threads) and is ignored; here it must be from 1 "
                    + "to \(largestCount)")
            isChanged = unsetenv("OMP_NUM_THREADS") == 0 || isChanged
        }
        guard isChanged else { return }
        var arguments = CommandLine.arguments.map { strdup($0) }
        arguments.append(nil)
        // Returns only if it fails. The program then continues as it is.
        execv("/proc/self/exe", arguments)
    }
}
