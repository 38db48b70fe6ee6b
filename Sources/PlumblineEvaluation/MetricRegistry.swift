import PlumblineSettings
import Synchronization

/// The metrics that a configuration can name.
///
/// A name may have an option behind a colon, such as `iou:otsu`. `NAME_chance` is the chance level
/// of a localisation metric (``ChanceLevels``).
public enum MetricRegistry {
    /// Makes one metric.
    public typealias Make = @Sendable () -> any Metric

    /// Makes one metric from the option behind its name; `nil` for no option.
    typealias MakeWithOption = @Sendable (_ option: String?) throws -> any Metric

    struct Entry: Sendable {
        let name: String
        /// What the option is, for messages; empty if there is none.
        let option: String
        let make: MakeWithOption
    }

    private static let entries = Mutex<[Entry]>(builtIn)

    /// Registers a metric under the name of its quantity.
    ///
    /// - Throws: ``MetricError`` if one of its quantities is registered already: two metrics would
    ///   share rows of the score table.
    public static func register(_ make: @escaping Make) throws {
        let metric = make()
        let entry = Entry(name: metric.name, option: "") { option in
            guard option == nil else { throw noOption(metric.name) }
            return make()
        }
        let taken = try entries.withLock { entries -> String? in
            let known = Set(try entries.flatMap { try $0.make(nil).quantities.map(\.name) })
            if let taken = metric.quantities.map(\.name).first(where: known.contains) {
                return taken
            }
            entries.append(entry)
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

    /// What the option behind the name of a metric is; `nil` if it takes none.
    public static func option(of name: String) -> String? {
        entry(name).flatMap { $0.option.isEmpty ? nil : $0.option }
    }

    /// Every metric with its default option, each localisation metric with its chance levels
    /// behind it.
    public static func all() throws -> [any Metric] {
        try names.map(make).flatMap { metric -> [any Metric] in
            guard let localisation = metric as? any LocalisationMetric else { return [metric] }
            return [metric, ChanceLevels(localisation)]
        }
    }

    /// - Parameter name: of a metric, with `:OPTION` behind it where it has one, or with `_chance`.
    /// - Throws: ``MetricError`` that lists the names if `name` is not one of them, and for an
    ///   option that is wrong.
    public static func make(_ name: String) throws -> any Metric {
        if let entry = entry(name) { return try entry.make(nil) }
        let suffix = "_chance"
        if name.hasSuffix(suffix) {
            let base = try make(String(name.dropLast(suffix.count)))
            guard let localisation = base as? any LocalisationMetric else {
                throw MetricError("\(name): \(base.name) has no chance level")
            }
            return ChanceLevels(localisation)
        }
        let parts = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let entry = entry(String(parts[0])) else {
            throw MetricError(
                "no metric is called \(name); the metrics are \(names.joined(separator: ", "))"
                    + names.hint(for: name))
        }
        return try entry.make(String(parts[1]))
    }

    private static func entry(_ name: String) -> Entry? {
        entries.withLock { $0.first { $0.name == name } }
    }

    static func noOption(_ name: String) -> MetricError {
        MetricError("\(name) takes no option behind a colon")
    }
}
