import PlumblineStorage

extension GroupedReport {
    /// The epochs of every run: one row per epoch, with the columns that `/curves` has.
    static func history(_ files: [(path: String, results: Results)]) -> ReportTable {
        var columns: [String] = []
        var known: Set<String> = []
        for file in files {
            for (_, curve) in file.results.curves.sorted(by: { $0.key < $1.key }) {
                columns += curve.columns.map(\.name).filter { known.insert($0).inserted }
            }
        }
        var table = ReportTable(
            "history", title: "The epochs of training", header: ["file", "run"] + columns)
        for file in files {
            for (run, curve) in file.results.curves.sorted(by: { $0.key < $1.key }) {
                for row in 0..<curve.rowCount {
                    table.add(
                        [.text(file.path.printable), .text(run.printable)]
                            + columns.map { cell($0, curve, row) })
                }
            }
        }
        return table
    }

    private static func cell(_ name: String, _ table: Table, _ row: Int) -> ReportTable.Cell {
        switch table.columns.first(where: { $0.name == name })?.values {
        case .texts(let values): .text(values[row].printable)
        case .integers(let values): .count(values[row])
        case .reals(let values): values[row].isNaN ? .missing : .number(values[row])
        case nil: .missing
        }
    }

    var history: ReportTable { Self.history(source.files) }
}
