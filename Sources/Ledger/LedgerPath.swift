/// Where the ledger is when nobody says: the state directory that systemd gives, else that of the
/// user.
package enum LedgerPath {
    package static func usual(uid: UInt32, environment: [String: String]) -> String {
        folder(uid: uid, environment) + "/ledger.db"
    }

    private static func folder(uid: UInt32, _ environment: [String: String]) -> String {
        // systemd names several, parted by colons; the first is ours.
        if let given = environment["STATE_DIRECTORY"]?.split(separator: ":").first {
            return String(given)
        }
        if uid == 0 { return "/var/lib/laneway" }
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
            return state + "/laneway"
        }
        return (environment["HOME"] ?? "/tmp") + "/.local/state/laneway"
    }
}
