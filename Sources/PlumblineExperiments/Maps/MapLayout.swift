/// Where the channels of an array of maps are.
public enum MapLayout: String, CaseIterable, Sendable {
    /// By the sizes: the axis of size 1 or 3 is that of the channels.
    case auto
    /// `[height, width, channels]` behind the images.
    case nhwc
    /// `[channels, height, width]` behind the images, as PyTorch has it.
    case nchw

    /// Whether the channels come first in a map of three axes.
    ///
    /// - Parameter file: for messages.
    /// - Throws: ``ConfigurationError`` where `auto` cannot tell.
    func hasChannelsFirst(_ shape: [Int], _ file: String) throws -> Bool {
        guard self == .auto else { return self == .nchw }
        let first = [1, 3].contains(shape[0])
        let last = [1, 3].contains(shape[2])
        guard first != last else {
            throw ConfigurationError(
                file, "--layout",
                "a map of \(shape.map(String.init).joined(separator: " x ")) may be nhwc or nchw; "
                    + "say which")
        }
        return first
    }
}
