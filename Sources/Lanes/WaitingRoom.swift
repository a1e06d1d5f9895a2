/// What a lane's lock protects: the machine, and where the tasks wait whom it answers.
struct WaitingRoom: ~Copyable {
    typealias Waiter = CheckedContinuation<Answer, Never>

    var machine: LaneMachine
    var board = QueueBoard()
    private var seats: [Ticket: Seat] = [:]

    /// A call has its ticket before its task is suspended, so the answer may come first.
    private enum Seat {
        case taken(Waiter)
        case answered(Answer)
    }

    init(_ machine: consuming LaneMachine) {
        self.machine = machine
    }

    var suspended: Int { seats.count }

    /// A task with a ticket is now suspended.
    mutating func waiterCame(_ waiter: Waiter, with ticket: Ticket) -> WakeUps {
        if case .answered(let answer) = seats[ticket] {
            seats[ticket] = nil
            return .one(WakeUp(waiter: waiter, answer: answer))
        }
        seats[ticket] = .taken(waiter)
        return .none
    }

    /// The call wants to know its place while it waits.
    ///
    /// - Returns: whether the places must now be looked up from time to time.
    mutating func follows(_ ticket: Ticket, _ follow: @escaping QueuePlace.Follower) -> Bool {
        // Answered before it could ask.
        if case .answered = seats[ticket] { return false }
        return board.add(ticket, follow)
    }

    /// Turns the machine's replies into the tasks to resume, outside the lock.
    mutating func settle(_ step: Step) -> WakeUps {
        switch step {
        case .nothing: return .none
        case .reply(let reply):
            guard let wakeUp = call(reply) else { return .none }
            return .one(wakeUp)
        case .replyAll(let replies):
            return .all(replies.compactMap { call($0) })
        }
    }

    private mutating func call(_ reply: Reply) -> WakeUp? {
        board.remove(reply.ticket)
        if case .taken(let waiter) = seats[reply.ticket] {
            seats[reply.ticket] = nil
            return WakeUp(waiter: waiter, answer: reply.answer)
        }
        seats[reply.ticket] = .answered(reply.answer)
        return nil
    }
}

struct WakeUp {
    var waiter: WaitingRoom.Waiter
    var answer: Answer
}

/// Tasks to resume.
enum WakeUps {
    case none
    case one(WakeUp)
    case all([WakeUp])
}
