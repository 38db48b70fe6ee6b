import Foundation
import XCTest

/// Operations do not use the processor directly, checked in the source text: a new device must not
/// have to rewrite an operation.
final class SeamTests: XCTestCase {
    private static let sources = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Sources")

    func testHostMemoryAndKernelsAreUsedByTheCPUBackEndAlone() throws {
        try check(
            #"^import (Kernels|COneDNN)|\bwithPointers\(|\bpl_[a-z_]+|\bHostBuffer\b"#,
            isOnlyIn: ["PlumblineTensors/Backend/CPU/"])
    }

    /// And by regressions, which are no tensors.
    func testOpenBLASIsUsedByBackEndsAlone() throws {
        try check(
            "^import COpenBLAS",
            isOnlyIn: ["PlumblineTensors/Backend/", "PlumblineStatistics/Regression/"])
    }

    func testOperationsNameNoBackEnd() throws {
        try check(
            #"\b(CPUBackend|ReferenceBackend|Parallel|BufferPool)\b"#,
            isOnlyIn: ["PlumblineTensors/Backend/"], within: "PlumblineTensors/")
    }

    private func check(_ pattern: String, isOnlyIn folders: [String], within: String = "") throws {
        let expression = try NSRegularExpression(
            pattern: pattern, options: [.anchorsMatchLines])
        let files = try XCTUnwrap(
            FileManager.default.enumerator(
                at: Self.sources.appendingPathComponent(within), includingPropertiesForKeys: nil))
        var matches = 0
        for case let file as URL in files where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            // Comments may name anything.
            let code = text.split(separator: "\n", omittingEmptySubsequences: false)
                .map { line in line.range(of: "//").map { line[..<$0.lowerBound] } ?? line }
                .joined(separator: "\n")
            let range = NSRange(code.startIndex..., in: code)
            guard let match = expression.firstMatch(in: code, range: range) else { continue }
            matches += 1
            let path = String(file.path.dropFirst(Self.sources.path.count + 1))
            XCTAssertTrue(
                folders.contains { path.hasPrefix($0) },
                "\(path): \((code as NSString).substring(with: match.range))")
        }
        XCTAssertGreaterThan(matches, 0, "\(pattern) is found nowhere")
    }
}
