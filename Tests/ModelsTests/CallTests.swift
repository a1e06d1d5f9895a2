import Clocks
import Models
import Testing

struct CallTests {
    @Test func `the first interruption wins and stops the task once`() {
        let stops = Counter()
        let call = Bench([]).call("a/m")
        call.bind { stops.bump() }
        #expect(call.interrupt(.callerDeadline))
        #expect(!call.interrupt(.callerLeft))
        #expect(call.interruption == .callerDeadline)
        #expect(stops.count == 1)
    }

    @Test func `a task bound too late is stopped at once`() {
        let stops = Counter()
        let call = Bench([]).call("a/m")
        call.interrupt(.shuttingDown)
        call.bind { stops.bump() }
        #expect(stops.count == 1)
    }

    @Test func `many at once: one interruption is the one`() async {
        let call = Bench([]).call("a/m")
        let firsts = await withTaskGroup(of: Bool.self) { group in
            for cause in Interruption.allCases {
                for _ in 0..<20 { group.addTask { call.interrupt(cause) } }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(firsts == 1)
    }

    @Test func `a call that has ended cannot be interrupted`() async {
        let bench = Bench([ScriptedModel("a/m")])
        let call = bench.call("a/m")
        #expect(await bench.generated(call).text == "hello")
        #expect(!call.interrupt(.callerLeft))
        #expect(call.ending == .succeeded)
        #expect(call.interruption == nil)
    }

    @Test func `an answer that comes after the interruption is not the end`() async throws {
        let model = ScriptedModel(
            "a/m", answersAtOnce: true,
            generate: { call in
                call.interrupt(.callerDeadline)
                return .saying("late")
            })
        let bench = Bench([model])
        let call = bench.call("a/m")
        let failure = try #require(await bench.generated(call).failure)
        #expect(failure.reason == .callerDeadline)
        #expect(call.ending == .failed(.callerDeadline))
    }

    @Test(arguments: 0..<50)
    func `an answer racing an interruption ends the call exactly once`(round: Int) async {
        let gate = Gate()
        let model = ScriptedModel(
            "a/m",
            generate: { _ in
                try await gate.pass()
                return .saying("done")
            })
        let bench = Bench([model])
        let call = bench.call("a/m")
        let task = bench.generate(call)
        async let interrupted = Task { call.interrupt(.callerLeft) }.value
        async let opened: Void = Task { gate.open() }.value
        let won = await interrupted
        await opened
        let outcome = await task.value
        #expect((outcome.failure == nil) == !won)
        #expect(call.ending == (won ? .failed(.callerLeft) : .succeeded))
    }
}
