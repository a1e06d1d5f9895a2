package import Messages

/// What `laneway top` shows and how it answers keys. Pure: statuses, keys and sizes go in, lines
/// of text and wishes come out; the shell owns the terminal and the daemon.
package struct TopScreen: Sendable {
    package enum Event: Sendable {
        /// The lanes at a moment, in seconds on any clock that only goes forward.
        case arrived([LaneStatus], at: Double)
        case key(Key)
        case resized(columns: Int, rows: Int)
        /// Time has passed, and the lanes are as they were.
        case ticked(at: Double)
        /// The daemon does not answer; the view goes on showing what it knew.
        case lost(String)
        /// A change that was wished for is made, and the lane now stands so.
        case changed(LaneStatus)
        case refused(String)
    }

    package enum Wish: Sendable, Equatable {
        case change(UpdateLaneRequest)
        case quit
    }

    package enum Order: String, Sendable, CaseIterable {
        case name, queued, wait, rate
    }

    private var lanes: [LaneStatus] = []
    private var rates = Rates()
    private var order = Order.name
    private var selected: String?
    private var size = (columns: 80, rows: 24)
    private var notice = ""
    private var lost: String?
    private var showsHelp = false

    package init() {}

    /// - Returns: what is to be done beyond showing the lines anew.
    package mutating func happened(_ event: Event) -> Wish? {
        switch event {
        case .arrived(let lanes, let now):
            rates.add(lanes, at: now)
            self.lanes = lanes
            lost = nil
            // From now on keys mean this lane, and not whichever has come to the top since.
            if selected == nil { selected = sorted.first?.name }
        case .ticked(let now): rates.add(lanes, at: now)
        case .key(let key): return pressed(key)
        case .resized(let columns, let rows): size = (max(1, columns), max(1, rows))
        case .lost(let message): lost = message
        case .changed(let lane):
            notice = "changed"
            lanes = lanes.map { $0.name == lane.name ? lane : $0 }
        case .refused(let message): notice = message
        }
        return nil
    }

    private mutating func pressed(_ key: Key) -> Wish? {
        notice = ""
        switch key {
        case .up, .character("k"): select(by: -1)
        case .down, .character("j"): select(by: 1)
        case .character("s"): sortNext()
        case .character("?"), .character("h"): showsHelp.toggle()
        case .character("q"): return .quit
        case .character("p"): return change { $0.paused = !$1.paused }
        case .character("+"): return change { $0.concurrency = $1.concurrency + 1 }
        case .character("-"):
            return change { $0.concurrency = max(1, $1.concurrency - 1) }
        default: break
        }
        return nil
    }

    private mutating func sortNext() {
        let all = Order.allCases
        order = all[((all.firstIndex(of: order) ?? 0) + 1) % all.count]
    }

    private mutating func select(by step: Int) {
        let names = sorted.map(\.name)
        guard !names.isEmpty else { return }
        let now = names.firstIndex(of: selected ?? "") ?? 0
        selected = names[min(max(0, now + step), names.count - 1)]
    }

    private func change(_ set: (inout UpdateLaneRequest, LaneStatus) -> Void) -> Wish? {
        guard let lane = selectedLane else { return nil }
        var request = UpdateLaneRequest(name: lane.name)
        set(&request, lane)
        return .change(request)
    }

    private var selectedLane: LaneStatus? {
        sorted.first { $0.name == selected } ?? sorted.first
    }

    private var sorted: [LaneStatus] {
        switch order {
        case .name: lanes.sorted { $0.name < $1.name }
        case .queued: descending { Double($0.queued) }
        case .wait: descending { Double($0.callers.map(\.oldestWaitMs).max() ?? 0) }
        case .rate: descending { rates.known[$0.name] ?? 0 }
        }
    }

    private func descending(_ value: (LaneStatus) -> Double) -> [LaneStatus] {
        lanes.sorted { (-value($0), $0.name) < (-value($1), $1.name) }
    }
}

// MARK: - Lines

extension TopScreen {
    /// A line of the view.
    package struct Line: Sendable, Equatable {
        package enum Style: Sendable, Equatable { case plain, title, selected, alarm }

        package var text: String
        package var style: Style = .plain
    }

    /// As many lines as the terminal has rows, at most; none longer than it has columns.
    package var lines: [Line] {
        let all = head + (showsHelp ? Self.help : body)
        return all.prefix(size.rows).map {
            Line(text: cut($0.text), style: $0.style)
        }
    }

    /// All of it, for a pipe: as long and as wide as it takes.
    package var plainLines: [String] { LaneTable.lines(sorted) }

    private var head: [Line] {
        let running = lanes.reduce(0) { $0 + Int($1.running) }
        let waiting = lanes.reduce(0) { $0 + Int($1.queued) }
        let title = "\(lanes.count) lanes  \(running) running  \(waiting) waiting"
        let news =
            lost.map { Line(text: DisplayText.safe($0), style: .alarm) }
            ?? Line(text: DisplayText.safe(notice))
        return [
            Line(text: "\(title)  by \(order.rawValue)  ? for help", style: .title), news,
        ]
    }

    private var body: [Line] {
        guard let selected = selectedLane else {
            return [Line(text: "no lane is configured or has been used yet")]
        }
        let table = LaneTable.lanes(sorted, rates: rates.known, width: size.columns)
        let callers = LaneTable.callers(selected.callers, width: size.columns)
        var lines = [Line(text: table[0], style: .title)]
        for row in rows(of: selected, besides: callers.count) {
            let isSelected = sorted[row].name == selected.name
            lines.append(Line(text: table[row + 1], style: isSelected ? .selected : .plain))
        }
        guard let title = callers.first else { return lines }
        lines += [Line(text: ""), Line(text: title, style: .title)]
        return lines + callers.dropFirst().map { Line(text: $0) }
    }

    /// The lanes there is room for, the selected one among them and some of its callers below.
    private func rows(of selected: LaneStatus, besides callers: Int) -> Range<Int> {
        let left = size.rows - head.count - 1
        let room = max(1, left - min(callers + 1, left / 3))
        let place = sorted.firstIndex { $0.name == selected.name } ?? 0
        let first = max(0, min(place - room / 2, lanes.count - room))
        return first..<min(lanes.count, first + room)
    }

    private static let help = [
        "up, k / down, j   select a lane", "p                 pause or resume it",
        "+ / -             one slot more, one less",
        "s                 sort: name, queued, wait, rate",
        "?                 this, and back", "q                 quit",
    ].map { Line(text: $0) }

    private func cut(_ text: String) -> String {
        DisplayText.width(text) <= size.columns ? text : DisplayText.fit(text, size.columns)
    }
}

/// How many calls a lane starts in a second, over the last few looks at it.
struct Rates: Sendable {
    private(set) var known: [String: Double] = [:]
    private var seen: [String: [(at: Double, started: Int)]] = [:]

    /// Long enough for a rate below one a second to show.
    private static let secondsMax = 5.0

    mutating func add(_ lanes: [LaneStatus], at now: Double) {
        let names = Set(lanes.map(\.name))
        seen = seen.filter { names.contains($0.key) }
        known = known.filter { names.contains($0.key) }
        for lane in lanes {
            var looks = seen[lane.name] ?? []
            // The daemon has begun anew.
            if let last = looks.last, last.started > lane.started { looks = [] }
            looks.append((now, lane.started))
            while looks.count > 2, looks[1].at < now - Self.secondsMax { looks.removeFirst() }
            seen[lane.name] = looks
            guard let first = looks.first, now > first.at else { continue }
            known[lane.name] = Double(lane.started - first.started) / (now - first.at)
        }
    }
}
