internal import ArgumentParser
internal import Client
internal import Load
internal import Messages

struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Make calls by the thousand and measure what comes of them.",
        discussion: explanation)

    @Argument(help: "A tier, provider/model, or a comma-separated chain of them.")
    var model = "builtin/echo"

    @Argument(help: "The prompt; - reads it from standard input.")
    var prompt = "hello"

    @Flag(help: "Stream the answers, and measure their chunks.")
    var stream = false

    @Option(help: "Calls at a time: \(closedDefault); with --rate at most so many, \(openDefault).")
    var concurrency: Int?

    @Option(help: "Connections that the calls are spread over.")
    var connections = 1

    @Option(help: "Calls due a second, whether those before have ended or not.")
    var rate: Double?

    @Option(help: "How long to measure: 500ms, 10s, 5m.")
    var duration = "10s"

    @Option(help: "How long to call before it is measured.")
    var warmup = "1s"

    @OptionGroup var call: CallOptionArguments

    @OptionGroup var daemon: DaemonArguments

    func validate() throws {
        guard (1...inFlightMax).contains(inFlight) else {
            throw ValidationError("--concurrency is \(inFlight); it is 1 to \(inFlightMax)")
        }
        guard (1...inFlight).contains(connections) else {
            throw ValidationError(
                "--connections is \(connections); it is 1 to \(inFlight), as many as --concurrency")
        }
        if let rate, !(rate > 0 && rate <= rateMax) {
            throw ValidationError(
                "--rate is \(rate); it is more than 0 and at most \(Int(rateMax)) calls a second")
        }
        _ = try plan()
    }

    func run() async throws {
        let bench = Bench(
            request: CallArguments.request(model, prompt), options: call.options, isStream: stream,
            inFlightMax: inFlight, patience: call.timeout.map { .seconds($0 + 1) } ?? .seconds(10),
            plan: try plan())
        let clients = Bench.clients(connections, first: daemon.makeClient())
        let run: LoadRun
        do throws(CallError) {
            run = try await bench.run(over: clients)
        } catch {
            await close(clients)
            throw daemon.complain(of: error)
        }
        await close(clients)
        let load = LoadSettings(
            model: model, isStream: stream, concurrency: inFlight, connections: connections)
        try tell(run.report(of: load))
    }

    /// Those on another's thread before that one.
    private func close(_ clients: [LanewayClient]) async {
        for client in clients.reversed() { await client.close() }
    }

    private func tell(_ report: LoadReport) throws {
        for line in daemon.json ? [report.json] : report.lines { Terminal.print(line) }
        for line in report.complaints { Terminal.complain(line) }
        if report.isInterrupted { throw ExitCode.interrupted }
        if !report.complaints.isEmpty { throw ExitCode.failure }
    }

    private var inFlight: Int { concurrency ?? (rate == nil ? closedDefault : openDefault) }

    private func plan() throws -> LoadPlan {
        let measured = try Self.span(duration, "--duration")
        guard measured > .zero else {
            throw ValidationError("--duration is \(duration); it is more than 0")
        }
        return LoadPlan(
            pace: rate.map { .every(callsPerSecond: $0) } ?? .whenFree,
            warmup: try Self.span(warmup, "--warmup"), measured: measured)
    }

    private static func span(_ text: String, _ option: String) throws -> Duration {
        guard let seconds = TimeSpan.seconds(text), seconds <= 86_400 else {
            throw ValidationError(
                "\(option) is \(text); write a number and ms, s, m or h, at most 24h, such as 10s")
        }
        return .seconds(seconds)
    }
}

private let closedDefault = 8
private let openDefault = 1_000
private let inFlightMax = 100_000
private let rateMax = 1e6

private let explanation = """
    Without --rate as many calls as --concurrency says are kept in flight, each begun when one \
    before it has ended (a closed loop): what the daemon can do at most.

    With --rate calls are due at fixed times, however long the ones before take (an open loop), \
    and their times count from when they were due, not from when they could be begun: a daemon \
    that stalls is charged for all the calls that it held up (no coordinated omission). A call \
    that is due while --concurrency calls are in flight waits for one of them to end; those that \
    could not be begun by the end of the run are counted as not started.

    Every call's status is counted, those of the warm-up too; times are of measured calls that \
    ended well, and in a row of their own of those that failed. After the run those still in flight \
    get --timeout, or 10 s, to end. Ctrl-C ends it early and prints what was measured.

    Exit codes: 0 all calls ended well, 1 some failed, did not start or did not end and standard \
    error says which, 64 bad arguments, 69 no daemon answers, 74 standard input or output failed, \
    130 Ctrl-C.
    """
