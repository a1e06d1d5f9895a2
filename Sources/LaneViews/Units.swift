/// Quantities as a person reads them in a table: three digits or so, and the unit.
package enum Units {
    /// Three digits: `81.2 µs`.
    package static func time(nanoseconds: Int) -> String {
        var (value, unit) = (Double(nanoseconds), "ns")
        for larger in [(1e9, "s"), (1e6, "ms"), (1e3, "µs")] where value >= larger.0 {
            (value, unit) = (value / larger.0, larger.1)
            break
        }
        let decimals = unit == "ns" || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2
        return "\(decimal(value, decimals)) \(unit)"
    }

    static func wait(milliseconds: Int) -> String {
        switch milliseconds {
        case ..<1: "-"
        case ..<1_000: "\(milliseconds) ms"
        case ..<60_000: "\(tenths(milliseconds, 1_000)) s"
        case ..<3_600_000: "\(tenths(milliseconds, 60_000)) min"
        default: "\(tenths(milliseconds, 3_600_000)) h"
        }
    }

    static func bytes(_ bytes: Int) -> String {
        switch bytes {
        case ..<1: "-"
        case ..<1_024: "\(bytes) B"
        case ..<(1 << 20): "\(tenths(bytes, 1 << 10)) KiB"
        case ..<(1 << 30): "\(tenths(bytes, 1 << 20)) MiB"
        default: "\(tenths(bytes, 1 << 30)) GiB"
        }
    }

    /// With so many decimals, rounded; never in powers of ten.
    package static func decimal(_ value: Double, _ decimals: Int) -> String {
        let scale = (0..<decimals).reduce(1) { scale, _ in scale * 10 }
        guard value.isFinite, abs(value) < 1e12 else { return "-" }
        let scaled = Int((value * Double(scale)).rounded())
        let digits = String(abs(scaled) % scale)
        let zeros = String(repeating: "0", count: decimals - min(decimals, digits.utf8.count))
        let sign = scaled < 0 ? "-" : ""
        return decimals == 0 ? "\(scaled)" : "\(sign)\(abs(scaled) / scale).\(zeros)\(digits)"
    }

    private static func tenths(_ quantity: Int, _ unit: Int) -> String {
        decimal(Double(quantity) / Double(unit), 1)
    }
}
