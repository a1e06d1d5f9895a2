// Written by scripts/proto from laneway/v1/laneway.proto. Change that, not this.

internal import CMessages

/// An image, by its bytes or by an address the provider can fetch.
public struct ImagePart: Sendable, Hashable {
    /// The media type, for example image/png. Needed with data.
    public var mediaType: String
    /// Exactly one of the two.
    public var source: Source?

    /// Fields left out are absent, zero or empty.
    public init(mediaType: String = "", source: Source? = nil) {
        self.mediaType = mediaType
        self.source = source
    }

    /// Exactly one of the two.
    public enum Source: Sendable, Hashable {
        /// The image itself.
        case data([UInt8])
        /// Where the provider finds it.
        case url(String)
    }
}

extension ImagePart: WireMessage {
    package static var fullName: String { "laneway.v1.ImagePart" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension ImagePart: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__v1__image_part__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__V1__ImagePart>) {
        mediaType = .init(c.pointee.media_type)
        switch c.pointee.source_case {
        case LANEWAY__V1__IMAGE_PART__SOURCE_DATA:
            source = .data(.init(c.pointee.data))
        case LANEWAY__V1__IMAGE_PART__SOURCE_URL:
            source = .url(.init(c.pointee.url))
        default: source = nil
        }
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__V1__ImagePart>, in arena: inout Arena) {
        c.pointee.media_type = arena.store(mediaType)
        switch source {
        case .data(let value)?:
            c.pointee.source_case = LANEWAY__V1__IMAGE_PART__SOURCE_DATA
            c.pointee.data = arena.store(value)
        case .url(let value)?:
            c.pointee.source_case = LANEWAY__V1__IMAGE_PART__SOURCE_URL
            c.pointee.url = arena.store(value)
        case nil: break
        }
    }
}
