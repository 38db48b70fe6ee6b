import ArgumentParser
import PlumblineData
import Foundation
import PlumblineStorage

struct PhantomsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "phantoms",
        abstract: "Writes synthetic chest radiographs with exact masks.",
        discussion: "The files have the formats of CheXpert and CheXlocalize.")

    @Argument(help: "The folder to write to.") var folder: String
    @Option(
        help: "The name of the set: NAME.csv, NAME/, gt_segmentations_NAME.json, parts_NAME.json.")
    var name = "train"
    @Option(help: "The number of images.") var count = 200
    @Option(help: "Height and width of the images in pixels.") var size = 320
    @Option(help: "The seed of everything random.") var seed: UInt64 = 0
    @Option(help: "The probability of each finding in an image.") var prevalence: Float = 0.35
    @Flag(
        help: """
            Show at most one finding per image, for multiclass models. --prevalence is then the \
            probability of any finding.
            """)
    var singleLabel = false
    @Option(
        help: """
            The findings that images can show: names separated by commas, or standard (six), paper \
            (the nine of the paper's tables) or all (ten).
            """)
    var findings = "standard"
    @Option(
        help: """
            The number of images of each patient. They show the same anatomy and findings, with \
            another exposure, noise and position.
            """)
    var imagesPerPatient = 1
    @Option(
        help: """
            Where the images are taken. 1: PA views, --size is height and width. 2: AP views of a \
            portable machine: wider (1.2 x --size), brighter, flatter, noisier, with a text. The \
            same seed gives the same patients.
            """)
    var site = 1
    @Option(help: "A finding that a marker in the image betrays.") var shortcut: String?
    @Option(
        help: """
            How strong the shortcut is, as a dial s from 0 (the marker says nothing) to 1 (all): \
            the marker is on (1 + s) / 2 of the images with the finding and on (1 - s) / 2 of the \
            others. Default: 0.8.
            """)
    var shortcutStrength: Float?
    @Option(help: "The same as a share: how often the marker agrees with that finding.")
    var shortcutCorrelation: Float?
    @Option(help: "How visible the marker is, from 0 (not at all) to 1.")
    var shortcutContrast: Float = 1
    @Option(help: "The marker's size as a multiple of 8% of the image's height, from 0.1 to 4.")
    var shortcutSize: Float = 1

    func validate() throws {
        guard !name.isEmpty, !name.hasPrefix("."), name.utf8.count <= 200,
            name == name.printable, !name.contains("/")
        else {
            throw ValidationError(
                "--name \(name): must be the name of a file, without / and not hidden")
        }
        guard (1...1_000_000).contains(count) else {
            throw ValidationError("--count must be from 1 to 1000000")
        }
        guard (16...4096).contains(size) else {
            throw ValidationError("--size must be from 16 to 4096")
        }
        guard (0...1).contains(prevalence) else {
            throw ValidationError("--prevalence \(prevalence): must be from 0 to 1")
        }
        guard (1...100).contains(imagesPerPatient) else {
            throw ValidationError(
                "--images-per-patient \(imagesPerPatient): must be from 1 to 100")
        }
        guard phantomSite != nil else {
            throw ValidationError("--site \(site): must be 1 or 2")
        }
        try validateShortcut()
        for name in findingNames { try Self.requireFinding(name, option: "--findings") }
        if findingNames.isEmpty || Set(findingNames).count < findingNames.count {
            throw ValidationError("--findings must name findings, each once")
        }
    }

    private func validateShortcut() throws {
        try Self.requireFinding(shortcut, option: "--shortcut")
        if shortcutStrength != nil, shortcutCorrelation != nil {
            throw ValidationError(
                "--shortcut-strength and --shortcut-correlation: give one of them; strength is "
                    + "2 x correlation - 1")
        }
        for (option, value) in [
            ("--shortcut-strength", shortcutStrength ?? 0),
            ("--shortcut-correlation", shortcutCorrelation ?? 0),
            ("--shortcut-contrast", shortcutContrast),
        ] where !(0...1).contains(value) {
            throw ValidationError("\(option) \(value): must be from 0 to 1")
        }
        guard (0.1...4).contains(shortcutSize) else {
            throw ValidationError("--shortcut-size \(shortcutSize): must be from 0.1 to 4")
        }
    }

    private var phantomSite: PhantomSite? { PhantomSite.all.first { $0.number == site } }

    private var findingNames: [String] {
        let groups = [
            "standard": PhantomFinding.standard, "paper": PhantomFinding.paper,
            "all": PhantomFinding.allCases,
        ]
        if let group = groups[findings] { return group.map(\.rawValue) }
        return findings.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    }

    private static func requireFinding(_ name: String?, option: String) throws {
        guard let name, PhantomFinding(rawValue: name) == nil else { return }
        let known = PhantomFinding.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("\(option) \(name): must be one of \(known)")
    }

    func run() throws {
        var phantoms = PhantomDataset()
        phantoms.count = count
        phantoms.size = size
        phantoms.seed = seed
        phantoms.prevalence = prevalence
        phantoms.isSingleLabel = singleLabel
        phantoms.findings = findingNames.compactMap(PhantomFinding.init)
        phantoms.imagesPerPatient = imagesPerPatient
        if let phantomSite { phantoms.site = phantomSite }
        phantoms.shortcut = shortcut.flatMap(PhantomFinding.init)
        if let shortcutCorrelation { phantoms.shortcutCorrelation = shortcutCorrelation }
        if let shortcutStrength { phantoms.shortcutStrength = shortcutStrength }
        phantoms.marker = PhantomMarker(contrast: shortcutContrast, size: shortcutSize)
        try reportingErrors {
            try createFolder(folder)
            try phantoms.write(to: folder, name: name)
        }
        print("\(count) images in \(folder)/\(name)")
    }
}
