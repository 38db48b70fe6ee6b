import ArgumentParser
import Datasets
import Experiments
import Foundation
import Metrics
import Reports

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Writes relevance maps of films to HDF5, and overlays to PNG.")

    @Option(help: "The model's checkpoint.") var checkpoint: String
    @Option(help: "A film, or a folder of films.") var images: String?
    @Option(help: "A configuration whose evaluation films are explained.") var data: String?
    @Option(name: .customLong("class"), help: "The class explained.") var className: String
    @Option(help: "The explanation; sess: before one wraps it.") var method = "gradient"
    @Option(name: .customLong("set"), help: "A setting, such as explanation.steps=50.")
    var settings: [String] = []
    @Option(help: "The HDF5 file to write.") var output: String
    @Option(help: "A folder for films with their maps laid over.") var overlays: String?

    func validate() throws {
        guard (images == nil) != (data == nil) else {
            throw ValidationError("give either --images or --data")
        }
    }

    func run() throws {
        Interruption.listen()
        try reportingErrors {
            let explaining = try Explaining(
                checkpoint: checkpoint, className: className, method: method, overrides: settings)
            let films: [String]
            if let images {
                films = try Explaining.films(images)
            } else {
                films = try Explaining.films(configuration: Configuration.load(data!))
            }
            if let overlays { try createFolder(overlays) }
            try writeExplanations(explaining, films, checkpoint: checkpoint, to: output) {
                explained in
                guard let overlays else { return }
                let longest = max(explained.film.height, explained.film.width),
                    scale = min(1, 512 / Double(longest))
                let height = Int(Double(explained.film.height) * scale),
                    width = Int(Double(explained.film.width) * scale)
                let film = explained.film.resized(height: height, width: width, antialias: true)
                let map = HeatMap(relevance: explained.relevance, height: height, width: width)
                try Panel.overlay(film, map).write("\(overlays)/\(explained.name).png")
            }
            print("\(films.count) maps in \(output)")
        }
    }
}
