internal import CMessages
internal import Glibc

/// The memory of one message's C structs: taken piece by piece, given back all at once.
///
/// It begins in memory lent by its maker, usually the stack, and goes on in chunks of its own, up
/// to a budget. protobuf-c takes from it through a `ProtobufCAllocator`.
struct Arena: ~Copyable {
    /// Enough for any type, and what malloc promises.
    static let alignment = 16

    /// What the stack lends: as much as Swift puts there without asking how much it has.
    static let lentBytes = 1_024

    private static let firstChunkBytes = 4_096
    private static let chunkBytesMax = 1 << 20

    /// Allocations still granted; tests count it down to see every one of them refused.
    var allocationsLeft = Int.max

    /// True once an allocation has been refused.
    private(set) var hasRefused = false

    private var next: UnsafeMutableRawPointer?
    private var bytesLeft: Int
    private var budgetBytesLeft: Int
    private var chunkBytes = firstChunkBytes
    /// The newest chunk; each holds the address of the one before in its first bytes.
    private var chunks: UnsafeMutableRawPointer?

    init(lent: UnsafeMutableRawBufferPointer, budgetBytes: Int) {
        next = lent.baseAddress
        bytesLeft = lent.count
        budgetBytesLeft = budgetBytes
    }

    deinit {
        var chunk = chunks
        while let current = chunk {
            chunk = current.load(as: UnsafeMutableRawPointer?.self)
            free(current)
        }
    }

    /// Memory for `byteCount` bytes, not cleared; nil when the budget or the machine has no more.
    mutating func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer? {
        let memory = allocationsLeft > 0 ? carve(byteCount) : nil
        allocationsLeft -= 1
        if memory == nil { hasRefused = true }
        return memory
    }

    private mutating func carve(_ byteCount: Int) -> UnsafeMutableRawPointer? {
        let (padded, overflow) = byteCount.addingReportingOverflow(Self.alignment - 1)
        guard !overflow else { return nil }
        let wanted = padded & ~(Self.alignment - 1)
        if wanted > bytesLeft, !addChunk(for: wanted) { return nil }
        guard let address = next else { return nil }
        next = address + wanted
        bytesLeft -= wanted
        return address
    }

    /// Goes on in a new chunk. What was left of the old one is lost; chunks double, so it is little.
    private mutating func addChunk(for wanted: Int) -> Bool {
        let header = Self.alignment
        guard wanted <= budgetBytesLeft - header else { return false }
        let size = min(max(chunkBytes, wanted + header), budgetBytesLeft)
        guard let chunk = malloc(size) else { return false }
        chunk.storeBytes(of: chunks, as: UnsafeMutableRawPointer?.self)
        chunks = chunk
        budgetBytesLeft -= size
        chunkBytes = min(chunkBytes * 2, Self.chunkBytesMax)
        next = chunk + header
        bytesLeft = size - header
        return true
    }
}

extension Arena {
    private static let budgetBytesMin = 4 << 20
    private static let budgetBytesMax = 32 << 20

    /// What reading a message of `byteCount` bytes may take: eight times its size, as structs are
    /// larger than their wire form. Tiny fields take up to forty times, so small messages get more.
    static func decodingBudgetBytes(for byteCount: Int) -> Int {
        min(max(byteCount * 8, budgetBytesMin), budgetBytesMax)
    }

    /// Lends `body` an allocator for protobuf-c that takes from this arena and gives nothing back.
    mutating func withAllocator<R>(_ body: (UnsafeMutablePointer<ProtobufCAllocator>) -> R) -> R {
        withUnsafeMutablePointer(to: &self) { arena in
            var allocator = ProtobufCAllocator(
                alloc: allocateInArena, free: leaveToArena, allocator_data: arena)
            return body(&allocator)
        }
    }
}

private func allocateInArena(
    _ arena: UnsafeMutableRawPointer?, _ byteCount: Int
) -> UnsafeMutableRawPointer? {
    arena?.assumingMemoryBound(to: Arena.self).pointee.allocate(byteCount)
}

private func leaveToArena(_ arena: UnsafeMutableRawPointer?, _ memory: UnsafeMutableRawPointer?) {}
