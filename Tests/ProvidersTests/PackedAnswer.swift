import UpstreamScript

/// Answers as Python 3.11's `gzip` and `zlib` packed them, in hex.
enum PackedAnswer {
    /// A completion that says `packed well`.
    static let whole = bytes(
        """
        1f8b0800000000000203458e510ac2400c44af52f2ada288205e4544e236dad8ed6669220a65ef6ebaa0
        fd4be625333301b7706a20ac77b06a406e4f0a56850e6d1364c8918c25cd3074c281d4e979024e2d7d7c
        dc3a1848151fe4db04a3c479005465354c563f2519a5ea9b31f4d4366f8a118aa33b27d6ee3a12aaa7f8
        819a64281747afbf691ebd885d4d7a4a73febe7afeba2dfac17513c3b848c752beef496783e4000000
        """)

    /// The same for `deflate`.
    static let deflated = bytes(
        """
        78da458e510ac2400c44af52f2ada288205e4544e236dad8ed6669220a65ef6ebaa0fd4be625333301b7
        706a20ac77b06a406e4f0a56850e6d1364c8918c25cd3074c281d4e979024e2d7d7cdc3a1848151fe4db
        04a3c479005465354c563f2519a5ea9b31f4d4366f8a118aa33b27d6ee3a12aaa7f8819a64281747afbf
        691ebd885d4d7a4a73febe7afeba2dfac17513c3b848c752be456a4a4c
        """)

    /// A stream that says `one `, `two `, and that it is over, flushed after each of the three; the
    /// last part only ends the gzip.
    static let stream = [
        """
        1f8b080000000000020314cb410a80300c04c0bbaf28392be8b55f1191d0461a2809d80882f4efa6a72c
        3b9b8c86317cc0196280b46c30fb29ca899a37bb8b647a3dae0e99aa218c7d5231121b4f2a14a0bb5e2c
        dcca7913361517796aed479fa61f0000ffff
        """,
        """
        4aa1dc9292f27c029600000000ffff
        """,
        """
        22d3126c662a1597e4172821991aede2efe71acbc505000000ffff
        """,
        """
        0300e3b4a1c92e010000
        """,
    ].map(bytes)

    /// A rate limit that echoes `canaryKey`.
    static let rateLimit = bytes(
        """
        1f8b080000000000020325ca410a84300c46e1ab84ac752122325e4642fb2b326a35a96811efaee3ec1e
        1fef64a806e5864e9e60263d9e661bc34e3eec73465f2472328ba6fcc9bcee4af9b8aae08c38a6e5bd15
        eb068bf63317fcdf24a21d8769882d0e077878beae1bc0bf57de6f000000
        """)

    /// 256 KiB of the letter a.
    static let bomb = bytes(
        """
        1f8b0800000000000203edc13101000000c2a0aceb5fc2db0e4001000000000000000000000000000000
        000000000000000000000000000000000000000000000000000000000000000000000000000000000000
        000000000000000000000000000000000000000000000000000000000000000000000000000000000000
        000000000000000000000000000000000000000000000000000000000000000000000000000000000000
        000000000000000000000000000000000000000000000000000000000000000000000000000000000000
        000000000000000000000000000000000000000000000000000000000000000000000000000000000000
        00000000000000000000000000000000000000000000000000000000bc01c48d8dba00000400
        """)

    /// The head of an answer that ends with the connection, packed in `coding`.
    static func head(
        _ coding: String, status: Int = 200, type: String = "application/json"
    ) -> UpstreamStep {
        .streamHead(status: status, type: type, headers: ["content-encoding: \(coding)"])
    }

    private static func bytes(_ hex: String) -> [UInt8] {
        let digits = hex.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count, by: 2).map {
            UInt8(digits[$0] << 4 | digits[$0 + 1])
        }
    }
}
