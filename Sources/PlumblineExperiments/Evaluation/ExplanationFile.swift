import PlumblineData
import PlumblineStorage

/// Writes the relevance maps of one method to `/explanations/<image>`.
///
/// Each map has the logit of its image. Its attribute `visible` is the rectangle of the image that
/// it covers: `y x height width` in pixels. The file names the model, the class and the method.
///
/// - Parameters:
///   - explaining: must have one method.
///   - each: called with each explained image.
/// - Throws: an error if no image at all could be read. Then the file is not written.
public func writeExplanations(
    _ explaining: Explaining, _ images: [NamedImage], checkpoint: String, to path: String,
    each: (Explaining.Explained) throws -> Void
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
    }
    return outcome
}
