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

/// Writes `panel.png`, `panel.svg` and `panel.pdf` beside the results.
///
/// Writes nothing if the evaluation set has no positive image with a mask.
func writePanel(_ experiment: Experiment) throws {
    let rows = try experiment.panel().map { row in
        PanelFigure.Row(
            name: row.name, image: row.image, mask: row.mask,
            maps: row.maps.map { ($0.title, $0.map, PanelFigure.caption($0.massAccuracy)) })
    }
    guard !rows.isEmpty else { return }
    let figure = PanelFigure.figure(rows, what: try experiment.panelSubject())
    for ending in Figure.fileExtensions {
        try figure.write("\(experiment.configuration.output)/panel.\(ending)")
    }
}
