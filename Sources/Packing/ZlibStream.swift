internal import CZlib
internal import Glibc

/// What zlib keeps of one stream, with the memory it takes for it. Owned by who packs or unpacks.
struct ZlibStream: ~Copyable {
    /// zlib remembers where this lies: it does not move.
    let z: UnsafeMutablePointer<z_stream>
    /// Allocations still granted. zlib needs only a few a stream; tests refuse each of them.
    private let allocationsLeft: UnsafeMutablePointer<Int>

    init(allocationsMax: Int) {
        allocationsLeft = .allocate(capacity: 1)
        allocationsLeft.initialize(to: allocationsMax)
        z = .allocate(capacity: 1)
        z.initialize(to: z_stream())
        z.pointee.opaque = UnsafeMutableRawPointer(allocationsLeft)
        z.pointee.zalloc = grant
        z.pointee.zfree = giveBack
    }

    deinit {
        z.deallocate()
        allocationsLeft.deallocate()
    }
}

private func grant(_ left: UnsafeMutableRawPointer?, _ items: UInt32, _ size: UInt32) -> voidpf? {
    guard let left = left?.assumingMemoryBound(to: Int.self), left.pointee > 0 else { return nil }
    left.pointee -= 1
    return malloc(Int(items) * Int(size))
}

private func giveBack(_: UnsafeMutableRawPointer?, _ memory: UnsafeMutableRawPointer?) {
    free(memory)
}
