extension Crafted {
    static let png: [Make] = [
        // A header that claims any size over the data of a seed.
        { random, seeds in
            var file = random.pick(seeds).bytes
            guard file.count > 33 else { return file }
            for offset in [16, 20] where random.chance(2, in: 3) {
                file.replaceSubrange(offset..<offset + 4, with: PNGFormat.big(size(&random)))
            }
            if random.chance(1, in: 2) { file[24] = random.pick([1, 2, 4, 8, 16]) }
            if random.chance(1, in: 2) { file[25] = random.pick([0, 2, 3, 4, 6]) }
            if random.chance(1, in: 4) { file[28] ^= 1 }
            PNGFormat.repair(&file)
            return file
        },
        // Very many chunks behind the header.
        { random, seeds in
            let file = random.pick(seeds).bytes
            guard file.count > 33 else { return file }
            let name = random.pick(["tEXt", "iCCP", "PLTE", "tRNS", "gAMA", "IDAT", "zTXt", "abCd"])
            let data = (0..<random.below(20)).map { _ in random.byte() }
            let chunk = PNGFormat.chunk(name, data)
            let times = min(count(&random), Mutator.largestInput / chunk.count)
            let chunks = Array(repeating: chunk, count: times).joined()
            return Array(file[..<33]) + chunks + file[33...]
        },
    ]

    static let jpeg: [Make] = [
        // A frame that claims any size.
        { random, seeds in
            var file = random.pick(seeds).bytes
            let frames = file.offsets(of: [[0xFF, 0xC0], [0xFF, 0xC1], [0xFF, 0xC2]])
            guard let frame = frames.first, frame + 10 < file.count else { return file }
            for offset in [frame + 5, frame + 7] where random.chance(2, in: 3) {
                let side = size(&random)
                file[offset] = UInt8(truncatingIfNeeded: side >> 8)
                file[offset + 1] = UInt8(truncatingIfNeeded: side)
            }
            if random.chance(1, in: 3) { file[frame + 9] = UInt8(random.below(6)) }
            return file
        },
        // Very many scans, as in an attack on decoders of progressive files.
        { random, seeds in
            var file = random.pick(seeds).bytes
            let scans = file.offsets(of: [[0xFF, 0xDA]])
            let ends = file.offsets(of: [[0xFF, 0xD9]])
            guard let scan = scans.last, let end = ends.last, scan < end else { return file }
            if let frame = file.offsets(of: [[0xFF, 0xC2]]).first, frame + 9 < file.count {
                for offset in [frame + 5, frame + 7] { file[offset] = UInt8(random.below(32)) }
            }
            let piece = Array(file[scan..<end])
            let times = min(count(&random), (1 << 20) / piece.count)
            return file[..<end] + Array(repeating: piece, count: times).joined() + [0xFF, 0xD9]
        },
    ]
}
