/// Names of files for things whose names may come from a file of anyone.
struct FileNames {
    private var taken: Set<String> = []

    /// A name of letters, digits, `_` and `-` that no earlier call gave.
    mutating func name(of text: String) -> String {
        let characters = text.unicodeScalars.prefix(100).map { scalar -> Character in
            let isPlain =
                scalar.isASCII
                && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                    || scalar == "_" || scalar == "-")
            return isPlain ? Character(scalar) : "_"
        }
        let plain = characters.isEmpty ? "_" : String(characters)
        var name = plain
        var number = 2
        while !taken.insert(name).inserted {
            name = "\(plain)_\(number)"
            number += 1
        }
        return name
    }
}
