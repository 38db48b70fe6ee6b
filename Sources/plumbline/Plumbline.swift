import ArgumentParser
import Foundation

@main
struct Plumbline: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plumbline",
        abstract:
            "Shows how far the explanations of an image classifier can be bent at equal accuracy.",
        subcommands: [
            DemoCommand.self, PhantomsCommand.self, TrainCommand.self, RunCommand.self,
            ExplainCommand.self, EvaluateCommand.self,
            ReportCommand.self, ParityCommand.self, BenchCommand.self, GalleryCommand.self,
            ImportCommand.self, ExportCommand.self, InfoCommand.self, ConfigCommand.self,
        ])

    static func main() {
        shortenSpinning()
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            let code = exitCode(for: error)
            // ArgumentParser says 64 where a command line is wrong; here that is 2.
            guard code == .validationFailure else { exit(withError: error) }
            FileHandle.standardError.write(Data((fullMessage(for: error) + "\n").utf8))
            Foundation.exit(2)
        }
    }

    /// libgomp's threads spin for some ten milliseconds before they sleep, which is free on an idle
    /// machine and makes two programs on two cores many times slower. It reads its setting when it
    /// is loaded, so the program starts itself again with a short one; measured, this costs an idle
    /// machine nothing.
    private static func shortenSpinning() {
        let names = ["GOMP_SPINCOUNT", "OMP_WAIT_POLICY"]
        guard names.allSatisfy({ getenv($0) == nil }), setenv(names[0], "2000", 1) == 0 else {
            return
        }
        var arguments = CommandLine.arguments.map { strdup($0) }
        arguments.append(nil)
        // Returns only where it fails; then the program goes on as it is.
        execv("/proc/self/exe", arguments)
    }
}
