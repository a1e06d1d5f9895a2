internal import Glibc
internal import Logging
internal import UnixSignals

extension Serve {
    private enum Event {
        case stopAsked
        case handOverAsked
        case handedOver(Bool)
    }

    /// Returns when `stop` has returned: after the first signal, or when the path is another
    /// daemon's. A second signal ends the process.
    ///
    /// One reader has all signals: with a second reader from the first signal on, one that came
    /// between the two would be lost.
    static func waitForSignals(
        _ signals: UnixSignalsSequence, _ listener: Listener, _ logger: Logger,
        _ stop: (_ hasSuccessor: Bool) async -> Void
    ) async {
        let (events, report) = AsyncStream.makeStream(of: Event.self)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await read(signals, report) }
            var isHandingOver = false
            waiting: for await event in events {
                switch event {
                case .stopAsked:
                    await stop(listener.isInherited)
                    break waiting
                case .handOverAsked where listener.isInherited:
                    logger.warning(
                        "socket not handed over", metadata: ["socket": "\(listener.place)"])
                case .handOverAsked where !isHandingOver:
                    isHandingOver = true
                    group.addTask { report.yield(.handedOver(await listener.handOver())) }
                case .handOverAsked: break
                case .handedOver(true):
                    logger.info("socket handed over", metadata: ["socket": "\(listener.place)"])
                    await stop(true)
                    break waiting
                case .handedOver(false):
                    logger.warning(
                        "nobody took the socket", metadata: ["socket": "\(listener.place)"])
                    isHandingOver = false
                }
            }
            group.cancelAll()
        }
    }

    private static func read(
        _ signals: UnixSignalsSequence, _ report: AsyncStream<Event>.Continuation
    ) async {
        var isStopping = false
        for await signal in signals {
            if signal == .sigusr2 {
                report.yield(.handOverAsked)
                continue
            }
            if isStopping { exit(128 + signal.rawValue) }
            isStopping = true
            report.yield(.stopAsked)
        }
    }
}
