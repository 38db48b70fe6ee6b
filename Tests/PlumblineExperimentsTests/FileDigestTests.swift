import Foundation
import PlumblineExperiments
import PlumblineStorage
import Synchronization
import XCTest

/// Digests of input files, and the file that remembers them.
final class FileDigestTests: XCTestCase {
    private var folder = ""
    private var memory: String { "\(folder)/digests.h5" }
    private var file: String { "\(folder)/image" }

    override func setUpWithError() throws {
        folder = NSTemporaryDirectory() + "plumbline-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try write("one")
    }

    override func tearDown() { try? FileManager.default.removeItem(atPath: folder) }

    private func write(_ text: String) throws {
        try text.write(toFile: file, atomically: false, encoding: .utf8)
    }

    private func sha(_ text: String) -> String { sha256(of: Data(text.utf8)) }

    /// Remembers a wrong digest for the file as it is now, so that its use can be seen.
    private func rememberWrongDigest() throws -> String {
        Thread.sleep(forTimeInterval: 2.1)
        let digests = FileDigests(memory)
        _ = try digests.digest(ofFile: file)
        try digests.save()
        let table = try HDF5File.open(memory).table("files")
        let wrong = String(repeating: "a", count: 64)
        var edited = Table()
        edited.add("path", .texts(try XCTUnwrap(table.texts("path"))))
        edited.add("stamp", .texts(try XCTUnwrap(table.texts("stamp"))))
        edited.add("sha256", .texts([wrong]))
        try HDF5File.write(memory) { file in
            try file.write("files", edited)
            try file.setAttribute("format_version", 1)
        }
        return wrong
    }

    func testAnUnchangedFileIsNotReadAgain() throws {
        XCTAssertEqual(try FileDigests(memory).digest(ofFile: file), sha("one"))
        let wrong = try rememberWrongDigest()
        XCTAssertEqual(try FileDigests(memory).digest(ofFile: file), wrong)
        // The same size, and the time of the change set back.
        let time = try FileManager.default.attributesOfItem(atPath: file)[.modificationDate]
        try write("two")
        try FileManager.default.setAttributes([.modificationDate: time!], ofItemAtPath: file)
        XCTAssertEqual(try FileDigests(memory).digest(ofFile: file), sha("two"))
    }

    func testAFileThatJustChangedIsNotRemembered() throws {
        let digests = FileDigests(memory)
        XCTAssertEqual(try digests.digest(ofFile: file), sha("one"))
        try digests.save()
        XCTAssertFalse(FileManager.default.fileExists(atPath: memory))
    }

    func testADamagedMemoryIsReported() throws {
        try "no HDF5".write(toFile: memory, atomically: true, encoding: .utf8)
        let warnings = Mutex<[String]>([])
        let subscription = RunEvents.subscribe { event in
            if case .warning(let text) = event { warnings.withLock { $0.append(text) } }
        }
        defer { RunEvents.unsubscribe(subscription) }
        XCTAssertEqual(try FileDigests(memory).digest(ofFile: file), sha("one"))
        let texts = warnings.withLock { $0 }
        XCTAssertEqual(texts.count, 1)
        XCTAssertTrue(texts[0].contains("digests.h5: not a readable HDF5 file"), texts[0])
    }

    func testManyFilesKeepTheirOrder() throws {
        let files = try (0..<150).map { number in
            let path = "\(folder)/\(number)"
            try "\(number)".write(toFile: path, atomically: true, encoding: .utf8)
            return path
        }
        XCTAssertEqual(
            try FileDigests(memory).digests(ofFiles: files, title: "files"),
            (0..<150).map { sha("\($0)") })
    }

    func testWhatIsNoFileIsRefused() throws {
        for (path, words) in [
            ("\(folder)/absent", "absent: No such file"), (folder, "is no regular file"),
            ("/dev/zero", "is no regular file"),
        ] {
            XCTAssertThrowsError(try FileDigests(memory).digest(ofFile: path)) { error in
                XCTAssertTrue("\(error)".contains(words), "\(error)")
            }
        }
    }
}
