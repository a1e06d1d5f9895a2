internal import ArgumentParser
internal import Foundation
internal import Ledger

/// Which ledger is read, and from when on.
struct LedgerArguments: ParsableArguments {
    @Option(
        help: "The ledger's file. Default: LANEWAY_LEDGER, else the daemon's usual place.")
    var ledger: String?

    @Option(help: "How far to look back: 90m, 24h, 7d.")
    var since = "24h"

    @Flag(help: "Print JSON, one object a line.")
    var json = false

    func reader() throws -> LedgerReader {
        let environment = ProcessInfo.processInfo.environment
        let path =
            ledger ?? environment["LANEWAY_LEDGER"]
            ?? LedgerPath.usual(uid: getuid(), environment: environment)
        return try LedgerReader(path: path)
    }

    /// - Throws: `ValidationError` for what is no span of time.
    func start() throws -> Date {
        guard let seconds = TimeSpan.seconds(since) else {
            throw ValidationError(
                "--since is \(since); write a number and s, m, h or d, such as 24h")
        }
        return Date(timeIntervalSinceNow: -seconds)
    }
}
