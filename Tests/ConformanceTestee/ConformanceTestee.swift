import Glibc

@testable import Messages

/// What Google's conformance runner speaks to, in binary proto3.
///
///     ConformanceTestee TABLES           answers the runner's requests
///     ConformanceTestee TABLES recode    answers the cases of Tests/differential/corpus.py
@main
enum ConformanceTestee {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst()
        guard let path = arguments.first, arguments.dropFirst().allSatisfy({ $0 == "recode" })
        else {
            print("usage: ConformanceTestee TABLES [recode]")
            exit(64)
        }
        let tables = Tables(path: path)
        if arguments.count > 1 {
            recode(by: tables)
        } else {
            let conformance = Conformance(tables: tables)
            while let request = Blocks.read() { Blocks.write(conformance.answer(to: request)) }
        }
    }

    /// Each case is a name, which is always that of the one message here, and the bytes.
    private static func recode(by tables: Tables) {
        while Blocks.read() != nil, let bytes = Blocks.read() {
            do throws(DecodingFailure) {
                Blocks.write(try tables.recoded(bytes), after: [1])
            } catch {
                Blocks.write([UInt8](error.description.utf8), after: [0])
            }
        }
    }
}
