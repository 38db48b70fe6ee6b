import PlumblineModels

extension Configuration {
    /// The patterns of `align.frozen`, or of `train.frozen`.
    func frozen(isAlignment: Bool) -> [String] {
        isAlignment ? align.training.frozen : train.frozen
    }

    /// Freezes the parameters of a model that a stage does not train: `train.frozen` for the
    /// starting model, `align.frozen` for a scenario.
    ///
    /// - Returns: `nil` if the configuration freezes nothing.
    /// - Throws: ``ConfigurationError`` as ``Classifier/freeze(_:)``.
    @discardableResult
    func freeze(_ model: any Classifier, isAlignment: Bool) throws -> FrozenParameters? {
        let patterns = frozen(isAlignment: isAlignment)
        guard !patterns.isEmpty else { return nil }
        do { return try model.freeze(patterns) } catch let error as ModelError {
            throw ConfigurationError(
                file, isAlignment ? "align.frozen" : "train.frozen", error.description)
        }
    }
}
