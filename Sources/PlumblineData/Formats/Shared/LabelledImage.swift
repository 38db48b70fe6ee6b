/// An image that a format has found, with what the files say about it.
struct LabelledImage {
    /// Its path from the folder of images on; names are made of it.
    let path: String
    let file: String
    /// Where it was first named, such as "row 3 of labels.csv", for messages.
    let place: String
    var group: String?
    /// By class: target and weight.
    ///
    /// A class without an entry is not shown.
    var labels: [String: (value: Float, weight: Float)] = [:]
    var annotations: [Annotation] = []

    init(path: String, file: String, place: String) {
        self.path = path
        self.file = file
        self.place = place
    }

    /// The classes that the image shows.
    var positives: [String] { labels.filter { $0.value == (1, 1) }.keys.sorted() }

    mutating func show(_ className: String) { labels[className] = (1, 1) }

    /// Says that it is not known whether a class is shown; a class that is shown stays so.
    mutating func ignore(_ className: String) {
        if labels[className] == nil { labels[className] = (0, 0) }
    }
}
