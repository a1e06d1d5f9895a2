import Glibc
import Patience
import Testing

@testable import Transport

/// Two daemons at one path, in one process, which the signal between them is sent to and nobody
/// hears.
@Suite(.timeLimit(.minutes(Patience.slowness))) struct SocketTakeOverTests {
    let scratch: SocketScratch
    let path: UnixSocketPath

    init() throws {
        signal(SIGUSR2, SIG_IGN)
        scratch = try SocketScratch()
        path = try scratch.path
    }

    @Test func `the path goes from one to the next with no moment when nobody listens`()
        async throws
    {
        let path = path
        var owner = try SocketOwner.claim(path)
        for _ in 0..<20 {
            let former = owner
            let listener = try #require(former.takeDescriptor())
            defer { close(listener) }
            async let next = SocketOwner.takeOver(path)
            async let isGone = former.handOver()
            while !former.isTaken {
                close(try #require(SocketScratch.connect(path.description)))
                // Make room for the next, unless it went to the new one.
                let accepted = accept(listener, nil, nil)
                if accepted >= 0 { close(accepted) }
                await Task.yield()
            }
            owner = try await next
            #expect(await isGone)
            former.close()
            close(try #require(SocketScratch.connect(path.description)))
        }
        owner.close()
        #expect(SocketScratch.status(path.description) == nil)
    }

    @Test func `what waits in the old one's backlog can still be accepted`() async throws {
        let path = path
        let former = try SocketOwner.claim(path)
        let listener = try #require(former.takeDescriptor())
        defer { close(listener) }
        let client = try #require(SocketScratch.connect(path.description))
        defer { close(client) }
        async let next = SocketOwner.takeOver(path)
        #expect(await former.handOver())
        former.close()
        let accepted = accept(listener, nil, nil)
        #expect(accepted >= 0)
        close(accepted)
        try await next.close()
    }

    @Test func `one whom nobody follows has its path back`() async throws {
        let owner = try SocketOwner.claim(path)
        #expect(await owner.handOver(patience: .milliseconds(20)) == false)
        let error = #expect(throws: SocketError.self) { try SocketOwner.claim(path) }
        #expect(error?.kind == .inUse)
        owner.close()
        #expect(SocketScratch.status(path.description) == nil)
    }

    @Test func `one that is not given the path says by whom, and leaves it alone`() async throws {
        let owner = try SocketOwner.claim(path)
        do throws(SocketError) {
            _ = try await SocketOwner.takeOver(path, patience: .milliseconds(20))
            Issue.record("it took a path that is held")
        } catch {
            #expect(error.kind == .inUse)
            #expect(
                error.description.hasPrefix(
                    "process \(getpid()) has not given up \(path) within 0.02 seconds"))
        }
        let client = try #require(SocketScratch.connect(path.description))
        close(client)
        owner.close()
    }

    @Test func `where nobody serves it is a start`() async throws {
        close(try SocketScratch.leaveBehind(path.description))
        let owner = try await SocketOwner.takeOver(path)
        #expect(OwnershipLock.holder(of: path) == getpid())
        owner.close()
    }

    @Test func `a live socket whose process holds no lock is not taken over`() async throws {
        let other = try SocketScratch.leaveBehind(path.description, listening: true)
        defer { close(other) }
        do throws(SocketError) {
            _ = try await SocketOwner.takeOver(path)
            Issue.record("it took a stranger's path")
        } catch {
            #expect(error.kind == .inUse)
        }
        let client = try #require(SocketScratch.connect(path.description))
        close(client)
    }

    @Test(arguments: ["", "me\n", "99999999999\n", "\n"])
    func `a lock file that names no process names nobody`(text: String) throws {
        SocketScratch.touch(path.lockFile, text)
        #expect(OwnershipLock.holder(of: path) == nil)
    }
}
