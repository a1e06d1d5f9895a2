package import Messages

/// Models and what they stand for as tables: what `laneway models` and `laneway resolve` print.
package enum ModelTable {
    package static func lines(_ models: [ModelEntry]) -> [String] {
        if models.isEmpty {
            return ["no tier is configured; name a target of a provider, such as builtin/echo"]
        }
        var table = TextTable([
            .init(title: "MODEL", alignRight: false, importance: 0),
            .init(title: "STANDS FOR", alignRight: false, importance: 1),
        ])
        for model in models {
            table.add([model.name, model.tier ? model.targets.joined(separator: ", ") : "itself"])
        }
        return table.lines()
    }

    package static func lines(_ targets: [ResolvedTarget]) -> [String] {
        var table = TextTable([
            .init(title: "TARGET", alignRight: false, importance: 0),
            .init(title: "LANE", alignRight: false, importance: 3),
            .init(title: "WINDOW", importance: 1),
            .init(title: "CAN", alignRight: false, importance: 1),
            .init(title: "HEALTH", alignRight: false, importance: 4),
        ])
        for target in targets { table.add(cells(of: target)) }
        return table.lines()
    }

    private static func cells(of target: ResolvedTarget) -> [String] {
        let can = target.capabilities ?? Capabilities()
        let names = [
            (can.tools, "tools"), (can.images, "images"), (can.jsonSchema, "json_schema"),
            (can.reasoning, "reasoning"),
        ].filter(\.0).map(\.1)
        let cooling = Units.wait(milliseconds: target.coolingMs)
        return [
            target.target, target.lane.isEmpty ? "-" : target.lane,
            can.contextWindowTokens == 0 ? "-" : "\(can.contextWindowTokens)",
            names.isEmpty ? "text" : names.joined(separator: ","),
            target.coolingMs == 0 ? "healthy" : "cools for \(cooling)",
        ]
    }
}
