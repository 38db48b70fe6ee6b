import PlumblineSettings
import Synchronization

/// The metrics that a configuration can name.
public enum MetricRegistry {
    /// Makes one metric.
    public typealias Make = @Sendable () -> any Metric

    private static let entries = Mutex<[(name: String, make: Make)]>([
        ("mass_accuracy", { MassAccuracy() }),
        ("rank_accuracy", { RankAccuracy() }),
        ("mask_area_share", { MaskAreaShare() }),
    ])

    /// Registers a metric under the name of its quantity.
    ///
    /// - Throws: ``MetricError`` if one of its quantities is registered already: two metrics would
    ///   share rows of the score table.
    public static func register(_ make: @escaping Make) throws {
        let metric = make()
        let taken = entries.withLock { entries -> String? in
            let known = Set(entries.flatMap { $0.make().quantities.map(\.name) })
            if let taken = metric.quantities.map(\.name).first(where: known.contains) {
                return taken
            }
            entries.append((metric.name, make))
            return nil
        }
        if let taken { throw MetricError("the metric \(taken) is registered already") }
    }

    /// Takes a metric out again, so that a test leaves nothing behind.
    package static func unregister(_ name: String) {
        entries.withLock { $0.removeAll { $0.name == name } }
    }

    /// The names of all metrics, in the order of registration.
    public static var names: [String] { entries.withLock { $0.map(\.name) } }

    /// - Throws: ``MetricError`` that lists the names if `name` is not one of them.
    public static func make(_ name: String) throws -> any Metric {
        guard let make = entries.withLock({ $0.first { $0.name == name }?.make }) else {
            throw MetricError(
                "no metric is called \(name); the metrics are \(names.joined(separator: ", "))"
                    + names.hint(for: name))
        }
        return make()
    }
}
