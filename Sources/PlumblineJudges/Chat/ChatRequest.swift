import Foundation

/// One question to a chat model, with at most one picture.
///
/// The bytes of a request depend on nothing but its values: keys are sorted.
struct ChatRequest {
    /// What not every server takes.
    struct Features: OptionSet, Hashable {
        let rawValue: Int
        /// `response_format` with a JSON schema.
        static let schema = Features(rawValue: 1 << 0)
        /// `logprobs`.
        static let probabilities = Features(rawValue: 1 << 1)
        /// `max_tokens`; without it, the name is `max_completion_tokens`.
        static let plainLimit = Features(rawValue: 1 << 2)
        static let all: Features = [.schema, .probabilities, .plainLimit]
    }

    /// One of the features, with its name and the words by which servers refuse it.
    struct Feature {
        let option: Features
        let name: String
        let words: [String]

        static let all = [
            Feature(
                option: .schema, name: "response_format",
                words: ["response_format", "json_schema", "schema", "grammar"]),
            Feature(option: .probabilities, name: "logprobs", words: ["logprobs"]),
            Feature(
                option: .plainLimit, name: "max_tokens",
                words: ["max_tokens", "max_completion_tokens"]),
        ]
    }

    var prompt: String
    /// A PNG file.
    var picture: Data?
    var schema: JSONSchema?
    /// Whether the probabilities of tokens are asked for.
    var wantsProbabilities = false

    /// The features that this request can use.
    var features: Features {
        var result: Features = [.plainLimit]
        if schema != nil { result.insert(.schema) }
        if wantsProbabilities { result.insert(.probabilities) }
        return result
    }

    /// The bytes that are sent.
    func body(_ settings: ChatSettings, _ features: Features) throws -> Data {
        var content: [[String: Any]] = [["type": "text", "text": prompt]]
        if let picture {
            let address = "data:image/png;base64,\(picture.base64EncodedString())"
            content.append(["type": "image_url", "image_url": ["url": address]])
        }
        var body: [String: Any] = [
            "model": settings.model, "messages": [["role": "user", "content": content]],
            "temperature": settings.temperature, "top_p": settings.topP, "seed": settings.seed,
        ]
        let limit = features.contains(.plainLimit) ? "max_tokens" : "max_completion_tokens"
        body[limit] = settings.mostTokens
        if features.contains(.schema), let schema {
            body["response_format"] = [
                "type": "json_schema",
                "json_schema": ["name": schema.name, "strict": true, "schema": schema.schema],
            ]
        }
        if features.contains(.probabilities), wantsProbabilities {
            body["logprobs"] = true
            body["top_logprobs"] = 20
        }
        return try JSONSerialization.data(
            withJSONObject: body, options: [.sortedKeys, .withoutEscapingSlashes])
    }
}

/// The form of an answer.
struct JSONSchema {
    let name: String
    let schema: [String: Any]

    /// An object that has all of the properties, in the order of their names.
    static func object(_ properties: [String: Any]) -> [String: Any] {
        [
            "type": "object", "properties": properties, "required": properties.keys.sorted(),
            "additionalProperties": false,
        ]
    }

    static var text: [String: Any] { ["type": "string"] }
}
