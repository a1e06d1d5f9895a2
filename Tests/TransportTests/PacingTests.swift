import Testing

@testable import Transport

/// What a suspect gets of its loop.
@Suite struct PacingTests {
    private var pacing = Pacing()

    @Test mutating func `a tenth of a millisecond is followed by a pause of a whole one`() {
        let pauses = (1...6).map { _ in pacing.isOver(after: .microseconds(40)) }
        #expect(pauses == [false, false, true, false, false, true])
        #expect(Pacing.pause == .milliseconds(1))
    }

    @Test mutating func `what took longer is not held against what comes after the pause`() {
        let pauses = [Duration.seconds(1), .microseconds(99)].map { pacing.isOver(after: $0) }
        #expect(pauses == [true, false])
    }
}
