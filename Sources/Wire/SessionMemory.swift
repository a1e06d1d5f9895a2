internal import CNghttp2
internal import Glibc

/// All memory that nghttp2 takes for one session, so that it can be given back without asking nghttp2.
///
/// Where it finds none, nghttp2 1.52 (Debian 12's) may free an item of a stream's queue and leave it
/// in the stream, and `nghttp2_session_del` would free it again.
final class SessionMemory {
    /// Stands before each piece: a ring of all of them, so that each can leave it at any time.
    private struct Link {
        var next: UnsafeMutablePointer<Link>
        var last: UnsafeMutablePointer<Link>
    }

    /// What nghttp2 is given to find it by. No object, which would be retained at every step.
    private struct Book {
        var ring: Link
        let trial: MemoryTrial?
    }

    /// As much as malloc aligns to.
    private static let linkBytes = 16

    private let book: UnsafeMutablePointer<Book>

    /// - Parameter trial: For tests: counts allocations, and refuses some.
    init(_ trial: MemoryTrial?) {
        precondition(MemoryLayout<Link>.size == Self.linkBytes)
        book = .allocate(capacity: 1)
        let ring = Self.ring(of: book)
        book.initialize(to: Book(ring: Link(next: ring, last: ring), trial: trial))
    }

    deinit {
        let ring = Self.ring(of: book)
        while ring.pointee.next != ring {
            Self.give(UnsafeMutableRawPointer(ring.pointee.next) + Self.linkBytes, book)
        }
        book.deinitialize(count: 1)
        book.deallocate()
    }

    /// Lends `body` what nghttp2 copies into a session, which this has to outlive.
    func withHooks<R>(_ body: (UnsafeMutablePointer<nghttp2_mem>) -> R) -> R {
        var hooks = nghttp2_mem(
            mem_user_data: UnsafeMutableRawPointer(book),
            malloc: { SessionMemory.take($0, SessionMemory.book($1)) { malloc($0) } },
            free: { SessionMemory.give($0, SessionMemory.book($1)) },
            calloc: { count, size, book in
                let (bytes, isTooMany) = count.multipliedReportingOverflow(by: size)
                if isTooMany { return nil }
                return SessionMemory.take(bytes, SessionMemory.book(book)) { calloc(1, $0) }
            },
            realloc: { SessionMemory.exchange($0, $1, SessionMemory.book($2)) })
        return body(&hooks)
    }
}

// MARK: - Called by nghttp2

extension SessionMemory {
    private static func book(_ user: UnsafeMutableRawPointer?) -> UnsafeMutablePointer<Book> {
        guard let user else { preconditionFailure("nghttp2 forgot whose memory it is") }
        return user.assumingMemoryBound(to: Book.self)
    }

    private static func ring(of book: UnsafeMutablePointer<Book>) -> UnsafeMutablePointer<Link> {
        UnsafeMutableRawPointer(book).assumingMemoryBound(to: Link.self)
    }

    private static func take(
        _ bytes: Int, _ book: UnsafeMutablePointer<Book>,
        _ allocate: (Int) -> UnsafeMutableRawPointer?
    ) -> UnsafeMutableRawPointer? {
        let (padded, isTooMany) = bytes.addingReportingOverflow(linkBytes)
        if isTooMany || book.pointee.trial?.refuses() == true { return nil }
        guard let memory = allocate(padded) else { return nil }
        let link = memory.assumingMemoryBound(to: Link.self)
        let ring = ring(of: book)
        link.initialize(to: Link(next: ring, last: ring.pointee.last))
        join(link)
        book.pointee.trial?.took(1)
        return memory + linkBytes
    }

    /// Makes the neighbours of a link point to where it is.
    private static func join(_ link: UnsafeMutablePointer<Link>) {
        link.pointee.last.pointee.next = link
        link.pointee.next.pointee.last = link
    }

    private static func give(_ piece: UnsafeMutableRawPointer?, _ book: UnsafeMutablePointer<Book>)
    {
        guard let memory = piece.map({ $0 - linkBytes }) else { return }
        let link = memory.load(as: Link.self)
        link.last.pointee.next = link.next
        link.next.pointee.last = link.last
        free(memory)
        book.pointee.trial?.took(-1)
    }

    private static func exchange(
        _ piece: UnsafeMutableRawPointer?, _ bytes: Int, _ book: UnsafeMutablePointer<Book>
    ) -> UnsafeMutableRawPointer? {
        guard let piece else { return take(bytes, book) { malloc($0) } }
        let (padded, isTooMany) = bytes.addingReportingOverflow(linkBytes)
        if isTooMany || book.pointee.trial?.refuses() == true { return nil }
        guard let memory = realloc(piece - linkBytes, padded) else { return nil }
        join(memory.assumingMemoryBound(to: Link.self))
        return memory + linkBytes
    }
}
