import PlumblineData
import PlumblineSettings

extension Configuration {
    /// The images and labels of an experiment.
    public struct DataSettings: Sendable {
        public var classes = ["Cardiomegaly"]
        /// The class whose explanations are aligned.
        public var target = "Cardiomegaly"
        public var uncertainty = UncertaintyPolicy.zeros
        public var frontalOnly = true
        /// The images of the starting model; those of ``align`` if it has no labels.
        public var start = Source()
        public var align = Source()
        /// The images of the evaluation; a part of ``align`` if it has no labels.
        public var evaluate = Source()
        public var heldOut = 0.25
        /// The column that groups images; empty to find the patient in the path.
        public var group = ""
        /// Whether some images of the evaluation may be trained on too.
        public var allowsOverlap = false
        public var selection = Selection.trainingLoss
        public var selectionShare = 0.2
        public var preprocessing = Preprocessing()
        public var augmentation = Augmentation()
        /// A marker on images of all three purposes.
        public var decoy = Decoy()
        /// Which images of the evaluation have the marker.
        public var evaluateDecoy = Decoy.Use.same
    }
}

extension Configuration.DataSettings {
    static var keys: [SettingKey<Self>] {
        [
            .list("classes", \.classes, "Columns of the label files; the model has a logit each."),
            .text("target", \.target, "The class whose explanations are aligned and evaluated."),
            .choice("uncertainty", \.uncertainty, "What the label -1 means"),
            .flag("frontal_only", \.frontalOnly, "Leave lateral radiographs out."),
            .real(
                "held_out", \.heldOut, in: 0...0.9,
                "Without data.evaluate: the share of patients held out of data.align."),
            .text(
                "group", \.group,
                "The column that groups images, such as subject_id; empty: the column Patient, or "
                    + "patientN in the path."),
            .flag(
                "allow_overlap", \.allowsOverlap,
                "Only warn if evaluation images or their patients are trained on too."),
            .choice("selection", \.selection, "What the best checkpoints are chosen by"),
            .real(
                "selection_share", \.selectionShare, in: 0.01...0.9,
                "With data.selection held_out: the share of patients held out of training."),
        ] + Preprocessing.keys.mounted("", at: \Self.preprocessing)
            + Augmentation.keys.mounted("", at: \Self.augmentation)
            + Decoy.keys.mounted("decoy", at: \Self.decoy) + [
                .choice(
                    "evaluate_decoy", \.evaluateDecoy,
                    "Which images have the marker in evaluation")
            ]
            + Configuration.Source.keys(
                "Images of the starting model; empty: those of data.align."
            ).mounted("start", at: \Self.start)
            + Configuration.Source.keys("Images of alignment and misalignment.")
            .mounted("align", at: \Self.align)
            + Configuration.Source.keys("Images of the evaluation.")
            .mounted("evaluate", at: \Self.evaluate)
    }
}
