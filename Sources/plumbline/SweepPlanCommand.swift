import ArgumentParser
import PlumblineExperiments

struct SweepPlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Prints the cells of a sweep, its hours and its disk space.",
        discussion: """
            Seconds per step are measured once per model, batch and method, on the sweep's own \
            data, and are kept in its folder. Without the data it says what is missing.
            """)

    @OptionGroup var options: SweepOptions
    @OptionGroup var logging: LogOptions

    func run() throws {
        logging.begin()
        Interruption.listen()
        print(try reportingErrors { try SweepPlan(options.sweep()).text })
    }
}
