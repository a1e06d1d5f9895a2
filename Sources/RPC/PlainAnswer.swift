internal import Wire

/// What a request that is no gRPC call gets: plain HTTP, without gRPC's trailers.
enum PlainAnswer {
    static func headers(_ status: Int, _ text: String) -> HeaderBlock {
        var block = HeaderBlock()
        block.append(name: ":status", value: String(status))
        block.append(name: "content-type", value: "text/plain; charset=utf-8")
        block.append(name: "content-length", value: String(text.utf8.count + 1))
        if status == 405 { block.append(name: "allow", value: "POST") }
        return block
    }
}
