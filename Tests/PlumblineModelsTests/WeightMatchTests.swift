import PlumblineModels
import XCTest

/// Which tensor of a file is which parameter, where scripts changed the names.
final class WeightMatchTests: XCTestCase {
    private let places = [
        WeightMatch.Place(name: "features.conv0.weight", shape: [8, 3, 7, 7], isHead: false),
        WeightMatch.Place(name: "features.norm0.weight", shape: [8], isHead: false),
        WeightMatch.Place(name: "features.norm0.bias", shape: [8], isHead: false),
        WeightMatch.Place(name: "classifier.weight", shape: [2, 8], isHead: true),
        WeightMatch.Place(name: "classifier.bias", shape: [2], isHead: true),
    ]

    /// The model's tensors under other names.
    private func shapes(_ rename: (String) -> String?) -> [String: [Int]] {
        var found: [String: [Int]] = [:]
        for place in places {
            if let name = rename(place.name) { found[name] = place.shape }
        }
        return found
    }

    private func match(_ shapes: [String: [Int]], key: String? = nil) throws -> WeightMatch {
        try XCTUnwrap(
            WeightMatch.best(
                [WeightMatch.Candidate(key: "", shapes: shapes)], for: places, key: key))
    }

    func testOwnNamesAreNoGuess() throws {
        let found = try match(shapes { $0 })
        XCTAssertEqual(found.fitting, 5)
        XCTAssertEqual(found.prefix, NamePrefix())
        XCTAssertNil(found.guess)
        XCTAssertEqual(found.others, [])
    }

    /// A name without the prefix does not hide the others.
    func testEveryPrefixWithNamesBesideIt() throws {
        for prefix in ["module.", "model.net.", "module.densenet121.", "a.b.c.d.e."] {
            var stored = shapes { prefix + $0 }
            stored["n_averaged"] = []
            stored["criterion.pos_weight"] = [2]
            let found = try match(stored)
            XCTAssertEqual(found.fitting, 5, prefix)
            XCTAssertEqual(found.prefix, NamePrefix(stripped: prefix), prefix)
            XCTAssertEqual(found.guess, "names are below \(prefix)")
            XCTAssertEqual(found.sources["classifier.bias"], ["\(prefix)classifier.bias"])
        }
    }

    /// `nn.Sequential(densenet.features)`.
    func testABackboneStoredAlone() throws {
        let found = try match(
            shapes {
                $0.hasPrefix("features.") ? "backbone.0." + $0.dropFirst("features.".count) : nil
            })
        XCTAssertEqual(found.fitting, 3)
        XCTAssertEqual(found.prefix, NamePrefix(stripped: "backbone.0.", added: "features."))
        XCTAssertEqual(found.guess, "names are below backbone.0. and names lack features.")
        XCTAssertNil(found.sources["classifier.weight"])
    }

    func testTheHeadAsScriptsRenameIt() throws {
        for head in ["net.classifier.0", "net.classifier.1", "classifier", "net.classifier"] {
            let found = try match(
                shapes {
                    $0.hasPrefix("features.")
                        ? "net." + $0 : head + $0.dropFirst("classifier".count)
                })
            XCTAssertEqual(found.sources["classifier.weight"], ["\(head).weight"])
            XCTAssertEqual(found.fitting, 5, head)
        }
        // Another size is no head, and of two numbered layers none is guessed.
        var stored = shapes { $0.hasPrefix("features.") ? $0 : nil }
        stored["classifier.0.weight"] = [3, 8]
        XCTAssertNil(try match(stored).sources["classifier.weight"])
        stored["classifier.0.weight"] = [2, 8]
        stored["classifier.2.weight"] = [2, 8]
        XCTAssertNil(try match(stored).sources["classifier.weight"])
    }

    /// A part with the right names and other shapes loses against one that fits.
    func testShapesDecide() throws {
        var stored = shapes { "student." + $0 }
        for (name, shape) in shapes({ "big." + $0 }) { stored[name] = shape.map { 2 * $0 } }
        XCTAssertEqual(try match(stored).prefix.stripped, "student.")
    }

