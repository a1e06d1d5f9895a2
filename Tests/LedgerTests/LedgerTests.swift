import Foundation
import GRDB
import Lanes
import Logging
import Models
import Testing

@testable import Ledger

struct LedgerTests {
    private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// A place for a ledger, which goes with the test's process.
    private func place() throws -> String {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "laneway-ledger-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder.appending(path: "ledger.db").path
    }

    private func ledger(_ path: String, _ prices: PriceList = PriceList()) throws -> Ledger {
        // What these tests are about is what is written, on however busy a machine.
        try Ledger(
            path: path, prices: prices, keepFor: .seconds(86_400 * 30), closeTimeout: .seconds(300),
            logger: quiet)
    }

    private func usage(_ input: Int, _ output: Int, estimated: Bool = false) -> Usage {
        var usage = Usage()
        usage.inputTokens = input
        usage.outputTokens = output
        usage.estimated = estimated
        return usage
    }

    private func record(
        _ caller: String = "bot", _ attempts: [(String, Usage?, FailureReason?)] = [],
        reason: FailureReason? = nil, took: Duration = .milliseconds(5)
    ) -> UsageRecord {
        var report = CallReport(
            attribution: Attribution(
                callID: "c-1", caller: CallerKey(uid: 1_000, callerID: caller), runID: "run-1",
                user: "ann", tool: "search",
                trace: TraceContext(
                    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")),
            lane: "gpu", model: "fast", phase: .execute)
        report.attempts = attempts.map { target, usage, reason in
            var attempt = AttemptReport(
                target: Target(target) ?? Target(provider: "p", model: target))
            attempt.usage = usage
            attempt.reason = reason
            attempt.lane = "gpu"
            return attempt
        }
        return UsageRecord(report, reason: reason, isStream: false, took: took)
    }

    @Test func `what ended is in the file once the ledger is closed, with whose it was`()
        async throws
    {
        let path = try place()
        let ledger = try ledger(path)
        let before = Date()
        ledger.callEnded(
            record(
                "bot", [("a/m", nil, .upstreamError), ("b/m:high", usage(10, 5), nil)]))
        let after = Date()
        await ledger.close()
        let calls = try LedgerReader(path: path).calls(
            failedOnly: false, since: .distantPast, limit: 10)
        let call = try #require(calls.first)
        #expect(calls.count == 1)
        #expect((call.callID, call.callerID, call.uid) == ("c-1", "bot", 1_000))
        #expect((call.runID, call.user, call.tool) == ("run-1", "ann", "search"))
        #expect(call.traceID == "0af7651916cd43dd8448eb211c80319c")
        #expect((call.model, call.lane, call.code) == ("fast", "gpu", 0))
        #expect(call.reason == nil)
        #expect(call.attempts.map(\.target) == ["a/m", "b/m:high"])
        #expect(call.attempts.map(\.reason) == ["UPSTREAM_ERROR", nil])
        #expect(call.attempts.map(\.inputTokens) == [0, 10])
        #expect(call.startedAt > before - 1 && call.startedAt < after + 1)
    }

    @Test func `the file is its owner's alone`() throws {
        let path = try place()
        _ = try ledger(path)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect(mode as? Int == 0o600)
    }

    @Test func `usage is summed by what is asked for, with cost and estimates`() async throws {
        let path = try place()
        let prices = PriceList([
            ("a/*", Price(input: 100, output: 1_000)), ("a/dear", Price(input: 1, output: 2)),
        ])
        let ledger = try ledger(path, prices)
        ledger.callEnded(record("bot", [("a/m", usage(10, 5), nil)]))
        ledger.callEnded(
            record(
                "bot", [("a/m", usage(1, 1, estimated: true), .callerLeft)], reason: .callerLeft))
        ledger.callEnded(record("ann", [("a/dear", usage(7, 3), nil)]))
        ledger.callEnded(record("ann", [("free/m", usage(2, 2), nil)]))
        await ledger.close()
        let reader = try LedgerReader(path: path)
        let rows = try reader.usage(by: [.caller, .target], since: .distantPast)
        #expect(rows.map(\.group) == [["bot", "a/m"], ["ann", "a/dear"], ["ann", "free/m"]])
        #expect(rows.map(\.calls) == [2, 1, 1])
        #expect(rows.map(\.failed) == [1, 0, 0])
        #expect(rows.map(\.inputTokens) == [11, 7, 2])
        #expect(rows.map(\.outputTokens) == [6, 3, 2])
        #expect(rows.map(\.costNanoUSD) == [7_100, 13, 0])
        #expect(rows.map(\.estimated) == [1, 0, 0])
        #expect(rows.map(\.unpriced) == [0, 0, 1])
        let all = try #require(try reader.usage(by: [], since: .distantPast).first)
        #expect((all.calls, all.failed, all.costNanoUSD) == (4, 1, 7_113))
        #expect(try reader.usage(by: [.caller], since: .now + 60).isEmpty)
        for column in UsageColumn.allCases {
            #expect(try !reader.usage(by: [column], since: .distantPast).isEmpty, "\(column)")
        }
    }

    @Test func `an execution that outlived its call is counted as used, not as a call`()
        async throws
    {
        let path = try place()
        let ledger = try ledger(path)
        ledger.callEnded(record("bot", [("a/m", nil, .callerLeft)], reason: .callerLeft))
        var late = record("bot", [("a/m", usage(10, 5), nil)])
        late.isDetached = true
        ledger.callEnded(late)
        await ledger.close()
        let row = try #require(
            try LedgerReader(path: path).usage(by: [.caller], since: .distantPast).first)
        #expect((row.calls, row.failed, row.inputTokens) == (1, 1, 10))
    }

    @Test func `a file that somebody has locked costs records and no time`() async throws {
        let path = try place()
        let lines = Lines()
        let ledger = try Ledger(
            path: path, keepFor: .seconds(3_600), logger: lines.logger)
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: path, configuration: configuration)
        try await other.writeWithoutTransaction { database in
            try database.execute(sql: "BEGIN EXCLUSIVE")
        }
        let began = ContinuousClock.now
        for _ in 0..<100 { ledger.callEnded(record()) }
        // Each would have waited for two seconds.
        #expect(ContinuousClock.now - began < .seconds(30))
        while !lines.all.contains(where: { $0.contains("cannot be written") }),
            ContinuousClock.now - began < .seconds(300)
        {
            try await Task.sleep(for: .milliseconds(50))
        }
        try await other.writeWithoutTransaction { try $0.execute(sql: "COMMIT") }
        ledger.callEnded(record())
        await ledger.close()
        let calls = try LedgerReader(path: path).calls(
            failedOnly: false, since: .distantPast, limit: 1_000)
        #expect(lines.all.contains { $0.contains("cannot be written") })
        let lost = lines.all.filter { $0.contains("lost") }
            .compactMap { Int($0.filter(\.isNumber)) }.reduce(0, +)
        #expect(lost > 0)
        #expect(calls.count + lost == 101, "each is written or counted")
    }

