import PlumblineEvaluation
import PlumblineModels
import PlumblineStorage

extension Configuration {
    /// The further models that some metrics need, as far as they exist.
    ///
    /// - Parameters:
    ///   - model: the evaluated model.
    ///   - digest: of its weights.
    ///   - classes: of the model.
    /// - Throws: an error if a model cannot be read, or if it does not fit the evaluated one.
    func comparisonModels(
        for metrics: [any Metric], of model: any Classifier, digest: String, classes: [String]
    ) throws -> ComparisonModels {
        var models = ComparisonModels()
        let removals = Set(metrics.compactMap { ($0 as? any InDomainMetric)?.removal })
        if !removals.isEmpty, namesTrainingImages {
            let digests = FileDigests(digestFile)
            for removal in removals.sorted(by: { $0.rawValue < $1.rawValue }) {
                let adaptation = try Adaptation(
                    removal, of: model, digest: digest, self, digests)
                models.adapted[removal] = try adaptation.trainedModel()
                if models.adapted[removal] == nil {
                    Progress.note(
                        "no model is adapted to removed \(removal.rawValue): there is no "
                            + "\(adaptation.folder.lastPath); `plumbline adapt` makes it")
                }
            }
        }
        if metrics.contains(where: { $0.needs.contains(.permutedLabels) }),
            !evaluate.permutedLabelsModel.isEmpty
        {
            models.permutedLabels = try permutedLabelsModel(beside: model, classes: classes)
        }
        return models
    }

    /// - Throws: ``ConfigurationError`` if the model has another architecture or other classes, or
    ///   was not trained on permuted labels.
    private func permutedLabelsModel(
        beside model: any Classifier, classes: [String]
    ) throws -> any Classifier {
        let path = evaluate.permutedLabelsModel
        let (other, checkpoint) = try ModelStore.model(path)
        func refusal(_ problem: String) -> ConfigurationError {
            ConfigurationError(file, "evaluate.permuted_labels_model", "\(path) \(problem)")
        }
        guard other.name == model.name, other.configuration.json == model.configuration.json else {
            throw refusal(
                "is a \(other.name) of other settings; the evaluated model and it must "
                    + "have one architecture (\(model.name))")
        }
        guard checkpoint.classes == classes else {
            throw refusal(
                "has the classes \(checkpoint.classes.joined(separator: ", ")), not "
                    + classes.joined(separator: ", "))
        }
        guard !checkpoint.configuration.isEmpty else {
            Progress.warn("\(path) does not say whether it was trained on permuted labels")
            return other
        }
        let trained = try Configuration(stored: checkpoint.configuration, file: path)
        guard trained.permutesLabels else {
            throw refusal("was not trained with train.permuted_labels: true")
        }
        for key in PreprocessingKeys.all where key.write(self) != key.write(trained) {
            throw refusal(
                "was trained with \(key.name) = \(key.write(trained)), not "
                    + key.write(self))
        }
        return other
    }
}
