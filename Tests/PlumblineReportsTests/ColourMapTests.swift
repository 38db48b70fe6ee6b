import Foundation
import PlumblineReports
import XCTest

final class ColourMapTests: XCTestCase {
    /// The lightness of CIELAB under D65, from 0 to 100.
    private func lightness(_ map: ColourMap, _ value: Float) -> Double {
        let colour = map.colour(value)
        let linear = [colour.red, colour.green, colour.blue].map { part -> Double in
            let part = Double(part)
            return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
        }
        let y = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        return 116 * cbrt(y) - 16
    }

    func testLightnessRisesEvenly() {
        for map in [ColourMap.viridis, .inferno, .cividis] {
            let values = (0...16).map { lightness(map, Float($0) / 16) }
            let steps = zip(values, values.dropFirst()).map { $1 - $0 }
            let mean = steps.reduce(0, +) / 16
            XCTAssertGreaterThan(steps.min()!, 0.3 * mean, "\(map): \(steps)")
            XCTAssertLessThan(steps.max()!, 2 * mean, "\(map): \(steps)")
        }
    }

    func testTheDivergingMapIsSymmetric() {
        for step in 0...8 {
            let share = Float(step) / 16
            XCTAssertEqual(
                lightness(.diverging, share), lightness(.diverging, 1 - share), accuracy: 3)
        }
        XCTAssertGreaterThan(lightness(.diverging, 0.5), 90)
    }

    /// The page of `view` and the figures have the same colours.
    func testThePageHasTheSameColours() throws {
        let script = try XCTUnwrap(ViewerPageFiles.all.first { $0.name == "colours.js" })
        let text = String(decoding: script.content, as: UTF8.self)
            .replacing(try Regex("\"\\s*\\+ \""), with: "")
        for map in ColourMap.allCases {
            let table = try XCTUnwrap(
                text.firstMatch(
                    of: try Regex("\(map): \"([0-9a-f ]+)\"", as: (Substring, Substring).self))
            ).output.1
            let colours = table.split(separator: " ").map { Int($0, radix: 16)! }
            XCTAssertEqual(colours.count, 17)
            for (index, colour) in colours.enumerated() {
                let own = map.colour(Float(index) / 16)
                let parts = [own.red, own.green, own.blue].map { Int(($0 * 255).rounded()) }
                XCTAssertEqual(
                    parts, [colour >> 16, colour >> 8 & 255, colour & 255], "\(map) \(index)")
            }
        }
    }

    /// Against `matplotlib.colormaps[name](value)[:3]`, between the places of the table.
    func testMatplotlibsColours() {
        let expected: [(ColourMap, Float, [Float])] = [
            (.viridis, 0.1, [0.2826, 0.1409, 0.4575]),
            (.viridis, 0.333, [0.1906, 0.4071, 0.5561]),
            (.viridis, 0.71, [0.2815, 0.7552, 0.4326]),
            (.viridis, 0.95, [0.8762, 0.8911, 0.0953]),
            (.inferno, 0.1, [0.0874, 0.0446, 0.2248]),
            (.inferno, 0.333, [0.4723, 0.1105, 0.4283]),
            (.inferno, 0.71, [0.9591, 0.4820, 0.0895]),
            (.inferno, 0.95, [0.9464, 0.9372, 0.4586]),
            (.cividis, 0.1, [0.0321, 0.2012, 0.4408]),
            (.cividis, 0.333, [0.3422, 0.3649, 0.4286]),
            (.cividis, 0.71, [0.6920, 0.6451, 0.4415]),
            (.cividis, 0.95, [0.9547, 0.8586, 0.2594]),
        ]
        for (map, value, colour) in expected {
            let own = map.colour(value)
            for (part, other) in zip([own.red, own.green, own.blue], colour) {
                XCTAssertEqual(part, other, accuracy: 0.03, "\(map) \(value)")
            }
        }
    }
}
