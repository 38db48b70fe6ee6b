import ArgumentParser
import Datasets
import Experiments
import Foundation

struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Phantom films, a small DenseNet, alignment and misalignment, and the gap: in under three minutes.")

    @Option(help: "The folder to work in; the same folder resumes.") var output = "demo"
    @Option(help: "The configuration; its data and output are the demo's own.") var config = "configs/demo.yaml"
    @Option(name: .customLong("set"), help: "key=value, in the place of the file's; may repeat.") var overrides: [String] = []

    func run() throws {
        Interruption.listen()
        try reportingErrors {
            let films = "\(output)/phantoms"
            var own = ["output=\(output)"]
            for (name, section, count, seed) in [("train", "align", 480, 1), ("valid", "evaluate", 160, 2)] {
                own += ["data.\(section).labels=\(films)/\(name).csv", "data.\(section).masks=\(films)/gt_segmentations_\(name).json"]
                if FileManager.default.fileExists(atPath: "\(films)/\(name).csv") { continue }
                try createFolder(films)
                var phantoms = PhantomDataset()
                (phantoms.count, phantoms.size, phantoms.seed) = (count, 160, UInt64(seed))
                let progress = Progress("phantoms \(name)", total: count, unit: " films")
                try phantoms.write(to: films, name: name) { progress.update($0) }
            }
            try runExperiment(try Experiment(Configuration.load(config, overrides: own + overrides)))
            print("picture: \(output)/panel.png")
        }
    }
}
