import Foundation

/// The files of the folder `Preprocessing`.
enum Fixture {
    static func data(_ name: String) throws -> Data {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        return try Data(contentsOf: folder.appendingPathComponent("Preprocessing/\(name)"))
    }
}
