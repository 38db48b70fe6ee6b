import ArgumentParser
import PlumblineExperiments
import PlumblineReports
import PlumblineStorage

struct DataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data",
        abstract: "Counts and audits the images of a configuration.",
        discussion: """
            Prints, for each part into which a run divides the images: images, patients, labels, \
            masks, parts and sizes. It looks for images and patients that are in two parts. The \
            file needs only its section data. Nothing is trained.
            """)

    @Argument(help: "A configuration file (YAML).") var config: String
    @Option(
        name: .customLong("set"), help: "key=value: replaces a setting of the file. Repeatable.")
    var overrides: [String] = []
    @Option(help: "Write every number to this file (CSV: section, class, what, value).")
    var csv: String?
    @Option(help: "Draw some images with their annotations to this file (.png, .svg or .pdf).")
    var sheet: String?
    @Option(help: "How many images the sheet has.") var count = 24
    @Option(name: .customLong("width-mm"), help: "The width of the sheet in millimetres.")
    var widthMM = 175.0
    @OptionGroup var logging: LogOptions

    func validate() throws {
        guard (1...1000).contains(count) else {
            throw ValidationError("--count must be from 1 to 1000")
        }
        guard Figure.widths.contains(widthMM) else {
            throw ValidationError("--width-mm must be from 20 to 2000")
        }
        try FigureOptions.check(sheet.map { [$0] } ?? [], option: "--sheet")
    }

    func run() throws {
        logging.begin()
        Interruption.listen()
        try reportingErrors {
            if let csv { try OutputFiles.check(csv, option: "--csv", inputs: [config]) }
            if let sheet { try OutputFiles.check(sheet, option: "--sheet", inputs: [config]) }
            // Without a model, images may have one label or more.
            let survey = try DataSurvey(
                Configuration.load(config, overrides: overrides, output: .multiclass))
            for (path, option) in [(csv, "--csv"), (sheet, "--sheet")] {
                guard let path else { continue }
                try OutputFiles.check(path, option: option, inputs: survey.imageFiles)
            }
            try show(survey)
        }
    }

    private func show(_ survey: DataSurvey) throws {
        for table in survey.tables {
            var text = TextTable(table.header)
            for row in table.rows { text.add(row) }
            print(text.text + "\n")
        }
        for note in survey.notes { print("- \(note.printable)") }
        if let csv {
            try survey.writeCSV(csv)
            print("numbers: \(csv)")
        }
        if let sheet {
            let pictures = survey.sample(count).map {
                ContactSheet.Picture(title: $0.section, example: $0.example)
            }
            try ContactSheet.figure(
                pictures, classes: survey.classes, width: widthMM, longestSide: 512
            ).write(sheet)
            print("\(pictures.count) images in \(sheet)")
        }
    }
}
