import Foundation
import PlumblineData
import PlumblineExperiments

/// The demo's configuration, with its own synthetic radiographs as data.
///
/// The images are written to `phantoms` below `folder`, unless they are all there already.
///
/// - Parameter output: the run's folder.
func demoConfiguration(
    _ config: String, imageFolder folder: String, output: String, overrides: [String]
) throws -> Configuration {
    let images = "\(folder)/phantoms"
    var settings = ["output=\(output)"]
    for (name, section, count, seed) in [("train", "align", 480, 1), ("valid", "evaluate", 160, 2)]
    {
        settings += [
            "data.\(section).labels=\(images)/\(name).csv",
            "data.\(section).masks=\(images)/gt_segmentations_\(name).json",
        ]
        var phantoms = PhantomDataset()
        phantoms.count = count
        phantoms.size = 160
        phantoms.seed = UInt64(seed)
        if phantoms.isWhole(in: images, name: name) { continue }
        try createFolder(images)
        let progress = Progress("phantoms \(name)", total: count, unit: " images")
        try phantoms.write(to: images, name: name) { done in
            progress.update(done)
            try Interruption.check(
                "while synthetic images were drawn; the same command draws them again")
        }
    }
    return try Configuration.load(config, overrides: settings + overrides)
}
