/// The inputs of one reader.
///
/// Input `i` depends only on the reader's name, its seeds and `i`. The first inputs are the seeds.
/// Of the others, one in 64 is crafted for the format (see ``Crafted``). The rest are changed
/// seeds.
struct Inputs {
    let reader: Reader
    let seeds: [Seed]

    init(_ reader: Reader, seeds: [Seed]) {
        self.reader = reader
        self.seeds = seeds
    }

    subscript(index: Int) -> [UInt8] {
        if index < seeds.count { return seeds[index].bytes }
        var random = Random(reader: reader.name, index: index)
        if !reader.crafted.isEmpty, random.chance(1, in: 64) {
            let make = random.pick(reader.crafted)
            return make(&random, seeds)
        }
        let seed = random.pick(seeds)
        var mutator = Mutator(seeds: seeds, isText: reader.format.isText, random: random)
        return reader.format.mutated(seed, &mutator)
    }
}
