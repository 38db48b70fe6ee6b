import PlumblineData
import PlumblineJudges
import PlumblineStorage

/// A folder of the pictures that a judge is shown.
struct PictureFolder {
    private let folder: String
    private var names: Set<String> = []

    init(_ folder: String) throws {
        self.folder = folder
        try createFolder(folder)
    }

    /// Writes `IMAGE.png`, or `IMAGE.CONTROL.png` for a control; slashes of a name become `_`.
    ///
    /// - Throws: ``DatasetError`` if two images have one name then, or if it cannot be written.
    mutating func write(_ question: JudgeQuestion) throws {
        let image = question.image.replacing("/", with: "_")
        let control = question.control == .none ? "" : ".\(question.control.rawValue)"
        let path = PathText.joined(folder, "\(image)\(control).png")
        guard names.insert(path).inserted else {
            throw DatasetError(path, "two images have this name")
        }
        try AtomicFile.write(path, durable: false) { try $0.write(question.png) }
    }
}
