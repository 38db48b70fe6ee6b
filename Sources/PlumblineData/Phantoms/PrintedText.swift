/// A text that is printed on a film: capital letters of 5 x 7 dots.
struct PrintedText {
    /// The dots of every row, from the top, as bits; the highest of the five is the left one.
    private static let letters: [Character: [UInt8]] = [
        "A": [0b01110, 0b10001, 0b10001, 0b11111, 0b10001, 0b10001, 0b10001],
        "O": [0b01110, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b01110],
        "P": [0b11110, 0b10001, 0b10001, 0b11110, 0b10000, 0b10000, 0b10000],
        "R": [0b11110, 0b10001, 0b10001, 0b11110, 0b10100, 0b10010, 0b10001],
        "T": [0b11111, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100],
    ]

    private let text: [Character]
    private let dot: Float = 0.011

    init(_ text: String) { self.text = Array(text) }

    /// Whether a point is on the text, whose upper left corner is (`left`, `top`).
    func isOn(_ u: Float, _ v: Float, left: Float, top: Float) -> Bool {
        guard u >= left, v >= top else { return false }
        let column = Int((u - left) / dot)
        let row = Int((v - top) / dot)
        guard row < 7, column / 6 < text.count, column % 6 < 5,
            let letter = Self.letters[text[column / 6]]
        else { return false }
        return letter[row] & (0b10000 >> UInt8(column % 6)) != 0
    }
}
