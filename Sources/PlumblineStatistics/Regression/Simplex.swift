/// The method of Nelder and Mead (Computer Journal 7, 1965), for a few variables that are at least
/// 0.
enum Simplex {
    /// The place of the smallest value, after restarts until it stays.
    ///
    /// - Returns: `nil` where no value near the start is finite.
    static func minimum(
        from start: [Double], _ function: ([Double]) -> Double
    ) -> [Double]? {
        func value(_ place: [Double]) -> Double {
            let value = function(place.map { max(0, $0) })
            return value.isNaN ? .infinity : value
        }
        var best = start
        var lowest = value(start)
        for restart in 0..<8 {
            let step = restart == 0 ? 0.5 : 0.05
            let found = descend(best, step: step, value)
            let improvement = lowest - found.value
            if found.value <= lowest { (best, lowest) = (found.place, found.value) }
            if restart > 0, improvement < 1e-11 * (1 + abs(lowest)) { break }
        }
        return lowest.isFinite ? best.map { max(0, $0) } : nil
    }

    private static func descend(
        _ start: [Double], step: Double, _ function: ([Double]) -> Double
    ) -> (place: [Double], value: Double) {
        let n = start.count
        var corners = [(place: start, value: function(start))]
        for index in 0..<n {
            var place = start
            place[index] += max(step * abs(place[index]), 0.01)
            corners.append((place, function(place)))
        }
        for _ in 0..<(400 * n) {
            corners.sort { $0.value < $1.value }
            let size = (0..<n).map { index in
                corners.map { abs($0.place[index] - corners[0].place[index]) }.max()!
            }.max()!
            if size < 1e-8 { break }
            let worst = corners[n]
            let middle = (0..<n).map { index in
                corners[..<n].reduce(0) { $0 + $1.place[index] } / Double(n)
            }
            func point(_ factor: Double) -> (place: [Double], value: Double) {
                let place = (0..<n).map { middle[$0] + factor * (worst.place[$0] - middle[$0]) }
                return (place, function(place))
            }
            let reflected = point(-1)
            if reflected.value < corners[0].value {
                let expanded = point(-2)
                corners[n] = expanded.value < reflected.value ? expanded : reflected
            } else if reflected.value < corners[n - 1].value {
                corners[n] = reflected
            } else {
                let contracted = point(reflected.value < worst.value ? -0.5 : 0.5)
                if contracted.value < min(reflected.value, worst.value) {
                    corners[n] = contracted
                } else {
                    for index in 1...n {
                        let place = (0..<n).map {
                            (corners[index].place[$0] + corners[0].place[$0]) / 2
                        }
                        corners[index] = (place, function(place))
                    }
                }
            }
        }
        return corners.min { $0.value < $1.value }!
    }
}
