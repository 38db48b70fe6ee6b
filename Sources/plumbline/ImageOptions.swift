import ArgumentParser
import PlumblineExperiments

/// The images that a checkpoint is run on.
struct ImageOptions: ParsableArguments {
    @Option(help: "An image, or a folder of images.") var images: String?
    @Option(help: "A configuration file. Its evaluation images are taken, with their labels.")
    var data: String?

    func validate() throws {
        guard (images == nil) != (data == nil) else {
            throw ValidationError("give either --images or --data, not both")
        }
    }

    /// Lists the images that cannot be read.
    ///
    /// - Throws: an exit code of 1 if there are any.
    static func report(_ failures: [some Error], of imageCount: Int) throws {
        for failure in failures { ProgramLog.error("left out \(failure)") }
        guard failures.isEmpty else {
            ProgramLog.error("\(failures.count) of \(imageCount) images cannot be read")
            throw ExitCode.failure
        }
    }
}
