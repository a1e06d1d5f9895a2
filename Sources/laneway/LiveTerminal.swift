internal import Foundation
internal import LaneViews
internal import Synchronization

/// A terminal taken over for a live view: its other screen, no echo, no cursor. Given back as it
/// was by `leave`.
struct LiveTerminal {
    private let before: termios

    /// Both ends are a terminal, so there is somebody to look and to press keys.
    static var isThere: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 }

    static var size: (columns: Int, rows: Int) {
        var size = winsize()
        guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
            return (80, 24)
        }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    static func enter() -> LiveTerminal {
        var before = termios()
        _ = unsafe tcgetattr(STDIN_FILENO, &before)
        var raw = before
        // Ctrl-C stays a signal: it must work even where nobody reads the keys.
        raw.c_lflag &= ~tcflag_t(ICANON | ECHO)
        _ = unsafe tcsetattr(STDIN_FILENO, TCSANOW, &raw)
        Terminal.write(Codes.otherScreen + Codes.hideCursor)
        return LiveTerminal(before: before)
    }

    func leave() {
        Terminal.write(Codes.reset + Codes.showCursor + Codes.firstScreen)
        var before = before
        _ = unsafe tcsetattr(STDIN_FILENO, TCSANOW, &before)
    }

    /// In one write, so that nothing flickers.
    func draw(_ lines: [TopScreen.Line]) {
        var text = Codes.home
        for (row, line) in lines.enumerated() {
            text += (row == 0 ? "" : "\r\n") + style(line) + Codes.clearLine
        }
        Terminal.write(text + Codes.clearBelow)
    }

    private func style(_ line: TopScreen.Line) -> String {
        switch line.style {
        case .plain: line.text
        case .title: Codes.bold + line.text + Codes.reset
        case .selected: Codes.inverse + line.text + Codes.reset
        case .alarm: (Self.isColourful ? Codes.red : Codes.bold) + line.text + Codes.reset
        }
    }

    /// https://no-color.org
    private static let isColourful =
        (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
}

/// ECMA-48, and xterm's for the other screen.
private enum Codes {
    static let otherScreen = "\u{1B}[?1049h"
    static let firstScreen = "\u{1B}[?1049l"
    static let hideCursor = "\u{1B}[?25l"
    static let showCursor = "\u{1B}[?25h"
    static let home = "\u{1B}[H"
    static let clearLine = "\u{1B}[K"
    static let clearBelow = "\u{1B}[J"
    static let bold = "\u{1B}[1m"
    static let inverse = "\u{1B}[7m"
    static let red = "\u{1B}[31m"
    static let reset = "\u{1B}[0m"
}

/// Reads the keyboard on a thread of its own, since waiting for a key blocks one.
final class KeyboardReader: Sendable {
    private let isStopped = Atomic(false)

    init(_ pressed: @escaping @Sendable (Key) -> Void) {
        Thread.detachNewThread { [self] in
            while !isStopped.load(ordering: .relaxed) {
                for key in read() { pressed(key) }
            }
        }
    }

    func stop() { isStopped.store(true, ordering: .relaxed) }

    /// What was pressed within a fifth of a second.
    private func read() -> [Key] {
        var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&input, 1, 200) > 0 else { return [] }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = unsafe Foundation.read(STDIN_FILENO, &bytes, bytes.count)
        if count > 0 { return Key.read(Array(bytes[..<count])) }
        // Nobody is at the other end any more.
        stop()
        return [.character("q")]
    }
}
