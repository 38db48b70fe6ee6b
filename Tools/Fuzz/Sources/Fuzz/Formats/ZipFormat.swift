/// What `torch.save` writes: a zip file whose members are not compressed.
struct ZipFormat: Format {
    func marks(_ bytes: [UInt8]) -> [Int] { bytes.offsets(of: [Array("PK".utf8)]) }

    func mutated(_ seed: Seed, _ mutator: inout Mutator) -> [UInt8] {
        var bytes = seed.bytes
        // Of the whole file, or of one member with sizes, places and CRCs made right again. Most
        // often the pickle, which says what everything else is.
        guard mutator.random.chance(2, in: 3), var members = Self.members(bytes), !members.isEmpty
        else {
            mutator.mutate(&bytes, marks: seed.marks)
            return bytes
        }
        let pickle = members.firstIndex { $0.name.hasSuffix("/data.pkl") }
        let chosen = mutator.random.chance(3, in: 4) ? pickle : nil
        let index = chosen ?? mutator.random.below(members.count)
        mutator.mutate(&members[index].data)
        return Self.file(members)
    }

    struct Member {
        var name: String
        var data: [UInt8]
    }

    /// The members of a file as `torch.save` writes it; `nil` for any other.
    static func members(_ bytes: [UInt8]) -> [Member]? {
        guard let end = bytes.offsets(of: [Array("PK\u{5}\u{6}".utf8)]).last,
            end + 22 <= bytes.count
        else { return nil }
        var entry = bytes.little(end + 16, 4)
        var found: [Member] = []
        for _ in 0..<bytes.little(end + 10, 2) {
            guard entry + 46 <= bytes.count else { return nil }
            let size = bytes.little(entry + 20, 4)
            let nameCount = bytes.little(entry + 28, 2)
            let local = bytes.little(entry + 42, 4)
            guard bytes.little(entry + 10, 2) == 0, entry + 46 + nameCount <= bytes.count,
                local + 30 <= bytes.count
            else { return nil }
            let data = local + 30 + bytes.little(local + 26, 2) + bytes.little(local + 28, 2)
            guard data + size <= bytes.count else { return nil }
            let name = String(decoding: bytes[entry + 46..<entry + 46 + nameCount], as: UTF8.self)
            found.append(Member(name: name, data: Array(bytes[data..<data + size])))
            entry += 46 + nameCount + bytes.little(entry + 30, 2) + bytes.little(entry + 32, 2)
        }
        return found
    }

    static func file(_ members: [Member]) -> [UInt8] {
        var bytes: [UInt8] = []
        var directory: [UInt8] = []
        for member in members {
            let offset = bytes.count
            let name = Array(member.name.utf8)
            var about: [UInt8] = []
            // Version, flags, method, time and date are 0.
            about.appendLittle(0, 10)
            about.appendLittle(Int(CRC32.of(member.data[...])), 4)
            about.appendLittle(member.data.count, 4)
            about.appendLittle(member.data.count, 4)
            about.appendLittle(name.count, 2)
            about.appendLittle(0, 2)
            bytes += Array("PK\u{3}\u{4}".utf8) + about + name + member.data
            directory += Array("PK\u{1}\u{2}".utf8) + [0, 0] + about
            directory.appendLittle(0, 10)
            directory.appendLittle(offset, 4)
            directory += name
        }
        let offset = bytes.count
        bytes += directory + Array("PK\u{5}\u{6}".utf8)
        bytes.appendLittle(0, 4)
        bytes.appendLittle(members.count, 2)
        bytes.appendLittle(members.count, 2)
        bytes.appendLittle(directory.count, 4)
        bytes.appendLittle(offset, 4)
        bytes.appendLittle(0, 2)
        return bytes
    }
}
