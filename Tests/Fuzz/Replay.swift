import Foundation

/// Reads inputs out of files, one after the other, each named before it is read: where the process
/// ends, the last name is the one.
struct Replay {
    private let target: FuzzTarget

    init(_ target: FuzzTarget) {
        self.target = target
    }

    func run(_ paths: [String]) {
        var count = 0
        var slowest = Duration.zero
        for file in paths.flatMap(files) {
            guard let data = FileManager.default.contents(atPath: file) else {
                fatalError("\(file) cannot be read")
            }
            print(file)
            fflush(nil)
            slowest = max(slowest, ContinuousClock().measure { target.run(Array(data)) })
            count += 1
        }
        print("\(target.name): \(count) inputs, the slowest took \(slowest)")
    }

    private func files(_ path: String) -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            fatalError("\(path) does not exist")
        }
        if !isFolder.boolValue { return [path] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.sorted().map { "\(path)/\($0)" }
    }
}
