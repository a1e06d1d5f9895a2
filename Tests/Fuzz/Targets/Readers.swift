#if DEBUG || FUZZING
    import HandFrames

    @testable import Providers

    extension FuzzTarget {
        /// The second byte of an input says how long a line may be.
        static let serverSentEvents = reader(
            "sse",
            ["data: hi\n\n", ": ping\r\n\r\nevent: a\r\ndata:b\rdata:c\r\rid: 1\nretry: 2\n\n"],
            recorded: "anthropic"
        ) { lineBytesMax in
            .serverSentEvents(
                SSEReader(lineBytesMax: lineBytesMax, eventBytesMax: lineBytesMax * 2))
        }

        static let lines = reader(
            "ndjson", ["{}\n{\"a\":1}\r\n\n{\"done\":true}"], recorded: "ollama"
        ) { lineBytesMax in
            .lines(LineReader(lineBytesMax: lineBytesMax))
        }

        private static func reader(
            _ name: String, _ seeds: [String], recorded: String,
            _ framer: @escaping @Sendable (_ lineBytesMax: Int) -> StreamFramer
        ) -> FuzzTarget {
            FuzzTarget(
                name,
                seeds: { sources in
                    (seeds.map { Array($0.utf8) } + sources.recordings([recorded])).map {
                        [9, 255] + $0
                    }
                }
            ) { input in
                guard input.count >= 2 else { return }
                let lineBytesMax = Int(input[1]) * 4
                Cuts.compare([input[0]] + input[2...]) { pieces in
                    read(pieces, with: framer(lineBytesMax), eventBytesMax: lineBytesMax * 2)
                }
            }
        }
    }

    /// What a reader finds, and why it stops.
    private struct Found: Equatable {
        var events: [SSEEvent] = []
        var failure: SSETooLong?
    }

    private func read(
        _ pieces: [[UInt8]], with framer: StreamFramer, eventBytesMax: Int
    ) -> Found {
        var found = Found()
        var framer = framer
        do throws(SSETooLong) {
            for piece in pieces { try framer.feed(piece.span, into: &found.events) }
            try framer.ended(into: &found.events)
        } catch {
            found.failure = error
        }
        require(
            found.events.allSatisfy { $0.data.count <= eventBytesMax }, "no event is over the limit"
        )
        return found
    }
#endif
