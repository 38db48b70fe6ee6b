import ArgumentParser
import PlumblineData
import PlumblineEvaluation
import PlumblineExplanations
import PlumblineModels

struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists the models, methods, metrics or data formats, with a line for each.")

    enum Subject: String, CaseIterable, ExpressibleByArgument {
        case models
        case methods
        case metrics
        case formats
    }

    @Argument(help: "models, methods, metrics or formats.") var subject: Subject

    func run() throws {
        for (name, text) in try lines() {
            // Names are ASCII, so letters are columns.
            let padding = String(repeating: " ", count: max(1, 34 - name.count))
            print(text.isEmpty ? name : name + padding + text)
        }
    }

    private func lines() throws -> [(String, String)] {
        switch subject {
        case .models:
            return ModelRegistry.families.flatMap { family in
                family.names.map { ($0, family.summary) }
            }
        case .methods:
            return ExplanationRegistry.descriptions.map { method in
                let trained = method.isDifferentiable ? " Can be trained through." : ""
                return (method.name, method.summary + trained)
            } + [
                ("lrp_custom", "LRP with the composite of explanation.composite."),
                ("sess:METHOD", "Any method on windows of several sizes (Tursun et al. 2022)."),
            ]
        case .metrics:
            return try MetricRegistry.names.map { name in
                let quantity = try MetricRegistry.make(name).quantity
                return (name, "\(quantity.direction.rawValue): \(quantity.definition)")
            }
        case .formats:
            return ImageFormats.descriptions.flatMap { format in
                [(format.name, format.summary)]
                    + format.options.map { ("  options.\($0.name)", $0.meaning) }
            }
        }
    }
}
