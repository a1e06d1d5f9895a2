import Clocks
import Testing
import Wire

@testable import RPC

@Suite struct MetadataTests {
    @Test func `what a client sends beside its message reaches the handler`() throws {
        let gate = Gate()
        let pair = try Loopback([
            Kinds.unary { (_, context) async throws(RPCFailure) in
                gate.note("\(context.metadata.count) fields")
                gate.note(context.metadata["laneway-run-id"] ?? "none")
                gate.note("\(context.metadata.bytes("x-bin") ?? [])")
                gate.note("\(context.peer)")
                gate.note("\(context.deadline.map { context.arrived.duration(to: $0) } ?? .zero)")
                return ""
            }
        ])
        var metadata = Metadata()
        metadata.append("laneway-run-id", "run 1")
        metadata.append("x-bin", bytes: [0, 255, 10])
        let call = try pair.call(metadata: metadata, timeout: .seconds(5)).send("x")
        call.read()
        try pair.run()
        #expect(
            gate.notes == [
                "2 fields", "run 1", "[0, 255, 10]", "\(Peer(uid: 7, gid: 8, pid: 9))",
                "\(Duration.seconds(5))",
            ])
    }

    @Test func `fields of HTTP 2 and of gRPC itself are not metadata`() {
        var block = HeaderBlock()
        for name in [
            ":path", "te", "content-type", "user-agent", "grpc-timeout", "grpc-encoding", "grpc-x",
            "grpcx", "tea", "x-te",
        ] {
            block.append(name: name, value: "v")
        }
        let metadata = Metadata(from: block)
        #expect(metadata.count == 3)
        #expect(metadata["grpcx"] == "v")
        #expect(metadata["tea"] == "v")
    }

    @Test(arguments: [("AAEC", [UInt8(0), 1, 2]), ("AA==,AQ", [0]), ("AA, AQ==", [0]), ("", [])])
    func `binary values may be padded, and joined by commas`(text: String, first: [UInt8]) {
        var metadata = Metadata()
        metadata.append("x-bin", text)
        #expect(metadata.bytes("x-bin") == first)
        #expect(metadata.firstBrokenBinaryName() == nil)
    }

    @Test(arguments: ["A", "AA,A", "!!", "AA,,%"])
    func `a binary value that is no base64 is found`(text: String) {
        var metadata = Metadata()
        metadata.append("a-bin", "AA")
        metadata.append("x-bin", text)
        #expect(metadata.firstBrokenBinaryName() == "x-bin")
    }
}
