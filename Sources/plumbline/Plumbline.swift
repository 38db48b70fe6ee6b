import ArgumentParser

@main
struct Plumbline: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plumbline",
        abstract: "Shows how far the explanations of an image classifier can be bent at equal accuracy.",
        subcommands: [
            DemoCommand.self, PhantomsCommand.self, TrainCommand.self, RunCommand.self, ReportCommand.self, ParityCommand.self,
            BenchCommand.self, ConfigCommand.self,
        ])
}
