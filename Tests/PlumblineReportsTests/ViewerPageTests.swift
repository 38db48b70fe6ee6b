import Foundation
import PlumblineReports
import XCTest

/// The files of the page are those of the repository, and the page names only what it has.
final class ViewerPageTests: XCTestCase {
    private let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Sources/ViewerPage/Page")

    func testTheProgramHoldsTheFilesOfTheRepository() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        let held = ViewerPageFiles.all
        XCTAssertEqual(held.map(\.name).sorted(), names)
        for (name, content) in held {
            let file = try Data(contentsOf: folder.appendingPathComponent(name))
            XCTAssertEqual(
                content, file, "\(name): touch Sources/ViewerPage/page.c and build again")
        }
    }

    func testThePageLoadsEveryFileAndNothingElse() throws {
        let held = ViewerPageFiles.all
        let index = try XCTUnwrap(held.first { $0.name == "index.html" })
        let html = String(decoding: index.content, as: UTF8.self)
        let named = html.matches(of: #/(?:src|href)="([^"#]+)"/#).map { String($0.1) }
        let own = held.filter { $0.name != "index.html" }.map { "page/\($0.name)" }
        XCTAssertEqual(named.filter { $0 != "data:," }.sorted(), (own + ["data/index.js"]).sorted())
    }

    func testThePageHasNoScriptOrStyleInItsMarkup() throws {
        let forbidden = ["<style", "style=", "javascript:", "onclick=", "onload=", "onerror="]
        for (name, content) in ViewerPageFiles.all where name.hasSuffix(".html") {
            let html = String(decoding: content, as: UTF8.self)
            for text in forbidden { XCTAssertFalse(html.contains(text), "\(name): \(text)") }
            XCTAssertFalse(html.contains(#/<script>/#), name)
        }
        for (name, content) in ViewerPageFiles.all where name.hasSuffix(".js") {
            let script = String(decoding: content, as: UTF8.self)
            for text in ["innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "fetch("] {
                XCTAssertFalse(script.contains(text), "\(name): \(text)")
            }
        }
    }
}
