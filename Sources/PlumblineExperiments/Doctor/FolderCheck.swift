import Foundation
import PlumblineStorage
import PlumblineTensors

/// Whether a folder can hold the files of a run.
struct FolderCheck {
    private let folder: String

    init(_ folder: String) { self.folder = folder }

    /// Writing and reading, locks, and free space.
    var findings: [DoctorFinding] {
        let file = "\(folder)/.plumbline-doctor-\(getpid()).h5"
        defer { unlink(file) }
        do {
            try writeAndRead(file)
        } catch {
            return [
                DoctorFinding(
                    .problem,
                    "folder \(folder): \(error); choose another folder, or have its rights "
                        + "or its disk changed")
            ]
        }
        return [space, locks(file)]
    }

    /// The file has what our files have: a table, text and a rename at the end.
    private func writeAndRead(_ file: String) throws {
        let values = (0..<1000).map { Double($0) / 7 }
        var checkpoint = Checkpoint(
            model: "doctor", modelConfiguration: "{}", classes: ["a"],
            weights: ["values": Tensor([1, 2, 3], shape: [3])])
        checkpoint.curve.add("step", .reals(values))
        try checkpoint.write(file)
        let read = try Checkpoint.facts(file, includesCurve: true)
        guard read.curve.reals("step") == values else {
            throw StorageError(file, "reads back otherwise than it was written")
        }
    }

    private var space: DoctorFinding {
        var about = statvfs()
        guard statvfs(folder, &about) == 0 else {
            return DoctorFinding(
                .note,
                "folder \(folder): can be written; its free space is not known: "
                    + String(cString: strerror(errno)))
        }
        let (bytes, overflow) = UInt64(about.f_bavail).multipliedReportingOverflow(
            by: UInt64(about.f_frsize))
        let free = overflow ? Int.max : Int(clamping: bytes)
        let text = "folder \(folder): can be written, \(ByteCount.text(free)) free"
        guard free < 1 << 30 else { return DoctorFinding(.ok, text) }
        return DoctorFinding(
            .note,
            text + ": a checkpoint with its optimiser's state has up to 1 GB; free some "
                + "space")
    }

    private func locks(_ file: String) -> DoctorFinding {
        let descriptor = open(file, O_RDWR | O_CLOEXEC)
        defer { if descriptor >= 0 { close(descriptor) } }
        if descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
            return DoctorFinding(.ok, "folder \(folder): locks work")
        }
        let reason = String(cString: strerror(errno))
        return DoctorFinding(
            .note,
            "folder \(folder): has no locks (\(reason)): two runs in one folder would not "
                + "see each other; give each run an output folder of its own")
    }
}
