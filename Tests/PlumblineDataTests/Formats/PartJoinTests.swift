import PlumblineData
import XCTest

final class PartJoinTests: FormatTestCase {
    /// Image a has three parts; b has one of those that are joined.
    override func setUpWithError() throws {
        data = try FormatFolder("manifest")
        for name in ["a.png", "b.png"] { try data.image(name) }
        data.request.labels = try data.folder.write(
            """
            image,label,part,box
            a.png,Edema,Left Lung,2 3 10 20
            a.png,Edema,Right Lung,8 5 20 4
            a.png,Edema,Heart,0 0 3 3
            b.png,Edema,Left Lung,1 1 2 2
            b.png,Edema,,0 0 9 9

            """, to: "manifest.csv")
    }

    func testAJoinedPartHasThePixelsOfItsPieces() throws {
        let (examples, images) = try data.read(["Edema"], ["join": "Lungs = Left Lung+Right Lung"])
        var lungs = Mask.rectangle(3..<23, 2..<12)
        lungs.formUnion(Mask.rectangle(5..<9, 8..<28))
        XCTAssertEqual(try examples[0].mask(of: "Edema", part: "Lungs"), lungs)
        XCTAssertEqual(examples[0].annotations.map(\.part), ["Heart", "Lungs"])
        XCTAssertEqual(examples[0].annotations.map(\.region.kind), [.box, .box])
        XCTAssertEqual(
            try examples[1].mask(of: "Edema", part: "Lungs"), Mask.rectangle(1..<3, 1..<3))
        XCTAssertEqual(try examples[1].mask(of: "Edema"), Mask.rectangle(0..<9, 0..<9))
        XCTAssertEqual(images.counts["joined parts lack a piece and are the others"], 1)
        // Another piece gives another fingerprint, by which a run knows its data.
        let other = try data.read(["Edema"], ["join": "Lungs=Left Lung+Heart"]).examples
        XCTAssertNotEqual(
            examples[0].annotations.last?.region.fingerprint,
            other[0].annotations.last?.region.fingerprint)
    }

    func testSeveralJoins() throws {
        let examples = try data.read(
            ["Edema"], ["join": "Lungs=Left Lung+Right Lung; All=Left Lung+Heart"]
        ).examples
        XCTAssertEqual(examples[0].annotations.map(\.part), ["Lungs", "All"])
        var all = Mask.rectangle(3..<23, 2..<12)
        all.formUnion(Mask.rectangle(0..<3, 0..<3))
        XCTAssertEqual(try examples[0].mask(of: "Edema", part: "All"), all)
    }

    func testWrongJoinsAreNamed() {
        for (text, words) in [
            ("Lungs", "Lungs must be NAME=PART+PART"), ("=a+b", "=a+b must be"),
            ("Lungs=Left Lung", "with two parts or more"), ("Lungs=a++b", "must be NAME"),
            ("Lungs=a+a", "must be NAME"), ("A=Heart+Left Lung;A=Heart+Right Lung", "one name"),
            (
                "Lungs=Left Lung+Right Lungs",
                "no image has a part Right Lungs; there are Heart, Left Lung, Right Lung"
            ),
            ("Heart=Left Lung+Right Lung", "there is a part Heart already"),
        ] {
            let refused = data.message(["Edema"], ["join": text])
            XCTAssertTrue(refused.hasPrefix("data.align.options.join: "), refused)
            XCTAssertTrue(refused.contains(words), refused)
        }
    }

    /// The lungs of CheXmask are the union of its codes.
    func testLungsOfCheXmask() throws {
        data = try FormatFolder("chexmask")
        let expected = try Fixtures.expected("chexmask", [String: [String: [Int]]].self)
        let path = try XCTUnwrap(expected.keys.min())
        try data.image(path)
        data.request.labels = try data.folder.write("Path,Edema\n\(path),1\n", to: "train.csv")
        data.request.masks = Fixtures.folder + "/chexmask.csv"
        let apart = try data.read(["Edema"]).examples[0]
        let joined = try data.read(["Edema"], ["join": "Lungs=Left Lung+Right Lung"]).examples[0]
        var lungs = try XCTUnwrap(apart.mask(of: "Edema", part: "Left Lung"))
        lungs.formUnion(try XCTUnwrap(apart.mask(of: "Edema", part: "Right Lung")))
        XCTAssertEqual(try joined.mask(of: "Edema", part: "Lungs"), lungs)
        XCTAssertEqual(Set(joined.annotations.map(\.part)), ["Heart", "Lungs"])
        // Without masks there is nothing to join.
        data.request.masks = ""
        XCTAssertEqual(
            try data.read(["Edema"], ["join": "Lungs=Left Lung+Right Lung"]).examples.count, 1)
    }
}
