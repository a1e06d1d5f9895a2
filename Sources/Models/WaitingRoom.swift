import Lanes

/// Bounds what waits outside a lane as a lane bounds its queue: by count and by bytes of prompts, half
/// of either for one caller. Pure.
struct WaitingRoom: Sendable {
    private struct Part: Sendable {
        var count = 0
        var bytes = 0
    }

    private let countMax: Int
    private let bytesMax: Int
    private var all = Part()
    private var parts: [CallerKey: Part] = [:]

    init(countMax: Int, bytesMax: Int) {
        self.countMax = countMax
        self.bytesMax = bytesMax
    }

    var count: Int { all.count }

    /// - Returns: false where there is no room.
    mutating func enter(_ caller: CallerKey, bytes: Int) -> Bool {
        var part = parts[caller] ?? Part()
        guard all.count < countMax, part.count < max(1, countMax / 2),
            all.bytes + bytes <= bytesMax, part.bytes + bytes <= max(1, bytesMax / 2)
        else { return false }
        part.count += 1
        part.bytes += bytes
        parts[caller] = part
        all.count += 1
        all.bytes += bytes
        return true
    }

    /// Whoever entered leaves once.
    mutating func leave(_ caller: CallerKey, bytes: Int) {
        guard var part = parts[caller] else { return }
        part.count -= 1
        part.bytes -= bytes
        parts[caller] = part.count == 0 ? nil : part
        all.count -= 1
        all.bytes -= bytes
    }
}
