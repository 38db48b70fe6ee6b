import PlumblineMetrics

/// What a judge says about one picture.
public struct Judgement: Sendable, Equatable {
    /// How well the visible region shows the label, from 0 (not at all) to 5 (clearly).
    ///
    /// Missing with a reason where the judge gave no score; such a picture never counts as a low
    /// score.
    public var score: Measured
    /// What the judge sees.
    public var evaluation = ""
    /// Why it gives this score.
    public var justification = ""
    /// The mean of the scores 0 to 5 by the probabilities that the judge gives them.
    ///
    /// `nil` if the judge gives none. A rule's value before it is rounded.
    public var expectation: Double?
    /// What a server answered that could not be read.
    public var answer = ""
    /// The model's name as the server gives it; empty without a server.
    public var model = ""
    public var promptTokens: Int?
    public var completionTokens: Int?
    /// Whether the answer was read from the cache.
    public var isFromCache = false

    /// The most characters of each text that a server wrote.
    public static let mostCharacters = 2000

    public init(score: Measured) { self.score = score }

    public static func missing(_ reason: String) -> Judgement {
        Judgement(score: .missing(MissingReason(rawValue: reason)))
    }
}

extension MissingReason {
    /// An answer in which there is no score that is certain.
    public static let unparsable = MissingReason(rawValue: "unparsable")
    /// The file of scores lacks the picture.
    public static let noScoreInFile = MissingReason(rawValue: "no score in the file")
}
