import Foundation

/// Where the members of a zip file lie.
///
/// PyTorch stores members without compression, so they can be read in place; compressed ones are
/// refused when they are asked for. With 64-bit sizes.
struct ZipArchive {
    struct Member {
        let offset: Int
        let size: Int
        let isCompressed: Bool
    }
    let members: [String: Member]
    private let path: String

    /// A storage of each tensor is one.
    private static let mostMembers = 200_000
    private static let longestName = 1024

    init(_ bytes: FileBytes) throws {
        let path = bytes.path
        func fail(_ reason: String) -> StorageError {
            StorageError(path, "damaged zip file: \(reason)")
        }
        // The end record stands before a comment of at most 65535 bytes.
        guard bytes.count >= 22 else { throw fail("no end record (truncated?)") }
        guard
            let end = stride(
                from: bytes.count - 22, through: max(0, bytes.count - 22 - 65535), by: -1
            ).first(where: { place in
                bytes[place] == 0x50 && bytes[place + 1] == 0x4B && bytes[place + 2] == 5
                    && bytes[place + 3] == 6
            })
        else { throw fail("no end record (truncated?)") }
        var count = Int(try bytes.number(end + 10, as: UInt16.self, "the end record"))
        var place = Int(try bytes.number(end + 16, as: UInt32.self, "the end record"))
        if count == 0xFFFF || place == 0xFFFF_FFFF, end >= 20,
            try bytes.number(end - 20, as: UInt32.self, "the locator") == 0x0706_4B50
        {
            let record = Int(clamping: try bytes.number(end - 12, as: UInt64.self, "the locator"))
            guard record <= bytes.count - 56,
                try bytes.number(record, as: UInt32.self, "the 64-bit end record") == 0x0606_4B50
            else {
                throw fail("no 64-bit end record")
            }
            count = Int(
                clamping: try bytes.number(record + 32, as: UInt64.self, "the 64-bit end record"))
            place = Int(
                clamping: try bytes.number(record + 48, as: UInt64.self, "the 64-bit end record"))
        }
        guard count <= Self.mostMembers else {
            throw fail("\(count) members (at most \(Self.mostMembers))")
        }
        var members: [String: Member] = [:]
        for _ in 0..<count {
            guard place <= bytes.count - 46,
                try bytes.number(place, as: UInt32.self, "a member") == 0x0201_4B50
            else { throw fail("no directory entry") }
            let method = try bytes.number(place + 10, as: UInt16.self, "a member")
            var stored = Int(try bytes.number(place + 20, as: UInt32.self, "a member"))
            var size = Int(try bytes.number(place + 24, as: UInt32.self, "a member"))
            let nameLength = Int(try bytes.number(place + 28, as: UInt16.self, "a member"))
            let extraLength = Int(try bytes.number(place + 30, as: UInt16.self, "a member"))
            let commentLength = Int(try bytes.number(place + 32, as: UInt16.self, "a member"))
            var local = Int(try bytes.number(place + 42, as: UInt32.self, "a member"))
            guard nameLength <= Self.longestName else {
                throw fail("a name of \(nameLength) bytes (at most \(Self.longestName))")
            }
            let name = String(
                decoding: try bytes.slice(place + 46, nameLength, "a member's name"), as: UTF8.self)
            // 64-bit numbers follow in the order of the fields that are full.
            var extra = place + 46 + nameLength
            let extraEnd = extra + extraLength
            guard extraEnd <= bytes.count else {
                throw fail("\(name): extra field beyond the file")
            }
            while extra + 4 <= extraEnd {
                let kind = try bytes.number(extra, as: UInt16.self, "an extra field")
                let length = Int(try bytes.number(extra + 2, as: UInt16.self, "an extra field"))
                if kind == 1 {
                    var next = extra + 4
                    func take(_ value: inout Int) throws {
                        guard value == 0xFFFF_FFFF, next + 8 <= extra + 4 + length else { return }
                        value = Int(
                            clamping: try bytes.number(next, as: UInt64.self, "an extra field"))
                        next += 8
                    }
                    try take(&size)
                    try take(&stored)
                    try take(&local)
                }
                extra += 4 + length
            }
            guard local <= bytes.count - 30,
                try bytes.number(local, as: UInt32.self, name) == 0x0403_4B50
            else { throw fail("\(name) is not where it should be") }
            let header =
                30 + Int(try bytes.number(local + 26, as: UInt16.self, name))
                + Int(try bytes.number(local + 28, as: UInt16.self, name))
            guard stored <= bytes.count, local + header <= bytes.count - stored else {
                throw fail("\(name) reaches beyond the end (truncated?)")
            }
            guard members[name] == nil else { throw fail("\(name) is there twice") }
            members[name] = Member(
                offset: local + header, size: size, isCompressed: method != 0 || stored != size)
            place += 46 + nameLength + extraLength + commentLength
        }
        self.members = members
        self.path = path
    }

    /// A member whose bytes lie in the file as they are.
    ///
    /// - Throws: ``StorageError`` where there is none, or where it is compressed.
    func member(_ name: String) throws -> Member {
        guard let member = members[name] else { throw StorageError(path, "has no \(name)") }
        guard !member.isCompressed else {
            throw StorageError(
                path, "\(name) is compressed; torch.save does not compress: save it again")
        }
        return member
    }
}
