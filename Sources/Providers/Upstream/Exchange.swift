import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Synchronization

/// A request and its answer. Stands between the HTTP client, which brings the answer on an event
/// loop, and the task of the call, which asks for it. Dropping it closes upstream.
///
/// It takes the client by its delegate: the client's own asynchronous calls cost each request a task
/// on the global pool, whose thread has to be woken, and an alarm. Here everything stays on the
/// loop of the call, unless the connection to upstream belongs to another.
final class Exchange: Sendable {
    private let answer = ArrivingAnswer()
    private let task: HTTPClient.Task<Void>

    init(_ request: HTTPClient.Request, by client: HTTPClient) {
        // No deadline: the clocks are the chain's. It cancels the call's task when one runs out.
        task = client.execute(
            request: request, delegate: answer, eventLoop: .indifferent, deadline: nil, logger: nil)
        let answer = answer
        task.futureResult.whenComplete { answer.ended($0) }
    }

    deinit {
        // Nothing where the answer is over.
        task.cancel()
        answer.arrival.withLock { $0.abandoned() }?.succeed()
    }

    /// Waits for the head. To be asked for once.
    func head() async throws -> HTTPResponseHead {
        while true {
            if let head = try answer.arrival.withLock({ try $0.takeHead() }) { return head }
            await waitForMore()
        }
    }

    /// The next bytes of the body, as they come; nil at the end.
    ///
    /// - Throws: what the HTTP client says of an answer that broke off.
    func next() async throws -> ByteBuffer? {
        while true {
            let (found, room) = answer.arrival.withLock { $0.takePart() }
            room?.succeed()
            switch found {
            case .part(let part): return part
            case .ended: return nil
            case .failed(let error): throw error
            case .nothing: await waitForMore()
            }
        }
    }

    private func waitForMore() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                if !answer.arrival.withLock({ $0.wait(waiter) }) { waiter.resume() }
            }
        } onCancel: {
            task.cancel()
        }
    }
}

/// The client's end of an exchange.
private final class ArrivingAnswer: HTTPClientResponseDelegate {
    let arrival = Mutex(AnswerArrival())

    func didReceiveHead(
        task: HTTPClient.Task<Void>, _ head: HTTPResponseHead
    ) -> EventLoopFuture<Void> {
        arrival.withLock { $0.headArrived(head) }?.resume()
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(
        task: HTTPClient.Task<Void>, _ part: ByteBuffer
    ) -> EventLoopFuture<Void> {
        let (waiter, room) = arrival.withLock { arrival in
            arrival.partArrived(part) { task.eventLoop.makePromise() }
        }
        waiter?.resume()
        return room?.futureResult ?? task.eventLoop.makeSucceededVoidFuture()
    }

    /// What has to be done at the end is done by `ended`, which also hears of a request that never
    /// began.
    func didFinishRequest(task: HTTPClient.Task<Void>) {}

    func ended(_ result: Result<Void, any Error>) {
        let (waiter, room) = arrival.withLock { $0.ended(result) }
        waiter?.resume()
        room?.succeed()
    }
}
