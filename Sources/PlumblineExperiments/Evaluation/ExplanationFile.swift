import Foundation
import PlumblineData
import PlumblineStorage
import PlumblineTensors

/// Writes the relevance maps of one method to `/explanations/<image>`.
///
/// Each map has the logit of its image. Its attribute `visible` is the rectangle of the image that
/// it covers: `y x height width` in pixels. The file names the model, the class, the method and its
/// settings, the checkpoint and its digest, what computed it and when.
///
/// - Parameters:
///   - explaining: must have one method.
///   - date: what the file says of when it was written.
///   - each: called with each explained image.
/// - Throws: an error if no image at all could be read. Then the file is not written.
public func writeExplanations(
    _ explaining: Explaining, _ images: [NamedImage], checkpoint: String, to path: String,
    date: Date = Date(), each: (Explaining.Explained) throws -> Void
) throws -> Explaining.Outcome {
    precondition(explaining.methods.count == 1, "writeExplanations: one method per file")
    var outcome = Explaining.Outcome()
    try HDF5File.write(path) { file in
        outcome = try explaining.explain(images) { explained in
            try file.write("explanations/\(explained.name)", explained.maps[0].relevance)
            try file.setAttribute(
                "logit", Double(explained.logit), of: "explanations/\(explained.name)")
            try file.setAttribute(
                "class", explained.className, of: "explanations/\(explained.name)")
            let visible = explained.geometry.visible
            try file.setAttribute(
                "visible", "\(visible.y) \(visible.x) \(visible.height) \(visible.width)",
                of: "explanations/\(explained.name)")
            try each(explained)
        }
        if outcome.explained == 0, let failure = outcome.failures.first {
            guard outcome.failures.count > 1 else { throw failure }
            throw DatasetError(
                path, "not written: none of \(images.count) images can be read; \(failure)")
        }
        try file.setAttribute("explanation", explaining.methods[0].explanation.name)
        try file.setAttribute("class", explaining.targetName)
        try file.setAttribute("model", explaining.model.name)
        try file.setAttribute("checkpoint", checkpoint)
        try file.setAttribute("checkpoint_hash", explaining.model.digest)
        let settings = explaining.configuration.withoutFolders
        try file.setAttribute("configuration", settings.yaml(commented: false))
        try file.setAttribute("version", plumblineVersion)
        try file.setAttribute("program", plumblineProgram)
        try file.setAttribute("instruction_set", instructionSet)
        try file.setAttribute("threads", Parallel.threads)
        try file.setAttribute("written", date.ISO8601Format())
    }
    return outcome
}
