import Foundation
import PlumblineJudges
import XCTest

/// Reports on parts: by template and by a chat model.
final class PartReportTests: XCTestCase {
    private var folder = ""

    override func setUpWithError() throws {
        folder = NSTemporaryDirectory() + "plumbline-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    override func tearDown() { try? FileManager.default.removeItem(atPath: folder) }

    private func summary(beakImages: Int = 9, change: (String) -> String = { $0 }) throws
        -> PartSummary
    {
        func part(_ name: String, _ images: Int, _ median: Double) -> String {
            """
            {"part": "\(name)", "images": \(images), "absent": 2, "missing": 3, "quantities": \
            {"ph": {"q1": 0.25, "q2": \(median), "q3": 0.9125}, \
            "iou": {"q1": 0.1, "q2": 0.2, "q3": 0.3}}}
            """
        }
        let json = """
            {"schema": "plumbline.parts/1", "explanation": "grad_cam", "theta": 0.5, \
            "quartiles": "linear interpolation (Hyndman-Fan type 7)", "images": 40, "classes": [\
            {"class": "n01440764", "images": 12, "top1_error": 0.0833333, "parts": [\
            \(part("beak", beakImages, 0.81234)), \(part("leg 2", 11, 0.35))]}, \
            {"class": "dog", "images": 28, "top1_error": null, "parts": [\
            \(part("ear", 8, 0.5))]}]}
            """
        let path = "\(folder)/parts.json"
        try change(json).write(toFile: path, atomically: true, encoding: .utf8)
        return try PartSummary(path)
    }

    func testTheTemplate() throws {
        let report = try PartReport.template(summary())
        XCTAssertEqual(
            report.summary,
            "Parts that grad_cam marks, at theta 0.5, in 40 images. PH is the harmonic mean of the "
                + "precision of the marked region and the recall of a part. Quartiles: linear "
                + "interpolation (Hyndman-Fan type 7). The highest median PH is 0.812 (beak of "
                + "n01440764), the lowest 0.35 (leg 2 of n01440764).")
        XCTAssertEqual(
            report.classes[0].finding,
            "12 images, top-1 error 0.083. Parts by their median PH: beak 0.812, leg 2 0.35.")
        XCTAssertEqual(
            report.classes[1].parts[0].finding,
            "median and quartiles: ph 0.5 (0.25 to 0.912), iou 0.2 (0.1 to 0.3). 8 images with a "
                + "score, 2 without the part, 3 without a score.")
        XCTAssertEqual(report, try PartReport.template(summary()))
        let json = try JSONSerialization.jsonObject(with: report.json()) as? [String: Any]
        XCTAssertEqual(json?["schema"] as? String, PartReport.schema)
        XCTAssertEqual(json?["author"] as? String, "template")
        XCTAssertTrue(report.text.contains("## dog\n"), report.text)
    }

    func testNumbers() {
        let check = NumberCheck(
            numbers: [0.81234, 12, 0.5, -3, 1e-7], names: ["n01440764", "leg 2", "7"])
        for text in [
            "0.81", "0.812", "81.23%", "81%", "12 images", "0.5", "50%", "50 %", "-3", "1e-7",
            "n01440764 has leg 2", "PHQ2 is 0.81", "top-1 error 0.5", "0.81-0.812", "PH=0.5.",
            "(12)",
        ] { XCTAssertNil(check.unknownNumber(in: text), text) }
        for (text, number) in [
            ("0.82", "0.82"), ("0.8", "0.8"), ("0.813", "0.813"), ("13 images", "13"), ("3", "3"),
            ("82%", "82%"), ("7", "7"), ("leg 20", "20"), ("xn01440764", "01440764"),
            ("0,81", "0"), ("1/2", "1"), ("½", "½"), ("٣", "٣"), ("1e3", "1e3"),
            ("0.500001", "0.500001"),
        ] { XCTAssertEqual(check.unknownNumber(in: text), number, text) }
    }

    func testSparseInputIsRefused() throws {
        XCTAssertThrowsError(try PartReport.template(summary(beakImages: 4))) {
            XCTAssertTrue(
                "\($0)".contains("beak of n01440764 (4 images); 5 per part are needed"), "\($0)")
        }
        XCTAssertNoThrow(try PartReport.template(summary(beakImages: 4), fewest: 4))
        let server = try ChatServer([.chat("{}")])
        defer { server.stop() }
        let writer = ReportWriter(
            try ChatSettings(base: server.base, model: "tiny"), cache: nil)
        XCTAssertThrowsError(try writer.report(summary(beakImages: 4)))
        XCTAssertEqual(server.requests.count, 0)
    }

    func testWhatIsNoSummary() throws {
        for (old, new, words) in [
            ("plumbline.parts/1", "plumbline.parts/2", "schema is not plumbline.parts/1"),
            (#""images": 40"#, #""images": -1"#, "images"),
            (#""q2": 0.5"#, #""q2": "x""#, "q2 is text; a finite number is wanted"),
            (#""class": "dog""#, #""class": "n01440764""#, "a class is there twice"),
            (#""part": "leg 2""#, #""part": "beak""#, "a part is there twice"),
            (#""theta": 0.5"#, #""theta": NaN"#, "theta"),
        ] {
            XCTAssertThrowsError(try summary { $0.replacingOccurrences(of: old, with: new) }, new) {
                XCTAssertTrue("\($0)".contains(words), "\($0)")
            }
        }
    }

    // MARK: A chat model

    private static let written = #"""
        {"summary": "The beak (median 0.81) is marked better than leg 2 (35%).", "classes": [
        {"class": "n01440764", "finding": "12 images; error 8.33%.", "parts": [
        {"part": "beak", "finding": "0.25 to 0.91"}, {"part": "leg 2", "finding": "weak"}]},
        {"class": "dog", "finding": "few figures", "parts": [{"part": "ear", "finding": "0.5"}]}]}
        """#

    private func report(_ content: String, cache: String? = nil) throws -> PartReport {
        let server = try ChatServer([.chat(content)])
        defer { server.stop() }
        return try ReportWriter(
            try ChatSettings(base: server.base, model: "tiny"), cache: cache
        ).report(summary())
    }

    func testAWrittenReport() throws {
        let report = try report("<think>0.99</think>" + Self.written)
        XCTAssertEqual(report.author, "chat tiny-vl")
        XCTAssertEqual(report.classes.map(\.name), ["n01440764", "dog"])
        XCTAssertEqual(report.classes[0].parts[1].finding, "weak")
    }

    func testAWrittenReportWithAnotherNumberIsRefused() throws {
        for (old, new, words) in [
            ("0.81", "0.83", "the number 0.83 is not one of"), ("12 images", "13 images", "13"),
            ("35%", "36%", "36%"), ("\"dog\"", "\"cat\"", "has the classes n01440764, cat"),
            ("\"ear\"", "\"tail\"", "dog: has the parts tail"), ("weak", "rank 4", "number 4"),
            ("\"summary\"", "\"text\"", "summary is missing"), ("{\"summary\"", "I say", "JSON"),
        ] {
            let content = Self.written.replacingOccurrences(of: old, with: new)
            let cache = "\(folder)/cache"
            XCTAssertThrowsError(try report(content, cache: cache), new) {
                XCTAssertTrue($0 is ReportError, "\($0)")
                XCTAssertTrue("\($0)".contains(words), "\($0)")
            }
            XCTAssertFalse(FileManager.default.fileExists(atPath: cache))
        }
    }
}
