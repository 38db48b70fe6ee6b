extension Crafted {
    static let safeTensors: [Make] = [
        { random, _ in
            SafeTensorsFormat.file(
                header: nested(&random, open: "[", close: "]", within: "{\"a\": ", end: "}"))
        },
        // Any shape, any place.
        { random, _ in
            let type = random.pick(["F32", "F16", "BF16", "F64", "I64", "BOOL", "F8_E4M3", "U8"])
            let shape = (0..<random.below(6)).map { _ in "\(size(&random))" }
            let range = "[\(size(&random)), \(size(&random))]"
            let header =
                "{\"a\": {\"dtype\": \"\(type)\", \"shape\": [\(shape.joined(separator: ","))], "
                + "\"data_offsets\": \(range)}}"
            return SafeTensorsFormat.file(header: bytes(header), values: [0, 0, 0, 0])
        },
        // Very many tensors without values; or one whose shape has very many sizes.
        { random, _ in
            let number = count(&random)
            let one = "{\"dtype\": \"F32\", \"shape\": [0], \"data_offsets\": [0, 0]}"
            let tensors = (0..<number / 10).map { "\"\($0)\": \(one)" }.joined(separator: ", ")
            let shape = "[\(repeated("\(random.pick([0, 1, 2])), ", number))1]"
            let long = "\"a\": {\"dtype\": \"F32\", \"shape\": \(shape), \"data_offsets\": [0, 4]}"
            let header = random.chance(1, in: 2) ? tensors : long
            return SafeTensorsFormat.file(header: bytes("{\(header)}"), values: [0, 0, 0, 0])
        },
        // A header's length beyond the file.
        { random, seeds in
            var file = random.pick(seeds).bytes
            file.setLittle(size(&random), 0, 8)
            return file
        },
    ]

    static let torch: [Make] = [
        // A value in a value in a value.
        { random, _ in
            let depth = count(&random)
            let shape = random.below(4)
            let open: [UInt8] = [[], [0x28], [0x5D], [0x7D, 0x4B, 0x01]][shape]
            let close: [UInt8] = [[0x85], [0x74], [0x61], [0x73]][shape]
            return pickle(repeating(open, depth) + [0x4E] + repeating(close, depth))
        },
        // Pairs of one value, of pairs, of pairs: small in the file, giant when followed.
        { random, _ in
            let levels = random.pick([8, 30, 100, 1000])
            return pickle([0x4E] + repeating([0x32, 0x86], levels))
        },
        // A text, a number or a list that claims to be giant.
        { random, _ in
            let opcode: UInt8 = random.pick([0x58, 0x8D, 0x8E, 0x42, 0x8B, 0x96, 0x54])
            var body = [opcode]
            body.appendLittle(size(&random), random.pick([1, 4, 8]))
            return pickle(body + [0x61, 0x62, 0x63])
        },
        // Very many marks, memos or values that nobody takes.
        { random, _ in
            let piece: [UInt8] = random.pick([
                [0x28], [0x4E], [0x4E, 0x94], [0x5D], [0x7D], [0x4B, 0x07], [0x30], [0x29, 0x81],
            ])
            return pickle(repeating(piece, count(&random)))
        },
        // Very many members.
        { random, _ in
            let number = min(count(&random), 20_000)
            let names = (0..<number).map { "a/data/\(random.chance(1, in: 9) ? 0 : $0)" }
            return ZipFormat.file(
                names.map { .init(name: $0, data: []) }
                    + [.init(name: "a/data.pkl", data: [0x80, 0x02, 0x7D, 0x2E])])
        },
    ]

    /// An archive of nothing but a pickle, of protocol 2.
    private static func pickle(_ body: [UInt8]) -> [UInt8] {
        ZipFormat.file([.init(name: "a/data.pkl", data: [0x80, 0x02] + body + [0x2E])])
    }

    private static func repeating(_ piece: [UInt8], _ count: Int) -> [UInt8] {
        Array(Array(repeating: piece, count: count).joined())
    }
}
