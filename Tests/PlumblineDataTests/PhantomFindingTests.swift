import PlumblineData
import XCTest

/// What holds for every phantom: masks, findings, films of a patient, sites, the shortcut.
final class PhantomFindingTests: XCTestCase {
    private func phantom(
        _ findings: Set<PhantomFinding>, seed: UInt64 = 7, film: Int = 0,
        site: PhantomSite = .first, marker: PhantomMarker? = nil
    ) -> Phantom {
        Phantom(
            size: 96, findings: findings, marker: marker, site: site, seed: seed, film: film)
    }

    private func overlap(_ a: Mask, _ b: Mask) -> Double {
        let both = zip(a.pixels, b.pixels).filter { $0 && $1 }.count
        let either = zip(a.pixels, b.pixels).filter { $0 || $1 }.count
        return Double(both) / Double(max(1, either))
    }

    func testThePaperHasNineFindingsAndTheStandardSetStays() {
        XCTAssertEqual(Set(PhantomFinding.paper).count, 9)
        XCTAssertEqual(
            PhantomFinding.standard.map(\.rawValue),
            [
                "Cardiomegaly", "Pleural Effusion", "Lung Opacity", "Lung Lesion", "Pneumothorax",
                "Support Devices",
            ])
        XCTAssertEqual(PhantomDataset().findings, PhantomFinding.standard)
        for finding in PhantomFinding.allCases {
            XCTAssertTrue(CheXpert.observations.contains(finding.rawValue), finding.rawValue)
        }
    }

    /// Nearly all of what a finding changes on the film is inside of its mask.
    ///
    /// The two films of one seed have the same noise, so they differ by the finding alone. A larger
    /// heart, a mediastinum and a raised diaphragm change their surroundings too.
    func testMasksCoverTheFinding() {
        let shares: [PhantomFinding: Double] = [
            .pleuralEffusion: 0.95, .lungOpacity: 0.8, .lungLesion: 0.95, .pneumothorax: 0.8,
            .supportDevices: 0.9, .edema: 0.8, .consolidation: 0.88,
        ]
        for (finding, least) in shares {
            for seed in 1...6 as ClosedRange<UInt64> {
                let with = phantom([finding], seed: seed)
                let without = phantom([], seed: seed)
                guard let mask = with.findings[finding] else {
                    XCTFail("\(finding) of seed \(seed) has no mask")
                    continue
                }
                var inside = 0.0
                var all = 0.0
                for pixel in mask.pixels.indices {
                    let change = Double(
                        abs(with.image.values[pixel] - without.image.values[pixel]))
                    all += change
                    if mask.pixels[pixel] { inside += change }
                }
                XCTAssertGreaterThan(inside / all, least, "\(finding) of seed \(seed)")
            }
        }
    }

    /// Every finding is seen: its pixels are brighter (or darker) than without it.
    func testEveryFindingChangesItsPixels() {
        for finding in PhantomFinding.allCases {
            for seed in 1...4 as ClosedRange<UInt64> {
                let with = phantom([finding], seed: seed)
                let without = phantom([], seed: seed)
                let mask = with.findings[finding] ?? Mask(height: 96, width: 96)
                XCTAssertGreaterThan(mask.area, 20, "\(finding) of seed \(seed)")
                XCTAssertLessThan(mask.area, 96 * 96 / 2, "\(finding) of seed \(seed)")
                let changes = mask.pixels.indices.filter { mask.pixels[$0] }.map {
                    with.image.values[$0] - without.image.values[$0]
                }
                let mean = changes.reduce(0, +) / Float(changes.count)
                if finding == .pneumothorax {
                    XCTAssertLessThan(mean, -0.03, "seed \(seed)")
                } else {
                    XCTAssertGreaterThan(mean, 0.02, "\(finding) of seed \(seed)")
                }
            }
        }
    }

