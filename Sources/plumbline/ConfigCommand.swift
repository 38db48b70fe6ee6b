import ArgumentParser
import PlumblineExperiments

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Prints every configuration key with its default and its meaning.")

    func run() throws { print(Configuration().yaml(), terminator: "") }
}
