import PlumblineData

/// The images of one label file: found on the disk, each with a name of its own.
struct LabelledImages {
    /// The configuration's section, such as `data.align`.
    let section: String
    let source: Configuration.Source
    let films: [CheXpert.Film]
    let files: [String]
    let identities: [FileIdentity]
    /// Names in results and masks.
    let keys: [String]
    /// Names of all images of the label file, those that are left out too.
    let allKeys: Set<String>

    var count: Int { films.count }

    /// Reads the label file, and says how many images and labels are left out.
    ///
    /// - Parameters:
    ///   - classes: the columns that are read.
    ///   - skipsRepeats: pass over an image that is there again, which is an error otherwise.
    /// - Throws: ``DatasetError`` for a file that is wrong, an image that is not there, and one that
    ///   is there twice.
    init(
        _ section: String, _ source: Configuration.Source, _ settings: Configuration.DataSettings,
        classes: [String], skipsRepeats: Bool = false
    ) throws {
        let labels = try CheXpert.labels(
            source.labels, classes: classes, frontalOnly: settings.frontalOnly,
            group: settings.group)
        guard !labels.films.isEmpty else {
            throw DatasetError(
                source.labels,
                "no image is left of \(labels.laterals.count)"
                    + (settings.frontalOnly ? " (frontal ones only; data.frontal_only)" : ""))
        }
        let root =
            source.images.isEmpty ? PathText.folder(of: source.labels) : source.images
        var films: [CheXpert.Film] = []
        var files: [String] = []
        var places: [FileIdentity: Int] = [:]
        var repeats: [String] = []
        for film in labels.films {
            let file = try CheXpert.locate(film, root: root, labels: source.labels)
            guard let identity = FileIdentity(file) else {
                throw DatasetError(file, "no such image")
            }
            if let before = places[identity] {
                let rows = "rows \(films[before].row) and \(film.row)"
                let differ = films[before].labels == film.labels ? "" : ", with other labels"
                let text = "\(rows): an image that is there twice\(differ): \(file)"
                guard skipsRepeats else { throw DatasetError(source.labels, text) }
                repeats.append(text)
                continue
            }
            places[identity] = films.count
            films.append(film)
            files.append(file)
        }
        if let first = repeats.first {
            let more = repeats.count > 1 ? "; and \(repeats.count - 1) more" : ""
            Progress.note("\(source.labels): \(first)\(more); each is taken once")
        }
        self.section = section
        self.source = source
        self.films = films
        self.files = files
        identities = places.sorted { $0.value < $1.value }.map(\.key)
        keys = ImageKeys.unique(films.map(\.path))
        allKeys = Set(keys).union(labels.laterals.map(\.key))
        noteLeftOut(labels, settings, classes)
    }

    private init(_ other: LabelledImages, _ chosen: [Int]) {
        section = other.section
        source = other.source
        films = chosen.map { other.films[$0] }
        files = chosen.map { other.files[$0] }
        identities = chosen.map { other.identities[$0] }
        keys = chosen.map { other.keys[$0] }
        allKeys = other.allKeys
    }

    func filtered(_ isKept: (Int) -> Bool) -> LabelledImages {
        LabelledImages(self, films.indices.filter(isKept))
    }

    /// Splits the images by group: the second part has a share of the groups.
    ///
    /// - Throws: ``ConfigurationError`` where it is not known which images belong together.
    func split(_ configuration: Configuration) throws -> (LabelledImages, LabelledImages) {
        let parts = CheXpert.split(
            films, share: configuration.data.heldOut, seed: UInt64(configuration.seed))
        guard let parts else {
            let film = films.first { $0.group == nil }!
            let column = configuration.data.group
            throw ConfigurationError(
                configuration.file, "data.group",
                "data.held_out splits by patient, and row \(film.row) of \(source.labels) names "
                    + (column.isEmpty
                        ? "none (its path has no part patientN: \(film.path)); name the column "
                            + "that does, or give data.evaluate.labels"
                        : "none in \(column)"))
        }
        let second = Set(parts.second.map(\.row))
        return (
            filtered { !second.contains(films[$0].row) },
            filtered { second.contains(films[$0].row) }
        )
    }

    /// The images with the masks of the target.
    ///
    /// - Throws: ``DatasetError`` for a target that is none of the classes.
    func dataset(
        _ settings: Configuration.DataSettings, _ masks: Localizations?, isTraining: Bool
    ) throws -> ImageDataset {
        let examples = films.indices.map { index in
            let resolved = films[index].labels.map { settings.uncertainty.resolve($0) }
            let annotations = settings.classes.compactMap { name in
                masks?.region(name, in: keys[index]).map {
                    Annotation(className: name, region: $0)
                }
            }
            return Example(
                id: keys[index], file: files[index], labels: resolved.map(\.value),
                weights: resolved.map(\.weight), group: films[index].group,
                annotations: annotations)
        }
        var preprocessing = settings.preprocessing
        if !isTraining { (preprocessing.rotation, preprocessing.flips) = (0, false) }
        return try ImageDataset(
            ExampleList(classes: settings.classes, examples: examples),
            preprocessing: preprocessing, target: settings.target, dropsEmptyMasks: isTraining)
    }

    private func noteLeftOut(
        _ labels: CheXpert.Labels, _ settings: Configuration.DataSettings, _ classes: [String]
    ) {
        if !labels.laterals.isEmpty {
            Progress.note(
                "\(source.labels): \(labels.laterals.count) lateral images are left out "
                    + "(data.frontal_only); \(films.count) are used")
        }
        guard settings.uncertainty == .ignore else { return }
        let counts = classes.enumerated().map { place, name in
            (name, films.filter { $0.labels[place] == -1 }.count)
        }.filter { $0.1 > 0 }
        guard !counts.isEmpty else { return }
        let text = counts.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
        Progress.note("\(source.labels): uncertain labels are ignored: \(text) of \(films.count)")
    }
}
