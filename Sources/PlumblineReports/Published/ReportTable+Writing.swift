import Foundation
import PlumblineData
import PlumblineStorage

extension ReportTable {
    /// Writes each table as `NAME.csv` and `NAME.tex`; the folder is made where it is missing.
    ///
    /// - Throws: an error of the disk.
    public static func write(_ tables: [ReportTable], to folder: String) throws {
        try createFolder(folder)
        for table in tables {
            for (ending, text) in [("csv", table.csv), ("tex", table.text(.latex))] {
                let data = Data(text.utf8)
                try AtomicFile.write("\(folder)/\(table.name).\(ending)") { try $0.write(data) }
            }
        }
    }
}
