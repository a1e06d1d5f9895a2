import Models
import RPC
import Wire

extension FuzzTarget {
    /// Short texts of headers and of requests. The first byte of an input says which.
    static let texts = FuzzTarget(
        "texts", bytesMax: 512,
        seeds: { _ in
            let good = [
                "1H", "aGk=", "aGk", "a%25b%",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "openai/gpt-4o:high, foreman/qwen3:8b", "fast:low",
            ]
            return good.flatMap { text in (0..<5).map { [$0] + text.utf8 } }
        }
    ) { input in
        guard let selector = input.first else { return }
        let bytes = Array(input.dropFirst())
        switch selector % 5 {
        case 0: readTimeout(bytes)
        case 1: readBase64(bytes)
        case 2: readPercents(bytes)
        case 3: readTraceparent(String(decoding: bytes, as: UTF8.self))
        default: readModel(String(decoding: bytes, as: UTF8.self))
        }
    }
}

private func readTimeout(_ bytes: [UInt8]) {
    guard let timeout = GRPCTimeout.parse(bytes) else { return }
    require(timeout >= .zero, "\(timeout) is less than nothing")
    let written = GRPCTimeout.format(timeout)
    let again = GRPCTimeout.parse(Array(written.utf8))
    require((again ?? .zero) >= timeout, "\(timeout) is written as \(written), which is less")
}

private func readBase64(_ bytes: [UInt8]) {
    let written = Base64.encode(bytes)
    require(Base64.decode(written) == bytes, "\(bytes) is written as \(written), which is other")
    guard let read = Base64.decode(bytes) else { return }
    require(
        Base64.decode(Base64.encode(read)) == read, "\(bytes) is \(read), which is written wrong")
}

private func readPercents(_ bytes: [UInt8]) {
    let text = PercentEncoding.decode(bytes)
    let written = PercentEncoding.encode(text)
    require(written.allSatisfy { (0x20...0x7E).contains($0) }, "\(written) is no header's value")
    require(PercentEncoding.decode(written) == text, "\(text) is written as \(written)")
    let cut = PercentEncoding.encode(text, bytesMax: bytes.count / 2)
    require(cut.count <= bytes.count / 2, "cut to \(bytes.count / 2) it is \(cut.count)")
    require(text.utf8.starts(with: PercentEncoding.decode(cut).utf8), "\(cut) is no start of it")
}

private func readTraceparent(_ text: String) {
    guard let context = TraceContext(traceparent: text) else { return }
    guard let written = context.traceparent(ofAttempt: 0) else {
        fatalError("\(text) is read, but not handed on")
    }
    require(TraceContext(traceparent: written) == context.plain, "\(text) becomes \(written)")
}

extension TraceContext {
    /// As a callee sees it, which need not know of flags to come.
    fileprivate var plain: TraceContext {
        TraceContext(traceID: traceID, parent: parent, span: nil, isSampled: isSampled)
    }
}

private func readModel(_ text: String) {
    let names = ModelNames(
        tiers: ["fast": "a/b, c/d:high"], providers: ["a", "c"], limits: CallLimits())
    guard let targets = try? names.targets(of: text) else { return }
    require(!targets.isEmpty, "\(text) stands for nothing")
    require(Set(targets).count == targets.count, "\(text) names a target twice")
    let written = targets.map(\.description).joined(separator: ",")
    require((try? names.targets(of: written)) == targets, "\(text) is written as \(written)")
}
