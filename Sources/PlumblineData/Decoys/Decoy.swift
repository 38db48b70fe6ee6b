import PlumblineSettings
import PlumblineTensors

/// A marker that is drawn on images, more often on those of one class.
///
/// A model can then predict the class by the marker, and one can see whether an explanation says
/// so: the red dot of autoXplain is one.
///
/// Whether an image has the marker is drawn from the image's name, so it is the same in every epoch
/// and in evaluation.
public struct Decoy: Sendable, Equatable {
    public enum Shape: String, Sendable, CaseIterable {
        /// No marker.
        case none
        /// A filled circle.
        case dot
        case square
    }

    /// Where the marker is, half its size away from both edges.
    public enum Corner: String, Sendable, CaseIterable {
        case topLeft = "top_left"
        case topRight = "top_right"
        case bottomLeft = "bottom_left"
        case bottomRight = "bottom_right"
    }

    /// Which images have the marker in evaluation.
    public enum Use: String, Sendable, CaseIterable {
        /// Those that the marker's probabilities choose, as in training.
        case same
        case none
        case all
        /// Those that do not have it in training.
        case flipped
    }

    /// The ``Annotation/part`` of the marker's pixels.
    public static let part = "decoy"

    public var shape = Shape.none
    public var corner = Corner.topLeft
    /// The marker's centre, y and x as shares of what the model sees; empty for ``corner``.
    public var centre: [Float] = []
    /// The diameter, as a share of what the model sees.
    public var size: Float = 0.1
    /// Red, green and blue, or one grey value, from 0 to 1.
    public var colour: [Float] = [1, 0, 0]
    /// The class that the marker goes with; empty for the target.
    public var className = ""
    /// The marker is on a share of `(1 + correlation) / 2` of the images of the class, and of
    /// `(1 - correlation) / 2` of the others.
    ///
    /// Where half of the images have the class, that is the correlation of marker and class.
    public var correlation: Float = 1
    /// The share of the images of the class that have the marker, and of the others.
    ///
    /// Empty for those of ``correlation``.
    public var probabilities: [Float] = []
    /// What the draws follow from, with the names of the images.
    public var seed = 0

    public init() {}

    public var isOn: Bool { shape != .none }

    /// Two settings that contradict each other: the key of one, and what is wrong.
    public var contradiction: (key: String, problem: String)? {
        for (key, values) in [("at", centre), ("probabilities", probabilities)]
        where !values.isEmpty && values.count != 2 {
            return (key, "has \(values.count) values; 2 are needed, or none")
        }
        if ![1, 3].contains(colour.count) {
            return ("colour", "has \(colour.count) values; 1 (grey) or 3 (RGB) are needed")
        }
        return nil
    }

    /// Whether an image has the marker.
    ///
    /// - Parameters:
    ///   - id: the image's name.
    ///   - isOfClass: whether the image shows the class.
    public func marks(_ id: String, isOfClass: Bool, _ use: Use = .same) -> Bool {
        guard isOn else { return false }
        var random = RandomGenerator(seed: UInt64(bitPattern: Int64(seed))).stream("decoy \(id)")
        let shares =
            probabilities.count == 2
            ? probabilities : [(1 + correlation) / 2, (1 - correlation) / 2]
        let isChosen = random.uniform() < shares[isOfClass ? 0 : 1]
        switch use {
        case .same: return isChosen
        case .none: return false
        case .all: return true
        case .flipped: return !isChosen
        }
    }

    /// In a few words, for results; empty without a marker.
    public func summary(className: String) -> String {
        guard isOn else { return "" }
        let place =
            centre.count == 2 ? "at \(centre[0]), \(centre[1])" : corner.rawValue
        let share =
            probabilities.count == 2
            ? "probabilities \(probabilities[0]), \(probabilities[1])"
            : "correlation \(correlation)"
        return "\(shape.rawValue) \(place), size \(size), with \(className), \(share)"
    }
}

extension Decoy {
    /// The settings as configuration files name them.
    public static var keys: [SettingKey<Decoy>] {
        [
            .choice("shape", \.shape, "A marker that is drawn on images of a class"),
            .choice("corner", \.corner, "Where the marker is"),
            .numbers(
                "at", \.centre, in: 0...1,
                "The marker's centre, [y, x] as shares of what the model sees; empty: the corner."),
            .float(
                "size", \.size, in: 0.005...1,
                "The marker's diameter as a share of what the model sees."),
            .numbers(
                "colour", \.colour, in: 0...1,
                "The marker's [red, green, blue] or [grey], from 0 to 1."),
            .text("class", \.className, "The class that the marker goes with; empty: data.target."),
            .float(
                "correlation", \.correlation, in: -1...1,
                "r: the marker is on (1 + r) / 2 of the images of the class, and on (1 - r) / 2 of "
                    + "the others."),
            .numbers(
                "probabilities", \.probabilities, in: 0...1,
                "Instead: the share of the images of the class that have it, and of the others."),
            .whole(
                "seed", \.seed, in: 0...Int(Int32.max),
                "The seed of which images have it; an image's draw follows from its name."),
        ]
    }
}
