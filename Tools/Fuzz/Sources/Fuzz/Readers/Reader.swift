/// One of the program's readers, with the material of its inputs.
struct Reader: Sendable {
    /// Reads an input as the program reads such a file.
    ///
    /// An error of the program's reader means that the input is refused. ``Wrong`` means that the
    /// reader accepted what cannot be right.
    typealias Read = (Input) throws -> Void

    let name: String
    let format: any Format
    var crafted: [Crafted.Make] = []
    /// Sets up once per process, and gives the function that reads the inputs.
    let start: @Sendable () throws -> Read

    /// Every reader, in the order of the table.
    static let all: [Reader] =
        imageReaders + labelReaders + formatReaders + settingReaders + weightReaders
        + storageReaders + mapReaders + chatReaders

    static func named(_ name: String) -> Reader? {
        (all + [faulty]).first { $0.name == name }
    }
}

/// A reader accepted a wrong input, or read wrong values.
struct Wrong: Error {
    let problem: String
}

/// One input in memory, and as a file if the reader needs one.
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
