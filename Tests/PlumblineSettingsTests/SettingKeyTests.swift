import PlumblineSettings
import XCTest

final class SettingKeyTests: XCTestCase {
    private enum Colour: String, CaseIterable {
        case red
        case blue
    }

    private struct Brush: Equatable {
        var width = 3
        var share: Float = 0.5
        var name = "plain"
        var colours = [Colour.red]
        var owners = ["A"]
        var options: [String: String] = [:]
        var range: ClosedRange<Float> = 0.5...1

        static var keys: [SettingKey<Brush>] {
            [
                .whole("width", \.width, in: 1...9, "Width."),
                .float("share", \.share, in: 0...1, "Share."),
                .text("name", \.name, "Name."),
                .choices("colours", \.colours, "Colours."),
                .list("owners", \.owners, "Owners."),
                .interval("range", \.range, in: 0...2, "Range."),
                .options("options", \.options, "Options."),
            ]
        }
    }

    private struct Box {
        var brush = Brush()
    }

    private func key(_ name: String) throws -> SettingKey<Brush> {
        try XCTUnwrap(Brush.keys.first { $0.name == name })
    }

    func testAValueIsReadAndWritten() throws {
        var brush = Brush()
        XCTAssertTrue(try key("width").read(["7"], isList: false, into: &brush))
        XCTAssertTrue(try key("share").read(["0.0001"], isList: false, into: &brush))
        XCTAssertTrue(try key("owners").read([" B ", "C"], isList: true, into: &brush))
        XCTAssertTrue(try key("range").read(["0.25", "2"], isList: true, into: &brush))
        XCTAssertEqual(brush.range, 0.25...2)
        XCTAssertEqual(try key("range").write(brush), "[0.25, 2.0]")
        XCTAssertTrue(try key("range").read(["1"], isList: false, into: &brush))
        XCTAssertEqual(brush.range, 1...1)
        XCTAssertEqual(brush.width, 7)
        XCTAssertEqual(brush.owners, ["B", "C"])
        XCTAssertEqual(try key("share").write(brush), "0.0001")
        XCTAssertEqual(try key("owners").write(brush), "[\"B\", \"C\"]")
    }

    func testAWrongValueChangesNothing() throws {
        let wrong: [(name: String, texts: [String], isList: Bool)] = [
            ("width", ["10"], false), ("width", ["x"], false), ("width", ["3"], true),
            ("share", ["nan"], false), ("colours", ["red", "red"], true),
            ("colours", ["green"], true), ("owners", ["A", "A"], true), ("owners", [], true),
            ("owners", [" "], true), ("range", ["1", "0.5"], true), ("range", ["0", "3"], true),
            ("range", ["nan", "1"], true), ("range", ["0", "1", "2"], true), ("range", [], true),
        ]
        for (name, texts, isList) in wrong {
            var brush = Brush()
            XCTAssertFalse(try key(name).read(texts, isList: isList, into: &brush), name)
            XCTAssertEqual(brush, Brush(), name)
        }
    }

    func testAValueSetInCodeIsChecked() throws {
        var brush = Brush()
        XCTAssertTrue(Brush.keys.allSatisfy { $0.isValid(in: brush) })
        brush.width = 0
        brush.share = .nan
        brush.owners = ["A", "A"]
        let wrong = Brush.keys.filter { !$0.isValid(in: brush) }.map(\.name)
        XCTAssertEqual(wrong, ["width", "share", "owners"])
    }

    func testOptionsAreNamedTexts() throws {
        var brush = Brush()
        let options = try key("options")
        XCTAssertTrue(options.read(["b=2", "a=x=y"], isList: true, into: &brush))
        XCTAssertEqual(brush.options, ["a": "x=y", "b": "2"])
        XCTAssertEqual(options.write(brush), #"{"a": "x=y", "b": "2"}"#)
        for wrong in [["a=1", "a=2"], ["a"], ["=1"]] {
            XCTAssertFalse(options.read(wrong, isList: true, into: &brush), "\(wrong)")
        }
        XCTAssertEqual(brush.options, ["a": "x=y", "b": "2"])
    }

    func testAMountedKeyReachesItsOwner() throws {
        var box = Box()
        let keys = Brush.keys.mounted("tools", at: \Box.brush)
        XCTAssertEqual(keys[0].name, "tools.width")
        XCTAssertEqual(keys[0].requirement, "a whole number from 1 to 9")
        XCTAssertTrue(keys[0].read(["4"], isList: false, into: &box))
        XCTAssertEqual(box.brush.width, 4)
        var other = Box()
        keys[0].copy(from: box, to: &other)
        XCTAssertEqual(other.brush.width, 4)
        XCTAssertEqual(Brush.keys.mounted("", at: \Box.brush)[0].name, "width")
    }

    func testTextIsEscapedForYAML() throws {
        var brush = Brush()
        brush.name = "a\u{1B}\"\\ü\u{2028}"
        XCTAssertEqual(try key("name").write(brush), #""a\U0000001B\"\\ü\U00002028""#)
    }
}
