import PlumblineData
import PlumblineMetrics
import PlumblineReports
import XCTest

/// `SampleResults`: images 0 to 5; odd ones are positive; the probability of image i is 0.1 i in
/// the run 0; mass accuracy rises with i; image 3 has none in the run 2.
final class ViewerSelectionTests: XCTestCase {
    private var viewer: Viewer {
        get throws {
            try Viewer(
                [.init(path: "a.h5", results: SampleResults.make())], title: "a",
                splits: ["patient0_view1": "align", "patient5_view1": "evaluate"])
        }
    }

    private func images(_ address: String) throws -> [Int] {
        try viewer.images(ViewerSelection(address))
    }

    func testFiltersRangesAndOrder() throws {
        XCTAssertEqual(try images(""), [5, 4, 3, 2, 1, 0])
        XCTAssertEqual(try images("descending=no&sort=name"), [0, 1, 2, 3, 4, 5])
        XCTAssertEqual(try images("page/index.html#f.label=Edema&descending=no"), [1, 3, 5])
        XCTAssertEqual(try images("f.label=no+Edema&f.label=Edema&search=NT4"), [4])
        // The probability reaches 0.5 in image 5: odd ones below it are wrong.
        XCTAssertEqual(try images("f.correct=wrong"), [3, 1])
        XCTAssertEqual(try images("r.probability=0.15~0.35"), [3, 2])
        XCTAssertEqual(try images("r.probability=0.35~"), [5, 4])
        XCTAssertEqual(try images("selected=1-2,5&descending=no"), [1, 2, 5])
        XCTAssertEqual(try images("view=scatter&theme=dark&f.correct=wrong"), [3, 1])
    }

    /// The parts of the data; an empty value means none.
    func testTheSplitIsAFilter() throws {
        XCTAssertEqual(try images("f.split=align&f.split=evaluate"), [5, 0])
        XCTAssertEqual(try images("f.split="), [4, 3, 2, 1])
    }

    /// An image without the score comes last in both directions, and no range holds it.
    func testMissingScores() throws {
        XCTAssertEqual(try images("run=2&score=mass_accuracy"), [5, 4, 2, 1, 0, 3])
        XCTAssertEqual(
            try images("run=2&score=mass_accuracy&descending=no"), [0, 1, 2, 4, 5, 3])
        XCTAssertEqual(try images("run=2&r.mass_accuracy=~").count, 5)
        // Align minus misalign is the same for all but image 3.
        XCTAssertEqual(try images("run=1&against=2&sort=difference").last, 3)
    }

    func testWrongAddresses() throws {
        for (address, text) in [
            ("nonsense", "key=value is wanted"), ("f.nonsense=a", "there are label, prediction"),
            ("f.label=horse", "there are no Edema, Edema"),
            ("r.mass=~1", "there are mass_accuracy"),
            ("r.mass_accuracy=1~0", "low~high"), ("r.mass_accuracy=1", "low~high"),
            ("run=7", "the runs 0 to 2"), ("sort=size", "score, difference or name"),
            ("selected=5-3", "3-7,12"), ("colour=red", "no such key"),
        ] {
            XCTAssertThrowsError(try images(address), address) {
                XCTAssertTrue("\($0)".contains(text), "\(address): \($0)")
            }
        }
    }

    // MARK: Figures

    private var pictures: Viewer.Pictures {
        Viewer.Pictures { name in
            if name == "patient3_view1" { throw DatasetError(name, "not a whole PNG image") }
            var mask = Mask(height: 4, width: 4)
            mask.pixels[5] = true
            return Viewer.Picture(
                image: RasterImage(height: 4, width: 4, channels: 1, filledWith: 0.2),
                outlines: [.init(.mask, name: "Edema", of: "Edema", mask: mask)],
                ownClass: "Edema")
        } map: { _, _, image in
            image == "patient1_view1"
                ? HeatMap(height: 2, width: 2, values: [-1, 0, 1, 2]) : nil
        }
    }

    func testASheetShowsItsImages() throws {
        let figure = try viewer.sheet(
            [5, 3, 1], run: 0, scores: ["mass_accuracy"], pictures, PictureLook(columns: 3))
        XCTAssertEqual(
            Viewer.problems(figure), ["patient3_view1: patient3_view1: not a whole PNG image"])
        guard case .tile(let right) = figure.cells[0], case .tile(let wrong) = figure.cells[2]
        else { return XCTFail("\(figure.cells)") }
        XCTAssertEqual(
            right.lines.map(\.text), ["patient5_view1", "0.167 mass_accuracy", "\u{2713} Edema"])
        XCTAssertEqual(wrong.lines.suffix(2).map(\.text), ["\u{2717} no Edema", "is Edema"])
        XCTAssertNotEqual(wrong.lines[2].colour, right.lines[2].colour)
        XCTAssertEqual(wrong.map?.colours, .diverging, "the map has a negative value")
        XCTAssertEqual(figure.colourBars.map(\.colours), [.diverging])
        XCTAssertTrue(try figure.svg().contains("patient5_view1"))
        XCTAssertFalse(try figure.pdf().isEmpty)
    }

    func testExtremes() throws {
        let figure = try viewer.extremes(
            ["mass_accuracy"], run: 0, count: 2, pictures, PictureLook())
        func name(_ cell: Figure.Cell) -> String {
            switch cell {
            case .tile(let tile): tile.lines[0].text
            case .note(let text, _): text
            case .plot: "plot"
            }
        }
        // Right are 0, 2, 4 and 5; wrong are 1 and 3, whose picture cannot be read.
        let names = figure.cells.map { String(name($0).prefix(8)) }
        XCTAssertEqual(
            names,
            [
                "patient5", "patient4", "patient3", "patient1", "patient0", "patient2", "patient1",
                "patient3",
            ])
        XCTAssertEqual(figure.rowTitles, ["mass_accuracy: highest", "mass_accuracy: lowest"])
        XCTAssertTrue(
            figure.caption[0].contains("4 right, 2 wrong, 0 missing"), figure.caption[0])
    }

    func testFiguresOfScores() throws {
        let densities = try viewer.densities(["mass_accuracy"], runs: [1, 2], width: 120)
        XCTAssertTrue(
            densities.caption[1].contains("5 images, 1 missing"), densities.caption[1])
        XCTAssertTrue(try densities.svg().contains("misalign, gradient"))
        let boxes = try viewer.boxes(["mass_accuracy", "rank_accuracy"], runs: [0, 1], width: 170)
        XCTAssertEqual([boxes.cells.count, boxes.columns], [2, 2])
        let scatter = try viewer.scatter(
            x: "mass_accuracy", y: "rank_accuracy", runs: [2], width: 80)
        guard case .plot(let plot) = scatter.cells[0],
            case .points(let points, _, _, _) = plot.marks[0]
        else { return XCTFail("\(scatter.cells)") }
        XCTAssertEqual(points.count { $0.x.isNaN }, 1)
        XCTAssertThrowsError(try viewer.boxes(["nonsense"], runs: [0], width: 80))
    }
}
