internal import ArgumentParser
internal import Client
internal import Foundation
internal import LaneViews
internal import Messages
internal import UnixSignals

struct TopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top", abstract: "Watch the lanes live; p pauses one, ? shows all keys.",
        discussion: "Where the output is no terminal, it prints frames of plain text.")

    @Option(help: "Seconds between two looks, 0.05 to 60.")
    var interval = 0.5

    @Option(help: "Frames to print where the output is no terminal.")
    var count = 1

    @OptionGroup var daemon: DaemonArguments

    func validate() throws {
        guard (0.05...60).contains(interval) else {
            throw ValidationError("--interval is \(interval); it takes 0.05 to 60 seconds")
        }
        if count < 1 { throw ValidationError("--count is \(count); it is 1 or more") }
    }

    func run() async throws {
        if LiveTerminal.isThere, !daemon.json {
            await LiveTop(client: daemon.makeClient(), interval: .seconds(interval)).run()
        } else {
            try await printFrames()
        }
    }

    private func printFrames() async throws {
        let (count, json, interval) = (count, daemon.json, interval)
        try await daemon.withClient { client throws(CallError) in
            var screen = TopScreen()
            for frame in 0..<count {
                if frame > 0, (try? await Task.sleep(for: .seconds(interval))) == nil { return }
                let lanes = try await client.lanes()
                _ = screen.happened(.arrived(lanes, at: Double(frame) * interval))
                if frame > 0 { Terminal.print("") }
                let lines = json ? lanes.map(\.json.text) : screen.plainLines
                for line in lines { Terminal.print(line) }
            }
        }
    }
}

/// `laneway top` on a terminal: feeds the screen with what the daemon, the keyboard and the window
/// say, draws it, and carries out what it wishes.
private struct LiveTop {
    let client: LanewayClient
    let interval: Duration
    private let began = ContinuousClock.now

    init(client: LanewayClient, interval: Duration) {
        self.client = client
        self.interval = interval
    }

    func run() async {
        let terminal = LiveTerminal.enter()
        let (events, feed) = AsyncStream.makeStream(of: Input.self)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await watch(feed) }
            group.addTask { await listen(feed) }
            group.addTask { await tick(feed) }
            let keyboard = KeyboardReader { feed.yield(.screen(.key($0))) }
            var screen = TopScreen()
            resize(&screen)
            for await event in events {
                guard await take(event, &screen) else { break }
                terminal.draw(screen.lines)
            }
            keyboard.stop()
            group.cancelAll()
        }
        terminal.leave()
        await client.close()
    }

    private enum Input: Sendable {
        case screen(TopScreen.Event)
        case windowChanged
        case quit
    }

    /// - Returns: false when this was the end.
    private func take(_ input: Input, _ screen: inout TopScreen) async -> Bool {
        switch input {
        case .quit: return false
        case .windowChanged: resize(&screen)
        case .screen(let event):
            switch screen.happened(event) {
            case nil: break
            case .quit: return false
            case .change(let request): _ = screen.happened(await change(request))
            }
        }
        return true
    }

    private func resize(_ screen: inout TopScreen) {
        let (columns, rows) = LiveTerminal.size
        _ = screen.happened(.resized(columns: columns, rows: rows))
    }

    private func change(_ request: UpdateLaneRequest) async -> TopScreen.Event {
        do throws(CallError) {
            return .changed(try await client.updateLane(request))
        } catch {
            return .refused("\(error.code): \(error.message)")
        }
    }

    /// The daemon's word on the lanes, for as long as the view is open, over restarts of it too.
    private func watch(_ feed: AsyncStream<Input>.Continuation) async {
        while !Task.isCancelled {
            do throws(CallError) {
                for try await lanes in try await client.watchLanes(interval: interval) {
                    feed.yield(.screen(.arrived(lanes, at: now)))
                }
                feed.yield(.screen(.lost("the daemon has ended the watch; trying again")))
            } catch {
                feed.yield(.screen(.lost("\(error.code): \(error.message)")))
            }
            try? await Task.sleep(for: .seconds(1))
        }
    }

    /// The daemon is silent while nothing changes, and rates have to fall all the same.
    private func tick(_ feed: AsyncStream<Input>.Continuation) async {
        while (try? await Task.sleep(for: .seconds(1))) != nil {
            feed.yield(.screen(.ticked(at: now)))
        }
    }

    private var now: Double { began.duration(to: .now) / .seconds(1) }

    private func listen(_ feed: AsyncStream<Input>.Continuation) async {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sigwinch)
        for await signal in signals {
            feed.yield(signal == .sigwinch ? .windowChanged : .quit)
        }
    }
}
