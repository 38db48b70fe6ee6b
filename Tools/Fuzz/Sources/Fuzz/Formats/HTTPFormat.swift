/// An answer of an HTTP server: in half of the changed ones, `Content-Length` is right again.
struct HTTPFormat: Format {
    let isText = true

    func mutated(_ seed: Seed, _ mutator: inout Mutator) -> [UInt8] {
        var bytes = seed.bytes
        mutator.mutate(&bytes, marks: seed.marks)
        return mutator.random.below(2) == 0 ? Self.withLength(bytes) : bytes
    }

    /// The answer with the length of its body in the place of the stated one.
    static func withLength(_ answer: [UInt8]) -> [UInt8] {
        let blank = Array("\r\n\r\n".utf8)
        let name = Array("Content-Length: ".utf8)
        guard let end = answer.offsets(of: [blank]).first,
            let field = Array(answer[..<end]).offsets(of: [name]).first
        else { return answer }
        let digits = answer[(field + name.count)...].prefix { $0 != 13 && $0 != 10 }
        let length = Array("\(answer.count - end - blank.count)".utf8)
        return answer[..<digits.startIndex] + length + answer[digits.endIndex...]
    }
}
