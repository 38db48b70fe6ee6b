import Foundation
import PlumblineData

extension Reader {
    /// One reader per data format.
    ///
    /// The input is its label file, in a folder with a few images.
    static let formatReaders = [
        Reader(name: "image_folder", format: TextFormat(), start: { readClassNames }),
        Reader(name: "manifest", format: TextFormat(), start: { { try read("manifest", $0) } }),
        Reader(
            name: "coco", format: TextFormat(), crafted: Crafted.coco,
            start: { { try read("coco", $0) } }),
        Reader(
            name: "part_imagenet", format: TextFormat(), crafted: Crafted.coco,
            start: { { try read("part_imagenet", $0) } }),
        Reader(
            name: "voc", format: TextFormat(), crafted: Crafted.xml,
            start: { { try read("voc", $0, file: "Annotations/a.xml") } }),
        Reader(
            name: "voc_masks", format: PNGFormat(), crafted: Crafted.png,
            start: { readSegmentation }),
        Reader(
            name: "imagenet_localisation", format: TextFormat(), crafted: Crafted.xml,
            start: { { try read("imagenet_localisation", $0, file: "Annotations/a.xml") } }),
        Reader(
            name: "mask_folder", format: TextFormat(), start: { { try read("mask_folder", $0) } }),
        Reader(name: "nih_boxes", format: TextFormat(), start: { { try read("nih_boxes", $0) } }),
        Reader(name: "rsna", format: TextFormat(), start: { { try read("rsna", $0) } }),
        Reader(
            name: "siim", format: TextFormat(),
            start: { { try read("siim", $0, ["size": "40"]) } }),
        Reader(name: "chexmask", format: TextFormat(), start: { { try read("chexmask", $0) } }),
        Reader(
            name: "pascal_part", format: MATFormat(),
            start: { { try read("pascal_part", $0, file: "Annotations/a.mat") } }),
    ]

    /// The images of the folder: the names that the seeds have.
    private static let images = ["a.png", "b.png", "c.png", "n02124075_1.png"]
    private static let side = 40

    /// The folder of the images, which is made once per process.
    private static func images(_ input: Input) throws -> String {
        let folder = input.folder + "/images"
        guard FileIdentity(folder) == nil else { return folder }
        try createFolder(folder)
        for name in images {
            try RasterImage(height: side, width: side, channels: 1).write("\(folder)/\(name)")
        }
        return folder
    }

    /// Reads an input as the label file of a format, and the pixels of its first regions.
    private static func read(
        _ format: String, _ input: Input, _ options: [String: String] = [:], file: String? = nil
    ) throws {
        var request = FormatRequest()
        request.images = try images(input)
        request.options = options
        request.options["missing"] = "omit"
        if ["manifest", "mask_folder"].contains(format) { request.masks = request.images }
        if format == "mask_folder" { request.options["suffix"] = "" }
        if let file {
            request.labels = input.folder + "/Annotations"
            try createFolder(request.labels)
            try Files.write(input.bytes, to: "\(input.folder)/\(file)")
            // What is left by another reader of this process would be read too.
            defer { Files.remove("\(input.folder)/\(file)") }
            try check(try ImageFormats.read(format, request))
        } else {
            request.labels = try input.file()
            try check(try ImageFormats.read(format, request))
        }
    }

    /// Reads an input as masks of Pascal VOC: a PNG whose indices are classes or objects.
    private static func readSegmentation(_ input: Input) throws {
        let root = input.folder + "/voc"
        var request = FormatRequest()
        request.images = try images(input)
        request.labels = root + "/Annotations"
        request.masks = root + "/Masks"
        if FileIdentity(request.labels) == nil {
            try createFolder(request.labels)
            try createFolder(request.masks)
            try Files.write(Array(twoObjects.utf8), to: request.labels + "/a.xml")
        }
        try Files.write(input.bytes, to: request.masks + "/a.png")
        request.options = [
            "missing": "omit", "segmentation": input.index.isMultiple(of: 2) ? "class" : "object",
        ]
        try check(try ImageFormats.read("voc", request))
    }

    private static let box =
        "<bndbox><xmin>1</xmin><ymin>1</ymin><xmax>9</xmax><ymax>9</ymax></bndbox>"
    private static let twoObjects = """
        <annotation>
          <size><width>\(side)</width><height>\(side)</height><depth>1</depth></size>
          <object><name>aeroplane</name>\(box)</object>
          <object><name>bicycle</name>\(box)</object>
        </annotation>
        """

    private static func check(_ images: FormattedImages) throws {
        for index in 0..<images.source.count {
            let example = try images.source.example(index)
            guard example.labels.allSatisfy({ (0...1).contains($0) }) else {
                throw Wrong(problem: "labels \(example.labels)")
            }
            for annotation in example.annotations.prefix(20) {
                let region = annotation.region
                _ = region.fingerprint
                // A file may claim any size; the program compares it with the image first.
                guard (region.height, region.width) == (side, side) else { continue }
                guard try region.mask().pixels.count == side * side else {
                    throw Wrong(problem: "a mask of another size")
                }
            }
        }
        for omission in images.omissions where omission.count < 1 {
            throw Wrong(problem: "an omission of \(omission.count)")
        }
    }

    /// Reads an input as the names of the classes and as the list of a split.
    private static func readClassNames(_ input: Input) throws {
        var request = FormatRequest()
        request.images = input.folder + "/classes"
        if FileIdentity(request.images) == nil {
            for name in ["n01440764", "n01443537"] {
                try createFolder("\(request.images)/\(name)")
                try RasterImage(height: side, width: side, channels: 1)
                    .write("\(request.images)/\(name)/a.png")
            }
        }
        request.options = ["class_names": try input.file()]
        let images = try ImageFormats.read("image_folder", request)
        guard images.source.count == 2 else { throw Wrong(problem: "other images") }
    }
}
