import Messages
import Testing

@testable import LaneViews

struct TopScreenTests {
    private let busy = LaneStatus(
        name: "busy", concurrency: 4, running: 4, queued: 9,
        callers: [CallerShare(uid: 1, callerID: "bot", queued: 9, oldestWaitMs: 50)], started: 10)
    private let calm = LaneStatus(
        name: "calm", concurrency: 2, running: 1,
        callers: [CallerShare(uid: 2, callerID: "cron", running: 1, oldestWaitMs: 900)],
        started: 100)

    private func screen() -> TopScreen {
        var screen = TopScreen()
        _ = screen.happened(.arrived([busy, calm], at: 0))
        return screen
    }

    private func text(_ screen: TopScreen) -> [String] { screen.lines.map(\.text) }

    @Test func `it shows all lanes and the callers of the selected one`() {
        var screen = screen()
        #expect(text(screen)[0].hasPrefix("2 lanes  5 running  9 waiting  by name"))
        #expect(screen.lines.first { $0.style == .selected }?.text.hasPrefix("busy") == true)
        #expect(text(screen).last?.hasPrefix("bot") == true)
        _ = screen.happened(.key(.down))
        #expect(screen.lines.first { $0.style == .selected }?.text.hasPrefix("calm") == true)
        #expect(text(screen).last?.hasPrefix("cron") == true)
        _ = screen.happened(.key(.character("j")))
        _ = screen.happened(.key(.character("k")))
        #expect(text(screen).last?.hasPrefix("bot") == true)
    }

    @Test func `p pauses the selected lane and resumes it`() {
        var screen = screen()
        #expect(
            screen.happened(.key(.character("p")))
                == .change(UpdateLaneRequest(name: "busy", paused: true)))
        var paused = busy
        paused.paused = true
        _ = screen.happened(.arrived([paused, calm], at: 1))
        #expect(
            screen.happened(.key(.character("p")))
                == .change(UpdateLaneRequest(name: "busy", paused: false)))
    }

    @Test func `plus and minus change the slots, never to none`() {
        var screen = screen()
        #expect(
            screen.happened(.key(.character("+")))
                == .change(UpdateLaneRequest(name: "busy", concurrency: 5)))
        var last = busy
        last.concurrency = 1
        _ = screen.happened(.arrived([last], at: 1))
        #expect(
            screen.happened(.key(.character("-")))
                == .change(UpdateLaneRequest(name: "busy", concurrency: 1)))
    }

    @Test func `what the daemon refuses is shown until the next key`() {
        var screen = screen()
        _ = screen.happened(.refused("PERMISSION_DENIED: uid 7 may not"))
        #expect(text(screen)[1] == "PERMISSION_DENIED: uid 7 may not")
        _ = screen.happened(.key(.up))
        #expect(text(screen)[1] == "")
    }

    @Test func `keys mean the lane that was shown first, whatever comes to the top later`() {
        var screen = screen()
        _ = screen.happened(.key(.character("s")))  // by queued: busy first
        var calm = calm
        calm.queued = 1_000
        _ = screen.happened(.arrived([busy, calm], at: 1))
        #expect(
            screen.happened(.key(.character("p")))
                == .change(UpdateLaneRequest(name: "busy", paused: true)))
    }

    @Test func `a change that was made is where the next one starts from`() {
        var screen = screen()
        var changed = busy
        changed.concurrency = 5
        _ = screen.happened(.changed(changed))
        #expect(text(screen)[1] == "changed")
        #expect(
            screen.happened(.key(.character("+")))
                == .change(UpdateLaneRequest(name: "busy", concurrency: 6)))
    }

    @Test func `the selected lane stays in a window that is too small for all`() {
        var screen = TopScreen()
        let lanes = (10..<40).map { LaneStatus(name: "lane \($0)", concurrency: 1) }
        _ = screen.happened(.resized(columns: 80, rows: 10))
        _ = screen.happened(.arrived(lanes, at: 0))
        for _ in 0..<29 { _ = screen.happened(.key(.down)) }
        let selected = screen.lines.filter { $0.style == .selected }.map(\.text)
        #expect(selected.count == 1 && selected.allSatisfy { $0.hasPrefix("lane 39") })
        #expect(screen.lines.count <= 10)
    }

    @Test func `a rate falls when nothing starts any more`() {
        var rates = Rates()
        rates.add([LaneStatus(name: "a", started: 0)], at: 0)
        rates.add([LaneStatus(name: "a", started: 10)], at: 1)
        for second in 2...8 {
            rates.add([LaneStatus(name: "a", started: 10)], at: Double(second))
        }
        #expect(rates.known["a"] == 0)
    }

    @Test func `a daemon that is gone is said so, above what was known`() {
        var screen = screen()
        _ = screen.happened(.lost("UNAVAILABLE: no daemon answers"))
        #expect(screen.lines[1] == .init(text: "UNAVAILABLE: no daemon answers", style: .alarm))
        #expect(text(screen).contains { $0.hasPrefix("calm") })
        _ = screen.happened(.arrived([calm], at: 5))
        #expect(text(screen)[1] == "")
    }

    @Test func `s sorts by what is asked for`() {
        var screen = screen()
        var first: [String] = []
        for _ in 0..<4 {
            _ = screen.happened(.key(.character("s")))
            first.append(String(text(screen)[3].prefix(4)))
        }
        #expect(first == ["busy", "calm", "busy", "busy"])  // queued, wait, rate (level), name
    }

    @Test func `rates are calls started a second, and begin anew with the daemon`() {
        var rates = Rates()
        var lane = LaneStatus(name: "a", started: 10)
        rates.add([lane], at: 0)
        #expect(rates.known["a"] == nil)
        lane.started = 30
        rates.add([lane], at: 2)
        #expect(rates.known["a"] == 10)
        lane.started = 5
        rates.add([lane], at: 3)
        lane.started = 7
        rates.add([lane], at: 4)
        #expect(rates.known["a"] == 2)
        rates.add([], at: 5)
        #expect(rates.known.isEmpty)
    }

    @Test func `it never draws beyond the window`() {
        var screen = screen()
        for (columns, rows) in [(1, 1), (40, 3), (200, 50), (0, 0)] {
            _ = screen.happened(.resized(columns: columns, rows: rows))
            #expect(screen.lines.count <= max(1, rows))
            #expect(screen.lines.allSatisfy { DisplayText.width($0.text) <= max(3, columns) })
        }
    }

    @Test func `without lanes keys do no harm`() {
        var screen = TopScreen()
        for key in "pqjks+-?" where key != "q" {
            #expect(screen.happened(.key(.character(key))) == nil)
        }
        #expect(screen.happened(.key(.character("q"))) == .quit)
        #expect(TopScreen().lines[2].text == "no lane is configured or has been used yet")
    }

    @Test func `keys are read out of what a terminal sends`() {
        #expect(Key.read(Array("\u{1B}[A\u{1B}OB".utf8)) == [.up, .down])
        #expect(Key.read(Array("p\u{1B}[1;5Cq".utf8)) == [.character("p"), .character("q")])
        #expect(Key.read([0x1B, 0x1B, 0x03, 0xFF, UInt8(ascii: "s")]) == [.character("s")])
        #expect(Key.read(Array("\u{1B}[".utf8)) == [])
    }
}
