import Foundation
import PlumblineExplanations
import XCTest

/// Hand-made networks on which the right map can be worked out on paper.
///
/// The tables on the page MethodsAndAxioms are what these tests compute. Where one changes, the
/// test says how its rows read now.
final class AxiomTests: XCTestCase {
    /// The rows of the page's table under a heading.
    private func rows(_ heading: String) throws -> [String] {
        let page = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent(
                "Sources/Plumbline/Plumbline.docc/Articles/MethodsAndAxioms.md")
        let lines = try String(contentsOf: page, encoding: .utf8).components(separatedBy: "\n")
        guard let start = lines.firstIndex(of: "### \(heading)") else { return [] }
        return lines[(start + 1)...].prefix { !$0.hasPrefix("#") }.filter { $0.hasPrefix("| `") }
    }

    /// Every registered method has a row, and each verdict is what the networks show.
    func testThePageSaysWhichAxiomsMethodsKeep() throws {
        let table = try ExplanationRegistry.names.map { name in
            let verdicts = try Axioms(name).verdicts()
            let words =
                verdicts?.map { $0 ? "yes" : "no" }
                ?? [String](repeating: "-", count: Axioms.names.count)
            return "| `\(name)` | \(words.joined(separator: " | ")) |"
        }
        XCTAssertGreaterThan(table.count { !$0.contains(" - ") }, 20)
        XCTAssertEqual(try rows("The table"), table, "\n" + table.joined(separator: "\n"))
    }

    private struct Answer {
        let network: HandMadeNetwork
        let pixels: [Float]
        /// `f(x) - f(0)`.
        let change: Double
        let maps: [String: [Double]]
    }

    /// Worked out by hand: gradient, integrated gradients, Shapley values, occlusion.
    private var answers: [Answer] {
        func answer(
            _ network: HandMadeNetwork, _ pixels: [Float], _ change: Double, _ gradient: [Double],
            _ integrated: [Double], _ shapley: [Double], _ occlusion: [Double]
        ) -> Answer {
            Answer(
                network: network, pixels: pixels, change: change,
                maps: [
                    "gradient": gradient, "integrated_gradients": integrated,
                    "kernel_shap": shapley, "occlusion": occlusion,
                ])
        }
        return [
            answer(
                .linear, [0.5, 1.5, 0.4, 0], -0.3, [2, -1], [1, -1.5], [1, -1.5], [1, -1.5]),
            answer(.and, [1, 1, 0, 0], 1, [1, 1], [0.5, 0.5], [0.5, 0.5], [1, 1]),
            answer(.or, [1, 1, 0, 0], 1, [0, 0], [0.5, 0.5], [0.5, 0.5], [0, 0]),
            answer(.xor, [1, 1, 0, 0], 0, [-1, -1], [0, 0], [0, 0], [-1, -1]),
            answer(.or, [2, 0, 0, 0], 1, [0, 0], [1, 0], [1, 0], [1, 0]),
            answer(.interaction, [2, 1, 0, 0], 1, [0, 1], [0, 1], [0.5, 0.5], [1, 1]),
            answer(.cancellation, [1, 2, 3, 0], 3, [1, 1], [1, 2], [1, 2], [1, 2]),
            answer(.shattered, [0.55, 0, 0, 0], 0.4, [8, 0], [0.4, 0], [0.4, 0], [0.4, 0]),
            answer(.shattered, [0.65, 0, 0, 0], 0.8, [-8, 0], [0.8, 0], [0.8, 0], [0.8, 0]),
        ]
    }

    private func text(_ values: [Double]) -> String {
        values.map { value in
            let rounded = (value * 10).rounded() / 10
            // No negative zero.
            return String(format: "%.1f", rounded == 0 ? 0 : rounded)
        }.joined(separator: ", ")
    }

    func testMapsAreWhatWasWorkedOut() throws {
        let methods = ["gradient", "integrated_gradients", "kernel_shap", "occlusion"]
        var table: [String] = []
        for answer in answers {
            let what = "\(answer.network.name) at \(answer.pixels)"
            let change =
                answer.network.value(answer.pixels) - answer.network.value([0, 0, 0, 0])
            XCTAssertEqual(change, answer.change, accuracy: 1e-5, what)
            var cells: [String] = []
            for method in methods {
                let found = try Axioms(method).relevance(answer.network, answer.pixels)
                let expected = try XCTUnwrap(answer.maps[method])
                for pixel in 0..<2 {
                    // A path of 300 steps, and coalitions that are drawn.
                    XCTAssertEqual(
                        found[pixel], expected[pixel], accuracy: 0.03, "\(what), \(method)")
                }
                cells.append(text(expected))
            }
            let point = answer.pixels[..<2].map { String(format: "%g", $0) }.joined(separator: ", ")
            table.append(
                "| `\(answer.network.name)` | \(point) | \(text([change])) | "
                    + cells.joined(separator: " | ") + " |")
        }
        XCTAssertEqual(try rows("Known maps"), table, "\n" + table.joined(separator: "\n"))
    }
}
