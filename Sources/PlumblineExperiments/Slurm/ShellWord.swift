/// A word of a shell script.
enum ShellWord {
    /// The text in single quotes, so that the shell changes nothing in it.
    static func quoted(_ text: String) -> String {
        let plain = text.utf8.allSatisfy { byte in
            let character = Character(Unicode.Scalar(byte))
            return character.isASCII
                && (character.isLetter || character.isNumber || "/._-=+:,@".contains(character))
        }
        guard text.isEmpty || !plain else { return text }
        return "'"
            + text.split(separator: "'", omittingEmptySubsequences: false)
            .joined(separator: "'\\''") + "'"
    }
}
