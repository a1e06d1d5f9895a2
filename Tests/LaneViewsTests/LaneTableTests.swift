import Messages
import Testing

@testable import LaneViews

struct LaneTableTests {
    static let bot = CallerShare(
        uid: 1_001, callerID: "bot", weight: 2.5, queued: 3, queuedBytes: 9, running: 1,
        oldestWaitMs: 1_500, firstPosition: 0, lastPosition: 4)
    static let gpu = LaneStatus(
        name: "gpu", concurrency: 2, running: 1, openStreams: 3, maxOpenStreams: 16, queued: 3,
        queuedBytes: 2_048, queueDepthMax: 256, paused: true, estimatedWaitMs: 61_000,
        callers: [bot], refusals: [RefusalCount(reason: "QUEUE_FULL", count: 4)], started: 12,
        jainIndex: 0.98765)

    @Test func `a lane is a line and its callers are below it`() {
        #expect(
            LaneTable.lines([Self.gpu]) == [
                "LANE  RUN  OPEN  QUEUED    BYTES  OLDEST  ESTIMATE  STARTED  REFUSED   JAIN  STATE",
                "gpu   1/2  3/16   3/256  2.0 KiB   1.5 s   1.0 min       12        4  0.988  paused",
                "  CALLER   UID  WEIGHT  RUN  OPEN  QUEUED  NEXT  LAST  OLDEST",
                "  bot     1001   2.500    1     0       3    #1    #5   1.5 s",
            ])
    }

    @Test func `without lanes it says so`() {
        #expect(LaneTable.lines([]) == ["no lane is configured or has been used yet"])
    }

    @Test func `a caller that waits for nothing has no place, and one without an id is named so`() {
        var lane = Self.gpu
        lane.callers = [CallerShare(uid: 7, weight: 1, running: 1)]
        #expect(
            LaneTable.lines([lane]).last
                == "  (none)    7       1    1     0       0     -     -       -")
    }

    @Test func `control characters of a caller do not reach the terminal`() {
        var lane = Self.gpu
        lane.callers = [CallerShare(callerID: "a\u{1B}[2Jb\u{202E}c\n")]
        let text = LaneTable.lines([lane]).joined()
        #expect(text.contains("a?[2Jb?c?"))
        #expect(!text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202E })
    }

    @Test(arguments: 1...120) func `no line is longer than the terminal is wide`(width: Int) {
        var lane = Self.gpu
        lane.name = "一条很长的车道 with a long name 😀"
        lane.callers[0].callerID = String(repeating: "界", count: 60)
        for line in LaneTable.lines([lane, Self.gpu], width: width) {
            #expect(DisplayText.width(line) <= max(width, 3), "\(line)")
        }
    }

    @Test func `what matters least is left out first`() {
        let narrow = LaneTable.lanes([Self.gpu], width: 40)
        #expect(
            narrow == ["LANE  RUN  QUEUED  OLDEST  STATE", "gpu   1/2   3/256   1.5 s  paused"])
    }

    @Test func `quantities are told as people read them`() {
        #expect(
            [0, 999, 1_000, 59_949, 90_000, 7_200_000].map { Units.wait(milliseconds: $0) }
                == ["-", "999 ms", "1.0 s", "59.9 s", "1.5 min", "2.0 h"])
        #expect(
            [0, 1_023, 1_536, 64 << 20, 3 << 30].map(Units.bytes)
                == ["-", "1023 B", "1.5 KiB", "64.0 MiB", "3.0 GiB"])
        #expect(
            [0, 999, 1_000, 9_996, 81_230, 99_960, 1_234_567, 61_000_000_000].map {
                Units.time(nanoseconds: $0)
            } == [
                "0 ns", "999 ns", "1.00 µs", "10.0 µs", "81.2 µs", "100 µs", "1.23 ms", "61.0 s",
            ])
        #expect(Units.decimal(0.05, 3) == "0.050" && Units.decimal(.nan, 1) == "-")
    }
}
