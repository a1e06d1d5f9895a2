import CMessages
import Messages
import Testing

@testable import Messages

/// What no message of ours can show, for none holds itself: the scan by tables made here.
struct ScanTests {
    @Test(arguments: [0, 1, 99, 100])
    func `messages are followed a hundred deep`(depth: Int) throws {
        try scan(depth: depth)
    }

    @Test(arguments: [101, 102, 5_000])
    func `deeper ones are refused before anything recurses on them`(depth: Int) {
        #expect(throws: DecodingFailure.tooDeep(max: 100)) { try scan(depth: depth) }
    }

    @Test func `many beside each other are not deep`() throws {
        try unsafe withTables { try unsafe scan(repeated(field(1, field(1, [])), 1_000), as: $0) }
    }

    private func scan(depth: Int) throws {
        let bytes = (0..<depth).reduce(into: [UInt8]()) { bytes, _ in bytes = field(1, bytes) }
        try unsafe withTables { try unsafe scan(bytes, as: $0) }
    }

    private func scan(_ bytes: [UInt8], as schema: UnsafePointer<WireSchema>) throws {
        try unsafe bytes.withUnsafeBytes { _ = try unsafe Scan($0, as: schema) }
    }

    /// Tables of a message whose one field is a repeated message of its own kind. They have no
    /// names, for none is asked for.
    private func withTables(_ body: (UnsafePointer<WireSchema>) throws -> Void) rethrows {
        let schema = UnsafeMutablePointer<WireSchema>.allocate(capacity: 1)
        let fields = UnsafeMutablePointer<WireField>.allocate(capacity: 2)
        defer {
            unsafe fields.deallocate()
            unsafe schema.deallocate()
        }
        let unknown = unsafe WireField(name: nil, schema: nil, kind: 0, slot: 0)
        let kind = UInt8(WIRE_MESSAGE.rawValue)
        let inner = unsafe WireField(name: nil, schema: schema, kind: kind, slot: 0)
        unsafe fields.initialize(to: unknown)
        unsafe (fields + 1).initialize(to: inner)
        let made = unsafe WireSchema(name: nil, descriptor: nil, fields: fields, field_count: 2)
        unsafe schema.initialize(to: made)
        try unsafe body(schema)
    }
}
