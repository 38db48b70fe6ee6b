/// The list of members at the end of a zip file (PKWARE APPNOTE, sections 4.3.12 to 4.3.16).
struct ZipDirectory {
    /// The number of members.
    let count: Int
    /// The byte at which the first entry begins.
    let place: Int

    static func damaged(_ bytes: FileBytes, _ reason: String) -> StorageError {
        StorageError(bytes.path, "damaged zip file: \(reason)")
    }

    init(_ bytes: FileBytes) throws {
        let end = try Self.endRecord(bytes)
        let count = Int(try bytes.number(end + 10, as: UInt16.self, "the end record"))
        let place = Int(try bytes.number(end + 16, as: UInt32.self, "the end record"))
        guard count == 0xFFFF || place == 0xFFFF_FFFF, end >= 20,
            try bytes.number(end - 20, as: UInt32.self, "the locator") == 0x0706_4B50
        else {
            (self.count, self.place) = (count, place)
            return
        }
        let record = Int(clamping: try bytes.number(end - 12, as: UInt64.self, "the locator"))
        let what = "the 64-bit end record"
        guard record <= bytes.count - 56,
            try bytes.number(record, as: UInt32.self, what) == 0x0606_4B50
        else { throw Self.damaged(bytes, "no 64-bit end record") }
        self.count = Int(clamping: try bytes.number(record + 32, as: UInt64.self, what))
        self.place = Int(clamping: try bytes.number(record + 48, as: UInt64.self, what))
    }

    /// The place of the end record, after which a comment of at most 65535 bytes may stand.
    private static func endRecord(_ bytes: FileBytes) throws -> Int {
        let last = bytes.count - 22
        guard last >= 0,
            let end = stride(from: last, through: max(0, last - 65535), by: -1).first(where: {
                bytes[$0] == 0x50 && bytes[$0 + 1] == 0x4B && bytes[$0 + 2] == 5
                    && bytes[$0 + 3] == 6
            })
        else { throw ZipDirectory.damaged(bytes, "no end record (truncated?)") }
        return end
    }

    /// What the directory says of a member.
    struct Entry {
        let name: String
        let method: UInt16
        private(set) var size: Int
        private(set) var storedSize: Int
        /// The place of the member's own header.
        private var local: Int
        /// The byte at which the next entry begins.
        let end: Int

        private static let longestName = 1024

        init(_ bytes: FileBytes, at place: Int) throws {
            func short(_ offset: Int) throws -> Int {
                Int(try bytes.number(place + offset, as: UInt16.self, "a member"))
            }
            func long(_ offset: Int) throws -> Int {
                Int(try bytes.number(place + offset, as: UInt32.self, "a member"))
            }
            guard place <= bytes.count - 46, try long(0) == 0x0201_4B50 else {
                throw ZipDirectory.damaged(bytes, "no directory entry")
            }
            method = UInt16(try short(10))
            storedSize = try long(20)
            size = try long(24)
            let nameLength = try short(28)
            let extraLength = try short(30)
            local = try long(42)
            guard nameLength <= Self.longestName else {
                throw ZipDirectory.damaged(
                    bytes, "a name of \(nameLength) bytes (at most \(Self.longestName))")
            }
            name = String(
                decoding: try bytes.slice(place + 46, nameLength, "a member's name"), as: UTF8.self)
            end = place + 46 + nameLength + extraLength + (try short(32))
            let extra = place + 46 + nameLength
            guard extra + extraLength <= bytes.count else {
                throw ZipDirectory.damaged(bytes, "\(name): extra field beyond the file")
            }
            try readExtra(bytes, extra..<extra + extraLength)
        }

        /// 64-bit numbers stand there in the order of the fields that are full.
        private mutating func readExtra(_ bytes: FileBytes, _ range: Range<Int>) throws {
            let what = "an extra field"
            var extra = range.lowerBound
            while extra + 4 <= range.upperBound {
                let kind = try bytes.number(extra, as: UInt16.self, what)
                let length = Int(try bytes.number(extra + 2, as: UInt16.self, what))
                if kind == 1 {
                    var next = extra + 4
                    func take(_ value: Int) throws -> Int {
                        guard value == 0xFFFF_FFFF, next + 8 <= extra + 4 + length else {
                            return value
                        }
                        defer { next += 8 }
                        return Int(clamping: try bytes.number(next, as: UInt64.self, what))
                    }
                    size = try take(size)
                    storedSize = try take(storedSize)
                    local = try take(local)
                }
                extra += 4 + length
            }
        }

        /// The place of the member's bytes, after its own header.
        func offset(in bytes: FileBytes) throws -> Int {
            guard local <= bytes.count - 30,
                try bytes.number(local, as: UInt32.self, name) == 0x0403_4B50
            else { throw ZipDirectory.damaged(bytes, "\(name) is not where it should be") }
            let header =
                30 + Int(try bytes.number(local + 26, as: UInt16.self, name))
                + Int(try bytes.number(local + 28, as: UInt16.self, name))
            guard storedSize <= bytes.count, local + header <= bytes.count - storedSize else {
                throw ZipDirectory.damaged(bytes, "\(name) reaches beyond the end (truncated?)")
            }
            return local + header
        }
    }
}
