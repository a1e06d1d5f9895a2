import Lanes
package import Models

/// What a model costs, in billionths of a US dollar for each token: so sums are exact.
///
/// A price of 2.50 dollars for a million tokens is 2,500.
package struct Price: Sendable, Hashable {
    /// Input that no cache had.
    package var input: Int64
    /// Input that the provider had in its cache.
    package var cacheRead: Int64
    /// Input that the provider put into its cache.
    package var cacheWrite: Int64
    package var output: Int64

    /// - Parameters: cached input costs what other input does where nothing is said of it.
    package init(
        input: Int64, output: Int64, cacheRead: Int64? = nil, cacheWrite: Int64? = nil
    ) {
        self.input = input
        self.output = output
        self.cacheRead = cacheRead ?? input
        self.cacheWrite = cacheWrite ?? input
    }

    /// Billionths of a dollar.
    package func cost(of usage: Usage) -> Int64 {
        let cached = usage.cacheReadTokens + usage.cacheWriteTokens
        let fresh = max(0, usage.inputTokens - cached)
        return Int64(fresh) * input + Int64(usage.cacheReadTokens) * cacheRead
            + Int64(usage.cacheWriteTokens) * cacheWrite + Int64(usage.outputTokens) * output
    }
}

/// Prices by patterns of `provider/model`.
package struct PriceList: Sendable {
    private let prices: [(target: Glob, price: Price)]

    /// - Parameter prices: of those that match a target, the last holds.
    package init(_ prices: [(target: String, price: Price)] = []) {
        self.prices = prices.map { (Glob($0.target), $0.price) }
    }

    /// nil where nobody has said what the target costs.
    package func price(of target: Target) -> Price? {
        let name = "\(target.provider)/\(target.model)"
        return prices.last { $0.target.matches(name) }?.price
    }
}
