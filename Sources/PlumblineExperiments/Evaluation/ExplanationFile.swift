import PlumblineData
import PlumblineStorage

/// Writes relevance maps by one method: `/explanations/<image>` with the image's logit, and what
/// made them.
///
/// - Parameters:
///   - explaining: of one method.
///   - each: called with each image that is explained.
/// - Throws: an error where no image at all could be read; the file is not written then.
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
            try each(explained)
        }
        if outcome.explained == 0, let failure = outcome.failures.first {
            guard outcome.failures.count > 1 else { throw failure }
            throw DatasetError(
                path, "not written: none of \(images.count) images can be read; \(failure)")
        }
        try file.setAttribute("explanation", explaining.methods[0].explanation.name)
        try file.setAttribute("class", explaining.classes[explaining.target])
        try file.setAttribute("model", explaining.model.name)
        try file.setAttribute("checkpoint", checkpoint)
    }
    return outcome
}
