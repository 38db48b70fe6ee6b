import Foundation

/// Where the members of a zip file are.
///
/// PyTorch stores members without compression, so they can be read in place. A compressed member is
/// refused when it is asked for. Sizes of 64 bits are read.
struct ZipArchive {
    struct Member {
        let offset: Int
        let size: Int
        /// The bytes that it takes in the file.
        let storedSize: Int
        let isCompressed: Bool
    }
    let members: [String: Member]
    private let path: String

    /// Members of one file.
    ///
    /// Each storage of a tensor is one.
    private static let mostMembers = 200_000

    init(_ bytes: FileBytes) throws {
        path = bytes.path
        let directory = try ZipDirectory(bytes)
        guard directory.count <= Self.mostMembers else {
            throw ZipDirectory.damaged(
                bytes, "\(directory.count) members (at most \(Self.mostMembers))")
        }
        var members: [String: Member] = [:]
        var place = directory.place
        for _ in 0..<directory.count {
            let entry = try ZipDirectory.Entry(bytes, at: place)
            guard members[entry.name] == nil else {
                throw ZipDirectory.damaged(bytes, "\(entry.name) is there twice")
            }
            members[entry.name] = Member(
                offset: try entry.offset(in: bytes), size: entry.size,
                storedSize: entry.storedSize,
                isCompressed: entry.method != 0 || entry.storedSize != entry.size)
            place = entry.end
        }
        self.members = members
    }

    /// A member that is stored without compression.
    ///
    /// - Throws: ``StorageError`` if there is none, or if it is compressed.
    func member(_ name: String) throws -> Member {
        guard let member = members[name] else { throw StorageError(path, "has no \(name)") }
        guard !member.isCompressed else {
            throw StorageError(
                path, "\(name) is compressed; torch.save does not compress: save it again")
        }
        return member
    }
}
