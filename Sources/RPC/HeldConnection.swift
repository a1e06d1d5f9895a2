/// A connection as its alarms know it: they do not keep it.
final class HeldConnection<Held: AnyObject>: @unchecked Sendable {
    // Sendable by hand: read on the connection's loop only.
    weak var connection: Held?

    init(_ connection: Held) {
        self.connection = connection
    }
}
