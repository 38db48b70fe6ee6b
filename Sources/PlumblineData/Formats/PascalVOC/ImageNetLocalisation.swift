/// The format `imagenet_localisation`: boxes of ImageNet, in Pascal VOC's XML.
///
///     Annotations/CLS-LOC/train/n01440764/n01440764_10026.xml
///     Data/CLS-LOC/train/n01440764/n01440764_10026.JPEG
///
/// `labels` is a folder of XML files, such as `Annotations/CLS-LOC/val`, and `images` the folder of
/// the images. Classes are the synsets of the objects, or the names that the option `class_names`
/// gives them. Images without an XML file are not read: about half of the training images.
///
/// Some files have the size at which annotators saw the image. Boxes are then scaled to the image,
/// and counted.
///
/// Source: Russakovsky et al., arXiv 1409.0575.
struct ImageNetLocalisation: BuiltInFormat {
    static let description = FormatDescription(
        "imagenet_localisation", summary: "Boxes of ImageNet (Pascal VOC's XML, synset folders).",
        options: VOCReader.options)

    static func read(_ request: FormatRequest) throws -> FormattedImages {
        try VOCReader.read(request, scalesBoxes: true)
    }
}
