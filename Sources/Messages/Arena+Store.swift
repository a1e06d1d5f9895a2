internal import CMessages

/// Into C: each Swift value as protobuf-c wants it, in memory that lives as long as the arena.
extension Arena {
    /// Memory for an encoder. It has no budget: the values are ours and already in memory.
    private mutating func take(_ byteCount: Int) -> UnsafeMutableRawPointer {
        guard let memory = allocate(byteCount) else {
            preconditionFailure("the machine has no \(byteCount) bytes to encode a message in")
        }
        return memory
    }

    private mutating func takeArray<T>(of count: Int, _: T.Type) -> UnsafeMutablePointer<T> {
        take(count * MemoryLayout<T>.stride).bindMemory(to: T.self, capacity: count)
    }

    private mutating func takeEmpty<C>(
        _: C.Type, as schema: UnsafePointer<WireSchema>
    ) -> UnsafeMutablePointer<C> {
        let c = takeArray(of: 1, C.self)
        protobuf_c_message_init(schema.pointee.descriptor, c)
        return c
    }

    mutating func store(_ text: String) -> ProtobufCBinaryData {
        // Most texts of most messages are empty.
        if text.isEmpty { return ProtobufCBinaryData() }
        var text = text
        return text.withUTF8 { store($0) }
    }

    mutating func store(_ bytes: [UInt8]) -> ProtobufCBinaryData {
        bytes.withUnsafeBufferPointer { store($0) }
    }

    private mutating func store(_ bytes: UnsafeBufferPointer<UInt8>) -> ProtobufCBinaryData {
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return ProtobufCBinaryData() }
        let copy = takeArray(of: bytes.count, UInt8.self)
        copy.initialize(from: start, count: bytes.count)
        return ProtobufCBinaryData(len: bytes.count, data: copy)
    }

    mutating func make<M: CBacked>(_ message: M) -> UnsafeMutablePointer<M.C> {
        let c = takeEmpty(M.C.self, as: M.schema)
        message.fill(c, in: &self)
        return c
    }

    mutating func store<M: CBacked>(_ message: M?) -> UnsafeMutablePointer<M.C>? {
        guard let message else { return nil }
        return make(message)
    }

    mutating func store<M: CBacked>(
        _ messages: [M]
    ) -> (Int, UnsafeMutablePointer<UnsafeMutablePointer<M.C>?>?) {
        let array = takeArray(of: messages.count, UnsafeMutablePointer<M.C>?.self)
        for (n, message) in messages.enumerated() {
            (array + n).initialize(to: make(message))
        }
        return (messages.count, array)
    }

    mutating func store(_ texts: [String]) -> (Int, UnsafeMutablePointer<ProtobufCBinaryData>?) {
        let array = takeArray(of: texts.count, ProtobufCBinaryData.self)
        for (n, text) in texts.enumerated() {
            (array + n).initialize(to: store(text))
        }
        return (texts.count, array)
    }

    mutating func store(_ rows: [[UInt8]]) -> (Int, UnsafeMutablePointer<ProtobufCBinaryData>?) {
        let array = takeArray(of: rows.count, ProtobufCBinaryData.self)
        for (n, row) in rows.enumerated() {
            (array + n).initialize(to: store(row))
        }
        return (rows.count, array)
    }

    /// Numbers, which C has as Swift has them.
    mutating func store<Number: Numeric & BitwiseCopyable>(
        _ numbers: [Number]
    ) -> (Int, UnsafeMutablePointer<Number>?) {
        let array = takeArray(of: numbers.count, Number.self)
        _ = UnsafeMutableBufferPointer(start: array, count: numbers.count)
            .initialize(fromContentsOf: numbers)
        return (numbers.count, array)
    }

    /// A map, in the order of its keys, so that equal maps have equal bytes.
    mutating func store<Entry: CMapEntry>(
        _ map: [String: String]
    ) -> (Int, UnsafeMutablePointer<UnsafeMutablePointer<Entry>?>?) {
        let array = takeArray(of: map.count, UnsafeMutablePointer<Entry>?.self)
        for (n, (key, value)) in map.sorted(by: { $0.key < $1.key }).enumerated() {
            let entry = takeEmpty(Entry.self, as: Entry.schema)
            entry.pointee.key = store(key)
            entry.pointee.value = store(value)
            (array + n).initialize(to: entry)
        }
        return (map.count, array)
    }

    /// The same with messages for values.
    mutating func store<Entry: CMessageMapEntry>(
        _ map: [String: Entry.Element]
    ) -> (Int, UnsafeMutablePointer<UnsafeMutablePointer<Entry>?>?) {
        let array = takeArray(of: map.count, UnsafeMutablePointer<Entry>?.self)
        for (n, (key, value)) in map.sorted(by: { $0.key < $1.key }).enumerated() {
            let entry = takeEmpty(Entry.self, as: Entry.schema)
            entry.pointee.key = store(key)
            entry.pointee.value = make(value)
            (array + n).initialize(to: entry)
        }
        return (map.count, array)
    }
}