    func testAveragesAreNotTakenUnlessAskedFor() throws {
        var stored = shapes { "ema_model." + $0 }
        for (name, shape) in shapes({ "model." + $0 }) { stored[name] = shape }
        let found = try match(stored)
        XCTAssertEqual(found.prefix.stripped, "model.")
        XCTAssertEqual(found.others, ["ema_model"])
        XCTAssertEqual(try match(stored, key: "ema_model").prefix.stripped, "ema_model.")
        XCTAssertNil(
            WeightMatch.best(
                [WeightMatch.Candidate(key: "", shapes: stored)], for: places, key: "teacher"))
    }

    func testTheDictionaryWithTheMostMatches() throws {
        let whole = shapes { "module." + $0 }
        let metric = WeightMatch.Candidate(key: "", shapes: ["best_acc1": []])
        let ema = WeightMatch.Candidate(key: "a_state_dict_ema", shapes: whole)
        let trained = WeightMatch.Candidate(key: "state_dict", shapes: whole)
        let part = WeightMatch.Candidate(
            key: "encoder", shapes: shapes { $0.hasPrefix("features.") ? $0 : nil })
        let all = [metric, ema, part, trained]
        let found = try XCTUnwrap(WeightMatch.best(all, for: places))
        XCTAssertEqual(found.key, "state_dict")
        XCTAssertEqual(found.others, ["a_state_dict_ema"])
        for key in ["a_state_dict_ema", "encoder"] {
            XCTAssertEqual(WeightMatch.best(all, for: places, key: key)?.key, key)
        }
        XCTAssertNil(WeightMatch.best(all, for: places, key: "optimizer"))
        let other = WeightMatch.Candidate(key: "other", shapes: ["a.b": [2], "a.c": [3]])
        XCTAssertEqual(WeightMatch.best([metric, other], for: places)?.key, "other")
    }

    /// A file of many names with many prefixes takes no time that grows with their product.
    func testManyNamesTakeLittleTime() throws {
        var stored: [String: [Int]] = [:]
        for index in 0..<20_000 { stored["a\(index).b.c.d.e.f.g.h.i"] = [1] }
        let start = ContinuousClock.now
        XCTAssertEqual(try match(stored).fitting, 0)
        XCTAssertLessThan(ContinuousClock.now - start, .seconds(10))
    }

    /// A head under another usual name, beside the backbone.
    ///
    /// The report says so.
    func testAHeadOfAnotherName() throws {
        for head in [
            "fc", "head", "head.1", "heads.head", "last_linear", "output",
        ] {
            let found = try match(
                shapes {
                    $0.hasPrefix("features.")
                        ? "encoder." + $0 : head + $0.dropFirst("classifier".count)
                })
            XCTAssertEqual(found.sources["classifier.weight"], ["\(head).weight"])
            XCTAssertEqual(
                found.guess, "names are below encoder. and the head is \(head)")
        }
        // In a sequence behind a dropout.
        let found = try match(
            shapes {
                $0.hasPrefix("features.") ? $0 : "classifier.1" + $0.dropFirst("classifier".count)
            })
        XCTAssertEqual(found.sources["classifier.weight"], ["classifier.1.weight"])
        // Its bias must be there, too.
        var stored = shapes { $0.hasPrefix("features.") ? $0 : nil }
        stored["fc.weight"] = [2, 8]
        XCTAssertNil(try match(stored).sources["classifier.weight"])
    }

    /// transformers builds a ViT with another epsilon of layer norm.
    func testTheEpsilonOfTransformers() throws {
        let places = [WeightMatch.Place(name: "cls_token", shape: [1, 1, 4], isHead: false)]
        func epsilon(_ name: String) -> Double? {
            let candidate = WeightMatch.Candidate(key: "", shapes: [name: [1, 1, 4]])
            return WeightMatch.best([candidate], for: places, of: VisionTransformer.self)?
                .naming.settings["norm_eps"]
        }
        XCTAssertEqual(epsilon("vit.embeddings.cls_token"), 1e-12)
        XCTAssertNil(epsilon("cls_token"))
    }
}
