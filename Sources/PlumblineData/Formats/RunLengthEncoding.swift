/// The run-length encoding of COCO.
///
/// Runs go down the columns and begin with pixels that are not set.
///
/// An uncompressed code is a list of numbers. A compressed code is text: each run is the difference
/// from the run two before it, in base-32 digits. Digits begin at character 48 and have a
/// continuation bit; the last digit has a sign bit.
public enum RunLengthEncoding {
    /// The mask of a compressed code.
    ///
    /// - Parameter name: the file and field, for messages.
    /// - Throws: ``DatasetError`` where `counts` has other characters or does not fill
    ///   `height x width`.
    public static func decode(
        _ counts: String, height: Int, width: Int, name: String
    ) throws -> Mask {
        mask(
            try runs(counts, height: height, width: width, name: name), height: height,
            width: width)
    }

    /// The runs of a compressed code.
    ///
    /// The text of Python's `bytes`, as in `b'9220003'`, is read as the code within.
    static func runs(_ counts: String, height: Int, width: Int, name: String) throws -> [Int32] {
        try checkSize(height: height, width: width, name: name)
        var runs: [Int] = []
        var value = 0
        var shift = 0
        for byte in code(counts) {
            let digit = Int(byte) - 48
            guard (0..<64).contains(digit), shift <= 40 else {
                throw DatasetError(name, "a damaged run-length code")
            }
            value |= (digit & 0x1F) << shift
            shift += 5
            if digit & 0x20 != 0 { continue }
            if digit & 0x10 != 0 { value |= -1 << shift }
            runs.append(runs.count > 2 ? value &+ runs[runs.count - 2] : value)
            guard runs.last! >= 0, runs.last! <= height * width else {
                throw DatasetError(name, "a damaged run-length code: a run of \(runs.last!)")
            }
            value = 0
            shift = 0
        }
        return try checked(runs, height: height, width: width, name: name)
    }

    /// Uncompressed runs, after a check.
    ///
    /// - Throws: ``DatasetError`` where they do not fill `height x width`.
    static func checked(_ runs: [Int], height: Int, width: Int, name: String) throws -> [Int32] {
        try checkSize(height: height, width: width, name: name)
        var rest = height * width
        for run in runs {
            guard run >= 0, run <= rest else {
                throw DatasetError(
                    name,
                    run < 0
                        ? "a run of \(run)" : "a run-length code longer than \(height) x \(width)")
            }
            rest -= run
        }
        guard rest == 0 else {
            throw DatasetError(name, "a run-length code shorter than \(height) x \(width)")
        }
        return runs.map(Int32.init)
    }

    /// The mask of runs.
    ///
    /// - Parameter runs: they fill `height x width`.
    static func mask(_ runs: [Int32], height: Int, width: Int) -> Mask {
        var mask = Mask(height: height, width: width)
        var position = 0
        var isOn = false
        for run in runs {
            if isOn {
                for index in position..<(position + Int(run)) {
                    mask.pixels[index % height * width + index / height] = true
                }
            }
            position += Int(run)
            isOn.toggle()
        }
        return mask
    }

    /// - Throws: ``DatasetError`` for a mask that is larger than any image that is read.
    static func checkSize(height: Int, width: Int, name: String) throws {
        let side = 1...(1 << 16)
        guard side.contains(height), side.contains(width), height * width <= RasterImage.mostValues
        else {
            throw DatasetError(
                name,
                "a mask of \(height) x \(width); at most \(RasterImage.mostValues) pixels are read")
        }
    }

    /// The bytes of a code.
    ///
    /// Python doubles a backslash where it writes bytes as text.
    private static func code(_ counts: String) -> [UInt8] {
        let bytes = Array(counts.utf8)
        let quote = bytes.last
        guard bytes.count >= 3, bytes[0] == UInt8(ascii: "b"), bytes[1] == quote,
            quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"")
        else { return bytes }
        var result: [UInt8] = []
        var isEscaped = false
        for byte in bytes[2..<(bytes.count - 1)] {
            if byte == UInt8(ascii: "\\"), !isEscaped {
                isEscaped = true
            } else {
                result.append(byte)
                isEscaped = false
            }
        }
        return result
    }

    /// The compressed code of a mask.
    public static func encode(_ mask: Mask) -> String {
        var runs: [Int] = []
        var isOn = false
        var run = 0
        for x in 0..<mask.width {
            for y in 0..<mask.height {
                if mask.pixels[y * mask.width + x] != isOn {
                    runs.append(run)
                    run = 0
                    isOn.toggle()
                }
                run += 1
            }
        }
        runs.append(run)
        var code: [UInt8] = []
        for index in runs.indices {
            var rest = index > 2 ? runs[index] - runs[index - 2] : runs[index]
            while true {
                let digit = rest & 0x1F
                rest >>= 5
                let isLast = digit & 0x10 != 0 ? rest == -1 : rest == 0
                code.append(UInt8(digit | (isLast ? 0 : 0x20)) + 48)
                if isLast { break }
            }
        }
        return String(decoding: code, as: UTF8.self)
    }
}
