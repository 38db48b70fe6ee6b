extension Crafted {
    static let csv: [Make] = [
        // A header of very many columns.
        { random, _ in
            let columns = repeated(",x", count(&random))
            return bytes("Path,Cardiomegaly,Pleural Effusion\(columns)\na/b/c.png,1,0\(columns)\n")
        },
        // Paths of odd parts, and very long ones.
        { random, _ in
            let part = random.pick(["/", "../", "a/", ".", "..", "patient", "\u{e9}/", "%2F"])
            let path = repeated(part, count(&random) / 10)
            let end = random.pick(["", "//", ".jpg", "/.png", "65537//"])
            return bytes("Path,Cardiomegaly,Pleural Effusion\np/\(path)\(end),1,0\n")
        },
        // Very many rows, of one patient or of none.
        { random, _ in
            let row = random.pick(["patient1/study1/a.png,1,0\n", "a,,\n", ",1,1\n", "\n"])
            return bytes("Path,Cardiomegaly,Pleural Effusion\n\(repeated(row, count(&random)))")
        },
        // A quoted field that never ends.
        { random, _ in
            let text = repeated(random.pick(["x", "\"\"", "\n", ","]), count(&random))
            return bytes("Path,Cardiomegaly,Pleural Effusion\n\"\(text)")
        },
    ]

    static let masks: [Make] = [
        { random, _ in
            nested(&random, open: "[", close: "]", within: "{\"a\": {\"E\": ", end: "}}")
        },
        { random, _ in
            nested(&random, open: "{\"a\":", close: "}", within: "", end: "")
        },
        // Polygons on images of any claimed size.
        { random, _ in
            let size = "[\(size(&random)), \(size(&random))]"
            let corners = ["0, 0", "1e9, -1e9", "65535, 65535", "1e308, 1e308", "3, 4.5"]
            let corner = random.pick(corners)
            let polygon = "[[\(corner)], [40000, 3], [7, 50000]]"
            return bytes("{\"a\": {\"img_size\": \(size), \"E\": [\(polygon)]}}")
        },
        // Run lengths on images of any claimed size.
        { random, _ in
            let size = "[\(size(&random)), \(size(&random))]"
            let code = repeated(random.pick(["0", "o", "P", "PPPP1", "_k?6"]), count(&random))
            return bytes("{\"a\": {\"E\": {\"size\": \(size), \"counts\": \"\(code)\"}}}")
        },
        // A polygon of very many corners.
        { random, _ in
            let corners = repeated("[3, 900], [5, 1], ", count(&random) / 10)
            let polygon = "[\(corners)[9, 9]]"
            return bytes("{\"a\": {\"img_size\": [1000, 1000], \"E\": [\(polygon)]}}")
        },
        // Very many findings of one image, all of one name or each of its own.
        { random, _ in
            let isOne = random.chance(1, in: 2)
            let findings = (0..<count(&random) / 10).map { "\"\(isOne ? 0 : $0)\": [[[1, 1]]]" }
            let fields = (["\"img_size\": [8, 8]"] + findings).joined(separator: ", ")
            return bytes("{\"a\": {\(fields)}}")
        },
    ]

    static let yaml: [Make] = [
        { random, _ in nested(&random, open: "[", close: "]", within: "data: ", end: "") },
        { random, _ in nested(&random, open: "{a: ", close: "}", within: "", end: "") },
        { random, _ in nested(&random, open: "- ", close: "", within: "data:\n", end: "x") },
        // Ten references to what has ten references.
        { random, _ in
            var text = "a0: &a0 [x, x]\n"
            for level in 1...(2 + random.below(30)) {
                let items = repeated("*a\(level - 1), ", 10)
                text += "a\(level): &a\(level) [\(items)x]\n"
            }
            return bytes(text)
        },
        // Merge keys, one in the other or in itself.
        { random, _ in
            let inner = random.pick(["*a", "[*a, *a]", "{<<: *a}", "x", "[[*a]]"])
            return bytes("data: &a\n  classes: [A]\n  <<: \(inner)\nalign:\n  <<: *a\n")
        },
        // One key of a very long value, or very many keys.
        { random, _ in
            let value = repeated(random.pick(["x", "9", "é", "\\u0041", " "]), count(&random))
            return bytes("output: \"\(value)\"\nseed: \(random.pick([value, "1", "1e30", "-1"]))\n")
        },
        { random, _ in
            let number = count(&random) / 10
            return bytes((0..<number).map { "key\($0): \($0)" }.joined(separator: "\n"))
        },
    ]

    static let modelConfiguration: [Make] = [
        { random, _ in nested(&random, open: "[", close: "]", within: "{\"depths\": ", end: "}") },
        // Every key of an architecture with any size.
        { random, _ in
            let keys = ["growth_rate", "num_init_features", "bn_size", "in_channels", "in_chans"]
            let others = ["img_size", "patch_size", "embed_dim", "depth", "num_heads", "mlp_ratio"]
            let value = random.pick(["\(size(&random))", "1e300", "0.5", "-0.0", "true", "null"])
            return bytes("{\"\(random.pick(keys + others))\": \(value)}")
        },
        // Small and odd settings: what does not divide, what is too small.
        { random, _ in
            let families = [
                ["growth_rate", "num_init_features", "bn_size", "in_channels"],
                ["img_size", "patch_size", "embed_dim", "depth", "num_heads", "in_chans"],
                ["img_size", "patch_size", "window_size", "embed_dim", "in_chans", "mlp_ratio"],
            ]
            var fields: [String] = []
            for key in random.pick(families) where random.chance(2, in: 3) {
                fields.append("\"\(key)\": \(1 + random.below(random.pick([4, 16, 64])))")
            }
            let list = random.pick(["depths", "num_heads", "block_config"])
            let sizes = (0..<random.below(5)).map { _ in "\(random.below(5))" }
            fields.append("\"\(list)\": [\(sizes.joined(separator: ", "))]")
            return bytes("{\(fields.joined(separator: ", "))}")
        },
        // Lists of very many numbers.
        { random, _ in
            let numbers = repeated("\(random.pick([1, 2, 1024])), ", count(&random))
            return bytes("{\"block_config\": [\(numbers)1]}")
        },
    ]

    static func nested(
        _ random: inout Random, open: String, close: String, within: String, end: String
    ) -> [UInt8] {
        let depth = count(&random)
        // Half of them are left open.
        let closed = random.chance(1, in: 2) ? repeated(close, depth) : ""
        return bytes("\(within)\(repeated(open, depth))1\(closed)\(end)")
    }
}
