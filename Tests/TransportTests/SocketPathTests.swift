import Glibc
import Testing

@testable import Transport

@Suite struct SocketPathTests {
    let scratch: SocketScratch

    init() throws {
        scratch = try SocketScratch()
    }

    private func path(bytes: Int) -> String {
        let stem = scratch.directory + "/"
        return stem + String(repeating: "s", count: bytes - stem.utf8.count)
    }

    @Test func `107 bytes of path are served, though the name it is made under is longer`() throws {
        let path = try UnixSocketPath(path(bytes: 107))
        let owner = try SocketOwner.claim(path)
        let client = try #require(SocketScratch.connect(path.description))
        close(client)
        owner.close()
        #expect(SocketScratch.status(path.description) == nil)
    }

    @Test func `108 bytes are refused with the length and the limit`() {
        let error = #expect(throws: SocketError.self) { try UnixSocketPath(path(bytes: 108)) }
        #expect(error?.kind == .path)
        #expect(error?.description.contains("is 108 bytes; the system takes 107") == true)
    }

    @Test(arguments: ["", "x.sock", "/run/", "/run/x\0y"])
    func `what is no absolute file is refused`(
        text: String
    ) {
        let error = #expect(throws: SocketError.self) { try UnixSocketPath(text) }
        #expect(error?.kind == .path)
    }

    @Test func `the usual path follows the environment, then the user`() {
        let runtime = ["XDG_RUNTIME_DIR": "/run/user/7"]
        let named = runtime.merging(["LANEWAY_SOCKET": "/a/b"]) { $1 }
        #expect(UnixSocketPath.usual(environment: named, uid: 0) == "/a/b")
        #expect(UnixSocketPath.usual(environment: runtime, uid: 0) == "/run/laneway/laneway.sock")
        let user = UnixSocketPath.usual(environment: runtime, uid: 7)
        #expect(user == "/run/user/7/laneway/laneway.sock")
        let bare = UnixSocketPath.usual(environment: ["LANEWAY_SOCKET": ""], uid: 7)
        #expect(bare == "/tmp/laneway-7/laneway.sock")
    }

    @Test func `a missing directory is made, open to clients whatever the umask`() throws {
        let path = try UnixSocketPath(scratch.directory + "/a/b/x.sock")
        let owner = try SocketOwner.claim(path)
        #expect(SocketScratch.mode(scratch.directory + "/a") == 0o755)
        #expect(SocketScratch.mode(scratch.directory + "/a/b") == 0o755)
        owner.close()
    }

    @Test func `where everyone can write, the directory is made for us alone`() throws {
        #expect(unsafe chmod(scratch.directory, 0o1777) == 0)
        let path = try UnixSocketPath(scratch.directory + "/ours/x.sock")
        let owner = try SocketOwner.claim(path)
        #expect(SocketScratch.mode(scratch.directory + "/ours") == 0o700)
        owner.close()
    }

    @Test func `where everyone can write, a directory others can write to is refused`() throws {
        #expect(unsafe chmod(scratch.directory, 0o1777) == 0)
        let directory = scratch.directory + "/theirs"
        #expect(unsafe mkdir(directory, 0o777) == 0)
        #expect(unsafe chmod(directory, 0o777) == 0)
        let path = try UnixSocketPath(directory + "/x.sock")
        let error = #expect(throws: SocketError.self) { try SocketOwner.claim(path) }
        #expect(error?.kind == .directory)
        #expect(error?.description.contains("mode 0777") == true)
    }

    @Test func `where everyone can write, a link to a directory is refused`() throws {
        #expect(unsafe chmod(scratch.directory, 0o1777) == 0)
        #expect(unsafe mkdir(scratch.directory + "/real", 0o700) == 0)
        #expect(unsafe symlink(scratch.directory + "/real", scratch.directory + "/link") == 0)
        let path = try UnixSocketPath(scratch.directory + "/link/x.sock")
        let error = #expect(throws: SocketError.self) { try SocketOwner.claim(path) }
        #expect(error?.kind == .directory)
    }
}
