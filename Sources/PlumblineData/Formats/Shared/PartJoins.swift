/// Parts that are made one: the option `join`, such as `Lungs=Left Lung+Right Lung`.
///
/// The joined part has the pixels of all its pieces, and takes their place.
struct PartJoins {
    static let option = FormatOption(
        "join", "Parts to make one: Lungs=Left Lung+Right Lung (several: separated by ;).")

    private struct Join {
        let name: String
        let pieces: [String]
    }

    private let joins: [Join]
    private let request: FormatRequest

    /// - Throws: ``DatasetError`` for an option that is not written as above.
    init(_ request: FormatRequest) throws {
        self.request = request
        let texts = (request.option(Self.option.name) ?? "").split(separator: ";")
        joins = try texts.map { text in
            let sides = text.split(separator: "=", omittingEmptySubsequences: false)
                .map { String($0).trimmedSpaces }
            let pieces = (sides.count == 2 ? sides[1] : "")
                .split(separator: "+", omittingEmptySubsequences: false)
                .map { String($0).trimmedSpaces }
            guard sides.count == 2, !sides[0].isEmpty, pieces.count > 1,
                pieces.allSatisfy({ !$0.isEmpty }), Set(pieces).count == pieces.count
            else {
                throw request.optionError(
                    Self.option.name,
                    "\(String(text).trimmedSpaces) must be NAME=PART+PART, with two parts or more")
            }
            return Join(name: sides[0], pieces: pieces)
        }
        let names = joins.map(\.name)
        guard Set(names).count == names.count else {
            throw request.optionError(Self.option.name, "two joined parts have one name")
        }
    }

    /// Joins the parts of each image and class.
    ///
    /// A joined part may lack a piece in an image; this is counted. Where no image has a part at
    /// all, as without masks, nothing is done.
    ///
    /// - Throws: ``DatasetError`` for a piece that no image has, for a name that another part has,
    ///   and for regions of different sizes.
    func apply(to images: inout [LabelledImage], _ omitted: inout OmissionCounter) throws {
        guard !joins.isEmpty else { return }
        let known = Set(images.flatMap { $0.annotations.compactMap(\.part) })
        guard !known.isEmpty else { return }
        let pieces = Set(joins.flatMap(\.pieces))
        if let missing = pieces.subtracting(known).min() {
            throw request.optionError(
                Self.option.name,
                "no image has a part \(missing); there are "
                    + known.sorted().prefix(40).joined(separator: ", "))
        }
        if let name = joins.map(\.name).first(where: { known.subtracting(pieces).contains($0) }) {
            throw request.optionError(Self.option.name, "there is a part \(name) already")
        }
        for index in images.indices {
            let own = images[index].annotations
            guard own.contains(where: { $0.part.map(pieces.contains) == true }) else { continue }
            let joined = try joins.flatMap { try annotations($0, images[index], &omitted) }
            images[index].annotations =
                own.filter { $0.part.map(pieces.contains) != true } + joined
        }
    }

    /// The joined part of each class of an image.
    private func annotations(
        _ join: Join, _ image: LabelledImage, _ omitted: inout OmissionCounter
    ) throws -> [Annotation] {
        let own = image.annotations.filter { $0.part.map(join.pieces.contains) == true }
        return try Set(own.map(\.className)).sorted().map { className in
            let pieces = own.filter { $0.className == className }
            let place = "\(join.name) of \(image.file)"
            if Set(pieces.compactMap(\.part)).count < join.pieces.count {
                omitted.add("joined parts lack a piece and are the others", place)
            }
            return Annotation(
                className: className, part: join.name,
                region: try Region(union: pieces.map(\.region), name: place))
        }
    }
}
