import Glibc
import Testing

@testable import Transport

@Suite struct SocketOwnerTests {
    let scratch: SocketScratch
    let path: UnixSocketPath

    init() throws {
        scratch = try SocketScratch()
        path = try scratch.path
    }

    @Test func `a client that connects is accepted through the descriptor, and says who it is`()
        throws
    {
        let owner = try SocketOwner.claim(path)
        let listener = try #require(owner.takeDescriptor())
        defer { close(listener) }
        let client = try #require(SocketScratch.connect(path.description))
        defer { close(client) }
        #expect(SocketScratch.isReadable(listener))
        let accepted = accept(listener, nil, nil)
        #expect(accepted >= 0)
        defer { close(accepted) }
        let peer = try PeerCredentials(of: accepted)
        #expect(peer.uid == geteuid())
        #expect(peer.gid == getegid())
        #expect(peer.pid == getpid())
        #expect(peer.isMapped)
    }

    @Test func `the descriptor is handed out once, close-on-exec and non-blocking`() throws {
        let owner = try SocketOwner.claim(path)
        let listener = try #require(owner.takeDescriptor())
        defer { close(listener) }
        #expect(owner.takeDescriptor() == nil)
        #expect(fcntl(listener, F_GETFD) & FD_CLOEXEC != 0)
        #expect(fcntl(listener, F_GETFL) & O_NONBLOCK != 0)
    }

    @Test func `of many that start at once exactly one owns the path, a hundred times`()
        async throws
    {
        for _ in 0..<100 {
            let path = path
            let outcomes = await withTaskGroup(of: Result<SocketOwner, SocketError>.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        do throws(SocketError) {
                            return .success(try SocketOwner.claim(path))
                        } catch {
                            return .failure(error)
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            let owners = outcomes.compactMap { try? $0.get() }
            #expect(owners.count == 1)
            for outcome in outcomes {
                if case .failure(let error) = outcome { #expect(error.kind == .inUse) }
            }
            for owner in owners { owner.close() }
        }
    }

    @Test func `a second start says who serves the path`() throws {
        let owner = try SocketOwner.claim(path)
        let error = #expect(throws: SocketError.self) { try SocketOwner.claim(path) }
        #expect(
            error?.description == "\(path) is served by another process (pid \(getpid()) by "
                + "SO_PEERCRED); stop it, take over from it with --take-over, or choose "
                + "another path with --socket")
        owner.close()
    }

    @Test func `a live socket that holds no lock is refused and left alone`() throws {
        let other = try SocketScratch.leaveBehind(path.description, listening: true)
        defer { close(other) }
        let error = #expect(throws: SocketError.self) { try SocketOwner.claim(path) }
        #expect(error?.kind == .inUse)
        let client = try #require(SocketScratch.connect(path.description))
        close(client)
    }

    @Test func `what a killed process left behind is taken over`() throws {
        close(try SocketScratch.leaveBehind(path.description))
        close(try SocketScratch.leaveBehind(path.draft))
        #expect(SocketScratch.connect(path.description) == nil)
        let owner = try SocketOwner.claim(path)
        let client = try #require(SocketScratch.connect(path.description))
        close(client)
        #expect(SocketScratch.status(path.draft) == nil)
        owner.close()
    }

    @Test func `a file that is no socket is never removed`() throws {
        SocketScratch.touch(path.description)
        let error = #expect(throws: SocketError.self) { try SocketOwner.claim(path) }
        #expect(error?.kind == .notASocket)
        #expect(SocketScratch.status(path.description)?.st_size == 4)
    }

    @Test func `closing removes the socket, keeps the lock file, and lets the next one in`() throws
    {
        let first = try SocketOwner.claim(path)
        first.close()
        #expect(SocketScratch.status(path.description) == nil)
        #expect(SocketScratch.status(path.lockFile) != nil)
        let second = try SocketOwner.claim(path)
        // The first has nothing left to close: the second's socket stays.
        first.close()
        #expect(SocketScratch.status(path.description) != nil)
        second.close()
    }

    @Test func `a socket that took our place is not removed on close`() throws {
        let owner = try SocketOwner.claim(path)
        #expect(unsafe unlink(path.description) == 0)
        let other = try SocketScratch.leaveBehind(path.description, listening: true)
        defer { close(other) }
        owner.close()
        let client = try #require(SocketScratch.connect(path.description))
        close(client)
    }

    @Test func `a reused inode is not mistaken for ours after the listener is gone`() throws {
        let owner = try SocketOwner.claim(path)
        close(try #require(owner.takeDescriptor()))
        #expect(unsafe unlink(path.description) == 0)
        let other = try SocketScratch.leaveBehind(path.description, listening: true)
        defer { close(other) }
        owner.close()
        #expect(SocketScratch.status(path.description) != nil)
    }

    @Test(arguments: [UInt32(0o600), 0o660, 0o666]) func `the mode is the one asked for`(
        mode: UInt32
    ) throws {
        let owner = try SocketOwner.claim(path, access: SocketAccess(mode: mode))
        #expect(SocketScratch.mode(path.description) == mode)
        owner.close()
    }

    @Test func `the group is set by name or number`() throws {
        let gid = getegid()
        let entry = unsafe try #require(getgrgid(gid))
        let name = unsafe String(cString: entry.pointee.gr_name)
        for group in [name, "\(gid)"] {
            let owner = try SocketOwner.claim(path, access: SocketAccess(group: group))
            #expect(SocketScratch.status(path.description)?.st_gid == gid)
            owner.close()
        }
    }

    @Test func `an unknown group is refused and leaves nothing behind`() throws {
        let access = SocketAccess(group: "no-such-group-here")
        let error = #expect(throws: SocketError.self) {
            try SocketOwner.claim(path, access: access)
        }
        #expect(error?.kind == .group)
        #expect(error?.description.contains("groupadd --system no-such-group-here") == true)
        #expect(SocketScratch.status(path.draft) == nil)
        #expect(SocketScratch.status(path.description) == nil)
    }

    @Test func `the number that means no group to the system is refused`() {
        let error = #expect(throws: SocketError.self) { try SocketAccess.gid(of: "4294967295") }
        #expect(error?.kind == .group)
    }
}
