"""Plumbline's random generator in Python: SplitMix64 with named streams, and Swift's shuffle.

Sources/PlumblineTensors/Tensor/RandomGenerator.swift is the original; Swift's standard library
shuffles from the front, and draws a number below a bound by Lemire's method. `python
plumbline_random.py` checks the generator against published values of SplitMix64 and prints values
that Tests/PlumblineTrainingTests/PublishedLoopTests.swift holds.
"""

import math

MASK = (1 << 64) - 1


class Generator:
    def __init__(self, state):
        self.state = state & MASK

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def normal(self):
        """Standard normal, by Box and Muller."""
        radius = math.sqrt(-2 * math.log(1 - (self.next() >> 11) * 2.0**-53))
        return radius * math.cos(2 * math.pi * (self.next() >> 11) * 2.0**-53)

    def stream(self, name):
        """A generator for an independent purpose."""
        value = 0xCBF29CE484222325
        for byte in name.encode():
            value = ((value ^ byte) * 0x100000001B3) & MASK
        return Generator(Generator(self.state ^ value).next())

    def below(self, bound):
        product = self.next() * bound
        if product & MASK < bound:
            threshold = ((1 << 64) - bound) % bound
            while product & MASK < threshold:
                product = self.next() * bound
        return product >> 64

    def shuffled(self, items):
        items = list(items)
        for place in range(len(items) - 1):
            other = place + self.below(len(items) - place)
            items[place], items[other] = items[other], items[place]
        return items


def batches(count, size, seed, epoch):
    """The order of an epoch's samples in batches, as ImageDataset.batches(size:seed:epoch:) has
    it."""
    order = Generator(seed).stream(f"order {epoch}").shuffled(range(count))
    return [order[first : first + size] for first in range(0, count, size)]


def stage_seed(seed, stage):
    """The seed of one stage (align, misalign) of a run."""
    return Generator(seed).stream(stage).state


if __name__ == "__main__":
    known = Generator(1234567)
    expected = [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]
    assert [known.next() for _ in expected] == expected
    print(Generator(7).stream("align").state)
    print(Generator(7).stream("order 3").shuffled(range(12)))
    print(Generator(7).stream("x").normal())
