import Testing

@testable import Wire

@Suite struct PercentEncodingTests {
    @Test func `the interoperability text survives`() {
        let text = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n"
        let encoded = PercentEncoding.encode(text)
        #expect(
            String(decoding: encoded, as: UTF8.self)
                == "%09%0Atest with whitespace%0D%0Aand Unicode BMP %E2%98%BA and non-BMP "
                + "%F0%9F%98%88%09%0A")
        #expect(PercentEncoding.decode(encoded) == text)
    }

    @Test func `what needs no encoding stays, what does is encoded`() {
        for byte in UInt8(0)...127 {
            let plain = (0x20...0x7E).contains(byte) && byte != UInt8(ascii: "%")
            let text = String(Unicode.Scalar(byte))
            let encoded = PercentEncoding.encode(text)
            #expect(encoded.count == (plain ? 1 : 3))
            #expect(PercentEncoding.decode(encoded) == text)
        }
    }

    @Test func `a cut falls between characters and leaves no more than asked for`() {
        let text = "a%ü☺😈z"
        let full = PercentEncoding.encode(text)
        var seen: Set<String> = []
        for limit in 0...full.count {
            let cut = PercentEncoding.encode(text, bytesMax: limit)
            #expect(cut.count <= limit)
            #expect(full.starts(with: cut))
            seen.insert(PercentEncoding.decode(cut))
        }
        #expect(seen == ["", "a", "a%", "a%ü", "a%ü☺", "a%ü☺😈", text])
    }

    @Test(arguments: [
        ("100%", "100%"), ("%4", "%4"), ("%zz", "%zz"), ("%%41", "%A"), ("%e2%98%ba", "☺"),
        ("%FF", "\u{FFFD}"),
    ])
    func `a percent sign that starts no byte stands for itself`(encoded: String, text: String) {
        #expect(PercentEncoding.decode(encoded.utf8) == text)
    }
}

@Suite struct Base64Tests {
    @Test(arguments: [
        ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"),
        ("fooba", "Zm9vYmE"), ("foobar", "Zm9vYmFy"),
    ])
    func `the examples of RFC 4648 hold, without padding`(plain: String, encoded: String) {
        #expect(Base64.encode(plain.utf8) == Array(encoded.utf8))
        #expect(Base64.decode(encoded.utf8) == Array(plain.utf8))
    }

    @Test func `every length comes back, padded and not`() {
        for length in 0...130 {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ length) }
            let encoded = Base64.encode(bytes)
            let padding = Array(repeating: UInt8(ascii: "="), count: (4 - encoded.count % 4) % 4)
            #expect(encoded.count == (length * 4 + 2) / 3)
            #expect(Base64.decode(encoded) == bytes)
            #expect(Base64.decode(encoded + padding) == bytes)
        }
    }

    @Test func `every byte has its digits`() {
        let bytes = Array(UInt8.min...UInt8.max)
        #expect(Base64.decode(Base64.encode(bytes)) == bytes)
    }

    @Test(arguments: ["Z", "Zg=", "Zg===", "====", "=", "Zm9vY", "Zm-v", "Zm_v", "Z g=", "Zg==Zg"])
    func `what is no base64 is refused`(text: String) {
        #expect(Base64.decode(text.utf8) == nil)
    }
}

@Suite struct HeaderBlockTests {
    @Test func `fields keep their order and the first of a name counts`() {
        var block = HeaderBlock()
        block.append(name: "a", value: "1")
        block.append(name: "b", value: "")
        block.append(name: "a", value: "2")
        #expect(block.count == 3)
        #expect(block.text("a") == "1")
        #expect(block.text("b") == "")
        #expect(block.text("c") == nil)
        #expect(block.index(of: "a") == 0)
        #expect(Array(block.value(at: 2)) == Array("2".utf8))
    }

    @Test func `the size counts 32 bytes a field, kept or not`() {
        var block = HeaderBlock()
        func append(upTo bytesMax: Int, _ fieldsMax: Int) -> Int {
            var (name, value) = ("name", "value")
            return name.withUTF8 { name in
                value.withUTF8 { value in
                    unsafe block.append(name: name, value: value, upTo: bytesMax, fieldsMax)
                }
            }
        }
        #expect(append(upTo: 0, 0) == 0, "the first is kept, whatever its size")
        #expect(append(upTo: 41, 1) == 41, "neither limit is passed yet")
        #expect(append(upTo: 81, 2) == 82)
        #expect(append(upTo: 200, 1) == 123)
        #expect(block.listSize == 4 * (4 + 5 + 32))
        #expect(block.count == 2)
        block.reset()
        #expect(block.isEmpty)
        #expect(block.listSize == 0)
    }

    @Test func `bytes that are no UTF-8 are read without a crash`() {
        var block = HeaderBlock()
        block.append(name: "x", value: [0xFF, 0x41])
        #expect(block.text("x") == "\u{FFFD}A")
    }
}
