import Glibc
import Testing

@testable import Transport

@Suite struct SocketActivationTests {
    let scratch: SocketScratch

    init() throws {
        scratch = try SocketScratch()
    }

    /// Puts a descriptor where the service manager would have put it.
    private func place(_ descriptor: CInt, at number: CInt) {
        #expect(dup2(descriptor, number) == number)
        close(descriptor)
    }

    private func environment(fds: String = "1", names: String? = nil, pid: String? = nil)
        -> [String: String]
    {
        var variables = ["LISTEN_PID": pid ?? "\(getpid())", "LISTEN_FDS": fds]
        variables["LISTEN_FDNAMES"] = names
        return variables
    }

    private func refusal(_ environment: [String: String], first: CInt) -> SocketError? {
        #expect(throws: SocketError.self) {
            try SocketActivation.inherited(environment: environment, pid: getpid(), first: first)
        }
    }

    @Test func `sockets handed over are checked, named and kept from children`() throws {
        for index: CInt in 0...1 {
            let path = scratch.directory + "/\(index).sock"
            place(try SocketScratch.leaveBehind(path, listening: true), at: 500 + index)
        }
        defer { for number: CInt in 500...501 { close(number) } }
        #expect(fcntl(500, F_GETFD) & FD_CLOEXEC == 0)
        let sockets = try SocketActivation.inherited(
            environment: environment(fds: "2", names: "laneway:admin"), pid: getpid(), first: 500)
        #expect(
            sockets == [
                InheritedSocket(descriptor: 500, name: "laneway"),
                InheritedSocket(descriptor: 501, name: "admin"),
            ])
        for number: CInt in 500...501 {
            #expect(fcntl(number, F_GETFD) & FD_CLOEXEC != 0)
            #expect(fcntl(number, F_GETFL) & O_NONBLOCK != 0)
        }
        let client = try #require(SocketScratch.connect(scratch.directory + "/0.sock"))
        close(client)
    }

    @Test func `nothing handed over, or something meant for another process, is nothing`() throws {
        let other = environment(fds: "garbage", pid: "1")
        for variables in [[:], ["LISTEN_FDS": "1"], other] {
            let sockets = try SocketActivation.inherited(
                environment: variables, pid: getpid(), first: 510)
            #expect(sockets.isEmpty)
        }
    }

    @Test(arguments: ["", "-1", "0", "65", "1x", "99999999999999999999"])
    func `a count that is garbage is refused`(fds: String) {
        #expect(refusal(environment(fds: fds), first: 520)?.kind == .activation)
    }

    @Test func `a process id that is garbage is refused`() {
        #expect(refusal(environment(pid: "me"), first: 530)?.kind == .activation)
    }

    @Test func `names that do not match the count are refused`() {
        let error = refusal(environment(fds: "1", names: "a:b"), first: 540)
        #expect(error?.description.contains("LISTEN_FDNAMES names 2") == true)
    }

    @Test func `a closed descriptor, a file, and a socket that does not listen are refused`() throws
    {
        #expect(refusal(environment(), first: 550)?.kind == .activation)
        place(unsafe open("/dev/null", O_RDONLY), at: 551)
        #expect(refusal(environment(), first: 551)?.kind == .activation)
        place(try SocketScratch.leaveBehind(scratch.directory + "/idle"), at: 552)
        let error = refusal(environment(), first: 552)
        #expect(error?.description.contains("not a listening Unix stream socket") == true)
        place(makeUnixSocket(SOCK_DGRAM), at: 553)
        #expect(refusal(environment(), first: 553)?.kind == .activation)
        for number: CInt in 551...553 { close(number) }
    }

    @Test func `the credentials of what is no socket are an error`() {
        let file = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
        defer { close(file) }
        #expect(throws: SocketError.self) { try PeerCredentials(of: file) }
    }
}
