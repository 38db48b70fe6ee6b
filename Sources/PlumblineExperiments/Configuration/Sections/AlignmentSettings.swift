import PlumblineData
import PlumblineExplanations
import PlumblineSettings
import PlumblineTraining

extension Configuration {
    /// The settings of alignment and misalignment.
    ///
    /// The settings of ``objective`` can be reached directly: `align.lambda`.
    @dynamicMemberLookup
    public struct AlignmentSettings: Sendable {
        public var training = TrainingSettings()
        public var scenarios = [Scenario.align, .misalign]
        /// The method that is trained through.
        public var explanation = "gradient"
        /// The classes that are aligned; empty: `data.target` alone.
        public var classes: [String] = []
        /// Where the method is read: `input`, or a feature layer of the model.
        public var layer = "input"
        /// The share of the images with a mask whose masks are used.
        public var annotatedFraction = 1.0
        /// Every how many steps the gradient of the location loss is measured; 0: never.
        public var gradientEvery = 25
        public var objective = AlignmentObjective.Settings()
        /// Whether every difference of the published code is reproduced.
        public var exactReference = false

        /// A setting of ``objective``.
        public subscript<Value>(
            dynamicMember path: WritableKeyPath<AlignmentObjective.Settings, Value>
        ) -> Value {
            get { objective[keyPath: path] }
            set { objective[keyPath: path] = newValue }
        }

        /// The objective of one scenario.
        ///
        /// - Throws: ``ExplanationError`` if the method cannot be trained through.
        func makeObjective(
            _ scenario: Scenario, target: TargetClass, _ settings: ExplanationSettings
        )
            throws -> AlignmentObjective
        {
            var result = AlignmentObjective(
                scenario: scenario,
                explanation: try ExplanationRegistry.makeDifferentiable(
                    explanation, layer: layer, settings),
                target: target)
            result.settings = objective
            result.quantity = settings.quantity
            result.loss = training.loss
            result.batchNorm = training.batchNorm
            return result
        }
    }
}

extension Configuration.AlignmentSettings {
    static var keys: [SettingKey<Self>] {
        let methods = ExplanationRegistry.differentiableNames.joined(separator: ", ")
        let exactReference = SettingKey.flag(
            "exact_reference", \Self.exactReference,
            "The behaviour of the published code: sets \(Configuration.publishedKeys), "
                + "each unless given.")
        return Configuration.TrainingSettings.keys.mounted("", at: \Self.training) + [
            scenarioKey,
            .text(
                "explanation", \.explanation,
                "The method that is trained through: \(methods), lrp_custom."),
            .list(
                "classes", \.classes,
                "The classes aligned at once, data.target first; empty: data.target alone.",
                mayBeEmpty: true),
            .text(
                "layer", \.layer,
                "Where gradient, input_x_gradient and class activation maps are trained: input, or "
                    + "a feature layer of the model."),
            .real(
                "annotated_fraction", \.annotatedFraction, in: 0.0001...1,
                "Share of the images with a mask whose masks are used; chosen by seed and by "
                    + "group, the smaller shares among the larger."),
            .whole(
                "gradient_every", \.gradientEvery, in: 0...1_000_000,
                "Every how many steps the gradient of the location loss is measured apart; 0: "
                    + "never. It changes no weights."),
        ]
            + AlignmentObjective.Settings.keys.mounted("", at: \Self.objective)
            .inserting(exactReference, after: "shared_forward")
    }
}
