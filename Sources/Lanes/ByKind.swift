/// One thing for unary calls and one for streams, which stand in lines of their own because streams
/// may have to wait for an open one to end while unary calls pass.
struct ByKind<Value> {
    var unary: Value
    var stream: Value

    subscript(isStream isStream: Bool) -> Value {
        _read {
            if isStream { yield stream } else { yield unary }
        }
        _modify {
            if isStream { yield &stream } else { yield &unary }
        }
    }
}

extension ByKind: Sendable where Value: Sendable {}
