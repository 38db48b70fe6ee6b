import ArgumentParser

struct FigureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "figure",
        abstract: "Draws figures of results, as SVG, PDF and PNG.",
        subcommands: [
            ExtremesFigureCommand.self, SheetFigureCommand.self, DensitiesFigureCommand.self,
            BoxesFigureCommand.self, ScatterFigureCommand.self,
        ])
}
