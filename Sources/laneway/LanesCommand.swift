internal import ArgumentParser
internal import Client
internal import LaneViews
internal import Messages

struct LanesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lanes", abstract: "Show the lanes, or change one while it works.",
        subcommands: [List.self, Set.self, Pause.self, Resume.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the lanes, and who runs and waits in them.")

        @Argument(help: "The lanes to show; none for all.")
        var names: [String] = []

        @Flag(help: "Print metrics, as Prometheus reads them.")
        var openmetrics = false

        @OptionGroup var daemon: DaemonArguments

        func run() async throws {
            let (names, json, openmetrics) = (names, daemon.json, openmetrics)
            try await daemon.withClient { client throws(CallError) in
                let lanes = try await client.lanes(named: names)
                if openmetrics {
                    Terminal.write(LaneMetricsText.text(lanes))
                } else if json {
                    for lane in lanes { Terminal.print(lane.json.text) }
                } else {
                    for line in LaneTable.lines(lanes) { Terminal.print(line) }
                }
            }
        }
    }

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change a lane's limits until the daemon stops.",
            discussion: "Keys: \(LaneChange.keys.joined(separator: ", ")).")

        @Argument(help: "The lane's name.")
        var name: String

        @Argument(help: "What to change, such as concurrency=4 or queue_bytes_max=64MiB.")
        var changes: [String]

        @OptionGroup var daemon: DaemonArguments

        func run() async throws {
            var request = UpdateLaneRequest(name: name)
            for change in changes { try LaneChange.apply(change, to: &request) }
            try await update(request, daemon)
        }
    }

    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Start nothing in a lane until it is resumed; running calls go on.")

        @Argument(help: "The lane's name.")
        var name: String

        @OptionGroup var daemon: DaemonArguments

        func run() async throws {
            try await update(UpdateLaneRequest(name: name, paused: true), daemon)
        }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let a paused lane go on.")

        @Argument(help: "The lane's name.")
        var name: String

        @OptionGroup var daemon: DaemonArguments

        func run() async throws {
            try await update(UpdateLaneRequest(name: name, paused: false), daemon)
        }
    }
}

/// Sends the change and prints the lane as it is now.
private func update(_ request: UpdateLaneRequest, _ daemon: DaemonArguments) async throws {
    let json = daemon.json
    try await daemon.withClient { client throws(CallError) in
        let lane = try await client.updateLane(request)
        if json {
            Terminal.print(lane.json.text)
        } else {
            for line in LaneTable.lines([lane]) { Terminal.print(line) }
        }
    }
}
