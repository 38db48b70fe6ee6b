import Foundation
import XCTest

/// The arrows between the modules point downwards only: a module imports what is listed beside it
/// here and nothing else of ours, and Package.swift declares the same.
final class ArrowsTests: XCTestCase {
    private static let arrows: [String: Set<String>] = [
        "PlumblineTensors": [],
        "PlumblineMetrics": [],
        "PlumblineStatistics": [],
        "PlumblineSettings": [],
        "PlumblineModels": ["PlumblineSettings", "PlumblineTensors"],
        "PlumblineData": ["PlumblineSettings", "PlumblineTensors"],
        "PlumblineExplanations": ["PlumblineModels", "PlumblineSettings", "PlumblineTensors"],
        "PlumblineStorage": ["PlumblineTensors"],
        "PlumblineTraining": [
            "PlumblineExplanations", "PlumblineModels", "PlumblineData", "PlumblineSettings",
            "PlumblineTensors",
        ],
        "PlumblineEvaluation": [
            "PlumblineExplanations", "PlumblineMetrics", "PlumblineModels", "PlumblineData",
            "PlumblineSettings", "PlumblineTensors",
        ],
        "PlumblineReports": [
            "PlumblineStorage", "PlumblineStatistics", "PlumblineMetrics", "PlumblineData",
        ],
        "PlumblineJudges": [
            "PlumblineReports", "PlumblineStorage", "PlumblineStatistics", "PlumblineMetrics",
            "PlumblineData", "PlumblineTensors",
        ],
        "PlumblineExperiments": [
            "PlumblineJudges", "PlumblineReports", "PlumblineEvaluation", "PlumblineTraining",
            "PlumblineStorage", "PlumblineStatistics",
            "PlumblineExplanations", "PlumblineMetrics", "PlumblineData", "PlumblineModels",
            "PlumblineSettings", "PlumblineTensors",
        ],
    ]

    private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    func testEveryModuleImportsOnlyWhatLiesBelowIt() throws {
        for (module, below) in Self.arrows {
            let files = try swiftFiles(of: module)
            XCTAssertFalse(files.isEmpty, "\(module) has no files")
            for file in files {
                let imported = try imports(in: file).filter { $0.hasPrefix("Plumbline") }
                let wrong = imported.filter { !below.contains($0) }
                XCTAssertEqual(wrong, [], "\(module)/\(file.lastPathComponent)")
            }
        }
    }

    func testThePackageDeclaresTheSameArrows() throws {
        let package = try String(
            contentsOf: root.appendingPathComponent("Package.swift"), encoding: .utf8)
        for (module, below) in Self.arrows {
            let declared = try XCTUnwrap(dependencies(of: module, in: package), module)
            XCTAssertEqual(Set(declared.filter { $0.hasPrefix("Plumbline") }), below, module)
        }
    }

    func testNoArrowClosesACircle() {
        func reaches(_ module: String, _ target: String) -> Bool {
            Self.arrows[module, default: []].contains { $0 == target || reaches($0, target) }
        }
        for module in Self.arrows.keys {
            XCTAssertFalse(reaches(module, module), "\(module) depends on itself")
        }
    }

    func testTheUmbrellaExportsEveryModule() throws {
        let umbrella = root.appendingPathComponent("Sources/Plumbline/Plumbline.swift")
        XCTAssertEqual(Set(try imports(in: umbrella)), Set(Self.arrows.keys))
    }

    private func swiftFiles(of module: String) throws -> [URL] {
        let folder = root.appendingPathComponent("Sources/\(module)")
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        return (files?.allObjects as? [URL] ?? []).filter { $0.pathExtension == "swift" }
    }

    private func imports(in file: URL) throws -> [String] {
        try String(contentsOf: file, encoding: .utf8).split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard let place = words.firstIndex(of: "import"), place + 1 < words.count,
                words[..<place].allSatisfy({ $0.hasPrefix("@") || $0 == "public" })
            else { return nil }
            return String(words[place + 1])
        }
    }

    /// The names between the brackets of `dependencies:` of one target; nil if there is no target.
    private func dependencies(of module: String, in package: String) -> [String]? {
        guard
            let target = package.range(
                of: #"\.target\(\s*name: "\#(module)"[^)]*\)"#, options: .regularExpression)
        else { return nil }
        return package[target].split(separator: "\"").enumerated().filter { $0.offset % 2 == 1 }
            .map { String($0.element) }.filter { $0 != module }
    }
}
