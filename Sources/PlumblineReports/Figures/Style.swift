/// The look of a mark: a colour, and a dash and a symbol that tell it apart without colour.
public struct Style: Sendable, Equatable {
    /// An RGB colour with parts from 0 to 1.
    public struct Colour: Sendable, Equatable {
        public var red: Double
        public var green: Double
        public var blue: Double
        /// From 0, transparent, to 1.
        public var opacity: Double

        public init(_ red: Double, _ green: Double, _ blue: Double, opacity: Double = 1) {
            self.red = red
            self.green = green
            self.blue = blue
            self.opacity = opacity
        }

        public static let black = Colour(0.1, 0.1, 0.1)
        public static let grey = Colour(0.45, 0.45, 0.45)
        public static let lightGrey = Colour(0.85, 0.85, 0.85)

        func with(opacity: Double) -> Colour {
            Colour(red, green, blue, opacity: self.opacity * opacity)
        }
    }

    public enum Symbol: CaseIterable, Sendable {
        case circle
        case square
        case triangle
        case diamond
        case cross
        case plus
        case downTriangle
        case ring
    }

    public var colour: Colour
    /// In points (1/72 inch).
    public var lineWidth: Double
    /// Lengths of dashes and gaps in points; empty for a solid line.
    public var dash: [Double]
    public var symbol: Symbol

    public init(
        _ colour: Colour, lineWidth: Double = 1.2, dash: [Double] = [], symbol: Symbol = .circle
    ) {
        self.colour = colour
        self.lineWidth = lineWidth
        self.dash = dash
        self.symbol = symbol
    }

    /// The look of the series of a number.
    ///
    /// Eight colours of Okabe and Ito ("Color universal design", 2008), which most readers with
    /// deficient colour vision tell apart, in an order of differing lightness. Dashes and symbols
    /// differ too, with other periods, so that a print without colour is read as well.
    public static func series(_ index: Int) -> Style {
        Style(
            colours[index % colours.count], dash: dashes[index % dashes.count],
            symbol: Symbol.allCases[index % Symbol.allCases.count])
    }

    private static let colours = [
        Colour(0, 0.447, 0.698), Colour(0.835, 0.369, 0), Colour(0, 0.620, 0.451),
        Colour(0.8, 0.475, 0.655), Colour(0.902, 0.624, 0), Colour(0.337, 0.706, 0.914),
        Colour(0.1, 0.1, 0.1), Colour(0.75, 0.70, 0.10),
    ]

    private static let dashes: [[Double]] = [[], [5, 2], [1.2, 1.6], [6, 2, 1.2, 2], [3, 1.5]]
}
