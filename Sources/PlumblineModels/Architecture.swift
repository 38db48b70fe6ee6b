/// A family of models that are made by name.
///
/// Another package adds an architecture with one file, which defines its layers, presets and
/// traits, and its weights' names in other libraries if there are any. One line registers it:
///
/// ```swift
/// try ModelRegistry.register(SmallNet.self)
/// ```
public protocol Architecture: Classifier {
    /// The names under which models are made, such as "densenet121".
    static var names: [String] { get }

    /// What the family is, in one line; may be empty.
    static var summary: String { get }

    /// Other names that people use for them, and the name that each stands for.
    static var aliases: [String: String] { get }

    /// A model with new weights.
    ///
    /// - Parameters:
    ///   - name: one of ``names``.
    ///   - classes: the number of classes.
    ///   - configuration: overrides of the name's defaults.
    ///   - seed: what the initial weights are drawn from.
    /// - Throws: ``ModelError`` for a configuration that is not possible.
    init(name: String, classes: Int, configuration: ModelConfiguration, seed: UInt64) throws

    /// The settings that a model needs for images of a size and a number of channels.
    ///
    /// - Parameters:
    ///   - name: one of ``names``.
    ///   - size: pixels per side.
    /// - Returns: whole numbers by key, only where the name's default does not fit.
    static func settings(of name: String, size: Int, channels: Int) -> [String: Int]

    /// The names that another library gives to the weights of this architecture.
    ///
    /// - Parameter names: of the tensors of a file, without the prefix of a wrapper.
    /// - Returns: `nil` if they are the names of ``Classifier/parameters``.
    static func weightNaming(of names: Set<String>) -> WeightNaming?

    /// How a tensor of another shape is made to fit a parameter.
    ///
    /// - Parameter shape: of the file's tensor, in PyTorch's layout.
    /// - Returns: `nil` if there is no way.
    static func weightAdaptation(of parameter: Parameter, from shape: [Int]) -> WeightAdaptation?
}

extension Architecture {
    public static var summary: String { "" }

    public static var aliases: [String: String] { [:] }

    public static func settings(of name: String, size: Int, channels: Int) -> [String: Int] {
        channels == 3 ? [:] : ["in_channels": channels]
    }

    public static func weightNaming(of names: Set<String>) -> WeightNaming? { nil }

    public static func weightAdaptation(
        of parameter: Parameter, from shape: [Int]
    ) -> WeightAdaptation? {
        .channels(of: parameter, from: shape)
    }
}

extension Classifier {
    /// The architecture that the model is of; `nil` for a model that is not made by name.
    public var architecture: (any Architecture.Type)? { type(of: self) as? any Architecture.Type }
}
