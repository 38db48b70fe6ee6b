/// The values of each group, sorted, in an order that depends on the values alone.
///
/// An empty name is an unknown group: such a value is a group of its own.
func clusters(_ values: [Double], _ groups: [String]?) -> [[Double]] {
    guard let groups else { return values.sorted().map { [$0] } }
    precondition(values.count == groups.count, "\(values.count) values, \(groups.count) groups")
    var named: [String: [Double]] = [:]
    var result: [[Double]] = []
    for (value, group) in zip(values, groups) {
        if group.isEmpty {
            result.append([value])
        } else {
            named[group, default: []].append(value)
        }
    }
    result += named.values.map { $0.sorted() }
    return result.sorted { $0.lexicographicallyPrecedes($1) }
}
