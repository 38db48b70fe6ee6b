import Foundation
import PlumblineData
import PlumblineStorage

/// The question that a chat model is asked about a picture.
public struct Prompt: Sendable, Equatable {
    /// The place of the predicted label in a text.
    public static let placeholder = "{label}"
    public let text: String

    /// The package's own text for a kind of picture.
    public init(_ kind: PictureKind) { text = Self.lead(kind) + Self.task }

    /// A text of a file.
    ///
    /// - Throws: ``DatasetError`` if it cannot be read, is not UTF-8 or has no `{label}`.
    public init(file: String) throws {
        let data = try WholeFile.read(file, most: 1 << 16)
        guard let text = String(validating: data, as: UTF8.self) else {
            throw DatasetError(file, "is not UTF-8")
        }
        guard text.contains(Self.placeholder) else {
            throw DatasetError(file, "has no \(Self.placeholder), the place of the predicted label")
        }
        self.text = text
    }

    /// The text for one label.
    public func text(label: String) -> String {
        text.replacing(Self.placeholder, with: label.printable)
    }

    private static func lead(_ kind: PictureKind) -> String {
        switch kind {
        case .masked:
            """
            A classifier named this image "{label}". You see only the pixels that its explanation \
            calls important. All other pixels are black.

            """
        case .overlay:
            """
            A classifier named this image "{label}". A heat map is drawn over the image: yellow \
            and orange mark the pixels that its explanation calls important, dark purple and black \
            mark the others. Judge only the important pixels.

            """
        }
    }

    private static let task = """

        Look at the important pixels and say whether they show "{label}". Do not guess what the \
        other pixels may show.

        Give a whole number from 0 to 5:
        5: they show "{label}" clearly, and almost nothing else
        4: they show "{label}" clearly, with some of its surroundings
        3: they show a part of "{label}", about as much as other things
        2: they show little of "{label}" and mostly other things
        1: they show other things, not "{label}"
        0: nothing can be recognised

        Answer with one JSON object and nothing else:
        {"evaluation": "what the important pixels show", "justification": "why this number", \
        "score": number}
        """
}
