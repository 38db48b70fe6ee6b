import Foundation

/// The values of a score or of a category: of run `r` and image `i` at `r * images + i`.
struct ViewerColumn<Value: BitwiseCopyable> {
    let images: Int
    private(set) var values: [Value]

    init(runs: Int, images: Int, filledWith value: Value) {
        self.images = images
        values = [Value](repeating: value, count: runs * images)
    }

    subscript(run: Int, image: Int) -> Value {
        get { values[run * images + image] }
        set { values[run * images + image] = newValue }
    }

    func run(_ run: Int) -> ArraySlice<Value> { values[(run * images)..<((run + 1) * images)] }

    /// The bytes, little-endian as on all processors that the program runs on.
    var base64: String { values.withUnsafeBytes { Data($0) }.base64EncodedString() }
}

/// A score over all runs and images.
struct ViewerScore {
    var metric: String
    var part: String
    var facts: (title: String, direction: String, unit: String, definition: String)
    /// NaN where there is no value.
    var values: ViewerColumn<Float>
    /// 0 where there is a value or no row, else 1 + the index of the reason.
    var reasons: ViewerColumn<UInt16>

    /// What the page calls it: no two scores have the same.
    var key: String {
        let name = metric.replacing("%", with: "%25").replacing("/", with: "%2F")
        return part.isEmpty ? name : "\(name)/\(part)"
    }

    /// The mean over the images of a run that have a value.
    func mean(_ run: Int) -> Double? {
        let present = values.run(run).filter { !$0.isNaN }
        guard !present.isEmpty else { return nil }
        return present.reduce(0) { $0 + Double($1) } / Double(present.count)
    }

    var range: (low: Double, high: Double)? {
        let present = values.values.filter(\.isFinite)
        guard let low = present.min(), let high = present.max() else { return nil }
        return (Double(low), Double(high))
    }
}

/// A property of images that has few values, such as the label.
struct ViewerCategory {
    let name: String
    let title: String
    let none: String
    let isOrdered: Bool
    private(set) var texts: [String]
    private var numbers: [String: UInt16]
    /// 0 for none, else 1 + the index in ``texts``.
    var values: ViewerColumn<UInt16>

    /// - Parameter texts: values that are known before; others follow as they are met.
    init(
        _ name: String, title: String, none: String, texts: [String] = [], runs: Int, images: Int
    ) {
        self.name = name
        self.title = title
        self.none = none
        self.texts = texts
        isOrdered = !texts.isEmpty
        numbers = Dictionary(
            texts.enumerated().map { ($1, UInt16($0 + 1)) }, uniquingKeysWith: { first, _ in first }
        )
        values = ViewerColumn(runs: runs, images: images, filledWith: 0)
    }

    /// - Returns: whether there was room: a category has at most 65535 values.
    mutating func set(_ text: String, run: Int, image: Int) -> Bool {
        if text.isEmpty { return true }
        if let number = numbers[text] {
            values[run, image] = number
            return true
        }
        guard texts.count < Int(UInt16.max) else { return false }
        texts.append(text)
        numbers[text] = UInt16(texts.count)
        values[run, image] = UInt16(texts.count)
        return true
    }

    var isEmpty: Bool { texts.isEmpty || !values.values.contains { $0 > 0 } }
}
