internal import Client
internal import Foundation
internal import Load
internal import Messages
internal import Synchronization
internal import UnixSignals

/// Makes the calls of `laneway bench`: as many workers as calls may be in flight, each of which
/// takes the next call that is due whenever it is free.
struct Bench: Sendable {
    let request: GenerateRequest
    let options: CallOptions
    let isStream: Bool
    let inFlightMax: Int
    /// What calls get to end in after the run is over.
    let patience: Duration
    let plan: LoadPlan

    /// Clients with a connection each, on as many threads as half of the processors: the daemon
    /// wants the others.
    static func clients(_ count: Int, first: LanewayClient) -> [LanewayClient] {
        let threads = min(count, max(1, ProcessInfo.processInfo.activeProcessorCount / 2))
        var clients = [first]
        for place in 1..<max(1, count) {
            clients.append(
                place < threads
                    ? LanewayClient(socketPath: first.socketPath)
                    : LanewayClient(beside: clients[place % threads]))
        }
        return clients
    }

    /// - Throws: `CallError` where no daemon answers. How calls fail is in the run.
    func run(over clients: [LanewayClient]) async throws(CallError) -> LoadRun {
        for client in clients { try await client.connect() }
        let signals = await UnixSignalsSequence(trapping: .sigint)
        let shift = Shift(self)
        let work = Task { await shift.work(over: clients) }
        let interrupt = Task {
            for await _ in signals {
                shift.stop()
                work.cancel()
            }
        }
        let limit = Task {
            guard (try? await Task.sleep(for: plan.end + patience)) != nil else { return }
            work.cancel()
        }
        await work.value
        interrupt.cancel()
        limit.cancel()
        return shift.run.withLock { $0 }
    }
}

/// One run, as it goes.
private final class Shift: Sendable {
    let bench: Bench
    let run: Mutex<LoadRun>
    private let began = ContinuousClock.now

    init(_ bench: Bench) {
        self.bench = bench
        run = Mutex(LoadRun(bench.plan))
    }

    private var elapsed: Duration { began.duration(to: .now) }

    func stop() {
        run.withLock { $0.stopped(at: elapsed) }
    }

    func work(over clients: [LanewayClient]) async {
        await withTaskGroup(of: Void.self) { group in
            for place in 0..<bench.inFlightMax {
                let client = clients[place % clients.count]
                group.addTask { await self.workOnLoop(of: client) }
            }
        }
    }

    private func workOnLoop(of client: LanewayClient) async {
        // Where the connection is gone before the first call, the calls say so.
        do throws(CallError) {
            try await client.onLoop { await work(on: client) }
        } catch {
            await work(on: client)
        }
    }

    private func work(on client: LanewayClient) async {
        while !Task.isCancelled, let due = run.withLock({ $0.claim(at: elapsed) }) {
            let early = due - elapsed
            if early > .zero {
                await client.pause(for: early)
                if Task.isCancelled { return }
            }
            await call(due, on: client)
        }
    }

    private func call(_ due: Duration, on client: LanewayClient) async {
        var call = run.withLock { $0.begin(due: due, at: elapsed) }
        var outcome = LoadOutcome.ok
        do throws(CallError) {
            if bench.isStream {
                try await read(&call, on: client)
            } else {
                _ = try await client.generate(bench.request, options: bench.options)
            }
        } catch {
            outcome = LoadOutcome(error, isCancelled: Task.isCancelled)
        }
        run.withLock { $0.ended(call, outcome, at: elapsed) }
    }

    private func read(_ call: inout LoadCall, on client: LanewayClient) async throws(CallError) {
        for try await event in try await client.stream(bench.request, options: bench.options)
        where event.isChunk {
            let now = elapsed
            run.withLock { $0.chunkArrived(of: &call, at: now) }
        }
    }
}

extension LoadOutcome {
    fileprivate init(_ error: CallError, isCancelled: Bool) {
        self =
            isCancelled && error.code == "CANCELLED"
            ? .cutOff
            : .failed(code: error.code, reason: error.reason, message: error.message)
    }
}

extension StreamResponse {
    /// What the model said, and not where the call stands.
    fileprivate var isChunk: Bool {
        switch event {
        case .text, .reasoning, .toolCall: true
        case .queued, .started, .finish, nil: false
        }
    }
}
