/// How a YAML mapping is given to the reader of a key.
public enum MappingForm: Sendable {
    /// A mapping is not a value of the key.
    case refused
    /// As one text of JSON.
    case json
    /// As a list of `name=text`.
    case pairs
    /// As a list of `name=JSON`, in the order of the mapping; a text stands for itself.
    case entries
}
