import ArgumentParser
import PlumblineExperiments
import Foundation
import PlumblineTensors

struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measures a model at 224 x 224 pixels.",
        discussion: "Prints one JSON line with seconds per step and peak memory.")

    @Argument(help: "The name of a registered model.") var model: String
    @Argument(help: "What is measured: infer, explain, train, align, align_train or align_shared.")
    var mode: Benchmark.Mode
    @Option(help: "The explanation method.") var method = "gradient"
    @Option(help: "The number of gradients that averaging methods take.") var steps = 20
    @Flag(help: "Recompute the activations of each block instead of keeping them.")
    var checkpointed = false
    @Option(help: "Settings of the architecture as JSON.") var config = "{}"
    @OptionGroup var start: StartingWeights
    @Option(help: "Images per step.") var batch = 4
    @Option(help: "The number of measured steps. Their median is printed.") var repeats = 3
    @Option(help: "The number of threads.") var threads: Int?

    func validate() throws {
        guard batch > 0, repeats > 0, steps > 0 else {
            throw ValidationError("--batch, --repeats and --steps must be positive")
        }
        let largestCount = 8 * availableProcessors
        guard (1...largestCount).contains(threads ?? 1) else {
            throw ValidationError("--threads must be from 1 to \(largestCount) on this machine")
        }
    }

    func run() throws {
        if let threads { setThreads(threads) }
        var benchmark = Benchmark(model: model, mode: mode)
        benchmark.method = method
        benchmark.batch = batch
        benchmark.repeats = repeats
        benchmark.steps = steps
        benchmark.recomputesBlocks = checkpointed
        benchmark.configuration = config
        benchmark.weights = start.weights
        let result = try reportingErrors { try benchmark.run() }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        print(String(decoding: try encoder.encode(result), as: UTF8.self))
    }
}

extension Benchmark.Mode: ExpressibleByArgument {}
