/// One of the program's readers, and what its inputs are made of.
struct Reader: Sendable {
    /// Does with an input what the program does with such a file. Throws what the program's reader
    /// throws: the input is then refused. Throws ``Wrong`` where what was read cannot be right.
    typealias Read = (Input) throws -> Void

    let name: String
    let format: any Format
    var crafted: [Crafted.Make] = []
    /// Sets up once a process, then reads input after input.
    let start: @Sendable () throws -> Read

    /// Every reader, in the order of the table.
    static let all: [Reader] =
        imageReaders + labelReaders + settingReaders + weightReaders + storageReaders

    static func named(_ name: String) -> Reader? {
        (all + [faulty]).first { $0.name == name }
    }
}

/// What a reader accepted and should not have, or read as what it is not.
struct Wrong: Error {
    let problem: String
}

/// One input, in memory and, where a reader wants it, as a file.
struct Input {
    let index: Int
    let bytes: [UInt8]
    /// Of the process alone.
    let folder: String

    var text: String { String(decoding: bytes, as: UTF8.self) }

    func file() throws -> String {
        let path = folder + "/input"
        try Files.write(bytes, to: path)
        return path
    }
}
