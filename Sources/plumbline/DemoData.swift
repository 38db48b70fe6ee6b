import PlumblineData
import PlumblineExperiments
import Foundation

/// The demo's configuration over its own phantom films, which are written below `folder` if they
/// are not all there yet.
///
/// - Parameter output: the run's folder.
func demoConfiguration(_ config: String, films folder: String, output: String, overrides: [String])
    throws -> Configuration
{
    let films = "\(folder)/phantoms"
    var own = ["output=\(output)"]
    for (name, section, count, seed) in [("train", "align", 480, 1), ("valid", "evaluate", 160, 2)]
    {
        own += [
            "data.\(section).labels=\(films)/\(name).csv",
            "data.\(section).masks=\(films)/gt_segmentations_\(name).json",
        ]
        var phantoms = PhantomDataset()
        (phantoms.count, phantoms.size, phantoms.seed) = (count, 160, UInt64(seed))
        if phantoms.isWhole(in: films, name: name) { continue }
        try createFolder(films)
        let progress = Progress("phantoms \(name)", total: count, unit: " images")
        try phantoms.write(to: films, name: name) { done in
            progress.update(done)
            try Interruption.check("while phantoms were drawn; the same command draws them again")
        }
    }
    return try Configuration.load(config, overrides: own + overrides)
}
