/// An error around another one. What is asked of it is asked of the innermost.
package protocol ErrorWrapper: Error {
    var underlying: any Error { get }
}

/// An error that knows whose call it was and what had been tried by then. Kind and message are the
/// inner error's: whoever looks at them looks at `bare`.
package struct AttributedError: ErrorWrapper, CustomStringConvertible {
    package let underlying: any Error
    @Boxed package private(set) var report: CallReport

    package init(_ error: any Error, _ report: CallReport) {
        underlying = error
        _report = Boxed(wrappedValue: report)
    }

    package var description: String { "\(underlying)" }
}

extension Error {
    /// The error without its wrappers.
    package var bare: any Error {
        var error: any Error = self
        while let wrapper = error as? any ErrorWrapper { error = wrapper.underlying }
        return error
    }

    /// Whose call it was and what had been tried: from whichever wrapper knows it, the outermost
    /// first, for that one was put on last. nil for an error that was never attributed.
    package var callReport: CallReport? {
        var error: any Error = self
        while true {
            if let attributed = error as? AttributedError { return attributed.report }
            if let failure = error as? CallFailure { return failure.report }
            guard let wrapper = error as? any ErrorWrapper else { return nil }
            error = wrapper.underlying
        }
    }
}
