/// safetensors: eight bytes of the header's length, the header (JSON), then values.
struct SafeTensorsFormat: Format {
    func mutated(_ seed: Seed, _ mutator: inout Mutator) -> [UInt8] {
        let bytes = seed.bytes
        // Of the whole file, or of the header with its length made right again.
        guard mutator.random.chance(3, in: 4), bytes.count >= 8 else {
            var changed = bytes
            mutator.mutate(&changed)
            return changed
        }
        let end = 8 + min(bytes.little(0, 4), bytes.count - 8)
        var header = Array(bytes[8..<end])
        var text = Mutator(seeds: [seed], isText: true, random: mutator.random)
        text.mutate(&header)
        return Self.file(header: header, values: bytes[end...])
    }

    static func file(header: [UInt8], values: ArraySlice<UInt8> = []) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendLittle(header.count, 8)
        return bytes + header + values
    }
}
