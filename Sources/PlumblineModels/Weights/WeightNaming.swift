/// The names that another library gives to the weights of an architecture.
///
/// ```swift
/// WeightNaming(library: "timm", modules: ["pre_logits.fc1": "classifier.0"])
/// ```
public struct WeightNaming: Sendable {
    /// Where a tensor of a file belongs.
    public struct Place: Hashable, Sendable {
        /// The parameter's name.
        public let name: String
        /// Which part of the parameter the tensor is, from 0 on.
        public let part: Int
        /// How many tensors are joined along the first axis to get the parameter.
        public let partCount: Int

        public init(_ name: String, part: Int = 0, of partCount: Int = 1) {
            precondition(partCount > 0 && (0..<partCount).contains(part), "\(name): part \(part)")
            self.name = name
            self.part = part
            self.partCount = partCount
        }
    }

    /// Who uses these names, such as "transformers".
    public let library: String
    /// Settings that the library builds the architecture with, if our defaults differ.
    public let settings: [String: Double]
    /// The place of a tensor by its name; `nil` if the model has no place for it.
    public let place: @Sendable (String) -> Place?

    /// - Parameters:
    ///   - library: who uses the names.
    ///   - settings: by the architecture's keys.
    ///   - place: of a tensor, by its name without the prefix of a wrapper.
    public init(
        library: String, settings: [String: Double] = [:],
        place: @escaping @Sendable (String) -> Place?
    ) {
        self.library = library
        self.settings = settings
        self.place = place
    }

    /// Names that differ from the architecture's in the names of some modules.
    ///
    /// - Parameter modules: by the path of a module in the library its path in the architecture.
    ///   What stands in no module of the list keeps its name.
    public init(library: String, modules: [String: String]) {
        self.init(library: library) { name in
            var module = name[...]
            while let dot = module.lastIndex(of: ".") {
                module = module[..<dot]
                if let renamed = modules[String(module)] {
                    return Place(renamed + name[dot...])
                }
            }
            return Place(name)
        }
    }

    /// The names of ``Classifier/parameters``.
    static let own = WeightNaming(library: "Plumbline") { Place($0) }
}
