import PlumblineModels
import PlumblineTensors
import XCTest

/// Values that are drawn when they are first read, and sizes that are bounded before.
final class InitialValueTests: XCTestCase {
    /// The values depend neither on the order of reading nor on earlier assignments.
    func testValuesDependOnTheSeedAlone() throws {
        let first = try ModelRegistry.make("densenet_mini", classes: 2, seed: 4)
        let expected = first.parameters.map(\.value.values)
        let second = try ModelRegistry.make("densenet_mini", classes: 2, seed: 4)
        let assigned = second.parameters[0]
        assigned.assign(.ones(assigned.shape))
        for index in second.parameters.indices.reversed() where index > 0 {
            XCTAssertEqual(second.parameters[index].value.values, expected[index])
        }
        XCTAssertEqual(Set(assigned.value.values), [1])
        let other = try ModelRegistry.make("densenet_mini", classes: 2, seed: 5)
        XCTAssertNotEqual(other.parameters[0].value.values, expected[0])
    }

    /// A gradient is asked with respect to the same variable each time.
    func testTheVariableStaysTheSame() throws {
        let model = try ModelRegistry.make("densenet_mini", classes: 2)
        let parameter = model.trainableParameters[0]
        let loss = (parameter.value * parameter.value).sum()
        let found = gradient(of: loss, withRespectTo: [parameter.value])[0]
        XCTAssertEqual(found.values, (parameter.value * 2).values)
    }

    func testImpossibleArchitecturesAreRefusedAtOnce() {
        let start = ContinuousClock.now
        let deep = "[" + [String](repeating: "64", count: 16).joined(separator: ", ") + "]"
        let ones = "[" + [String](repeating: "1", count: 16).joined(separator: ", ") + "]"
        for (name, json, problem) in [
            ("densenet", #"{"growth_rate": 65536}"#, "parameters; at most 2^30"),
            ("densenet", #"{"num_init_features": 65536}"#, "parameters; at most 2^30"),
            ("densenet", #"{"block_config": [1024, 1024]}"#, "2048 layers; at most 1024"),
            ("densenet", #"{"block_config": [512, 512]}"#, "parameters; at most 2^30"),
            (
                "densenet",
                #"{"growth_rate": 65536, "bn_size": 65536, "block_config": \#(deep)}"#,
                "more than 10^18 parameters"
            ),
            ("vit_mini", #"{"img_size": 65536, "patch_size": 1}"#, "4294967296 patches"),
            ("vit_mini", #"{"embed_dim": 65536}"#, "parameters; at most 2^30"),
            ("swin_mini", #"{"img_size": 4096, "patch_size": 1}"#, "16777216 patches"),
            ("swin_mini", #"{"window_size": 65}"#, "at most 64"),
            (
                "swin_mini", #"{"img_size": 1024, "window_size": 64}"#,
                "a mask of 268435456 values"
            ),
            (
                "swin_mini", #"{"embed_dim": 65536, "depths": \#(deep), "num_heads": \#(ones)}"#,
                "more than 10^18 parameters"
            ),
        ] {
            XCTAssertThrowsError(
                try ModelRegistry.make(
                    name, classes: 14, configuration: ModelConfiguration(json: json)), json
            ) { XCTAssertTrue("\($0)".contains(problem), "\(json): \($0)") }
        }
        XCTAssertLessThan(ContinuousClock.now - start, .seconds(20))
    }

    func testConfigurationsFromText() throws {
        for text in ["", " ", "null", "{}", " null\n"] {
            XCTAssertEqual(try ModelConfiguration(json: text), ModelConfiguration(), text)
        }
        let large = try ModelConfiguration(json: #"{"growth_rate": 1e300}"#)
        XCTAssertEqual(try ModelConfiguration(json: large.json), large)
        XCTAssertThrowsError(
            try ModelRegistry.make("densenet", classes: 2, configuration: large))
        let none = ModelConfiguration(["growth_rate": .number(.nan)])
        XCTAssertEqual(none.json, #"{"growth_rate":"nan"}"#)
        XCTAssertThrowsError(try ModelConfiguration(json: none.json))
    }
}
