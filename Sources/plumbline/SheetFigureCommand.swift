import ArgumentParser
import PlumblineExperiments
import PlumblineReports

struct SheetFigureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sheet",
        abstract: "Draws a contact sheet of chosen images.",
        discussion: """
            --ids takes the list of names that the page of view exports. --select takes what \
            stands in the page's address after #, such as \
            'f.correct=right&r.mass_accuracy=~0.1&score=mass_accuracy&descending=no'.
            """)

    @OptionGroup var options: ResultsFigureOptions
    @OptionGroup var pictures: FigurePictureOptions
    @Option(help: "A text file with names of images, one per line.") var ids: String?
    @Option(help: "The address of a page, or what stands in it after #.") var select: String?
    @Option(
        name: .customLong("metric"),
        help: "A score that is written below each image. Repeatable. Default: the page's.")
    var metrics: [String] = []
    @Option(help: "The largest number of images.") var count = 24
    @Option(help: "Images beside each other.") var columns = 6

    func validate() throws {
        guard (1...1000).contains(count) else {
            throw ValidationError("--count must be from 1 to 1000")
        }
        guard (1...40).contains(columns) else {
            throw ValidationError("--columns must be from 1 to 40")
        }
    }

    func run() throws {
        try reportingErrors {
            try options.checkOutputs(
                inputs: [pictures.data] + [ids].compactMap { $0 })
            let viewed = try pictures.viewed(options.results)
            let viewer = viewed.viewer
            var selection = try ViewerSelection(select ?? "")
            if let run = pictures.run { selection.run = try viewer.run(called: run) }
            var images = try viewer.images(selection)
            if let ids { images = try viewed.chosen(images, ImageIDs(ids)) }
            guard !images.isEmpty else {
                throw SelectionError("--select, --ids: no image is chosen")
            }
            if images.count > count {
                print("the first \(count) of \(images.count) images (--count)")
            }
            let first = [selection.score ?? viewer.firstScore].compactMap { $0 }
            try options.write(
                viewer.sheet(
                    Array(images.prefix(count)), run: selection.run,
                    scores: metrics.isEmpty ? first : metrics, viewed.pictures,
                    pictures.look(options.look, columns: columns)))
        }
    }
}
