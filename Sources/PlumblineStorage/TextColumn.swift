/// The texts of a column, each different text stored once.
///
/// Columns of tables repeat a few texts in millions of rows: names of runs, images and metrics.
public struct TextColumn: Sendable {
    /// The different texts, in the order in which they were first met, and texts whose rows are
    /// gone.
    private(set) var texts: [String] = []
    /// By row, the number of its text in ``texts``.
    private(set) var codes: [UInt32] = []
    /// By bytes: Swift takes a composed and a decomposed é for equal, and their bytes differ.
    private var known: [[UInt8]: UInt32] = [:]

    public init() {}

    public init(_ texts: some Sequence<String>) {
        reserveCapacity(texts.underestimatedCount)
        for text in texts { append(text) }
    }

    public mutating func reserveCapacity(_ rows: Int) { codes.reserveCapacity(rows) }

    public mutating func append(_ text: String) { codes.append(code(of: text)) }

    /// Adds a row with the text of the last row, which must be there.
    mutating func repeatLast() { codes.append(codes[codes.count - 1]) }

    /// The size of the longest text of a row, in bytes of UTF-8.
    var longest: Int {
        let sizes = texts.map(\.utf8.count)
        return codes.reduce(0) { Swift.max($0, sizes[Int($1)]) }
    }

    /// The column with another text in the place of each.
    ///
    /// - Parameter transform: called once for each different text.
    public func mapTexts(_ transform: (String) -> String) -> TextColumn {
        var isThere = [Bool](repeating: false, count: texts.count)
        for code in codes { isThere[Int(code)] = true }
        var column = TextColumn()
        let numbers = texts.indices.map { code -> UInt32 in
            isThere[code] ? column.code(of: transform(texts[code])) : 0
        }
        column.codes = codes.map { numbers[Int($0)] }
        return column
    }

    /// The number of a text, which is added where it is new.
    private mutating func code(of text: String) -> UInt32 {
        let bytes = Array(text.utf8)
        if let code = known[bytes] { return code }
        let code = UInt32(texts.count)
        texts.append(text)
        known[bytes] = code
        return code
    }
}

extension TextColumn: RandomAccessCollection, MutableCollection, RangeReplaceableCollection {
    public var startIndex: Int { 0 }
    public var endIndex: Int { codes.count }

    public subscript(row: Int) -> String {
        get { texts[Int(codes[row])] }
        set { codes[row] = code(of: newValue) }
    }

    public mutating func swapAt(_ i: Int, _ j: Int) { codes.swapAt(i, j) }

    public mutating func replaceSubrange(
        _ rows: Range<Int>, with replacement: some Collection<String>
    ) {
        codes.replaceSubrange(rows, with: replacement.map { code(of: $0) })
    }
}

extension TextColumn: Equatable {
    public static func == (a: TextColumn, b: TextColumn) -> Bool { a.elementsEqual(b) }
}

extension TextColumn: ExpressibleByArrayLiteral {
    public init(arrayLiteral texts: String...) { self.init(texts) }
}
