import Clocks
import NIOPosix
import Testing

@testable import Transport

@Suite struct LoopTimeTests {
    @Test func `the timer wheel of a loop goes with the last who holds it`() {
        weak var wheel: WheelTime?
        do {
            let time = LoopTime.start(on: MultiThreadedEventLoopGroup.singleton.next())
            wheel = time
            #expect(wheel != nil)
        }
        #expect(wheel == nil)
    }
}
