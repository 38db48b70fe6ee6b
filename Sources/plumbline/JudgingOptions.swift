import ArgumentParser
import PlumblineData
import PlumblineExperiments
import PlumblineJudges

/// What a judge is shown, and which judge it is.
struct JudgingOptions: ParsableArguments {
    enum Choice {
        case rule
        case scores(String)
        case chat
    }

    @Option(help: "What the judge sees: masked or overlay.") var input = PictureKind.masked
    @Option(help: "The judge: rule, csv:FILE or chat.") var judge = "rule"
    @Option(help: "The longer side of the pictures, in pixels.") var size = 448
    @Option(help: "Masked CAM: how steep the edge of the visible region is.") var alpha = 25.0
    @Option(help: "Masked CAM: the value of the map, from 0 to 1, that is half visible.")
    var beta = 0.6
    @Option(help: "A score of at least this is high.") var threshold = 2.5
    @Option(help: "The most images with sham controls.") var controls = 20
    @Option(help: "The most images to judge. Default: all.") var most: Int?
    @Option(help: "A folder for the pictures that the judge sees (PNG).") var pictures: String?

    func validate() throws {
        guard PictureSize.range.contains(size) else {
            throw ValidationError("--size must be from 32 to 2048")
        }
        guard alpha > 0, alpha <= 1000 else {
            throw ValidationError("--alpha must be above 0 and at most 1000")
        }
        guard (0...1).contains(beta) else { throw ValidationError("--beta must be from 0 to 1") }
        guard (0...5).contains(threshold) else {
            throw ValidationError("--threshold must be from 0 to 5")
        }
        guard controls >= 0 else { throw ValidationError("--controls must not be negative") }
        guard most ?? 1 > 0 else { throw ValidationError("--most must be above 0") }
    }

    /// - Throws: ``JudgeError`` for a judge that does not exist.
    func choice() throws -> Choice {
        switch judge {
        case "rule": return .rule
        case "chat": return .chat
        default:
            guard let scoreFile, !scoreFile.isEmpty else {
                throw JudgeError("--judge", "rule, csv:FILE or chat is wanted, not \(judge)")
            }
            return .scores(scoreFile)
        }
    }

    /// The file of scores, if the judge is one.
    var scoreFile: String? { judge.hasPrefix("csv:") ? String(judge.dropFirst(4)) : nil }

    func settings() throws -> JudgingSettings {
        var settings = JudgingSettings()
        settings.kind = input
        settings.mask = MaskedCAM(alpha: alpha, beta: beta)
        settings.size = PictureSize(longest: size)
        settings.threshold = threshold
        settings.controls = controls
        settings.mostImages = most
        settings.pictures = pictures
        return settings
    }

    /// A list of numbers.
    ///
    /// - Throws: ``JudgeError`` for another text, and for a number out of the range.
    static func numbers(
        _ text: String, _ option: String, _ range: ClosedRange<Double>
    ) throws -> [Double] {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Double($0) }.filter(range.contains)
        guard numbers.count == parts.count, Set(numbers).count == numbers.count else {
            throw JudgeError(
                option,
                "different numbers from \(range.lowerBound) to \(range.upperBound), "
                    + "separated by commas, are wanted, not \(text)")
        }
        return numbers
    }
}

extension PictureKind: ExpressibleByArgument {}