    @Test func `more than may wait is counted, not kept`() async throws {
        let path = try place()
        let ledger = try ledger(path)
        for _ in 0..<(Ledger.waitingMax + 500) { ledger.callEnded(record()) }
        await ledger.close()
        let row = try #require(
            try LedgerReader(path: path).usage(by: [], since: .distantPast).first)
        #expect(row.calls >= Ledger.waitingMax)
    }

    @Test func `what is older than it is kept for is deleted`() async throws {
        let path = try place()
        let ledger = try ledger(path)
        ledger.callEnded(record("old", [("a/m", usage(1, 1), nil)], took: .seconds(86_400 * 31)))
        ledger.callEnded(record("new", [("a/m", usage(1, 1), nil)]))
        await ledger.close()
        let reader = try LedgerReader(path: path)
        #expect(
            try reader.usage(by: [.caller], since: .distantPast).map(\.group) == [["new"]])
    }

    @Test func `a place that cannot be used is named`() {
        let error = #expect(throws: LedgerUnusable.self) {
            _ = try ledger("/nowhere/at/all/ledger.db")
        }
        #expect(error?.description.contains("/nowhere/at/all/ledger.db") == true)
    }

    @Test func `cached input has a price of its own`() {
        var usage = usage(100, 10)
        usage.cacheReadTokens = 60
        usage.cacheWriteTokens = 30
        let price = Price(input: 10, output: 100, cacheRead: 1, cacheWrite: 20)
        #expect(price.cost(of: usage) == 10 * 10 + 60 + 30 * 20 + 10 * 100)
        #expect(Price(input: 10, output: 0).cost(of: usage) == 1_000)
    }

    @Test(arguments: [
        (["STATE_DIRECTORY": "/var/lib/x:/y"], UInt32(7), "/var/lib/x/ledger.db"),
        ([:], 0, "/var/lib/laneway/ledger.db"),
        (["XDG_STATE_HOME": "/s", "HOME": "/h"], 7, "/s/laneway/ledger.db"),
        (["XDG_STATE_HOME": "relative", "HOME": "/h"], 7, "/h/.local/state/laneway/ledger.db"),
    ])
    func `the usual place is the state directory`(
        environment: [String: String], uid: UInt32, path: String
    ) {
        #expect(LedgerPath.usual(uid: uid, environment: environment) == path)
    }
}
