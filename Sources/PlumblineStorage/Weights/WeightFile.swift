import Foundation
import PlumblineTensors

/// Named weights in a file of any known format, in PyTorch's layouts.
///
/// Values are read one tensor at a time.
public struct WeightFile {
    public enum Format: String, Sendable {
        case safetensors, torch, hdf5, keras
    }

    /// One dictionary of tensors, by names and shapes.
    ///
    /// No value is read yet.
    ///
    /// The shapes were checked against the size of the file.
    public struct Candidate: Sendable {
        /// The keys that lead to it in the file, joined by dots; empty for the whole file.
        public let key: String
        public let shapes: [String: [Int]]
    }

    /// Tensors in one file.
    ///
    /// With more the search for a model would take long, and no model has as many.
    static let mostTensors = 100_000

    /// The texts that are read of a file's metadata: the names of the classes (a JSON list, or
    /// separated by `|`), what the outputs mean together, and how an image becomes the input (as
    /// ``Checkpoint/preprocessing``).
    public static let metadataNames = ["classes", "output", preprocessingName]

    /// The name of the text that says how an image becomes the input.
    public static let preprocessingName = "plumbline_preprocessing"

    public let path: String
    public let format: Format
    /// Every dictionary of tensors, in the order of the file.
    ///
    /// A training checkpoint may hold several: trained and averaged weights, and metrics that are
    /// stored as tensors.
    public let candidates: [Candidate]
    /// What the file says about the model besides its weights: texts by ``metadataNames``.
    ///
    /// Empty for most files.
    public internal(set) var metadata: [String: String] = [:]
    private let read: (_ key: String, _ name: String) throws -> Tensor

    init(
        path: String, format: Format, candidates: [Candidate],
        read: @escaping (String, String) throws -> Tensor
    ) {
        self.path = path
        self.format = format
        self.candidates = candidates
        self.read = read
    }

    init(
        path: String, format: Format, shapes: [String: [Int]],
        read: @escaping (String) throws -> Tensor
    ) {
        self.init(path: path, format: format, candidates: [.init(key: "", shapes: shapes)]) {
            try read($1)
        }
    }

    /// The names of the classes, in the order of the head; `nil` if the file does not say them.
    public var classes: [String]? {
        guard let text = metadata["classes"], !text.isEmpty else { return nil }
        if text.hasPrefix("[") {
            return try? JSONDecoder().decode([String].self, from: Data(text.utf8))
        }
        return text.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    }

    /// The dictionary with the most tensors; the first one if several have as many.
    public var largest: Candidate {
        candidates.reduce(candidates[0]) { $1.shapes.count > $0.shapes.count ? $1 : $0 }
    }

    /// The tensors of ``largest``.
    public var shapes: [String: [Int]] { largest.shapes }

    public func tensor(_ name: String) throws -> Tensor { try read(largest.key, name) }

    /// - Parameter key: of one of the ``candidates``.
    public func tensor(_ name: String, in key: String) throws -> Tensor { try read(key, name) }

    /// Opens a file.
    ///
    /// Its first bytes tell the format, not its name.
    ///
    /// For an index of sharded weights the shards are opened.
    ///
    /// - Throws: ``StorageError`` for an unknown format, and for a file that is damaged or claims
    ///   more than it holds.
    public static func open(_ path: String) throws -> WeightFile {
        let bytes = try FileBytes(path)
        if HDF5File.isHDF5(path) { return try hdf5(path) }
        if let weights = try single(bytes) { return weights }
        if bytes.starts(with: Array("{".utf8)) { return try ShardedWeights.open(bytes) }
        throw unknown(bytes)
    }

    /// A file that holds its weights itself and is not HDF5; `nil` for every other.
    static func single(_ bytes: FileBytes) throws -> WeightFile? {
        if bytes.starts(with: Array("PK".utf8)) { return try TorchArchive.open(bytes) }
        if bytes.count > 9, bytes[8] == UInt8(ascii: "{") { return try SafeTensors.open(bytes) }
        if LegacyTorchFile.isPickle(bytes) { return try LegacyTorchFile.open(bytes) }
        return nil
    }

    /// The error for an unknown format, which says what the file is instead if that is known.
    static func unknown(_ bytes: FileBytes) -> StorageError {
        let start = (0..<min(512, bytes.count)).map { bytes[$0] }
        let format = FileSignature.name(start).map { "; it is \($0)" } ?? ""
        return StorageError(
            bytes.path, "neither safetensors nor PyTorch (.pt, .pth) nor HDF5\(format)")
    }

    private static func hdf5(_ path: String) throws -> WeightFile {
        let file = try HDF5File.open(path)
        if try !file.exists("weights") { return try KerasWeights.open(file) }
        var shapes: [String: [Int]] = [:]
        for name in try file.datasets(in: "weights") {
            shapes[name] = try file.shape(of: "weights/\(name)")
        }
        var weights = WeightFile(path: path, format: .hdf5, shapes: shapes) { name in
            try file.tensor("weights/\(name)", expected: shapes[name])
        }
        for name in metadataNames where try file.hasAttribute(name) {
            weights.metadata[name] = try file.text(name)
        }
        return weights
    }
}

/// The number of values of a shape that a file claims; `nil` if a size is negative, or the product
/// overflows.
func checkedCount(_ shape: [Int]) -> Int? {
    var total = 1
    for size in shape {
        let (product, overflow) = total.multipliedReportingOverflow(by: size)
        guard size >= 0, !overflow else { return nil }
        total = product
    }
    return total
}
