import PlumblineModels

/// Models that are as small as their architectures allow.
///
/// Their files have a few KB, so that a change hits the structure of a file more often than the
/// weights in it.
enum TinyModel {
    static let classes = ["Cardiomegaly", "Pleural Effusion"]
    static let imageSize = 16

    static let denseNetSettings =
        "{\"growth_rate\": 2, \"block_config\": [1, 1], \"num_init_features\": 4, \"bn_size\": 1}"
    static let transformerSettings =
        "{\"img_size\": 16, \"patch_size\": 8, \"embed_dim\": 8, \"depth\": 1, \"num_heads\": 2, "
        + "\"mlp_ratio\": 1}"

    static func denseNet() throws -> any Classifier {
        try make("densenet_mini", denseNetSettings)
    }

    static func transformer() throws -> any Classifier {
        try make("vit_mini", transformerSettings)
    }

    private static func make(_ name: String, _ settings: String) throws -> any Classifier {
        try ModelRegistry.make(
            name, classes: classes.count, configuration: ModelConfiguration(json: settings), seed: 1
        )
    }
}
