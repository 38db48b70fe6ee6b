/// Names of a model that was put into an `nn.Sequential`: its modules have numbers.
///
/// `nn.Sequential(*model.children())` gives "4.0.conv1.weight" for "layer1.0.conv1.weight".
enum NumberedNames {
    /// - Parameters:
    ///   - children: the paths of the model's modules in their order; `nil` for a module without
    ///     parameters, such as a ReLU.
    ///   - head: the path of the last layer, which may stand at any number after the children;
    ///     `nil` if it is not among them.
    static func naming(children: [String?], head: String?) -> WeightNaming {
        WeightNaming(library: "nn.Sequential") { name in
            guard let dot = name.firstIndex(of: "."), let number = Int(name[..<dot]), number >= 0
            else { return nil }
            let rest = name[dot...]
            if number < children.count { return children[number].map { .init($0 + rest) } }
            // A layer has no modules below it.
            let isLayer = !rest.dropFirst().contains(".")
            return isLayer ? head.map { .init($0 + rest) } : nil
        }
    }

    /// No model of this package has as many children.
    private static let mostChildren = 64

    /// The largest number of a child that is a stage of the network.
    ///
    /// - Parameter isStage: whether the rest of a name, after the number, is one of a stage.
    static func lastStage(_ names: Set<String>, where isStage: (Substring) -> Bool) -> Int? {
        names.compactMap { name in
            guard let dot = name.firstIndex(of: "."), let number = Int(name[..<dot]),
                (0..<mostChildren).contains(number), isStage(name[dot...].dropFirst())
            else { return nil }
            return number
        }.max()
    }
}
