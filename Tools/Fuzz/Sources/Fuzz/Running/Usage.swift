import Foundation

/// The resources that this process and its finished children have used so far.
struct Usage {
    let seconds: Double
    /// The largest resident sizes so far, in bytes.
    let ownPeak: Int
    let childPeak: Int
    /// The resident size now, in bytes.
    let resident: Int

    static func now() -> Usage {
        let own = usage(RUSAGE_SELF.rawValue)
        let children = usage(RUSAGE_CHILDREN.rawValue)
        return Usage(
            seconds: own.seconds + children.seconds, ownPeak: own.peak, childPeak: children.peak,
            resident: residentSize())
    }

    /// The growth of the largest resident size since `before`.
    ///
    /// A peak that does not exceed an earlier one is not counted.
    func growth(since before: Usage) -> Int {
        var peak = before.resident
        if ownPeak > before.ownPeak { peak = ownPeak }
        if childPeak > before.childPeak { peak = max(peak, childPeak) }
        return max(0, peak - before.resident)
    }

    private static func usage(_ who: Int32) -> (seconds: Double, peak: Int) {
        var usage = rusage()
        getrusage(__rusage_who_t(who), &usage)
        let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
        let micros = usage.ru_utime.tv_usec + usage.ru_stime.tv_usec
        return (Double(seconds) + Double(micros) / 1e6, usage.ru_maxrss << 10)
    }

    private static func residentSize() -> Int {
        guard let text = try? Files.read("/proc/self/statm") else { return 0 }
        let fields = String(decoding: text, as: UTF8.self).split(separator: " ")
        return fields.count > 1 ? (Int(fields[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE))) : 0
    }
}
