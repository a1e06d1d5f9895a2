import Models

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension ModelPart {
    var isText: Bool {
        if case .text = self { true } else { false }
    }

    var isImage: Bool {
        if case .image = self { true } else { false }
    }

    var isToolCall: Bool {
        if case .toolCall = self { true } else { false }
    }

    var isToolResult: Bool {
        if case .toolResult = self { true } else { false }
    }
}

extension ImageSource {
    /// For dialects that take bytes as a URL that holds them (RFC 2397).
    func url(mediaType: String) -> String {
        switch self {
        case .url(let url): url
        case .data(let bytes): "data:\(mediaType);base64,\(Data(bytes).base64EncodedString())"
        }
    }
}
