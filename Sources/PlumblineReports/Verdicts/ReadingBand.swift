/// What published guides call a value of a metric.
///
/// Only bands that a source states are here.
public struct ReadingBand: Sendable, Equatable {
    /// `excellent`, `good` or `poor`, or the word of the source.
    public let word: String
    /// Values from the upper end of the band before up to this one are in the band.
    let upTo: Double

    /// The bands of AutoTimm's guide `docs/user-guide/interpretation/metrics.md` (879f337), from
    /// the lowest values on.
    ///
    /// Its insertion has no word from 0.5 to 0.7 but "good", and its sensitivity is called "very
    /// stable (excellent)", "moderately stable (good)" and "unstable (poor)".
    private static let bands: [String: [ReadingBand]] = [
        "deletion_relative": [
            ReadingBand(word: "excellent", upTo: 0.7), ReadingBand(word: "good", upTo: 0.9),
            ReadingBand(word: "poor", upTo: .infinity),
        ],
        "insertion_relative": [
            ReadingBand(word: "poor", upTo: 0.5), ReadingBand(word: "good", upTo: 0.7),
            ReadingBand(word: "excellent", upTo: .infinity),
        ],
        "noise_sensitivity": [
            ReadingBand(word: "excellent", upTo: 0.05), ReadingBand(word: "good", upTo: 0.15),
            ReadingBand(word: "poor", upTo: .infinity),
        ],
    ]

    /// The band of a value; `nil` if no source names bands of the metric.
    ///
    /// - Parameter metric: its name, with or without an option behind a colon.
    public static func of(_ metric: String, _ value: Double) -> ReadingBand? {
        let name = metric.split(separator: ":").first.map(String.init) ?? metric
        return bands[name]?.first { value <= $0.upTo }
    }
}
