import ArgumentParser
import PlumblineEvaluation

struct MetricsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics",
        abstract: "Lists the metrics: what they need, which values are better, and the formula.",
        discussion: """
            A name may have an option behind a colon: iou:otsu. NAME_chance gives the chance level \
            of a localisation metric: its expected score of the map with its pixels shuffled, its \
            score of a centred Gaussian, and the score corrected for chance.
            """)

    @Argument(help: "A metric; all by default.") var name: String?

    func run() throws {
        try reportingErrors {
            for name in name.map({ [$0] }) ?? MetricRegistry.names {
                let metric = try MetricRegistry.make(name)
                print(name)
                print("  needs: \(metric.needs)")
                if let option = MetricRegistry.option(of: name) { print("  :option  \(option)") }
                for quantity in metric.quantities {
                    let unit = quantity.unit.isEmpty ? "" : " [\(quantity.unit)]"
                    print("  \(quantity.name)\(unit): \(quantity.direction.rawValue)")
                    print("    \(quantity.definition)")
                }
            }
        }
    }
}
