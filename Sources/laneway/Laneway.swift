internal import ArgumentParser

/// Where the process begins.
@main
enum Main {
    static func main() async {
        Terminal.occupyStandardDescriptors()
        await Laneway.main()
    }
}

/// The command `laneway`.
struct Laneway: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "laneway",
        abstract: "One daemon between the programs of a host and their language models.",
        subcommands: [
            ServeCommand.self, GenerateCommand.self, StreamCommand.self, LanesCommand.self,
            TopCommand.self, ModelsCommand.self, ResolveCommand.self, UsageCommand.self,
            CallsCommand.self, CheckCommand.self, BenchCommand.self,
        ]
    )
}
