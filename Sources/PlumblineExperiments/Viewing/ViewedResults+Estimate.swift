import Foundation
import PlumblineData
import PlumblineReports

extension ViewedResults {
    /// The pictures that are made to know how large all will be.
    private struct Trial {
        var tried = 0
        var bytes = 0
        var seconds = 0.0
        /// The values of the largest picture.
        var largest = 0
        /// Why a picture cannot be read, by the name of the image.
        var failures: [(image: String, problem: String)] = []
        /// Images that the data do not have.
        var strangers = 0

        var made: Int { tried - failures.count - strangers }
    }

    /// How large the page will be, how long it takes and how much memory, in one line; then a line
    /// for each trouble with the pictures that were tried.
    ///
    /// A few pictures are made for it, spread over the images.
    ///
    /// - Throws: an error where a picture cannot be encoded.
    public func estimate() throws -> [String] {
        let trial = try tryPictures()
        let count = viewer.images.count
        // Those that cannot be read are taken for as large as the others.
        let share = Double(count) / Double(max(1, trial.made))
        let isShown = trial.made > 0
        let columns = viewer.runCount * count * (viewer.scoreCount * 6 + 10) * 4 / 3
        let bytes =
            (isShown ? Double(trial.bytes) * share : 0) + Double(columns + mapCount * 20_000)
        let seconds = (isShown ? trial.seconds * share : 0) + Double(mapCount) * 0.005
        // A picture is held as it is, smaller, and encoded; a column as numbers and as text.
        let memory = Self.memory() + 12 * trial.largest + 8 * viewer.runCount * count
        func whole(_ value: Double) -> String { "\(Int(value.rounded(.up)))" }
        let size =
            "\(count) images, \(viewer.runCount) runs, \(viewer.scoreCount) scores, "
            + "\(mapCount) maps: about \(whole(bytes / 1e6)) MB and \(whole(seconds)) s, with "
            + "\(whole(Double(memory) / 1e6)) MB of memory"
        return [size] + Self.troubles(trial)
    }

    private func tryPictures() throws -> Trial {
        guard let data else { return Trial() }
        let names = viewer.images
        let step = max(1, names.count / 5)
        let tried = stride(from: 0, to: names.count, by: step).prefix(5).map { names[$0] }
        var trial = Trial(tried: tried.count)
        let start = ContinuousClock.now
        for name in tried {
            do {
                guard let picture = try data.picture(name) else {
                    trial.strangers += 1
                    continue
                }
                trial.bytes += try viewer.sizeOfPictures(picture, longestSide: longestSide)
                trial.largest = max(trial.largest, picture.image.values.count)
            } catch let error as DatasetError {
                trial.failures.append((name, "\(error)"))
            }
        }
        let duration = (ContinuousClock.now - start).components
        trial.seconds = Double(duration.seconds) + Double(duration.attoseconds) / 1e18
        return trial
    }

    private static func troubles(_ trial: Trial) -> [String] {
        var lines: [String] = []
        if trial.strangers > 0 {
            lines.append("\(trial.strangers) of \(trial.tried) images tried are not in --data")
        }
        if let first = trial.failures.first {
            lines.append(
                "\(trial.failures.count) of \(trial.tried) pictures tried cannot be read, such as "
                    + "\(first.image): \(first.problem)")
        }
        return lines
    }

    /// The most memory that the program has had so far, in bytes.
    private static func memory() -> Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss * 1024
    }
}
