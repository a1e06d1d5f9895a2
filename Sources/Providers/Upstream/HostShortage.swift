internal import Glibc
internal import NIOCore
internal import NIOPosix

/// This host is out of what a connection takes. It says nothing of who was to be connected to, and
/// must not have every target left alone.
enum HostShortage {
    private static let codes = [EMFILE, ENFILE, ENOBUFS, ENOMEM]

    static func isCause(of error: any Error) -> Bool {
        switch error {
        case let error as IOError: codes.contains(error.errnoCode)
        case let error as NIOConnectionError:
            error.connectionErrors.contains { isCause(of: $0.error) }
        default: false
        }
    }
}
