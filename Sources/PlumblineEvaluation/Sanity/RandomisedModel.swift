import PlumblineModels
import PlumblineTensors

/// A copy of a model, some of whose layers have fresh random values.
///
/// The model itself is never changed. The copy is made anew by the model's architecture, with its
/// own rules for initial values; buffers and the tokens of transformers are among them.
final class RandomisedModel {
    /// Layers that are randomised together.
    struct Group {
        /// The name of its first layer.
        let name: String
        fileprivate let parameters: Range<Int>
    }

    let copy: any Classifier
    /// In the order of the graph, from the image to the logits.
    let groups: [Group]
    private let trained: [Tensor]
    private let random: [Tensor]

    /// - Parameters:
    ///   - model: of a registered architecture.
    ///   - mostGroups: consecutive layers are taken together, so that there are no more groups.
    /// - Throws: ``ModelError`` for a model of another kind.
    init(_ model: any Classifier, seed: UInt64, mostGroups: Int = 8) throws {
        copy = try ModelRegistry.make(
            model.name, classes: model.classCount, configuration: model.configuration, seed: seed)
        trained = model.parameters.map { $0.value.detached }
        random = copy.parameters.map { $0.value.detached }
        groups = Self.groups(model.parameters.map(\.name), most: mostGroups)
    }

    /// Gives the groups of some indices random values, and all others those of the model.
    func randomise(_ indices: Set<Int>) {
        for (index, group) in groups.enumerated() {
            let values = indices.contains(index) ? random : trained
            for place in group.parameters { copy.parameters[place].assign(values[place]) }
        }
    }

    /// Consecutive parameters of a layer belong together, and then consecutive layers.
    private static func groups(_ names: [String], most: Int) -> [Group] {
        var layers: [Group] = []
        for (index, name) in names.enumerated() {
            let layer = name.split(separator: ".").dropLast().joined(separator: ".")
            if let last = layers.last, !layer.isEmpty, last.name == layer {
                layers[layers.count - 1] = Group(
                    name: layer, parameters: last.parameters.lowerBound..<(index + 1))
            } else {
                layers.append(
                    Group(name: layer.isEmpty ? name : layer, parameters: index..<(index + 1)))
            }
        }
        guard layers.count > most else { return layers }
        return (0..<most).map { group in
            let first = layers[group * layers.count / most]
            let last = layers[(group + 1) * layers.count / most - 1]
            return Group(
                name: first.name,
                parameters: first.parameters.lowerBound..<last.parameters.upperBound)
        }
    }
}

/// The randomised copy of an evaluation's model, which is made when it is first needed.
///
/// It must stay on the thread of the evaluation.
final class RandomisedModels {
    private var made: RandomisedModel?

    func model(of original: any Classifier) throws -> RandomisedModel {
        if let made { return made }
        let model = try RandomisedModel(original, seed: 0x5EED)
        made = model
        return model
    }
}
