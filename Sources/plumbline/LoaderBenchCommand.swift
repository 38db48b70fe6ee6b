import ArgumentParser
import Foundation
import PlumblineData
import PlumblineExperiments

struct LoaderBenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench-loader",
        abstract: "Measures how fast images are read, resized and put into batches.",
        discussion: """
            Prints one number per repeat: images per second. Tools/oracle/loader.py measures the \
            same of PyTorch.
            """)

    @Argument(help: "A folder of images.") var images: String
    @Option(help: "How many batches are read at a time.") var workers = 2
    @Option(help: "Images per batch.") var batch = 32
    @Option(help: "How often all images are read.") var repeats = 3
    @Option(name: .customLong("set"), help: "A setting of images. Repeatable.")
    var settings: [String] = ["data.preprocessing=imagenet"]

    func validate() throws {
        guard batch > 0, repeats > 0, (1...64).contains(workers) else {
            throw ValidationError(
                "--batch and --repeats must be positive, and --workers from 1 to 64")
        }
    }

    func run() throws {
        try reportingErrors {
            let files = try NamedImage.images(images)
            let preprocessing = try Configuration(yaml: "", file: "--set", overrides: settings)
                .data.preprocessing
            let examples = files.map { Example(id: $0.name, file: $0.file ?? "", labels: [0]) }
            let source = ExampleList(classes: ["any"], examples: examples)
            // Nothing is kept, so that every repeat reads and decodes all files.
            let dataset = try ImageDataset(
                source, preprocessing: preprocessing, keepsImages: false)
            let batches = stride(from: 0, to: dataset.count, by: batch).map {
                Array($0..<min(dataset.count, $0 + batch))
            }
            for _ in 0..<repeats {
                let start = DispatchTime.now().uptimeNanoseconds
                let loader = BatchLoader(dataset, batches: batches, threads: workers)
                var count = 0
                while let batch = try loader.next() { count += batch.count }
                let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
                print(Int((Double(count) / seconds).rounded()))
            }
        }
    }
}
