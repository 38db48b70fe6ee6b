import Foundation
import PlumblineData
import PlumblineMetrics
import PlumblineStorage

extension Viewer {
    private struct Scales: Encodable {
        var scales: String
    }

    /// By run, whether its maps are signed; `nil` for a run without maps.
    func drawMaps(
        to folder: String, _ pictures: Pictures, _ outcome: inout Outcome,
        _ progress: (_ done: Int, _ outcome: Outcome) throws -> Void
    ) throws -> [Bool?] {
        try tables.runs.indices.map { run in
            for isSigned in [false, true] {
                var attempt = outcome
                let scales = try drawMaps(
                    of: run, isSigned: isSigned, to: folder, pictures, &attempt, progress)
                guard let scales else { continue }
                outcome = attempt
                guard scales.values.contains(where: { !$0.isNaN }) else { return nil }
                try Self.write(Scales(scales: scales.base64), as: "maps-\(run)", to: folder)
                return isSigned
            }
            return nil
        }
    }

    /// - Returns: the largest value of each map; `nil` where one has a negative value and signs are
    ///   not wanted.
    private func drawMaps(
        of run: Int, isSigned: Bool, to folder: String, _ pictures: Pictures,
        _ outcome: inout Outcome, _ progress: (_ done: Int, _ outcome: Outcome) throws -> Void
    ) throws -> ViewerColumn<Float>? {
        var scales = ViewerColumn<Float>(runs: 1, images: tables.names.count, filledWith: .nan)
        let (source, result) = tables.runs[run]
        for (number, name) in tables.names.enumerated() {
            guard let map = try pictures.map(source, result.run, name) else { continue }
            if !isSigned, map.values.contains(where: { $0 < 0 }) { return nil }
            guard let grey = GreyMap(map, isSigned: isSigned) else {
                outcome.wrongMaps += 1
                continue
            }
            let data = try grey.picture.png()
            outcome.bytes += data.count
            outcome.maps += 1
            try Self.write(data, to: "\(folder)/maps/\(hashes[number])-\(run).png")
            scales[0, number] = grey.scale
            try progress(tables.names.count, outcome)
        }
        return scales
    }
}
