/// What happens to images that the labels name and that are not there.
enum MissingImages: String, CaseIterable {
    case refuse
    case omit

    static let option = FormatOption(
        "missing", "What images without a file are: refuse (an error) or omit (counted).")
}
