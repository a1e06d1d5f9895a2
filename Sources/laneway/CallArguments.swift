internal import ArgumentParser
internal import Client
internal import Messages

/// What `generate` and `stream` share.
struct CallArguments: ParsableArguments {
    @Argument(help: "A tier, provider/model, or a comma-separated chain of them.")
    var model: String

    @Argument(help: "The prompt; - reads it from standard input.")
    var prompt: String

    @OptionGroup var daemon: DaemonArguments

    @OptionGroup var call: CallOptionArguments

    var request: GenerateRequest { Self.request(model, prompt) }

    var options: CallOptions { call.options }

    /// - Parameter prompt: `-` for standard input.
    static func request(_ model: String, _ prompt: String) -> GenerateRequest {
        GenerateRequest(
            model: model, messages: [.user(prompt == "-" ? Terminal.readAll() : prompt)])
    }
}

/// What goes with a call beside its request.
struct CallOptionArguments: ParsableArguments {
    @Option(help: "Give up after so many seconds.")
    var timeout: Double?

    @Option(name: .customLong("caller-id"), help: "Who calls, beside the user id.")
    var callerID = ""

    @Option(name: .customLong("run-id"), help: "The run the call belongs to.")
    var runID = ""

    func validate() throws {
        if let timeout, !(timeout > 0 && timeout < 1e9) {
            throw ValidationError("--timeout is \(timeout); it is more than 0, in seconds")
        }
    }

    var options: CallOptions {
        var options = CallOptions()
        options.timeout = timeout.map { .seconds($0) }
        options.callerID = callerID
        options.runID = runID
        return options
    }
}
