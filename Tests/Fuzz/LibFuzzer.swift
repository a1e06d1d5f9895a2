#if FUZZING
    import Glibc

    /// Hands the process over to libFuzzer, which was linked in. libFuzzer reads the rest of the
    /// command line itself.
    enum LibFuzzer {
        nonisolated(unsafe) private static var target: FuzzTarget?

        /// libFuzzer starts this program anew, with its own arguments only, where it shortens a
        /// crash or works in several processes: the target is told in the environment.
        private static let variable = "LANEWAY_FUZZ_TARGET"

        /// The target of the process that started this one.
        static var inherited: FuzzTarget? {
            let name = getenv(variable).map { String(cString: $0) }
            return FuzzTarget.named(name)
        }

        /// Runs the target that the command line names first.
        static func begin(_ target: FuzzTarget) {
            setenv(variable, target.name, 1)
            // The target's name is ours, not libFuzzer's: its place is taken by the program's.
            let arguments = CommandLine.unsafeArgv + 1
            arguments[0] = CommandLine.unsafeArgv[0]
            run(target, CommandLine.argc - 1, arguments)
        }

        static func run(_ target: FuzzTarget) {
            run(target, CommandLine.argc, CommandLine.unsafeArgv)
        }

        private static func run(
            _ target: FuzzTarget, _ count: CInt,
            _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
        ) {
            Self.target = target
            var (count, arguments) = (count, arguments)
            let status = laneway_fuzzer(&count, &arguments) { bytes, count in
                LibFuzzer.target?.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
                return 0
            }
            exit(status)
        }
    }

    /// libFuzzer's own entry (LLVM, `FuzzerInterface.h` calls it `LLVMFuzzerRunDriver`).
    @_silgen_name("LLVMFuzzerRunDriver")
    private func laneway_fuzzer(
        _ count: UnsafeMutablePointer<CInt>,
        _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
        _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
    ) -> CInt
#endif
