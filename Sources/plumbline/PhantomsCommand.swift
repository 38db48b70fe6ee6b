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
    @Option(help: "The findings that images can show, separated by commas. Default: all.")
    var findings: String?
    @Option(help: "A finding that a marker in the image betrays.") var shortcut: String?
    @Option(help: "How often the marker agrees with that finding.")
    var shortcutCorrelation: Float = 0.9

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
        guard (0...1).contains(prevalence), (0...1).contains(shortcutCorrelation) else {
            throw ValidationError("--prevalence and --shortcut-correlation must be from 0 to 1")
        }
        try Self.requireFinding(shortcut, option: "--shortcut")
        for name in findingNames ?? [] { try Self.requireFinding(name, option: "--findings") }
        if let names = findingNames, names.isEmpty || Set(names).count < names.count {
            throw ValidationError("--findings must name findings, each once")
        }
    }

    private var findingNames: [String]? {
        findings.map { $0.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } }
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
        if let findingNames { phantoms.findings = findingNames.compactMap(PhantomFinding.init) }
        phantoms.shortcut = shortcut.flatMap(PhantomFinding.init)
        phantoms.shortcutCorrelation = shortcutCorrelation
        try reportingErrors {
            try createFolder(folder)
            try phantoms.write(to: folder, name: name)
        }
        print("\(count) images in \(folder)/\(name)")
    }
}
