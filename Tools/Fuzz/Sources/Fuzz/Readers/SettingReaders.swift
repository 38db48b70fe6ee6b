import PlumblineExperiments
import PlumblineExplanations
import PlumblineModels

extension Reader {
    static let settingReaders = [
        Reader(
            name: "yaml", format: TextFormat(), crafted: Crafted.yaml,
            start: { readConfiguration }),
        Reader(
            name: "composite", format: TextFormat(), crafted: Crafted.yaml,
            start: { { _ = try LRPComposite(file: try $0.file()) } }),
        Reader(
            name: "modelconfig", format: TextFormat(), crafted: Crafted.modelConfiguration,
            start: { readModelConfiguration }),
    ]

    /// Reads a configuration, writes it as a run does, and reads it again.
    private static func readConfiguration(_ input: Input) throws {
        let first = try Configuration(yaml: input.text, file: "configuration")
        let text = first.yaml()
        let second: Configuration
        do { second = try Configuration(yaml: text, file: "written") } catch {
            throw Wrong(problem: "what was written is refused: \(error)")
        }
        guard second.yaml() == text else { throw Wrong(problem: "reads back as another one") }
    }

    /// Reads the settings of an architecture, writes them, reads them again, and makes a model.
    private static func readModelConfiguration(_ input: Input) throws {
        let settings = try ModelConfiguration(json: input.text)
        guard try ModelConfiguration(json: settings.json) == settings else {
            throw Wrong(problem: "reads back as another one")
        }
        guard isWorthMaking(settings) else { return }
        let names = ["densenet_mini", "vit_mini", "swin_mini", "resnet_mini", "vgg_mini"]
        _ = try ModelRegistry.make(
            names[input.index % names.count], classes: 2, configuration: settings)
    }

    /// Whether a model is made.
    ///
    /// A large model may be right, but making it takes too long.
    private static func isWorthMaking(_ settings: ModelConfiguration) -> Bool {
        let isSmall = settings.values.values.allSatisfy {
            switch $0 {
            case .number(let number): number.magnitude <= 64
            case .list(let list): list.count <= 4 && list.allSatisfy { $0.magnitude <= 8 }
            }
        }
        // No machine has the memory for these: a refusal alone is right.
        let isEnormous = ["embed_dim", "growth_rate"].contains { key in
            guard case .number(let number)? = settings.values[key] else { return false }
            return number >= 32768
        }
        return isSmall || isEnormous
    }
}
