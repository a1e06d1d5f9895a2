import Foundation

/// What the process says if it traps: a broken precondition gives a test no time to say which seed
/// it was. For one test at a time.
enum LastWords {
    private static let bytesMax = 256
    // Written by the test, and read by the handler once that has trapped.
    private nonisolated(unsafe) static let text = UnsafeMutablePointer<UInt8>.allocate(
        capacity: bytesMax)
    private nonisolated(unsafe) static var length = 0
    private static let isListening: Bool = {
        for trap in [SIGILL, SIGTRAP] {
            // Only what a signal handler may call.
            signal(trap) { number in
                _ = unsafe write(2, LastWords.text, LastWords.length)
                signal(number, SIG_DFL)
                raise(number)
            }
        }
        return true
    }()

    static func set(_ words: String) {
        guard isListening else { return }
        let bytes = Array((words.isEmpty ? "" : words + "\n").utf8.prefix(bytesMax))
        unsafe length = 0
        for (place, byte) in bytes.enumerated() { unsafe text[place] = byte }
        unsafe length = bytes.count
    }
}
