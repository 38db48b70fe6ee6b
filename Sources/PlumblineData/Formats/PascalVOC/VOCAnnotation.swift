/// The annotation of one image in the format of Pascal VOC.
struct VOCAnnotation {
    struct Object {
        var name: String
        var isDifficult: Bool
        var box: PixelBox
        var parts: [Part]
        /// Such as "line 12 of 2007_000027.xml", for messages.
        var place: String
    }

    struct Part {
        var name: String
        var box: PixelBox
    }

    let path: String
    /// The size of the image by the file; `nil` where it has none, or 0.
    let size: Example.Size?
    let objects: [Object]

    /// - Parameter firstPixel: the coordinate of the first pixel: 1 in Pascal VOC.
    /// - Throws: ``DatasetError`` that names the line, for a field that is missing or wrong.
    init(_ path: String, firstPixel: Int) throws {
        let root = try XMLReader.read(path)
        guard root.name == "annotation" else {
            throw DatasetError(path, "the outermost element is \(root.name), not annotation")
        }
        self.path = path
        size = try root["size"].flatMap { try Self.size($0, path) }
        objects = try root.children("object").map { node in
            let place = "line \(node.line) of \(path)"
            return Object(
                name: try Self.name(node, place),
                isDifficult: try Self.isSet(node["difficult"], place),
                box: try Self.box(node, firstPixel, place),
                parts: try node.children("part").map { part in
                    let place = "line \(part.line) of \(path)"
                    return Part(
                        name: try Self.name(part, place),
                        box: try Self.box(part, firstPixel, place))
                }, place: place)
        }
    }

    private static func size(_ node: XMLNode, _ path: String) throws -> Example.Size? {
        let place = "line \(node.line) of \(path)"
        guard let height = node["height"].flatMap({ Int($0.text) }),
            let width = node["width"].flatMap({ Int($0.text) })
        else { throw DatasetError(place, "size must have a whole width and height") }
        if height == 0 || width == 0 { return nil }
        try RunLengthEncoding.checkSize(height: height, width: width, name: place)
        return Example.Size(height: height, width: width)
    }

    private static func name(_ node: XMLNode, _ place: String) throws -> String {
        guard let name = node["name"]?.text, !name.isEmpty else {
            throw DatasetError(place, "the \(node.name) has no name")
        }
        return name
    }

    private static func isSet(_ node: XMLNode?, _ place: String) throws -> Bool {
        switch node?.text {
        case nil, "", "0": return false
        case "1": return true
        case .some(let text): throw DatasetError(place, "difficult must be 0 or 1, not \(text)")
        }
    }

    /// The box, whose last pixels belong to it.
    private static func box(_ node: XMLNode, _ first: Int, _ place: String) throws -> PixelBox {
        guard let box = node["bndbox"] else {
            throw DatasetError(place, "the \(node.name) has no bndbox")
        }
        let sides = try ["xmin", "ymin", "xmax", "ymax"].map { key in
            guard let text = box[key]?.text, let number = Double(text), number.isFinite else {
                throw DatasetError(place, "bndbox: \(key) must be a number")
            }
            return number
        }
        return PixelBox(
            x: sides[0] - Double(first), y: sides[1] - Double(first),
            width: sides[2] - sides[0] + 1, height: sides[3] - sides[1] + 1)
    }
}
