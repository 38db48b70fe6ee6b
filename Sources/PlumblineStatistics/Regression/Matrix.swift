/// A matrix of numbers, row by row.
struct Matrix {
    let rows: Int
    let columns: Int
    var values: [Double]

    init(rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
        values = [Double](repeating: 0, count: rows * columns)
    }

    subscript(row: Int, column: Int) -> Double {
        get { values[row * columns + column] }
        set { values[row * columns + column] = newValue }
    }

    /// A row, without copying it.
    func row(_ index: Int) -> ArraySlice<Double> {
        values[(index * columns)..<((index + 1) * columns)]
    }

    static func * (a: Matrix, b: Matrix) -> Matrix {
        precondition(a.columns == b.rows, "Matrix: \(a.columns) columns, \(b.rows) rows")
        var result = Matrix(rows: a.rows, columns: b.columns)
        for i in 0..<a.rows {
            for k in 0..<a.columns {
                let factor = a[i, k]
                guard factor != 0 else { continue }
                for j in 0..<b.columns { result[i, j] += factor * b[k, j] }
            }
        }
        return result
    }

    static func + (a: Matrix, b: Matrix) -> Matrix {
        var result = a
        for index in result.values.indices { result.values[index] += b.values[index] }
        return result
    }

    static func * (factor: Double, a: Matrix) -> Matrix {
        var result = a
        for index in result.values.indices { result.values[index] *= factor }
        return result
    }

    var transposed: Matrix {
        var result = Matrix(rows: columns, columns: rows)
        for i in 0..<rows { for j in 0..<columns { result[j, i] = self[i, j] } }
        return result
    }

    /// `self * vector`.
    func times(_ vector: [Double]) -> [Double] {
        (0..<rows).map { i in
            var sum = 0.0
            for j in 0..<columns { sum += self[i, j] * vector[j] }
            return sum
        }
    }

    /// Adds `factor * vector * vector'`.
    mutating func addSquare(of vector: [Double], factor: Double = 1) {
        for i in 0..<rows {
            let scaled = factor * vector[i]
            guard scaled != 0 else { continue }
            for j in 0..<columns { self[i, j] += scaled * vector[j] }
        }
    }
}
