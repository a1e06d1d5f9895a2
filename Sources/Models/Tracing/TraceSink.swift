package import Clocks

/// One call that has ended, or one execution that outlived its call, as a trace tells of it.
package struct CallTrace: Sendable, Hashable {
    package var record: UsageRecord
    package var arrived: Instant
    /// What was asked for, as far as it is not the prompt.
    package var asked: AskedSettings
    /// The wire it came by, in OpenTelemetry's words (`rpc.system.name`).
    package var wire: String

    package init(
        _ record: UsageRecord, arrived: Instant, asked: AskedSettings, wire: String = "grpc"
    ) {
        self.wire = wire
        self.record = record
        self.arrived = arrived
        self.asked = asked
    }
}

/// The settings of a request. nil for what it left to the provider.
package struct AskedSettings: Sendable, Hashable {
    package var maxOutputTokens: Int?
    package var temperature: Double?
    package var topP: Double?
    package var seed: Int64?
    /// JSON was asked for, with a schema or without.
    package var wantsJSON = false

    package init() {}
}

/// Told of each call that has ended, and of each execution that outlived its call.
///
/// Runs on the call's own task: it takes the trace and returns. What it cannot keep is its to
/// count; it never fails a call.
package protocol TraceSink: Sendable {
    /// The context a call gets.
    ///
    /// - Parameter client: what its client sent; nil for none.
    func context(of client: TraceContext?) -> TraceContext

    func callEnded(_ trace: CallTrace)
}
