import PlumblineData
import PlumblineModels

/// A configuration whose settings fit together, with its target class.
///
/// ``Configuration/validated()`` makes one. So the index of its target is one of its classes.
public struct ResolvedConfiguration: Sendable {
    public let configuration: Configuration
    /// The class that is aligned and evaluated.
    public let target: TargetClass

    /// - Throws: ``ConfigurationError`` if the target is not one of the classes, or if it is the
    ///   label of a multilabel model.
    init(_ configuration: Configuration) throws {
        let data = configuration.data
        guard let target = TargetClass(data.target, in: data.classes) else {
            throw ConfigurationError(
                configuration.file, "data.target",
                "\(data.target) is not among data.classes (\(data.classes.joined(separator: ", ")))"
            )
        }
        guard target != .label || configuration.model.output == .multiclass else {
            throw ConfigurationError(
                configuration.file, "data.target",
                "label needs one label per image (model.output: multiclass); name a class")
        }
        self.configuration = configuration
        self.target = target
    }
}
