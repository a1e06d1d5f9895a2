import Glibc
import Testing

@testable import Transport

@Suite struct SocketNotifyTests {
    let scratch: SocketScratch

    init() throws {
        scratch = try SocketScratch()
    }

    /// Stands where the service manager would.
    private func manager(at name: [UInt8]) throws -> CInt {
        let socket = makeUnixSocket(SOCK_DGRAM)
        let address = try #require(UnixAddress(name))
        #expect(address.bind(socket))
        return socket
    }

    private func received(_ socket: CInt) -> String? {
        guard SocketScratch.isReadable(socket) else { return nil }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe recv(socket, &bytes, bytes.count, 0)
        return count < 0 ? nil : String(decoding: bytes[..<count], as: UTF8.self)
    }

    @Test func `each state arrives as one datagram, exactly as written`() throws {
        let name = scratch.directory + "/notify"
        let socket = try manager(at: Array(name.utf8))
        defer { close(socket) }
        let notifier = try #require(
            try ServiceManager(environment: ["NOTIFY_SOCKET": name], pid: getpid()))
        try notifier.ready(status: "serving /run/x.sock")
        try notifier.status("two calls")
        try notifier.alive()
        try notifier.stopping(status: "draining")
        #expect(received(socket) == "READY=1\nSTATUS=serving /run/x.sock")
        #expect(received(socket) == "STATUS=two calls")
        #expect(received(socket) == "WATCHDOG=1")
        #expect(received(socket) == "STOPPING=1\nSTATUS=draining")
    }

    @Test func `an abstract name is reached by its at sign`() throws {
        let name = "laneway-test-\(getpid())"
        let socket = try manager(at: [0] + Array(name.utf8))
        defer { close(socket) }
        let notifier = try #require(
            try ServiceManager(environment: ["NOTIFY_SOCKET": "@" + name], pid: getpid()))
        try notifier.alive()
        #expect(received(socket) == "WATCHDOG=1")
    }

    @Test func `a status cannot smuggle in another variable`() throws {
        let name = scratch.directory + "/notify"
        let socket = try manager(at: Array(name.utf8))
        defer { close(socket) }
        let notifier = try #require(
            try ServiceManager(environment: ["NOTIFY_SOCKET": name], pid: getpid()))
        try notifier.status("one\nMAINPID=1\r\ntwo")
        #expect(received(socket) == "STATUS=one MAINPID=1 two")
    }

    @Test func `without a service manager there is nobody to tell`() throws {
        #expect(try ServiceManager(environment: [:], pid: 1) == nil)
        #expect(try ServiceManager(environment: ["NOTIFY_SOCKET": ""], pid: 1) == nil)
    }

    @Test func `a manager that is gone is an error, not a crash`() throws {
        let variables = ["NOTIFY_SOCKET": scratch.directory + "/nobody"]
        let notifier = try #require(try ServiceManager(environment: variables, pid: 1))
        let error = #expect(throws: SocketError.self) { try notifier.alive() }
        #expect(error?.kind == .notify)
    }

    @Test(arguments: ["notify", "vsock:2:1234", "/" + String(repeating: "n", count: 107)])
    func `a name that cannot be reached is refused`(name: String) {
        let error = #expect(throws: SocketError.self) {
            try ServiceManager(environment: ["NOTIFY_SOCKET": name], pid: 1)
        }
        #expect(error?.kind == .notify)
    }

    @Test func `the watchdog's time is read when it is ours`() throws {
        func interval(_ variables: [String: String]) throws -> Duration? {
            let all = variables.merging(["NOTIFY_SOCKET": "/n"]) { $1 }
            return try ServiceManager(environment: all, pid: 42)?.watchdogInterval
        }
        #expect(try interval([:]) == nil)
        #expect(try interval(["WATCHDOG_USEC": "30000000"]) == .seconds(30))
        #expect(
            try interval(["WATCHDOG_USEC": "1500000", "WATCHDOG_PID": "42"]) == .milliseconds(1500))
        #expect(try interval(["WATCHDOG_USEC": "1500000", "WATCHDOG_PID": "41"]) == nil)
        #expect(throws: SocketError.self) { try interval(["WATCHDOG_USEC": "soon"]) }
        #expect(throws: SocketError.self) { try interval(["WATCHDOG_USEC": "0"]) }
    }
}
