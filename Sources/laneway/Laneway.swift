internal import ArgumentParser

/// The command `laneway`.
@main
struct Laneway: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "laneway",
        abstract: "One daemon between the programs of a host and their language models.",
        subcommands: [
            ServeCommand.self, GenerateCommand.self, StreamCommand.self, CheckCommand.self,
        ]
    )
}
