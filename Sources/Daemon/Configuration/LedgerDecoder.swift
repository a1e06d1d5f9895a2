internal import Ledger

/// Reads `ledger` and `prices`.
enum LedgerDecoder {
    /// Dollars for a million tokens.
    private static let priceRange = 0.0...100_000.0
    private static let keepRange: ClosedRange<Duration> =
        .seconds(3_600)...(.seconds(10 * 366 * 86_400))

    /// The section alone turns the ledger on.
    static func place(
        _ value: ConfigurationValue, uid: UInt32, environment: [String: String]
    ) -> Configuration.LedgerPlace {
        let section = ConfigurationSection<LedgerKey>(value)
        var place = Configuration.LedgerPlace(
            path: LedgerPath.usual(uid: uid, environment: environment))
        if let path = section[.path]?.absolutePath { place.path = path }
        if let keep = section[.keep]?.duration(in: keepRange) { place.keepFor = keep }
        return place
    }

    static func prices(
        _ value: ConfigurationValue, providers: [String]
    ) -> [Configuration.TargetPrice] {
        value.entries.compactMap { entry in
            guard TargetPattern.check(entry.name, in: entry.value, providers),
                let price = price(ConfigurationSection<PriceKey>(entry.value), entry.value)
            else { return nil }
            return Configuration.TargetPrice(pattern: entry.name, price: price)
        }
    }

    private static func price(
        _ section: ConfigurationSection<PriceKey>, _ value: ConfigurationValue
    ) -> Price? {
        guard let input = nanos(section[.input]), let output = nanos(section[.output]) else {
            value.fail("needs input and output, in US dollars for a million tokens")
            return nil
        }
        return Price(
            input: input, output: output, cacheRead: nanos(section[.cachedInput]),
            cacheWrite: nanos(section[.cacheWrite]))
    }

    /// Billionths of a dollar for a token are thousandths of a dollar for a million.
    private static func nanos(_ value: ConfigurationValue?) -> Int64? {
        value?.number(in: priceRange).map { Int64(($0 * 1_000).rounded()) }
    }
}
