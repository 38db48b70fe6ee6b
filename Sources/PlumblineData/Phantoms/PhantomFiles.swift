import Foundation

/// The paths of the files of a ``PhantomDataset``.
struct PhantomFiles {
    let labels: String
    let masks: String
    let parts: String
    private let folder: String
    private let name: String
    private let count: Int
    private let perPatient: Int

    init(_ folder: String, _ name: String, count: Int, perPatient: Int) {
        labels = "\(folder)/\(name).csv"
        masks = "\(folder)/gt_segmentations_\(name).json"
        parts = "\(folder)/parts_\(name).json"
        self.folder = folder
        self.name = name
        self.count = count
        self.perPatient = perPatient
    }

    /// The path of an image below the folder: a folder per patient, in it one per film.
    func image(_ index: Int) -> String {
        Self.image(name, patient: index / perPatient, film: index % perPatient)
    }

    private static func image(_ name: String, patient: Int, film: Int) -> String {
        name + String(format: "/patient%05d/study%d/view1_frontal.jpg", patient + 1, film + 1)
    }

    /// Removes the images of a set that was here before and is not part of this one.
    ///
    /// - Throws: ``DatasetError`` where one cannot be removed.
    func removeOthers() throws {
        var patient = 0
        while true {
            var film = max(0, min(perPatient, count - patient * perPatient))
            let isOfThisSet = film > 0
            // The films of a patient are numbered without gaps.
            var path = "\(folder)/" + Self.image(name, patient: patient, film: film)
            guard isOfThisSet || FileIdentity(path) != nil else { return }
            while FileIdentity(path) != nil {
                try Self.remove(path)
                film += 1
                path = "\(folder)/" + Self.image(name, patient: patient, film: film)
            }
            patient += 1
        }
    }

    /// Removes a file, if it is there.
    static func remove(_ path: String) throws {
        guard unlink(path) == 0 || errno == ENOENT else {
            throw DatasetError(path, "cannot be removed: \(String(cString: strerror(errno)))")
        }
    }
}
