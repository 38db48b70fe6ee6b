import Synchronization
import PlumblineTensors

/// A grid of tokens cut into square windows, and the tables that attention within them reads.
///
/// All blocks of a stage share one; the tables are made when they are first read.
final class WindowGrid: Sendable {
    /// Tokens per side.
    let grid: Int
    /// Tokens per side of a window, which is no larger than the grid.
    let window: Int
    /// By how many tokens every other block shifts the grid.
    ///
    /// A window that covers the whole grid is not shifted.
    let shift: Int

    private struct Tables {
        var pairs: [Int]?
        var mask: Tensor?
    }
    private let tables = Mutex(Tables())

    init(grid: Int, window: Int) {
        self.grid = grid
        self.window = min(window, grid)
        shift = grid > window ? window / 2 : 0
    }

    /// Tokens per side when the last window is filled up.
    var padded: Int { (grid + window - 1) / window * window }

    /// The number of values of ``mask``.
    var maskCount: Int { padded * padded * window * window }

    /// For each pair of a window's tokens, the row of the table of relative positions.
    var pairs: [Int] {
        tables.withLock { tables in
            if let pairs = tables.pairs { return pairs }
            let pairs = Self.pairs(window)
            tables.pairs = pairs
            return pairs
        }
    }

    /// -100 between tokens that the shift brought together from opposite edges, `[windows, tokens,
    /// tokens]`.
    var mask: Tensor {
        tables.withLock { tables in
            if let mask = tables.mask { return mask }
            let mask = Self.mask(padded: padded, window, shift)
            tables.mask = mask
            return mask
        }
    }

    private static func pairs(_ window: Int) -> [Int] {
        let tokens = window * window
        return (0..<tokens * tokens).map { pair in
            let (a, b) = pair.quotientAndRemainder(dividingBy: tokens)
            let rows = a / window - b / window + window - 1
            let columns = a % window - b % window + window - 1
            return rows * (2 * window - 1) + columns
        }
    }

    /// The values of ``mask``.
    ///
    /// Tokens may attend to each other within a region. A region is what was not separated by the
    /// shift, or was moved round the same edges.
    private static func mask(padded: Int, _ window: Int, _ shift: Int) -> Tensor {
        func band(_ position: Int) -> Int {
            if position < padded - window { return 0 }
            return position < padded - shift ? 1 : 2
        }
        let count = padded / window
        let tokens = window * window
        var values = [Float](repeating: 0, count: count * count * tokens * tokens)
        for index in 0..<count * count {
            let top = index / count * window
            let left = index % count * window
            let regions = (0..<tokens).map {
                3 * band(top + $0 / window) + band(left + $0 % window)
            }
            for a in 0..<tokens {
                for b in 0..<tokens where regions[a] != regions[b] {
                    values[(index * tokens + a) * tokens + b] = -100
                }
            }
        }
        return Tensor(values, shape: [count * count, tokens, tokens])
    }
}
