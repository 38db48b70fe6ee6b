import PlumblineTensors
import Synchronization

/// The format `pascal_part`: masks of objects and their parts, one MATLAB file per image.
///
///     Annotations_Part/2008_000003.mat
///     JPEGImages/2008_000003.jpg
///
/// A file has a struct `anno` with `imname` and `objects`. An object has `class`, `mask` and
/// `parts`; a part has `part_name` and `mask`. Masks have the size of the image. `labels` is the
/// folder of these files and `images` that of the images. An image shows the classes of its
/// objects. Regions of objects have no part name; parts of one name are united.
///
/// The option `split` is a text file of names, such as Pascal VOC's `ImageSets/Main/val.txt`.
///
/// Source: Chen et al., "Detect What You Can", CVPR 2014; roozbehm.info/pascal-parts.
struct PascalPartFormat: BuiltInFormat {
    static let description = FormatDescription(
        "pascal_part", summary: "Masks of objects and parts in MATLAB files (PASCAL-Part).",
        options: [
            ClassNames.option, SplitList.option(withoutColumnsIn: "MATLAB"),
            PartJoins.option, MissingImages.option,
        ])

    private let names: ClassNames
    private var split: SplitList?
    private var list: ImageList
    private var classes: Set<String> = []

    static func read(_ request: FormatRequest) throws -> FormattedImages {
        try request.refuse(request.masks, "masks", "regions are part of the labels")
        let labels = try request.requireFolder(request.labels, "labels", "a folder of .mat files")
        var format = try PascalPartFormat(request)
        let files = try ImageFolder.files(below: labels, extensions: ["mat"])
        guard !files.isEmpty else { throw DatasetError(labels, "there is no .mat file") }
        let jobs = try files.compactMap { try format.job($0, folder: labels) }
        for start in stride(from: 0, to: jobs.count, by: 64) {
            let block = Array(jobs[start..<min(start + 64, jobs.count)])
            for (job, objects) in zip(block, try parsed(block)) { try format.add(objects, job) }
        }
        format.split?.report(&format.list.omitted)
        return try format.list.formatted(
            classes: format.classes.sorted(), groups: "PASCAL-Part has no groups")
    }

    private init(_ request: FormatRequest) throws {
        names = try ClassNames(request)
        split = try SplitList(request)
        let folder = try request.requireFolder(request.images, "images", "a folder of images")
        list = try ImageList(request, folder: folder)
    }

    /// A file whose image was found.
    private struct Job {
        var file: String
        var index: Int
        var size: Example.Size
    }

    private mutating func job(_ file: String, folder: String) throws -> Job? {
        let name = PathText.withoutExtension(PathText.relative(file, to: folder))
        if split?.takes(name) == false { return nil }
        guard let index = try list.findOnce(name, place: file) else { return nil }
        return Job(file: file, index: index, size: try list.size(index))
    }

    /// The objects of some files, which are unpacked on all threads.
    private static func parsed(_ jobs: [Job]) throws -> [[PascalPartFile.Object]] {
        let results = Mutex<[Int: Result<[PascalPartFile.Object], any Error>]>([:])
        Parallel.forRanges(jobs.count, grain: 1) { range in
            for place in range {
                let job = jobs[place]
                let result = Result { try PascalPartFile(job.file, size: job.size).objects }
                results.withLock { $0[place] = result }
            }
        }
        let all = results.withLock { $0 }
        return try jobs.indices.map { try all[$0]!.get() }
    }

    private mutating func add(_ objects: [PascalPartFile.Object], _ job: Job) throws {
        for object in objects {
            let className = try names.name(of: object.className)
            classes.insert(className)
            list.update(job.index) { $0.show(className) }
            for (part, region) in [(String?.none, object.region)] + object.parts {
                guard let region else {
                    let kind = part == nil ? "objects" : "parts"
                    list.omitted.add("\(kind) without a pixel are left out", job.file)
                    continue
                }
                list.update(job.index) {
                    $0.annotations.append(
                        Annotation(className: className, part: part, region: region))
                }
            }
        }
    }
}
