package import Clocks
package import Models

/// The provider that is always there: its only model is `echo`.
///
/// `echo?…` tells one target how to behave (`EchoScript` lists the directives); the settings give
/// the defaults for all.
package struct BuiltinProvider: Provider {
    package let name: String
    package let slow: Bool
    private let defaults: EchoScript
    private let time: any TimeSource

    package init(_ settings: ProviderSettings, time: any TimeSource) {
        name = settings.name
        slow = settings.slow
        defaults = settings.echo
        self.time = time
    }

    package init(time: any TimeSource) {
        self.init(ProviderSettings(name: "builtin", kind: .builtin), time: time)
    }

    package var knownModels: [String] { ["echo"] }

    package func model(_ target: Target) -> (any Model)? {
        let halves = target.model.split(
            separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard halves[0] == "echo" else { return nil }
        var script = defaults
        if halves.count == 2 {
            guard let told = EchoScript(directives: halves[1], defaults: defaults) else {
                return nil
            }
            script = told
        }
        return EchoModel(target: target, script: script, time: time)
    }
}
