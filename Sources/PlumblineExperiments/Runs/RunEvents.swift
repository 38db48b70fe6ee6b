import Synchronization

/// The stream of events of this process.
///
/// Every subscriber gets every event, in order.
public enum RunEvents {
    public typealias Subscriber = @Sendable (RunEvent) -> Void

    /// A subscription.
    ///
    /// ``RunEvents/unsubscribe(_:)`` ends it.
    public struct Subscription: Sendable {
        fileprivate let number: Int
    }

    private struct State {
        var next = 0
        var subscribers: [(number: Int, body: Subscriber)] = []
    }

    private static let state = Mutex(State())

    /// - Parameter body: called on the thread that does the work. The work waits for it.
    public static func subscribe(_ body: @escaping Subscriber) -> Subscription {
        state.withLock { state in
            state.next += 1
            state.subscribers.append((state.next, body))
            return Subscription(number: state.next)
        }
    }

    public static func unsubscribe(_ subscription: Subscription) {
        state.withLock { state in
            state.subscribers.removeAll { $0.number == subscription.number }
        }
    }

    /// Gives an event to the subscribers, in the order in which they subscribed.
    public static func emit(_ event: RunEvent) {
        // Outside the lock, so that a subscriber may unsubscribe.
        let subscribers = state.withLock { $0.subscribers.map(\.body) }
        for subscriber in subscribers { subscriber(event) }
    }
}
