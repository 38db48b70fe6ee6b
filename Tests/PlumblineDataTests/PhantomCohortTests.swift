import Foundation
import PlumblineData
import XCTest

/// Sets of phantoms with several films per patient, two sites, and a shortcut of any strength.
final class PhantomCohortTests: XCTestCase {
    private nonisolated(unsafe) var folder: TemporaryFolder!

    override func setUpWithError() throws { folder = try TemporaryFolder() }
    override func tearDown() { folder.remove() }

    private func set(_ count: Int, films: Int = 1) -> PhantomDataset {
        var set = PhantomDataset()
        set.count = count
        set.size = 24
        set.seed = 4
        set.imagesPerPatient = films
        set.findings = PhantomFinding.paper
        return set
    }

    func testPatientsHaveSeveralFilms() throws {
        let phantoms = set(7, films: 3)
        try phantoms.write(to: folder.path, name: "train")
        XCTAssertTrue(phantoms.isWhole(in: folder.path, name: "train"))
        let classes = PhantomFinding.paper.map(\.rawValue)
        let images = try CheXpert.images("\(folder.path)/train.csv", classes: classes)
        XCTAssertEqual(
            images.map(\.group),
            [1, 1, 1, 2, 2, 2, 3].map { "phantom 4-\($0)" })
        XCTAssertEqual(images[2].path, "train/patient00001/study3/view1_frontal.jpg")
        XCTAssertEqual(images[0].labels, images[2].labels)
        XCTAssertEqual(Set(images.map(\.key)).count, 7)
        let source = PhantomSource(phantoms)
        XCTAssertEqual(try source.example(1).group, try source.example(0).group)
        XCTAssertNotEqual(try source.example(1).id, try source.example(0).id)
        XCTAssertEqual(try source.example(6).group, "phantom 4-3")
    }

    /// A set with fewer films per patient, or more, leaves none of the older one.
    func testAnotherNumberOfFilmsLeavesNoOtherImages() throws {
        for films in [3, 1, 2, 4] {
            try set(6, films: films).write(to: folder.path, name: "train")
            XCTAssertEqual(try ImageFolder.images(below: "\(folder.path)/train").count, 6)
        }
    }

    func testPrevalence() throws {
        var phantoms = set(300)
        phantoms.size = 16
        phantoms.prevalence = 0.3
        try phantoms.write(to: folder.path, name: "train")
        let classes = PhantomFinding.paper.map(\.rawValue)
        let images = try CheXpert.images("\(folder.path)/train.csv", classes: classes)
        for (index, name) in classes.enumerated() {
            let share = Double(images.filter { $0.labels[index] == 1 }.count) / 300
            // Four standard errors.
            XCTAssertEqual(share, 0.3, accuracy: 4 * (0.3 * 0.7 / 300).squareRoot(), name)
        }
    }

    func testTheSecondSiteIsAnAPView() throws {
        var phantoms = set(2)
        phantoms.site = .second
        try phantoms.write(to: folder.path, name: "other")
        let text = try String(contentsOfFile: "\(folder.path)/other.csv", encoding: .utf8)
        XCTAssertEqual(text.split(separator: "\n").filter { $0.contains(",Frontal,AP,") }.count, 2)
    }

    /// The association of marker and finding is the dial; at 0 there is none.
    func testTheShortcutsStrengthIsTheAssociation() throws {
        for strength in [0, 0.5, 1] as [Float] {
            var phantoms = set(400)
            phantoms.findings = [.pleuralEffusion]
            phantoms.prevalence = 0.5
            phantoms.shortcut = .pleuralEffusion
            phantoms.shortcutStrength = strength
            XCTAssertEqual(phantoms.shortcutStrength, strength, accuracy: 1e-6)
            let source = PhantomSource(phantoms)
            var plain = phantoms
            plain.shortcut = nil
            let unmarked = PhantomSource(plain)
            // By finding (no, yes): images, and those with a marker.
            var images = [0.0, 0.0]
            var marked = [0.0, 0.0]
            for index in 0..<phantoms.count {
                let example = try source.example(index)
                let hasMarker =
                    try example.image().values != unmarked.example(index).image().values
                let row = example.labels[0] == 1 ? 1 : 0
                images[row] += 1
                if hasMarker { marked[row] += 1 }
            }
            let difference = marked[1] / images[1] - marked[0] / images[0]
            // Four standard errors of a difference of two shares of 200 images.
            XCTAssertEqual(difference, Double(strength), accuracy: strength == 1 ? 0 : 0.2)
        }
    }
}
