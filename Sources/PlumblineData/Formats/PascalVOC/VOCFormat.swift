/// The format `voc`: boxes of objects in XML files, one per image, as Pascal VOC has them.
///
/// `labels` is the folder `Annotations`, `images` the folder `JPEGImages`. The name of an XML file
/// is the name of its image; `filename` in the file is often wrong and is not read. An image shows
/// the classes of its objects. Objects may have parts with boxes of their own.
///
/// Boxes begin at 1, and their last pixel belongs to them: `xmin` 1 and `xmax` 3 are three pixels.
/// Coordinates may be fractions, as in some files of VOC 2011.
///
/// The option `split` is a file, or a name such as `val`: `ImageSets/Main/val.txt` beside
/// `Annotations`.
///
/// Source: Everingham et al., "The PASCAL Visual Object Classes Challenge 2012 Development Kit".
struct VOCFormat: BuiltInFormat {
    static let description = FormatDescription(
        "voc", summary: "Boxes in XML files, one per image (Pascal VOC).",
        options: VOCReader.options)

    static func read(_ request: FormatRequest) throws -> FormattedImages {
        try VOCReader.read(request, scalesBoxes: false)
    }
}

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