    /// A new finding does not move the shapes of the others.
    func testNewFindingsDoNotMoveTheOthers() {
        let shapes: Set<PhantomFinding> = [.lungLesion, .supportDevices]
        let alone = phantom(shapes)
        let more = phantom(shapes.union([.edema, .consolidation]))
        for finding in shapes {
            XCTAssertEqual(alone.findings[finding], more.findings[finding], "\(finding)")
        }
    }

    func testAWiderMediastinumIsInItsPart() throws {
        for seed in 1...6 as ClosedRange<UInt64> {
            let wide = try XCTUnwrap(
                phantom([.enlargedCardiomediastinum], seed: seed).parts["Mediastinum"])
            let healthy = try XCTUnwrap(phantom([], seed: seed).parts["Mediastinum"])
            XCTAssertGreaterThan(Double(wide.area), 1.4 * Double(healthy.area))
        }
    }

    /// The films of a patient show one anatomy, a little moved, with other noise.
    func testFilmsOfAPatientShowTheSameAnatomy() throws {
        for seed in 1...5 as ClosedRange<UInt64> {
            let first = phantom([.cardiomegaly], seed: seed)
            let second = phantom([.cardiomegaly], seed: seed, film: 1)
            let other = phantom([.cardiomegaly], seed: seed + 100)
            XCTAssertNotEqual(first.image.values, second.image.values)
            for part in ["Left Lung", "Right Lung", "Heart"] {
                let same = overlap(
                    try XCTUnwrap(first.parts[part]), try XCTUnwrap(second.parts[part]))
                let different = overlap(
                    try XCTUnwrap(first.parts[part]), try XCTUnwrap(other.parts[part]))
                XCTAssertGreaterThan(same, 0.8, part)
                XCTAssertLessThan(different, 0.999, part)
                let area = Double(first.parts[part]!.area)
                let change = abs(Double(second.parts[part]!.area) - area) / area
                XCTAssertLessThan(change, 0.06, part)
            }
            XCTAssertEqual(first.image.values, phantom([.cardiomegaly], seed: seed).image.values)
        }
    }

    /// The second site: wide AP films, noisier and with a text, of the same patients.
    func testASecondSiteIsAnotherWayToTakeTheSamePatients() throws {
        let first = phantom([.lungLesion], seed: 3)
        let second = phantom([.lungLesion], seed: 3, site: .second)
        XCTAssertEqual(second.image.height, 96)
        XCTAssertEqual(second.image.width, 115)
        let lesion = try XCTUnwrap(second.findings[.lungLesion])
        XCTAssertEqual(
            Double(lesion.area), Double(try XCTUnwrap(first.findings[.lungLesion]).area),
            accuracy: 12)
        // Pixels of the corner without tissue: the noise alone.
        func noise(_ phantom: Phantom) -> Float {
            let values = (86..<96).flatMap { row in
                (0..<2).map { phantom.image.values[row * phantom.image.width + $0] }
            }
            return values.map(abs).reduce(0, +) / Float(values.count)
        }
        XCTAssertGreaterThan(noise(second), noise(first))
        let text = (0..<6).flatMap { row in
            (84..<110).filter { second.image.values[row * 115 + $0] > 0.75 }
        }
        XCTAssertGreaterThan(text.count, 12)
    }

    func testTheMarkersDials() {
        func changed(_ marker: PhantomMarker) -> [Float] {
            let with = phantom([], marker: marker)
            return zip(with.image.values, phantom([]).image.values).map { $0 - $1 }
        }
        let full = changed(PhantomMarker())
        let faint = changed(PhantomMarker(contrast: 0.3))
        XCTAssertGreaterThan(full.filter { $0 > 0.3 }.count, 10)
        XCTAssertEqual(
            full.filter { $0 != 0 }.count, faint.filter { $0 != 0 }.count, "the same pixels")
        XCTAssertLessThan(faint.max()!, 0.6 * full.max()!)
        XCTAssertTrue(changed(PhantomMarker(contrast: 0)).allSatisfy { $0 == 0 })
        let small = changed(PhantomMarker(size: 0.5)).filter { $0 != 0 }.count
        XCTAssertLessThan(Double(small), 0.4 * Double(full.filter { $0 != 0 }.count))
    }
}
