/// The format `voc`: boxes of objects in XML files, one per image, as Pascal VOC has them.
///
/// `labels` is the folder `Annotations`, `images` the folder `JPEGImages`. The name of an XML file
/// is the name of its image; `filename` in the file is often wrong and is not read. An image shows
/// the classes of its objects. Objects may have parts with boxes of their own.
///
/// Boxes begin at 1, and their last pixel belongs to them: `xmin` 1 and `xmax` 3 are three pixels.
/// Coordinates may be fractions, as in some files of VOC 2011.
///
/// With the option `segmentation: class`, the regions are the masks in `SegmentationClass` beside
/// `Annotations`, or in `masks`: PNG files with a palette, whose indices are the classes in VOC's
/// order. With `segmentation: object` they are those in `SegmentationObject`, whose indices are the
/// objects in the order of the XML file. Index 255 is void and belongs to no region. `split` then
/// looks in `ImageSets/Segmentation` first.
///
/// The option `split` is a file, or a name such as `val`: `ImageSets/Main/val.txt` beside
/// `Annotations`.
///
/// Source: Everingham et al., "The PASCAL Visual Object Classes Challenge 2012 Development Kit".
struct VOCFormat: BuiltInFormat {
    static let description = FormatDescription(
        "voc", summary: "Boxes in XML files, or palette masks of classes or objects (Pascal VOC).",
        options: VOCReader.options + VOCSegmentationFolder.options)

    static func read(_ request: FormatRequest) throws -> FormattedImages {
        try VOCReader.read(request, scalesBoxes: false)
    }
}
