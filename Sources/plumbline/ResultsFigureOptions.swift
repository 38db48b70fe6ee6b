import ArgumentParser
import PlumblineExperiments
import PlumblineReports

/// The results of a figure, and the files to write.
struct ResultsFigureOptions: ParsableArguments {
    @Argument(help: "Results files (HDF5) of plumbline evaluate, run or judge.")
    var results: [String]
    @Option(help: "A file to write (.svg, .pdf or .png). Repeatable.") var output: [String]
    @OptionGroup var look: FigureOptions

    func validate() throws {
        guard !results.isEmpty else { throw ValidationError("name one results file or more") }
        guard !output.isEmpty else { throw ValidationError("name one --output or more") }
        try FigureOptions.check(output, option: "--output")
    }

    /// - Throws: ``ConfigurationError`` for an output that cannot be written.
    func checkOutputs(inputs: [String] = []) throws {
        for path in output {
            try OutputFiles.check(path, option: "--output", inputs: results + inputs)
        }
    }

    /// Writes the figure and says what it lacks.
    ///
    /// - Throws: an exit code where a picture cannot be drawn; the others are written.
    func write(_ figure: Figure) throws {
        for path in output { try figure.write(path) }
        print("written: \(output.joined(separator: ", "))")
        let problems = Viewer.problems(figure)
        for problem in problems { ProgramLog.error("no picture of \(problem)") }
        if !problems.isEmpty { throw ExitCode.failure }
    }
}

/// Where the pictures of a figure come from.
struct FigurePictureOptions: ParsableArguments {
    @Option(help: "A configuration file (YAML) that names the images.") var data: String
    @Option(
        name: .customLong("set"), help: "key=value: replaces a setting of --data. Repeatable.")
    var overrides: [String] = []
    @Option(help: "The run: its name, or its number from 0.") var run: String?
    @Option(help: "The longer side of a picture in pixels; 0 for its own resolution.")
    var imageSize = 0
    @Option(help: "The opacity of maps, from 0 to 1.") var opacity = 0.5

    func validate() throws {
        guard imageSize == 0 || (16...20_000).contains(imageSize) else {
            throw ValidationError("--image-size must be 0, or from 16 to 20000")
        }
        guard (0...1).contains(opacity) else {
            throw ValidationError("--opacity must be from 0 to 1")
        }
    }

    /// The results with their pictures.
    func viewed(_ results: [String]) throws -> ViewedResults {
        var viewed = try ViewedResults(
            results, title: "", data: Configuration.load(data, overrides: overrides))
        viewed.longestSide = imageSize
        return viewed
    }

    func look(_ options: FigureOptions, columns: Int) -> PictureLook {
        PictureLook(
            colours: options.colours, opacity: opacity, width: options.width ?? 175,
            columns: columns)
    }
}
