import Foundation

/// Weights in several files, with an index in JSON whose `weight_map` names the file of each tensor
/// (Hugging Face's `model.safetensors.index.json` and `pytorch_model.bin.index.json`).
enum ShardedWeights {
    private static let largestIndex = 16 << 20
    private static let mostShards = 1000

    static func open(_ bytes: FileBytes) throws -> WeightFile {
        let path = bytes.path
        let map = try map(bytes)
        let names = Set(map.values).sorted()
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        guard !names.isEmpty, names.count <= mostShards else {
            throw StorageError(
                path, "is an index of \(names.count) files; 1 to \(mostShards) are possible")
        }
        guard map.count <= WeightFile.mostTensors else {
            throw StorageError(
                path, "is an index of more than \(WeightFile.mostTensors) tensors: refused")
        }
        for name in names where name.contains("/") || name.contains("\0") || name.hasPrefix(".") {
            throw StorageError(path, "its shard \(name) is not in the same folder")
        }
        let missing = names.filter {
            !FileManager.default.fileExists(atPath: folder.appendingPathComponent($0).path)
        }
        guard missing.isEmpty else {
            let shown = missing.prefix(8).joined(separator: ", ")
            let more = missing.count > 8 ? " and \(missing.count - 8) more" : ""
            throw StorageError(
                path,
                "is the index of weights sharded into \(names.count) files; "
                    + "put these into the same folder: \(shown)\(more)"
            )
        }
        var shards: [String: WeightFile] = [:]
        for name in names {
            let shard = try FileBytes(folder.appendingPathComponent(name).path)
            guard let weights = try WeightFile.single(shard) else {
                throw WeightFile.unknown(shard)
            }
            shards[name] = weights
        }
        return try joined(map, shards, path)
    }

    private static func joined(
        _ map: [String: String], _ shards: [String: WeightFile], _ path: String
    ) throws -> WeightFile {
        let all = shards.mapValues(\.shapes)
        var shapes: [String: [Int]] = [:]
        for (tensor, name) in map {
            guard let shape = all[name]?[tensor] else {
                throw StorageError(path, "its shard \(name) has no tensor \(tensor)")
            }
            shapes[tensor] = shape
        }
        let format = shards.values.first?.format ?? .safetensors
        return WeightFile(path: path, format: format, shapes: shapes) { tensor in
            guard let name = map[tensor], let shard = shards[name] else {
                throw StorageError(path, "no tensor \(tensor)")
            }
            return try shard.tensor(tensor)
        }
    }

    /// The file of each tensor.
    private static func map(_ bytes: FileBytes) throws -> [String: String] {
        guard bytes.count <= largestIndex else {
            throw StorageError(
                bytes.path,
                "begins like JSON; an index of sharded weights has at most \(largestIndex) bytes"
            )
        }
        var map: [String: String]?
        do {
            try bytes.withBytes(0..<bytes.count) { raw in
                var reader = StrictJSON(raw)
                try reader.object { reader, key in
                    guard key == "weight_map" else { return try reader.skip() }
                    var files: [String: String] = [:]
                    try reader.object { reader, tensor in files[tensor] = try reader.text() }
                    map = files
                }
                try reader.end()
            }
        } catch let problem as StrictJSON.Problem {
            throw StorageError(
                bytes.path,
                "begins like JSON, but is no index of sharded weights: \(problem.text) "
                    + "(at its byte \(problem.place))")
        }
        guard let map else {
            throw StorageError(
                bytes.path,
                "begins like JSON, but is no index of sharded weights (weight_map)")
        }
        return map
    }
}
