import PlumblineSettings
import PlumblineTraining

extension Configuration {
    /// The settings of one training run.
    ///
    /// The settings of ``plan`` can be reached directly: `training.epochs`.
    @dynamicMemberLookup
    public struct TrainingSettings: Sendable, Equatable {
        public var plan = FineTuningPlan()
        /// Images per forward pass.
        ///
        /// The default is that of the paper (arXiv 2311.04813).
        public var batchSize = 4
        public var batchNorm = BatchNormMode.published
        public var loss = ClassificationLoss()
        /// The parameter of CutMix (``CutMix/alpha``); 0 for none.
        public var cutmix: Float = 0
        /// The weight of the difference of maps (``PuzzleObjective/weight``); 0 for none.
        public var puzzle: Float = 0
        /// Patterns of the names of parameters that are not trained.
        ///
        /// See ``Classifier/freeze(_:)``.
        public var frozen: [String] = []

        public init() {}

        /// A setting of ``plan``.
        public subscript<Value>(dynamicMember path: WritableKeyPath<FineTuningPlan, Value>)
            -> Value
        {
            get { plan[keyPath: path] }
            set { plan[keyPath: path] = newValue }
        }

        /// The objective of a starting model.
        var supervisedObjective: any TrainingObjective {
            let plain = SupervisedObjective(batchNorm: batchNorm, loss: loss)
            let objective: any TrainingObjective =
                puzzle > 0 ? PuzzleObjective(plain, weight: puzzle) : plain
            return cutmix > 0 ? CutMixObjective(CutMix(alpha: cutmix), objective) : objective
        }

        /// The defaults for the starting model, which is not trained unless epochs are given.
        static var startingModel: TrainingSettings {
            var settings = TrainingSettings()
            settings.plan.epochs = 0
            settings.plan.accumulation = 1
            settings.plan.clip = nil
            settings.plan.optimiser.learningRate = 1e-3
            settings.batchSize = 16
            return settings
        }

        /// The defaults for a model that is adapted to images with removed pixels.
        ///
        /// The learning rate is that of arXiv 2410.02970.
        static var adaptation: TrainingSettings {
            var settings = startingModel
            settings.plan.epochs = 5
            settings.plan.optimiser.learningRate = 1e-4
            return settings
        }
    }
}

extension Configuration.TrainingSettings {
    static var keys: [SettingKey<Self>] {
        let batchSize = SettingKey.whole(
            "batch_size", \Self.batchSize, in: 1...4096, "Images per forward pass.")
        return FineTuningPlan.keys.mounted("", at: \Self.plan)
            .inserting(batchSize, after: "epochs") + [
                .choice(
                    "batch_norm", \.batchNorm,
                    "Statistics of batch norm in training: of the batch, or fixed running ones"),
                .float(
                    "cutmix", \.cutmix, in: 0...100,
                    "Starting model: CutMix, with this parameter of its beta distribution; 0: none."
                ),
                .float(
                    "puzzle", \.puzzle, in: 0...1000,
                    "Starting model: the weight of Puzzle-CAM's difference between the maps of an "
                        + "image and of its quarters; 0: none."),
                .list(
                    "frozen", \.frozen,
                    "Parameters that are not trained, such as [\"features.*\", \"*.bias\"]; * and "
                        + "? match letters. A batch norm whose statistics match keeps them.",
                    mayBeEmpty: true),
            ] + ClassificationLoss.keys.mounted("", at: \.loss)
    }
    /// The keys without those of mixed images, which an adapted model does not see.
    static var adaptationKeys: [SettingKey<Self>] {
        keys.filter { !["cutmix", "puzzle"].contains($0.name) }
    }
}
