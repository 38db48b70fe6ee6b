import ArgumentParser

/// The weights that a model starts from.
struct StartingWeights: ParsableArguments {
    @Option(
        help: """
            The weights to start from: a checkpoint, safetensors, .pt or Keras HDF5. The same as \
            --set model.weights=FILE.
            """)
    var weights: String?

    var overrides: [String] { weights.map { ["model.weights=\($0)"] } ?? [] }
}
