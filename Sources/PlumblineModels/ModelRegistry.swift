import PlumblineSettings
import PlumblineTensors
import Synchronization

/// Every architecture by its torchvision or timm name.
public enum ModelRegistry {
    private static let architectures = Mutex<[any Architecture.Type]>([
        DenseNet.self, VisionTransformer.self, SwinTransformer.self, ResNet.self, VGG.self,
    ])

    private static var snapshot: [any Architecture.Type] { architectures.withLock { $0 } }

    /// Adds an architecture.
    ///
    /// - Throws: ``ModelError`` if one of its names or aliases is taken.
    public static func register(_ architecture: any Architecture.Type) throws {
        let taken = architectures.withLock { all -> String? in
            let known = Set(all.flatMap { $0.names + $0.aliases.keys })
            let new = architecture.names + architecture.aliases.keys
            if let taken = new.first(where: known.contains) { return taken }
            all.append(architecture)
            return nil
        }
        if let taken { throw ModelError("the model \(taken) is registered already") }
    }

    /// The names of each architecture, sorted, with its summary, in the order of registration.
    public static var families: [(summary: String, names: [String])] {
        snapshot.map { ($0.summary, $0.names.sorted()) }
    }

    /// The names of all models, sorted.
    public static var names: [String] { snapshot.flatMap { $0.names }.sorted() }

    /// The architecture of a name or alias, and the name itself.
    private static func architecture(
        of name: String
    ) -> (type: any Architecture.Type, name: String)? {
        for type in snapshot {
            let name = type.aliases[name] ?? name
            if type.names.contains(name) { return (type, name) }
        }
        return nil
    }

    /// A configuration to which the size and channels of the images are added if the model needs
    /// them and the configuration does not say them.
    ///
    /// - Parameter size: pixels per side.
    public static func fitted(
        _ configuration: ModelConfiguration, to name: String, size: Int, channels: Int
    ) -> ModelConfiguration {
        var fitted = configuration
        guard let (type, name) = architecture(of: name) else { return fitted }
        for (key, value) in type.settings(of: name, size: size, channels: channels)
        where fitted.values[key] == nil {
            fitted.values[key] = .number(Double(value))
        }
        return fitted
    }

    /// A model with new weights drawn from `seed`.
    ///
    /// - Throws: ``ModelError`` for an unknown name or configuration key, or a value that is not
    ///   possible.
    public static func make(
        _ name: String, classes: Int, configuration: ModelConfiguration = ModelConfiguration(),
        seed: UInt64 = 0
    ) throws -> any Classifier {
        guard (1...100_000).contains(classes) else {
            throw ModelError("\(name): \(classes) classes; 1 to 100000 are possible")
        }
        guard classes > 1 || configuration.output == .multilabel else {
            throw ModelError(
                "\(name): a multiclass model needs at least 2 classes; "
                    + "a model of one class is multilabel")
        }
        guard let (type, name) = architecture(of: name) else {
            throw ModelError(
                "unknown model \(name); there are \(names.joined(separator: ", "))"
                    + names.hint(for: name))
        }
        return try type.init(
            name: name, classes: classes, configuration: configuration, seed: seed)
    }
}
