import ArgumentParser
import PlumblineExperiments
import Foundation
import PlumblineTensors

struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract:
            "Measures a model at 224 x 224 and prints one JSON line: seconds a step and peak memory."
    )

    @Argument(help: "A registered model.") var model: String
    @Argument(help: "infer, explain, train or align.") var mode: Benchmark.Mode
    @Option(help: "The explanation.") var method = "gradient"
    @Option(help: "Steps of averaging methods.") var steps = 20
    @Flag(help: "Compute the activations of blocks again instead of keeping them.")
    var checkpointed = false
    @Option(help: "JSON overrides of the architecture.") var config = "{}"
    @OptionGroup var start: StartingWeights
    @Option(help: "Images a step.") var batch = 4
    @Option(help: "Measured steps; the median counts.") var repeats = 3
    @Option(help: "Threads.") var threads: Int?

    func validate() throws {
        guard batch > 0, repeats > 0, steps > 0 else {
            throw ValidationError("--batch, --repeats and --steps must be positive")
        }
        let most = 8 * availableProcessors
        guard (1...most).contains(threads ?? 1) else {
            throw ValidationError("--threads: a number from 1 to \(most) is of use here")
        }
    }

    func run() throws {
        if let threads { setThreads(threads) }
        var benchmark = Benchmark(model: model, mode: mode)
        (benchmark.method, benchmark.batch, benchmark.repeats) = (method, batch, repeats)
        (benchmark.steps, benchmark.recomputesBlocks, benchmark.configuration) = (
            steps, checkpointed, config
        )
        benchmark.weights = start.weights
        let result = try reportingErrors { try benchmark.run() }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        print(String(decoding: try encoder.encode(result), as: UTF8.self))
    }
}

extension Benchmark.Mode: ExpressibleByArgument {}
