import Foundation

/// Feeds what reads bytes from outside: `Fuzz` without arguments says how.
@main
enum Fuzz {
    static func main() throws {
        #if FUZZING
            if let target = LibFuzzer.inherited { return LibFuzzer.run(target) }
        #endif
        var arguments = CommandLine.arguments.dropFirst()
        let word = arguments.popFirst()
        if word == "list" { return list() }
        if word == "seeds", let folder = arguments.popFirst(), let root = arguments.popFirst() {
            return try writeSeeds(into: URL(filePath: folder), from: URL(filePath: root))
        }
        guard let target = FuzzTarget.named(word) else {
            print(usage)
            exit(64)
        }
        run(target, Array(arguments))
    }

    private static let usage = """
        usage: Fuzz list                    the targets, and how long their inputs may be
               Fuzz seeds FOLDER ROOT       writes good inputs for each into FOLDER, made out of the
                                            repository at ROOT
               Fuzz TARGET FILE-OR-FOLDER…  reads each input; as make fuzz builds it, libFuzzer's own
                                            arguments follow the target
        """

    private static func list() {
        for target in FuzzTarget.all { print(target.name, target.bytesMax) }
    }

    private static func writeSeeds(into folder: URL, from root: URL) throws {
        for target in FuzzTarget.all {
            let place = folder.appending(path: target.name)
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            for (number, seed) in try target.seeds(SeedSources(root: root, folder: folder))
                .enumerated()
            {
                try Data(seed).write(to: place.appending(path: "seed-\(number)"))
            }
        }
    }

    private static func run(_ target: FuzzTarget, _ arguments: [String]) {
        #if FUZZING
            LibFuzzer.begin(target)
        #else
            Replay(target).run(arguments)
        #endif
    }
}
