import Clocks
import Foundation
import Seeded
import Testing

@testable import Lanes

/// What every unit of cost owes to callers who compete, each with its bound.
struct FairnessTests {
    @Test(arguments: LaneCost.allCases)
    func `two equal backlogged callers differ by one call of each at most`(_ cost: LaneCost) {
        var market = Market(cost)
        for _ in 0..<300 {
            market.put("short", takes: 100)
            market.put("long", takes: 700)
        }
        for _ in 0..<200 {
            _ = market.endNext()
            let lag = abs(market.served["short", default: 0] - market.served["long", default: 0])
            #expect(lag <= market.price(milliseconds: 100) + market.price(milliseconds: 700))
        }
    }

    @Test(arguments: LaneCost.allCases)
    func `weights of one to three share one to three`(_ cost: LaneCost) {
        var market = Market(cost, weights: [CallerMatch(uid: 1, callerID: "heavy"): 3])
        for _ in 0..<400 {
            market.put("plain", takes: 200)
            market.put("heavy", takes: 200)
        }
        for _ in 0..<300 { _ = market.endNext() }
        let lag = market.served["plain", default: 0] - market.served["heavy", default: 0] / 3
        #expect(abs(lag) <= market.price(milliseconds: 200) * (1 + 1 / 3.0))
    }

    @Test(arguments: LaneCost.allCases)
    func `a uid's weight counts among uids`(_ cost: LaneCost) {
        var market = Market(cost, weights: [CallerMatch(uid: 2): 3])
        for _ in 0..<400 {
            market.put("plain", uid: 1, takes: 200)
            market.put("heavy", uid: 2, takes: 200)
        }
        for _ in 0..<300 { _ = market.endNext() }
        let lag = market.served["plain", default: 0] - market.served["heavy", default: 0] / 3
        #expect(abs(lag) <= market.price(milliseconds: 200) * (1 + 1 / 3.0))
    }

    @Test(arguments: LaneCost.allCases)
    func `a caller that comes and goes has its half while it is there`(_ cost: LaneCost) {
        var market = Market(cost)
        for _ in 0..<1_000 { market.put("steady", takes: 100) }
        for _ in 0..<10 {
            for _ in 0..<10 { market.put("visitor", takes: 100) }
            let before = market.order.count
            for _ in 0..<30 { _ = market.endNext() }
            let visit = market.order[before...].prefix(22)
            #expect(visit.count { $0 == "visitor" } == 10)
            let early = market.order[before...].prefix(10).count { $0 == "visitor" }
            #expect((4...6).contains(early))
        }
    }

    @Test(arguments: LaneCost.allCases)
    func `a hog takes no more than the nine light callers beside it`(_ cost: LaneCost) {
        var market = Market(cost)
        for _ in 0..<100 { market.put("hog", takes: 100) }
        for light in 1...9 { market.put("light \(light)", takes: 100) }
        let end = market.now + .seconds(60)
        while !market.isOver(at: end), let call = market.endNext() {
            market.put(call.name, takes: call.milliseconds)
        }
        #expect(jainIndex(Array(market.served.values)) >= 0.98)
        let round = Duration.milliseconds(10 * 100)
        for light in 1...9 {
            let longest = market.longestWait["light \(light)"] ?? .seconds(1_000)
            #expect(longest <= round + .milliseconds(100))
        }
    }

    @Test(arguments: LaneCost.allCases)
    func `short and long calls that come at random share alike`(_ cost: LaneCost) {
        for seed in Seeded.seeds(5) {
            var random = Seeded(seed: seed)
            var market = Market(cost)
            let end = market.now + .seconds(300)
            // Each asks for more than the lane has, in its own unit.
            var arrivals = Arrivals(from: market.now, until: end, random: &random)
            while !market.isOver(at: end) || arrivals.next != nil {
                while let next = arrivals.next, next.at <= market.now || market.isIdle {
                    market.wait(until: next.at)
                    market.put(next.name, takes: next.milliseconds)
                    arrivals.takeFirst()
                }
                if market.endNext() == nil || market.now > end { break }
            }
            let jain = jainIndex(Array(market.served.values))
            #expect(jain >= 0.98, "replay with LANEWAY_SEED=\(seed)")
        }
    }

    @Test(arguments: LaneCost.allCases)
    func `a caller that invents ids gains nothing`(_ cost: LaneCost) {
        var market = Market(cost)
        for id in 0..<300 { market.put("inventor", uid: 1, id: "id \(id)", takes: 100) }
        for _ in 0..<300 { market.put("honest", uid: 2, takes: 100) }
        for _ in 0..<300 {
            _ = market.endNext()
        }
        let lag = market.served["inventor", default: 0] - market.served["honest", default: 0]
        #expect(abs(lag) <= 2 * market.price(milliseconds: 100))
    }

    @Test(arguments: LaneCost.allCases)
    func `a caller back from idle has no credit and no penalty`(_ cost: LaneCost) {
        var market = Market(cost)
        for _ in 0..<500 { market.put("busy", takes: 100) }
        market.put("away", takes: 100)
        for _ in 0..<300 { _ = market.endNext() }
        for _ in 0..<50 { market.put("away", takes: 100) }
        let before = market.order.count
        for _ in 0..<40 { _ = market.endNext() }
        let since = market.order[before...].count { $0 == "away" }
        #expect((19...21).contains(since))
    }
}

/// Calls of two callers as two Poisson processes, each of 1.5 times what the lane can do.
private struct Arrivals {
    struct Arrival {
        var at: Instant
        var name: String
        var milliseconds: Int
    }

    private var all: [Arrival] = []

    init(from start: Instant, until end: Instant, random: inout Seeded) {
        for (name, milliseconds) in [("short", 100), ("long", 1_000)] {
            var at = start
            while at < end {
                // As often as the short ones, so that a share of requests is backlogged too.
                let mean = 100.0 / 1.5
                let gap = -log(Double.random(in: 0.000_001..<1, using: &random)) * mean
                at += .milliseconds(Int(gap) + 1)
                all.append(Arrival(at: at, name: name, milliseconds: milliseconds))
            }
        }
        all.sort { $0.at > $1.at }
    }

    var next: Arrival? { all.last }

    mutating func takeFirst() { all.removeLast() }
}
