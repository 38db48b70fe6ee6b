import Foundation

extension Configuration {
    /// The value of a key as written.
    func value(of key: String) -> String? {
        ConfigurationKeys.all.first { $0.name == key }.map { $0.write(self) }
    }

    /// The configuration as YAML, each key with its meaning.
    public func yaml(commented: Bool = true) -> String {
        var lines: [String] = []
        var open: [String] = []
        for key in ConfigurationKeys.all {
            let parts = key.name.split(separator: ".").map(String.init)
            let sections = Array(parts.dropLast())
            let shared = zip(open, sections).prefix { $0 == $1 }.count
            for depth in shared..<max(shared, sections.count) {
                lines.append(String(repeating: "  ", count: depth) + sections[depth] + ":")
            }
            open = sections
            let indent = String(repeating: "  ", count: sections.count)
            let line = "\(indent)\(parts.last!): \(key.write(self))"
            let width = max(44, line.count + 2)
            lines.append(
                commented
                    ? line.padding(toLength: width, withPad: " ", startingAt: 0) + "# "
                        + key.meaning : line)
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
