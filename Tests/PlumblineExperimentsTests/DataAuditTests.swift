import Foundation
import PlumblineData
import PlumblineExperiments
import PlumblineStorage
import XCTest

/// Images, patients and masks that are in the data more often than they should be.
final class DataAuditTests: XCTestCase {
    private func copy(_ small: SmallRun, _ from: String, to: String) throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: from))
        try data.write(to: URL(fileURLWithPath: to))
    }

    func testCopiesAcrossTrainingAndEvaluation() throws {
        let small = try SmallRun()
        let program = try Program()
        defer {
            small.remove()
            program.remove()
        }
        let train = try small.images("train")
        let valid = try small.images("valid")
        try copy(small, train[3], to: valid[5])
        let pair = "patient00006_study1_view1_frontal = patient00004_study1_view1_frontal"
        let refused = small.message { try small.run("o") }
        XCTAssertEqual(
            refused,
            "small.yaml: data.evaluate.labels: of 24 images, 1 have the same content as images "
                + "that are trained on (data.align), such as \(pair); leave them out, or set "
                + "data.allow_overlap: true")
        XCTAssertFalse(FileManager.default.fileExists(atPath: "\(small.folder)/o/config.yaml"))
        let results = try small.run("o", ["data.allow_overlap=true"])
        let finding = AuditFinding(
            check: .sameContent, section: "evaluate", other: "align", count: 1, examples: [pair])
        XCTAssertEqual(results.audit?.first { $0.check == "same_content" }, finding)
        let path = "\(small.folder)/o/results.h5"
        XCTAssertEqual(try Results.read(path).audit, results.audit)
        let report = try program.run(["report", path])
        XCTAssertEqual(report.code, 0, report.errors)
        XCTAssertTrue(
            report.output.contains(
                "- audit: 1 image of evaluate has the same content as one of align, such as "
                    + pair), report.output)
        // A data set may be looked at all the same.
        let survey = try DataSurvey(small.configuration("o"))
        XCTAssertEqual(survey.findings, results.audit)
    }

    func testCopiesWithinASectionAreAWarning() throws {
        let small = try SmallRun()
        let program = try Program()
        defer {
            small.remove()
            program.remove()
        }
        let train = try small.images("train")
        for index in [7, 9, 11, 12] { try copy(small, train[2], to: train[index]) }
        let path = try program.write(small.configuration("o").yaml(), to: "c.yaml")
        let result = try program.run(["run", path, "--set", "align.scenarios=[align]"])
        XCTAssertEqual(result.code, 0, result.errors)
        let line = "audit: 4 images of align have the same content as an earlier one, such as "
        XCTAssertEqual(result.errors.components(separatedBy: line).count, 2, result.errors)
        let audit = try Results.read("\(small.folder)/o/results.h5").audit
        XCTAssertEqual(audit?.map(\.count), [4])
        XCTAssertEqual(audit?.first?.example.components(separatedBy: "; ").count, 3)
    }

    func testNothingIsFoundInCleanData() throws {
        let small = try SmallRun()
        defer { small.remove() }
        let results = try small.run("o", ["align.scenarios=[align]"])
        XCTAssertEqual(results.audit, [])
        let path = "\(small.folder)/o/results.h5"
        XCTAssertEqual(try Results.read(path).audit, [])
        // A file without an audit, as older programs wrote it.
        var older = results
        older.audit = nil
        try older.write(path)
        XCTAssertNil(try Results.read(path).audit)
    }

    /// The digests that name the stages are used: an image file is hashed once.
    func testDigestsAreThoseOfTheStages() throws {
        let small = try SmallRun()
        defer { small.remove() }
        let old = Date(timeIntervalSinceNow: -60)
        for path in try small.images("train") + small.images("valid") {
            try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: path)
        }
        // The time of the last change of the status cannot be set back.
        Thread.sleep(forTimeInterval: 2.1)
        try small.run("o", ["align.scenarios=[align]"])
        let file = try HDF5File.open("\(small.folder)/o/file_digests.h5")
        let paths = try XCTUnwrap(file.table("files").texts("path"))
        XCTAssertEqual(Set(paths).count, paths.count)
        XCTAssertTrue(Set(try small.images("train") + small.images("valid")).isSubset(of: paths))
    }

    func testGroupsAndMasksOfTheReportedImages() throws {
        let small = try SmallRun()
        defer { small.remove() }
        let same = try DataSurvey(
            small.configuration(
                "o",
                [
                    "data.evaluate.labels=\(small.folder)/train.csv",
                    "data.evaluate.masks=\(small.folder)/gt_segmentations_train.json",
                ]))
        let masked = try same.sections[0].examples.count {
            try $0.isPositive(0) && $0.mask(of: "Cardiomegaly") != nil
        }
        XCTAssertGreaterThan(masked, 0)
        XCTAssertEqual(
            same.findings.map(\.check), ["same_image", "same_group", "masks_tuned_and_reported"])
        XCTAssertEqual(same.findings.map(\.count), [24, 24, masked])
        XCTAssertEqual(same.findings.map(\.section), ["evaluate", "evaluate", "evaluate"])
        XCTAssertEqual(same.findings.map(\.other), ["align", "align", "align"])
        // Checkpoints that are chosen on the reported images.
        let valid = try DataSurvey(small.configuration("o")).sections[1].examples.count {
            try $0.isPositive(0) && $0.mask(of: "Cardiomegaly") != nil
        }
        for (selection, checks, counts) in [
            ("training_loss", [], []),
            (
                "evaluation", ["masks_tuned_and_reported", "labels_tuned_and_reported"],
                [valid, 24]
            ),
            ("published", ["labels_tuned_and_reported"], [24]),
        ] as [(String, [String], [Int])] {
            let survey = try DataSurvey(small.configuration("o", ["data.selection=\(selection)"]))
            XCTAssertEqual(survey.findings.map(\.check), checks)
            XCTAssertEqual(survey.findings.map(\.count), counts)
        }
    }

    /// A patient of training in the evaluation, under another image.
    func testAGroupInTwoSections() throws {
        let small = try SmallRun()
        defer { small.remove() }
        let path = "\(small.folder)/valid.csv"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try text.replacingOccurrences(of: "phantom 2-6,", with: "phantom 1-9,")
            .write(toFile: path, atomically: true, encoding: .utf8)
        let survey = try DataSurvey(small.configuration("o"))
        XCTAssertEqual(
            survey.findings,
            [
                AuditFinding(
                    check: .sameGroup, section: "evaluate", other: "align", count: 1,
                    examples: ["phantom 1-9"])
            ])
        XCTAssertEqual(
            survey.findings[0].text,
            "audit: 1 group of evaluate is in align too, such as phantom 1-9")
        XCTAssertTrue(
            small.message { try small.run("o") }.contains("1 more are of the same patients"))
    }
}
