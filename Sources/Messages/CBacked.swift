internal import CMessages

/// A message with a C struct behind it: how every generated message crosses to protobuf-c and back.
protocol CBacked: WireMessage {
    /// The struct protoc-c made for it.
    associatedtype C

    /// What the scan knows of it.
    static var schema: UnsafePointer<WireSchema> { get }

    /// Copies everything out of the struct.
    init(_ c: UnsafePointer<C>)

    /// Copies everything into a struct that is still empty.
    func fill(_ c: UnsafeMutablePointer<C>, in arena: inout Arena)
}

/// One entry of a map, which to protobuf-c is a repeated message.
protocol CMapEntry {
    var key: ProtobufCBinaryData { get set }
    var value: ProtobufCBinaryData { get set }

    /// What the scan knows of it.
    static var schema: UnsafePointer<WireSchema> { get }
}

/// One entry of a map from text to messages.
protocol CMessageMapEntry {
    /// What is held under a key.
    associatedtype Element: CBacked

    /// What an entry without a value holds.
    static var empty: Element { get }

    var key: ProtobufCBinaryData { get set }
    // C's pointers come so, and only what is declared so matches them.
    // swift-format-ignore: NeverUseImplicitlyUnwrappedOptionals
    var value: UnsafeMutablePointer<Element.C>! { get set }

    /// What the scan knows of it.
    static var schema: UnsafePointer<WireSchema> { get }
}

// Out of C.

extension String {
    /// The scan has seen to it that the bytes are UTF-8.
    init(_ c: ProtobufCBinaryData) {
        self.init(decoding: UnsafeBufferPointer(start: c.data, count: c.len), as: UTF8.self)
    }
}

extension [UInt8] {
    init(_ c: ProtobufCBinaryData) {
        self.init(UnsafeBufferPointer(start: c.data, count: c.len))
    }
}

extension [String] {
    init(_ count: Int, _ c: UnsafeMutablePointer<ProtobufCBinaryData>?) {
        guard count > 0 else {
            self = []
            return
        }
        self = UnsafeBufferPointer(start: c, count: count).map { String($0) }
    }
}

extension [[UInt8]] {
    init(_ count: Int, _ c: UnsafeMutablePointer<ProtobufCBinaryData>?) {
        guard count > 0 else {
            self = []
            return
        }
        self = UnsafeBufferPointer(start: c, count: count).map { [UInt8]($0) }
    }
}

extension Array where Element: Numeric & BitwiseCopyable {
    init(_ count: Int, _ c: UnsafeMutablePointer<Element>?) {
        self.init(UnsafeBufferPointer(start: c, count: count))
    }
}

extension Array where Element: CBacked {
    init(_ count: Int, _ c: UnsafeMutablePointer<UnsafeMutablePointer<Element.C>?>?) {
        self = []
        reserveCapacity(count)
        for case let element? in UnsafeBufferPointer(start: c, count: count) {
            append(Element(element))
        }
    }
}

extension [String: String] {
    /// Of entries with the same key the last one counts.
    init<Entry: CMapEntry>(_ count: Int, _ c: UnsafeMutablePointer<UnsafeMutablePointer<Entry>?>?) {
        self = [:]
        for case let entry? in UnsafeBufferPointer(start: c, count: count) {
            self[String(entry.pointee.key)] = String(entry.pointee.value)
        }
    }
}

extension Dictionary where Key == String, Value: CBacked {
    /// Of entries with the same key the last one counts; one without a value has an empty one.
    init<Entry: CMessageMapEntry>(
        _ count: Int, _ c: UnsafeMutablePointer<UnsafeMutablePointer<Entry>?>?
    ) where Entry.Element == Value {
        self = [:]
        for case let entry? in UnsafeBufferPointer(start: c, count: count) {
            self[String(entry.pointee.key)] = entry.pointee.value.map { Value($0) } ?? Entry.empty
        }
    }
}
