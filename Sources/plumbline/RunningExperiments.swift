import PlumblineExperiments
import PlumblineReports

/// Runs an experiment, prints its tables and draws its panel.
///
/// The tables come first: they must not be lost if an image cannot be read any more.
func runExperiment(_ experiment: Experiment) throws {
    let results = try experiment.run()
    print(GapReport(results).text)
    print("results: \(experiment.resultsPath)")
    try writePanel(experiment)
}

/// Writes `panel.png` beside the results.
///
/// Writes nothing if the evaluation set has no positive image with a mask.
func writePanel(_ experiment: Experiment) throws {
    let rows = try experiment.panel().map { row in
        Panel.Row(
            image: row.image, mask: row.mask,
            maps: row.maps.map {
                (
                    title: $0.title, map: $0.map,
                    caption: $0.massAccuracy.value.map { String(format: "mass %.2f", $0) }
                        ?? $0.massAccuracy.reason!.rawValue
                )
            })
    }
    guard !rows.isEmpty else { return }
    try Panel.draw(rows).write("\(experiment.configuration.output)/panel.png")
}
