extension Crafted {
    static let coco: [Make] = [
        { random, _ in
            nested(&random, open: "[", close: "]", within: "{\"images\": [", end: "]}")
        },
        // Polygons of long borders, and very many of them.
        { random, _ in
            let far = random.pick(["1e4", "8e5", "1e7", "-1e8", "1e308"])
            let polygon = "[0, 0, \(far), 1, 3, \(far)], "
            let polygons = repeated(polygon, count(&random) / 10)
            return coco("\"segmentation\": [\(polygons)[1, 1, 5, 1, 5, 5]]")
        },
        // Codes and images of any claimed size.
        { random, _ in
            let size = "[\(size(&random)), \(size(&random))]"
            let code = repeated(random.pick(["0", "o", "P", "PPPP1"]), count(&random))
            return coco("\"segmentation\": {\"size\": \(size), \"counts\": \"\(code)\"}")
        },
        { random, _ in
            coco(
                "\"bbox\": [0, 0, 1e308, 1e308]",
                image: ", \"height\": \(size(&random)), \"width\": \(size(&random))")
        },
    ]

    private static func coco(_ annotation: String, image: String = "") -> [UInt8] {
        bytes(
            "{\"images\": [{\"id\": 1, \"file_name\": \"a.png\"\(image)}], \"categories\": "
                + "[{\"id\": 1, \"name\": \"Cat Head\"}], \"annotations\": [{\"image_id\": 1, "
                + "\"category_id\": 1, \(annotation)}]}")
    }

    static let xml: [Make] = [
        { random, _ in nested(&random, open: "<a>", close: "</a>", within: "", end: "") },
        // Entities that expand.
        { random, _ in
            var text = "<!DOCTYPE a [<!ENTITY e0 \"lol\">"
            for level in 1...(1 + random.below(30)) {
                text += "<!ENTITY e\(level) \"\(repeated("&e\(level - 1);", 10))\">"
            }
            return bytes(text + "]><annotation>&e9;</annotation>")
        },
        // Very many objects, a long text, or very many attributes.
        { random, _ in
            let part = random.pick(["<object/>", "x", "&#65;", "<!-- -->", "<![CDATA[x]]>"])
            return bytes("<annotation>\(repeated(part, count(&random)))</annotation>")
        },
        { random, _ in
            bytes("<annotation\(repeated(" a='b'", count(&random)))></annotation>")
        },
    ]
}
