/// COCO's compressed run-length encoding: runs down the columns, off first, each as a difference
/// from the run two before, in base-32 digits from character 48 with a continuation bit and a sign
/// bit.
public enum RunLengthEncoding {
    /// - Throws: ``DatasetError`` where `counts` has other characters or does not fill `height x
    ///   width`.
    public static func decode(_ counts: String, height: Int, width: Int, name: String) throws
        -> Mask
    {
        guard height > 0, width > 0, height <= 1 << 16, width <= 1 << 16 else {
            throw DatasetError(name, "a mask of \(height) x \(width)")
        }
        var runs: [Int] = [], value = 0, shift = 0
        for character in counts.utf8 {
            let digit = Int(character) - 48
            guard (0..<64).contains(digit), shift <= 40 else {
                throw DatasetError(name, "a damaged run-length code")
            }
            value |= (digit & 0x1F) << shift
            shift += 5
            if digit & 0x20 != 0 { continue }
            if digit & 0x10 != 0 { value |= -1 << shift }
            let run = runs.count > 2 ? value + runs[runs.count - 2] : value
            guard run >= 0, run <= height * width else {
                throw DatasetError(name, "a damaged run-length code: a run of \(run)")
            }
            runs.append(run)
            (value, shift) = (0, 0)
        }
        var mask = Mask(height: height, width: width)
        var position = 0, isOn = false
        for run in runs {
            guard position + run <= height * width else {
                throw DatasetError(name, "a run-length code longer than \(height) x \(width)")
            }
            if isOn {
                for place in position..<(position + run) {
                    mask.pixels[place % height * width + place / height] = true
                }
            }
            position += run
            isOn.toggle()
        }
        guard position == height * width else {
            throw DatasetError(name, "a run-length code shorter than \(height) x \(width)")
        }
        return mask
    }

    public static func encode(_ mask: Mask) -> String {
        var runs: [Int] = [], isOn = false, run = 0
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
