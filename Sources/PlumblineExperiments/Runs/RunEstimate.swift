import Foundation
import PlumblineStorage

/// What a run will do, how long it will take, and what it will write.
public struct RunEstimate: Sendable {
    /// How far a stage has come.
    public enum State: Sendable, Equatable {
        /// Its last checkpoint exists.
        case found
        /// It resumes after this step.
        case resumes(step: Int)
        case new
    }

    public struct Stage: Sendable {
        public var name: String
        public var folder: String
        public var state: State
        public var totalSteps: Int
        /// The number of images per epoch.
        public var trainingImages: Int
        /// The number of images that the best checkpoints are chosen on.
        public var selectionImages: Int
        /// The number of images with the target class, and how many of them have a mask.
        ///
        /// `nil` if the stage uses no masks.
        public var masks: (positives: Int, withMask: Int)?
        /// `nil` if it was not measured.
        public var secondsPerStep: Double?
        /// Bytes that remain after the stage.
        public var finalBytes: Int
        /// Further bytes while the stage runs: its state, and the new copy of the state.
        public var passingBytes: Int

        public var remainingSteps: Int {
            switch state {
            case .found: return 0
            case .resumes(let step): return max(0, totalSteps - step)
            case .new: return totalSteps
            }
        }
    }

    public struct Disk: Sendable {
        public var folder: String
        public var neededBytes: Int
        /// `nil` if the system does not say.
        public var freeBytes: Int?
    }

    public var stages: [Stage]
    public var evaluationImages: Int
    public var explanations: [String]
    /// The time of one image with every explanation.
    ///
    /// `nil` if it was not measured.
    public var secondsPerEvaluatedImage: Double?
    public var disks: [Disk]

    /// Seconds of training and evaluation.
    ///
    /// `nil` if a part was not measured.
    ///
    /// Choosing checkpoints and writing files are not counted.
    public var seconds: Double? {
        guard let evaluation = secondsPerEvaluatedImage else { return nil }
        var sum = evaluation * Double(evaluationImages * stages.count)
        for stage in stages where stage.remainingSteps > 0 {
            guard let step = stage.secondsPerStep else { return nil }
            sum += step * Double(stage.remainingSteps)
        }
        return sum
    }

    /// - Throws: ``StorageError`` if a disk has less free space than the run needs.
    public func checkDisks() throws {
        for disk in disks {
            guard let free = disk.freeBytes, free < disk.neededBytes else { continue }
            throw StorageError(
                disk.folder,
                "the run writes up to \(Self.size(disk.neededBytes)) there, but only "
                    + "\(Self.size(free)) are free on its disk; free some space, or choose "
                    + "another folder")
        }
    }

    /// One line of text per fact.
    public var lines: [String] {
        var lines = stages.map(Self.line)
        let methods = explanations.joined(separator: ", ")
        lines.append(
            "evaluation: \(stages.count) models on \(evaluationImages) images by \(methods)"
                + Self.speed(secondsPerEvaluatedImage, "image"))
        if let seconds {
            lines.append(
                "time: about \(Self.duration(seconds)) for training and evaluation; not counted: "
                    + "choosing checkpoints and writing files")
        }
        for disk in disks {
            let free = disk.freeBytes.map { ", \(Self.size($0)) free" } ?? ""
            lines.append("disk: up to \(Self.size(disk.neededBytes)) in \(disk.folder)\(free)")
        }
        return lines
    }

    private static func line(_ stage: Stage) -> String {
        var text = "\(stage.name): "
        switch stage.state {
        case .found: return text + "found in \(stage.folder)"
        case .resumes(let step):
            text += "resumes at step \(step) of \(stage.totalSteps)"
        case .new where stage.totalSteps == 0: return text + "used as it is, no steps"
        case .new: text += "to train, \(stage.totalSteps) steps"
        }
        text += " on \(stage.trainingImages) images"
        if let masks = stage.masks {
            text += " (\(masks.withMask) masks for \(masks.positives) images with the target)"
        }
        if stage.selectionImages > 0 { text += ", checkpoints chosen on \(stage.selectionImages)" }
        return text + speed(stage.secondsPerStep, "step")
    }

    private static func speed(_ seconds: Double?, _ what: String) -> String {
        seconds.map { String(format: ", %.3g s per \(what) (measured)", $0) } ?? ""
    }

    static func duration(_ seconds: Double) -> String {
        switch seconds {
        case ..<90: return String(format: "%.0f s", seconds)
        case ..<5400: return String(format: "%.0f minutes", seconds / 60)
        default: return String(format: "%.1f hours", seconds / 3600)
        }
    }

    private static func size(_ bytes: Int) -> String {
        bytes < 100_000_000
            ? String(format: "%.1f MB", Double(bytes) / 1e6)
            : String(format: "%.1f GB", Double(bytes) / 1e9)
    }
}
