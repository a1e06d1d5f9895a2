internal import Client
internal import Foundation
internal import Messages

/// What `--json` prints, under the names of the contract.
enum JSON: Encodable {
    case text(String)
    case number(Int)
    case decimal(Double)
    case flag(Bool)
    case list([JSON])
    case object([String: JSON])

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .number(let number): try container.encode(number)
        case .decimal(let number): try container.encode(number)
        case .flag(let flag): try container.encode(flag)
        case .list(let list): try container.encode(list)
        case .object(let fields): try container.encode(fields)
        }
    }

    /// On one line, keys in order.
    var text: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Nothing in here can fail to encode: no dates, and decimals are finite.
        let data = (try? encoder.encode(self)) ?? Data()
        return String(decoding: data, as: UTF8.self)
    }

    static func bytes(_ bytes: [UInt8]) -> JSON { .text(Data(bytes).base64EncodedString()) }
}

extension GenerateResponse {
    var json: JSON {
        .object([
            "message": message?.json ?? .object([:]), "finish_reason": .text(finishReason.name),
            "usage": usage?.json ?? .object([:]), "call": call?.json ?? .object([:]),
        ])
    }
}

extension Message {
    var json: JSON {
        .object(["role": .text("assistant"), "parts": .list(parts.map(\.json))])
    }
}

extension Part {
    var json: JSON {
        switch kind {
        case .text(let text): .object(["text": .text(text.text)])
        case .toolCall(let call):
            .object([
                "tool_call": .object([
                    "id": .text(call.id), "name": .text(call.name),
                    "arguments_json": .text(call.argumentsJSON),
                ])
            ])
        case .reasoning(let reasoning):
            .object([
                "reasoning": .object([
                    "text": .text(reasoning.text), "signature": .bytes(reasoning.signature),
                ])
            ])
        case .image, .toolResult, nil: .object([:])  // a model answers with none of these
        }
    }
}

extension StreamResponse {
    var json: JSON {
        switch event {
        case .queued(let queued):
            .object([
                "queued": .object([
                    "position": .number(Int(queued.position)),
                    "estimated_wait_ms": .number(queued.estimatedWaitMs),
                ])
            ])
        case .started(let started):
            .object([
                "started": .object([
                    "target": .text(started.target), "lane": .text(started.lane),
                    "queue_wait_ms": .number(started.queueWaitMs),
                ])
            ])
        case .text(let text): .object(["text": .text(text)])
        case .reasoning(let delta):
            .object([
                "reasoning": .object([
                    "text": .text(delta.text), "signature": .bytes(delta.signature),
                ])
            ])
        case .toolCall(let delta):
            .object([
                "tool_call": .object([
                    "index": .number(Int(delta.index)), "id": .text(delta.id),
                    "name": .text(delta.name), "arguments_json": .text(delta.argumentsJSON),
                ])
            ])
        case .finish(let finish):
            .object([
                "finish": .object([
                    "finish_reason": .text(finish.finishReason.name),
                    "usage": finish.usage?.json ?? .object([:]),
                    "call": finish.call?.json ?? .object([:]),
                ])
            ])
        case nil: .object([:])
        }
    }
}

extension Usage {
    var json: JSON {
        .object([
            "input_tokens": .number(inputTokens), "output_tokens": .number(outputTokens),
            "cache_read_tokens": .number(cacheReadTokens),
            "cache_write_tokens": .number(cacheWriteTokens),
            "reasoning_tokens": .number(reasoningTokens), "estimated": .flag(estimated),
        ])
    }
}

extension CallError {
    var json: JSON {
        var fields: [String: JSON] = [
            "code": .text(code), "reason": .text(reason), "message": .text(message),
        ]
        if let info { fields["call"] = info.json }
        if let retryAfter {
            fields["retry_after_ms"] = .number(Int(retryAfter / .milliseconds(1)))
        }
        if let partialUsage { fields["partial_usage"] = partialUsage.json }
        return .object(["error": .object(fields)])
    }
}

extension CallInfo {
    var json: JSON {
        .object([
            "call_id": .text(callID), "caller_id": .text(callerID), "run_id": .text(runID),
            "uid": .number(Int(uid)), "user": .text(user), "tool": .text(tool),
            "lane": .text(lane), "model": .text(model), "phase": .text(phase.name),
            "queue_wait_ms": .number(queueWaitMs), "execution_ms": .number(executionMs),
            "attempts": .list(attempts.map(\.json)),
            "messages": .list(messages.map { .text($0) }),
            "messages_truncated": .flag(messagesTruncated),
        ])
    }
}

extension Attempt {
    var json: JSON {
        .object([
            "target": .text(target), "lane": .text(lane), "code": .text(codeName),
            "reason": .text(reason), "http_status": .number(Int(httpStatus)),
            "upstream_request_id": .text(upstreamRequestID), "message": .text(message),
            "queue_wait_ms": .number(queueWaitMs), "duration_ms": .number(durationMs),
            "retry_after_ms": .number(retryAfterMs),
        ])
    }
}

extension FinishReason {
    var name: String {
        switch self {
        case .unspecified: "UNSPECIFIED"
        case .stop: "STOP"
        case .length: "LENGTH"
        case .toolCalls: "TOOL_CALLS"
        case .contentFilter: "CONTENT_FILTER"
        case .other: "OTHER"
        case .unrecognized(let number): "\(number)"
        }
    }
}
