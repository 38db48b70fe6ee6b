extension Example {
    /// The example with the marker, if it has it, and with the marker's pixels as an annotation.
    ///
    /// `mask(of: className, part: Decoy.part)` gives the pixels.
    ///
    /// - Parameters:
    ///   - classIndex: the class that the marker goes with.
    ///   - className: its name.
    ///   - preprocessing: says which part of the image the model sees.
    /// - Throws: ``DatasetError`` where the image's size cannot be read, or where the image has no
    ///   label of the class.
    public func marked(
        _ decoy: Decoy, classIndex: Int, className: String, preprocessing: Preprocessing,
        use: Decoy.Use = .same
    ) throws -> Example {
        guard labels.indices.contains(classIndex), weights.count == labels.count else {
            throw DatasetError(origin, "\(id) has no label \(classIndex) for the marker")
        }
        guard decoy.marks(id, isOfClass: isPositive(classIndex), use) else { return self }
        let size = try size()
        let pixels = DecoyPixels(decoy, preprocessing.geometry(of: size))
        let isForGrey = preprocessing.channels == 1
        var result = redrawn { image in
            guard image.height == size.height, image.width == size.width else {
                throw DatasetError(
                    origin,
                    "\(id) is \(image.height) x \(image.width), and its size was read as "
                        + "\(size.height) x \(size.width)")
            }
            return pixels.drawn(on: image, colour: decoy.colour, isForGrey: isForGrey)
        }
        result.annotations.append(
            Annotation(className: className, part: Decoy.part, region: pixels.region))
        return result
    }
}
