internal import Clocks

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Gives memory back to the system when a crowd of calls has gone. The allocator keeps what was freed
/// for the next crowd, which may never come.
final class MemoryReturn: Sendable {
    /// How often it looks whether the crowd has gone: long enough for one that comes and goes.
    private static let interval = Duration.seconds(5)

    private let calls: RunningCalls
    private let time: any TimeSource
    private let giveBack: @Sendable () -> Void

    /// - Parameter giveBack: asked on no loop's thread, as it takes some milliseconds for each
    ///   hundred megabytes.
    init(
        _ calls: RunningCalls, time: any TimeSource,
        giveBack: @escaping @Sendable () -> Void = MemoryReturn.trim
    ) {
        self.calls = calls
        self.time = time
        self.giveBack = giveBack
    }

    func start() { calls.whenCrowdComes { self.lookLater() } }

    private func lookLater() {
        _ = time.setAlarm(at: time.now + Self.interval) { self.look() }
    }

    private func look() {
        guard calls.hasCrowdGone() else { return lookLater() }
        Task.detached(priority: .utility) { [giveBack] in giveBack() }
    }

    /// glibc's `malloc_trim`, looked up because Swift does not see its header. Another C library, which
    /// has none, keeps no such memory.
    private static func trim() {
        typealias Trim = @convention(c) (Int) -> CInt
        guard let symbol = unsafe dlsym(nil, "malloc_trim") else { return }
        _ = unsafe unsafeBitCast(symbol, to: Trim.self)(0)
    }
}
