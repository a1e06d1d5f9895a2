internal import ArgumentParser
internal import Daemon
internal import Messages

/// `key=value` of `laneway lanes set`, under the names the configuration uses.
enum LaneChange {
    static let keys = [
        "concurrency", "queue_depth_max", "queue_bytes_max", "max_open_streams", "paused",
    ]

    static func apply(_ text: String, to request: inout UpdateLaneRequest) throws {
        guard let equals = text.firstIndex(of: "=") else {
            throw ValidationError("\(text) is no change; write key=value, such as concurrency=4")
        }
        let (key, value) = (String(text[..<equals]), String(text[text.index(after: equals)...]))
        switch key {
        case "concurrency": request.concurrency = try number(key, value)
        case "queue_depth_max": request.queueDepthMax = try number(key, value)
        case "max_open_streams": request.maxOpenStreams = try number(key, value)
        case "queue_bytes_max": request.queueBytesMax = try bytes(key, value)
        case "paused": request.paused = try flag(key, value)
        default: throw unknown(key)
        }
    }

    // What a lane may be is the daemon's to say: it alone knows its own bounds.
    private static func number(_ key: String, _ value: String) throws -> Int32 {
        guard let number = Int32(value) else {
            throw ValidationError("\(key) is \(value); write a whole number such as 4")
        }
        return number
    }

    private static func bytes(_ key: String, _ value: String) throws -> Int {
        guard let bytes = ByteCount.read(value) else {
            throw ValidationError("\(key) is \(value); write bytes such as 4194304 or 64MiB")
        }
        return bytes
    }

    private static func flag(_ key: String, _ value: String) throws -> Bool {
        guard let flag = Bool(value) else {
            throw ValidationError("\(key) is \(value); write true or false")
        }
        return flag
    }

    private static func unknown(_ key: String) -> ValidationError {
        let hint =
            NearestKey.of(key, among: keys).map { "did you mean \($0)?" }
            ?? "known keys: \(keys.joined(separator: ", "))"
        return ValidationError("there is no \(key) to set; \(hint)")
    }
}
