import PlumblineData
import PlumblineJudges
import PlumblineMetrics

/// Whether judged attention finds the model that was trained with a marker on one class.
///
/// Two models are trained: a biased one, whose training images have a marker exactly where they
/// have the class, and an unbiased one, where half of the images have it, whatever their class.
/// Both are judged on the same images of the class, with the marker on all of them and on none.
/// An image is an error where the prediction is wrong or the score is low.
public struct DecoyStudy {
    public enum Training: String, CaseIterable, Sendable {
        case unbiased
        case biased

        /// The number that stands for it in the correlation: 1 for biased.
        public var coding: Int { self == .biased ? 1 : 0 }

        /// The correlation of marker and class in training.
        public var correlation: Float { self == .biased ? 1 : 0 }
    }

    /// One image judged under one model.
    public struct Row: Sendable {
        public let training: Training
        public let seed: Int
        /// Which of the judged images have the marker.
        public let marker: Decoy.Use
        public let judged: JudgedRow

        public init(training: Training, seed: Int, marker: Decoy.Use, judged: JudgedRow) {
            self.training = training
            self.seed = seed
            self.marker = marker
            self.judged = judged
        }

        /// Whether the prediction is wrong or the score is low; `nil` without a cell.
        public var isError: Bool? { judged.cell.map { $0 != .correct } }
    }

    /// The judged images and the verdict on the judge for one model and one use of the marker.
    public struct Part: Sendable {
        public let rows: [Row]
        public let errorShare: Measured
        public let verdict: ShamVerdict

        public var training: Training { rows[0].training }
        public var seed: Int { rows[0].seed }
        public var marker: Decoy.Use { rows[0].marker }
    }

    private let configuration: (Training, Int) throws -> Configuration
    private let method: String
    private let judge: any Judge
    private let settings: JudgingSettings

    /// - Parameters:
    ///   - method: the name of an explanation.
    ///   - configuration: of a training and a seed; the marker's correlation is set here.
    public init(
        method: String, judge: any Judge, settings: JudgingSettings,
        configuration: @escaping (Training, Int) throws -> Configuration
    ) {
        self.method = method
        self.judge = judge
        self.settings = settings
        self.configuration = configuration
    }

    /// Trains both models for each seed, unless they are there, and judges them.
    public func run(seeds: [Int]) throws -> [Part] {
        var parts: [Part] = []
        for seed in seeds {
            for training in Training.allCases {
                var trained = try configuration(training, seed)
                guard trained.data.decoy.isOn else {
                    throw ConfigurationError(
                        trained.file, "data.decoy.shape", "dot or square is wanted, not none")
                }
                trained.data.decoy.correlation = training.correlation
                trained.data.decoy.probabilities = []
                trained.seed = seed
                let checkpoint = try Experiment(trained).train()
                for marker in [Decoy.Use.all, .none] {
                    var judgedData = trained
                    judgedData.data.evaluateDecoy = marker
                    let data = judgedData
                    let explanation = try JudgedExplanation(
                        checkpoint: checkpoint, method: method
                    ) { _ in data }
                    var settings = settings
                    settings.pictures = settings.pictures.map {
                        PathText.joined($0, "\(training)-\(seed)-\(marker)")
                    }
                    let judged = try Judging(explanation, by: judge, settings).run()
                    parts.append(
                        Part(
                            rows: judged.rows.filter { $0.control == .none }.map {
                                Row(training: training, seed: seed, marker: marker, judged: $0)
                            },
                            errorShare: judged.matrix.errorShare, verdict: judged.verdict))
                }
            }
        }
        return parts
    }

    /// Pearson's correlation of error (1) and training (``Training/coding``) over images.
    ///
    /// From -1 to 1. Above 0: the biased model has more errors.
    ///
    /// - Returns: missing if all images are errors, or none is.
    public static func correlation(_ rows: [Row]) -> Measured {
        let known = rows.compactMap { row in row.isError.map { (row.training.coding, $0) } }
        guard Set(known.map(\.0)).count == 2, Set(known.map(\.1)).count == 2 else {
            return .missing(MissingReason(rawValue: "all errors or all trainings are equal"))
        }
        return pearsonCorrelation(known.map { Double($0.0) }, known.map { $0.1 ? 1 : 0 })
    }
}
