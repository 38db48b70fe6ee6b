import ArgumentParser
import PlumblineExperiments
import PlumblineStorage

struct SweepCollectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "collect",
        abstract: "Writes the results of all cells of a sweep to one file, and to CSV.",
        discussion: """
            The file is a results file as `report` reads it, with two more tables: /cells (a row \
            per cell) and /pairs (aligned and misaligned models by their other factors). Its \
            content does not depend on who computed the cells.
            """)

    @OptionGroup var options: SweepOptions
    @Option(help: "The results file (HDF5) to write. Default: collected.h5 in the sweep's folder.")
    var output: String?

    func run() throws {
        try reportingErrors {
            let sweep = try options.sweep()
            let path = output ?? "\(sweep.folder)/collected.h5"
            try OutputFile.check(path)
            let collection = try SweepCollection(sweep)
            for path in try collection.write(path) { print(path) }
            if collection.missing > 0 {
                print("\(collection.missing) of \(sweep.cells.count) cells have no results yet")
            }
        }
    }
}
