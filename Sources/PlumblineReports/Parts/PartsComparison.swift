import Foundation
import PlumblineData
import PlumblineStorage

/// PH against the top-1 error over several summaries of `plumbline parts`, with named quadrants.
///
/// A point is one class of one summary: the mean over the parts of the object of a quartile of PH,
/// and the top-1 error of the class. Two quadrants are findings: a model that looks at the object
/// and is wrong (high score, high error), and one that looks elsewhere and is right (low score, low
/// error; it may use a shortcut).
public struct PartsComparison {
    public enum Quartile: String, CaseIterable, Sendable {
        case q1
        case q2
        case q3

        func value(_ quartiles: PartsFile.Quartiles) -> Double {
            switch self {
            case .q1: quartiles.q1
            case .q2: quartiles.q2
            case .q3: quartiles.q3
            }
        }
    }

    /// One class of one summary.
    public struct Point: Sendable, Equatable {
        public let file: String
        public let className: String
        public let score: Double
        public let error: Double
    }

    public let points: [Point]
    /// Classes that cannot be drawn, with the reason.
    public let leftOut: [String]
    /// The score and the error at which the quadrants meet.
    public let scoreSplit: Double
    public let errorSplit: Double
    let scoreName: String

    /// - Parameters:
    ///   - files: with a name for each.
    ///   - part: the part whose PH is taken; `nil` for the mean over the parts of the object.
    ///   - scoreSplit: where the quadrants meet; `nil` for the median of the points.
    ///   - errorSplit: as `scoreSplit`.
    /// - Throws: ``FigureError`` if no class of any summary has a score and an error.
    public init(
        _ files: [(name: String, file: PartsFile)], quartile: Quartile = .q2, part: String? = nil,
        scoreSplit: Double? = nil, errorSplit: Double? = nil
    ) throws {
        var points: [Point] = []
        var leftOut: [String] = []
        for (name, file) in files {
            for entry in file.classes {
                let scores = entry.parts.filter {
                    part == nil ? $0.part != PartsFile.background : $0.part == part
                }.compactMap { $0.quantities["ph"].map(quartile.value) }
                let place = "\(name): \(entry.name)"
                guard let error = entry.top1Error else {
                    leftOut.append("\(place): no top-1 error")
                    continue
                }
                guard !scores.isEmpty else {
                    leftOut.append("\(place): no score of \(part ?? "a part")")
                    continue
                }
                points.append(
                    Point(
                        file: name, className: entry.name,
                        score: scores.reduce(0, +) / Double(scores.count), error: error))
            }
        }
        guard !points.isEmpty else {
            throw FigureError(
                "no class has both a score and a top-1 error"
                    + (leftOut.first.map { ", such as \($0.printable)" } ?? ""))
        }
        self.points = points
        self.leftOut = leftOut
        self.scoreSplit = scoreSplit ?? Self.median(points.map(\.score))
        self.errorSplit = errorSplit ?? Self.median(points.map(\.error))
        scoreName =
            "PH\(quartile.rawValue.uppercased()), "
            + (part.map { "part \($0)" } ?? "mean over the object's parts")
    }

    /// `high score, low error` and so on; high means above the split.
    public func quadrant(_ point: Point) -> String {
        Self.name(isHigh: point.score > scoreSplit, hasError: point.error > errorSplit)
    }

    static func name(isHigh: Bool, hasError: Bool) -> String {
        "\(isHigh ? "high" : "low") score, \(hasError ? "high" : "low") error"
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count.isMultiple(of: 2)
            ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }

    /// One row per point.
    public var table: TextTable {
        var table = TextTable(["checkpoint", "class", "score", "top-1 error", "quadrant"])
        for point in points {
            table.add([
                point.file, point.className, String(format: "%.3f", point.score),
                String(format: "%.3f", point.error), quadrant(point),
            ])
        }
        return table
    }

    /// The points as CSV: `checkpoint,class,score,top1_error,quadrant`.
    public var csv: String {
        let rows = points.map {
            CSVText.row([$0.file, $0.className, "\($0.score)", "\($0.error)", quadrant($0)])
        }
        return (["checkpoint,class,score,top1_error,quadrant"] + rows).joined(separator: "\n")
            + "\n"
    }
}
