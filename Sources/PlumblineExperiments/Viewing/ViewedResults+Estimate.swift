import Foundation
import PlumblineData
import PlumblineReports

extension ViewedResults {
    /// The pictures that are made to know how large all will be, and how long they take.
    private struct Trial {
        var tried = 0
        var bytes: [Int] = []
        var seconds: [Double] = []
        /// The values of the largest picture.
        var largest = 0
        /// Why a picture cannot be read, by the name of the image.
        var failures: [(image: String, problem: String)] = []
        /// Images that the data do not have.
        var strangers = 0

        /// The bytes of some pictures like these.
        func bytes(of count: Int) -> Double {
            bytes.isEmpty ? 0 : Double(count * bytes.reduce(0, +)) / Double(bytes.count)
        }

        /// The time of some pictures like these: the first ones are slower.
        func seconds(of count: Int) -> Double {
            seconds.isEmpty ? 0 : Double(count) * seconds.sorted()[(seconds.count - 1) / 2]
        }

        mutating func add(_ size: Int, since start: ContinuousClock.Instant) {
            let duration = (ContinuousClock.now - start).components
            bytes.append(size)
            seconds.append(Double(duration.seconds) + Double(duration.attoseconds) / 1e18)
        }
    }

    /// How large the page will be, how long it takes and how much memory, in one line; then a line
    /// for each trouble with the pictures that were tried.
    ///
    /// A few pictures and maps are made for it, spread over the images.
    ///
    /// - Throws: an error where a picture cannot be encoded, or a map cannot be read.
    public func estimate() throws -> [String] {
        let images = try tryPictures()
        let maps = try tryMaps()
        let count = viewer.images.count
        let columns = viewer.runCount * count * (viewer.scoreCount * 6 + 10) * 4 / 3
        // Pictures that cannot be read are taken for as large as the others.
        let bytes = images.bytes(of: count) + maps.bytes(of: mapCount) + Double(columns)
        let seconds = images.seconds(of: count) + maps.seconds(of: mapCount)
        // A picture is held as it is, smaller, and encoded; a column as numbers and as text.
        let memory = Self.memory() + 12 * images.largest + 8 * viewer.runCount * count
        func whole(_ value: Double) -> String { "\(Int(value.rounded(.up)))" }
        let size =
            "\(count) images, \(viewer.runCount) runs, \(viewer.scoreCount) scores, "
            + "\(mapCount) maps: about \(whole(bytes / 1e6)) MB and \(whole(seconds)) s, with "
            + "\(whole(Double(memory) / 1e6)) MB of memory"
        return [size] + Self.troubles(images)
    }

    /// Numbers of images, spread over all.
    private var someImages: [Int] {
        let count = viewer.images.count
        return Array(stride(from: 0, to: count, by: max(1, count / 9)).prefix(9))
    }

    private func tryPictures() throws -> Trial {
        guard let data else { return Trial() }
        var trial = Trial(tried: someImages.count)
        for name in someImages.map({ viewer.images[$0] }) {
            do {
                let start = ContinuousClock.now
                guard let picture = try data.picture(name) else {
                    trial.strangers += 1
                    continue
                }
                let size = try viewer.sizeOfPictures(picture, longestSide: longestSide)
                trial.add(size, since: start)
                trial.largest = max(trial.largest, picture.image.values.count)
            } catch let error as DatasetError {
                trial.failures.append((name, "\(error)"))
            }
        }
        return trial
    }

    private func tryMaps() throws -> Trial {
        guard mapCount > 0 else { return Trial() }
        var trial = Trial()
        for (number, image) in someImages.enumerated() {
            let start = ContinuousClock.now
            let run = number % viewer.runCount
            guard let size = try viewer.sizeOfMap(run: run, image: image, pictures) else {
                continue
            }
            trial.add(size, since: start)
        }
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
