/// An element of a small XML file.
struct XMLNode {
    let name: String
    /// The line on which it begins, from 1.
    let line: Int
    /// Its own text, without white space at the ends.
    var text = ""
    var children: [XMLNode] = []

    func children(_ name: String) -> [XMLNode] { children.filter { $0.name == name } }

    /// The first child of a name; `nil` where there is none.
    subscript(_ name: String) -> XMLNode? { children.first { $0.name == name } }
}
