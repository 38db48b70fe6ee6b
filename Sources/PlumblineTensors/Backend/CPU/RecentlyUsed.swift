/// A dictionary of at most `capacity` values that forgets those that were used the longest ago.
///
/// Finding a value costs a look-up in a dictionary. Adding one to a full dictionary costs a pass
/// over all of them.
package struct RecentlyUsed<Key: Hashable, Value> {
    package let capacity: Int
    private var entries: [Key: (value: Value, lastUse: Int)] = [:]
    private var uses = 0

    package init(capacity: Int) { self.capacity = capacity }

    package var count: Int { entries.count }

    /// The value of `key`, made by `make` where there is none.
    package mutating func value(_ key: Key, orMake make: () -> Value) -> Value {
        uses += 1
        if let index = entries.index(forKey: key) {
            entries.values[index].lastUse = uses
            return entries.values[index].value
        }
        if entries.count >= capacity {
            let oldest = entries.min { $0.value.lastUse < $1.value.lastUse }
            if let oldest { entries[oldest.key] = nil }
        }
        let made = make()
        entries[key] = (made, uses)
        return made
    }
}
