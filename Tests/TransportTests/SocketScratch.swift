import Glibc
import Testing

@testable import Transport

/// A directory of a test's own, gone with the test, and the system calls the tests make.
final class SocketScratch {
    let directory: String

    init() throws {
        var name = Array("/tmp/laneway-test-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&name) != nil else { throw SocketError.system("mkdtemp") }
        let bytes = name.dropLast().map { UInt8(bitPattern: $0) }
        directory = String(decoding: bytes, as: UTF8.self)
    }

    deinit {
        remove(directory)
    }

    var path: UnixSocketPath {
        get throws { try UnixSocketPath(directory + "/x.sock") }
    }

    private func remove(_ path: String) {
        if let stream = unsafe opendir(path) {
            while let entry = unsafe readdir(stream) {
                let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { raw in
                    unsafe String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name == "." || name == ".." { continue }
                let child = path + "/" + name
                if unsafe unlink(child) != 0 { remove(child) }
            }
            _ = unsafe closedir(stream)
        }
        _ = unsafe rmdir(path)
    }

    /// What is at the path; nil when nothing is.
    static func status(_ path: String) -> stat? {
        var status = stat()
        return unsafe lstat(path, &status) == 0 ? status : nil
    }

    static func mode(_ path: String) -> UInt32? {
        status(path).map { $0.st_mode & 0o7777 }
    }

    /// A socket bound to the path and left there, as a killed process leaves it.
    static func leaveBehind(_ path: String, listening: Bool = false) throws -> CInt {
        let socket = makeUnixSocket(SOCK_STREAM)
        let address = try #require(UnixAddress(path: path))
        #expect(address.bind(socket))
        if listening { #expect(listen(socket, 16) == 0) }
        return socket
    }

    /// A connection to the path; nil when it was refused.
    static func connect(_ path: String) -> CInt? {
        let socket = makeUnixSocket(SOCK_STREAM)
        if let address = UnixAddress(path: path), address.connect(socket) { return socket }
        close(socket)
        return nil
    }

    static func touch(_ path: String, _ text: String = "kept") {
        let file = unsafe open(path, O_WRONLY | O_CREAT, 0o600)
        let bytes = Array(text.utf8)
        _ = unsafe write(file, bytes, bytes.count)
        close(file)
    }

    /// Waits up to five seconds for something to read or accept.
    static func isReadable(_ descriptor: CInt) -> Bool {
        var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&polled, 1, 5000) == 1
    }
}
