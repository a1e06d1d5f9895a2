import Foundation
import Messages

extension TelemetrySettings {
    /// Who it is that tells: what is configured, and what this daemon knows of itself.
    var resourceMessage: OTLPResource {
        var own = [
            "service.name": "laneway",
            "service.instance.id": UUID().uuidString.lowercased(),
            "host.name": ProcessInfo.processInfo.hostName,
            "process.pid": "\(ProcessInfo.processInfo.processIdentifier)",
        ]
        own.merge(resource) { _, configured in configured }
        var attributes = Attributes()
        for (key, value) in own.sorted(by: { $0.key < $1.key }) {
            if key == "process.pid" {
                attributes.set(key, Int(value))
            } else {
                attributes.set(key, value)
            }
        }
        return OTLPResource(attributes: attributes.list)
    }
}
