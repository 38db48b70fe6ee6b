import PlumblineStorage

/// Evaluates two checkpoints, made here or elsewhere, on the same images: as the scenarios `A` and
/// `B` of one pair.
///
/// The runs of both keep the factors that are equal; the others are empty. Each checkpoint brings
/// its own preprocessing, classes and architecture.
///
/// - Parameter configuration: names the images and methods; made from the classes of a checkpoint.
/// - Throws: as ``evaluateCheckpoint(_:scenario:ids:on:)``.
public func compareCheckpoints(
    _ first: String, _ second: String,
    on configuration: (_ classes: [String]) throws -> Configuration
) throws -> Results {
    let one = try evaluateCheckpoint(first, scenario: "A", on: configuration)
    let two = try evaluateCheckpoint(second, scenario: "B", on: configuration)
    var results = Results()
    results.margin = one.margin
    for (part, other) in [(one, two), (two, one)] {
        for run in part.runs {
            let partner = other.runs.first {
                $0.factors.explanation == run.factors.explanation
                    && $0.factors.className == run.factors.className
            }
            let factors = partner.map { common(run.factors, $0.factors) } ?? run.factors
            results.replace(entry(of: run, in: part, factors: factors))
        }
    }
    return results
}

/// What both have, with the scenario of the first.
private func common(_ one: RunFactors, _ two: RunFactors) -> RunFactors {
    var factors = one
    for (_, text) in RunFactors.texts where one[keyPath: text] != two[keyPath: text] {
        factors[keyPath: text] = ""
    }
    factors.scenario = one.scenario
    factors.steps = nil
    if one.lambda != two.lambda { factors.lambda = nil }
    if one.seed != two.seed { factors.seed = nil }
    return factors
}

/// A run with everything that belongs to it, under other factors.
private func entry(
    of run: RunResult, in part: Results, factors: RunFactors
) -> Results.Entry {
    var named = run
    named.factors = factors
    named.run = factors.name
    var entry = Results.Entry(
        run: named,
        images: part.images.filter { $0.run == run.run }.map {
            var image = $0
            image.run = named.run
            return image
        })
    entry.scores = part.scores.filter { $0.run == run.run }.map {
        var score = $0
        score.run = named.run
        return score
    }
    entry.metricCurves = part.metricCurves.filter { $0.run == run.run }.map {
        var curve = $0
        curve.run = named.run
        return curve
    }
    entry.metrics = part.metrics
    entry.explanations = part.explanations[run.run] ?? [:]
    return entry
}
