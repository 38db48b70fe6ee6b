import PlumblineData

/// A picture on which images, maps and short texts are drawn.
struct Canvas {
    private(set) var image: RasterImage

    init(height: Int, width: Int) {
        image = RasterImage(height: height, width: width, channels: 3, filledWith: 1)
    }

    mutating func set(_ y: Int, _ x: Int, _ colour: (Float, Float, Float)) {
        guard (0..<image.height).contains(y), (0..<image.width).contains(x) else { return }
        let offset = (y * image.width + x) * 3
        image.values[offset] = colour.0
        image.values[offset + 1] = colour.1
        image.values[offset + 2] = colour.2
    }

    mutating func draw(_ picture: RasterImage, top: Int, left: Int) {
        let rgb = picture.converted(channels: 3)
        for y in 0..<rgb.height {
            for x in 0..<rgb.width {
                let offset = (y * rgb.width + x) * 3
                set(
                    top + y, left + x,
                    (rgb.values[offset], rgb.values[offset + 1], rgb.values[offset + 2]))
            }
        }
    }

    /// Writes letters of 5 x 7 dots, each dot `scale` pixels wide.
    ///
    /// A character that the font lacks becomes a space.
    mutating func write(
        _ text: String, top: Int, left: Int, scale: Int = 2,
        colour: (Float, Float, Float) = (0.1, 0.1, 0.1)
    ) {
        for (index, character) in text.uppercased().enumerated() {
            guard let rows = Self.font[character] else { continue }
            for (row, bits) in rows.enumerated() {
                for column in 0..<5 where bits >> (4 - column) & 1 == 1 {
                    for dy in 0..<scale {
                        for dx in 0..<scale {
                            set(
                                top + row * scale + dy, left + (index * 6 + column) * scale + dx,
                                colour)
                        }
                    }
                }
            }
        }
    }

    /// The width of a text at scale 1, in pixels.
    static func width(of text: String) -> Int { text.count * 6 }

    private static let font: [Character: [UInt8]] = [
        "A": [14, 17, 17, 31, 17, 17, 17], "B": [30, 17, 17, 30, 17, 17, 30],
        "C": [14, 17, 16, 16, 16, 17, 14], "D": [30, 17, 17, 17, 17, 17, 30],
        "E": [31, 16, 16, 30, 16, 16, 31], "F": [31, 16, 16, 30, 16, 16, 16],
        "G": [14, 17, 16, 23, 17, 17, 15], "H": [17, 17, 17, 31, 17, 17, 17],
        "I": [14, 4, 4, 4, 4, 4, 14], "J": [7, 2, 2, 2, 2, 18, 12],
        "K": [17, 18, 20, 24, 20, 18, 17], "L": [16, 16, 16, 16, 16, 16, 31],
        "M": [17, 27, 21, 21, 17, 17, 17], "N": [17, 25, 21, 19, 17, 17, 17],
        "O": [14, 17, 17, 17, 17, 17, 14], "P": [30, 17, 17, 30, 16, 16, 16],
        "Q": [14, 17, 17, 17, 21, 18, 13], "R": [30, 17, 17, 30, 20, 18, 17],
        "S": [15, 16, 16, 14, 1, 1, 30], "T": [31, 4, 4, 4, 4, 4, 4],
        "U": [17, 17, 17, 17, 17, 17, 14], "V": [17, 17, 17, 17, 17, 10, 4],
        "W": [17, 17, 17, 21, 21, 27, 17], "X": [17, 17, 10, 4, 10, 17, 17],
        "Y": [17, 17, 10, 4, 4, 4, 4], "Z": [31, 1, 2, 4, 8, 16, 31],
        "0": [14, 17, 19, 21, 25, 17, 14], "1": [4, 12, 4, 4, 4, 4, 14],
        "2": [14, 17, 1, 6, 8, 16, 31], "3": [30, 1, 1, 14, 1, 1, 30],
        "4": [2, 6, 10, 18, 31, 2, 2], "5": [31, 16, 30, 1, 1, 17, 14],
        "6": [14, 16, 30, 17, 17, 17, 14], "7": [31, 1, 2, 4, 8, 8, 8],
        "8": [14, 17, 17, 14, 17, 17, 14], "9": [14, 17, 17, 15, 1, 1, 14],
        ".": [0, 0, 0, 0, 0, 12, 12], "-": [0, 0, 0, 31, 0, 0, 0], "+": [0, 4, 4, 31, 4, 4, 0],
        ":": [0, 12, 12, 0, 12, 12, 0],
        "%": [25, 25, 2, 4, 8, 19, 19], "/": [1, 1, 2, 4, 8, 16, 16], "_": [0, 0, 0, 0, 0, 0, 31],
        "=": [0, 0, 31, 0, 31, 0, 0], ",": [0, 0, 0, 0, 12, 4, 8],
        "(": [2, 4, 8, 8, 8, 4, 2], ")": [8, 4, 2, 2, 2, 4, 8],
    ]
}
