import Synchronization
import PlumblineTensors

/// The initial values of a model's parameters.
///
/// All are drawn at once in the order of registration when the first of them is needed. The values
/// therefore do not depend on which are read, or in which order.
final class InitialValues: Sendable {
    private struct Entry {
        let shape: [Int]
        let initialisation: Initialisation
        var isDropped = false
        var drawn: Tensor?
    }
    private struct State {
        var random: RandomGenerator
        var entries: [Entry] = []
        var isDrawn = false
    }
    private let state: Mutex<State>

    init(seed: UInt64) {
        state = Mutex(State(random: RandomGenerator(seed: seed).stream("initialisation")))
    }

    /// Registers values to be drawn.
    ///
    /// - Returns: their number.
    func add(_ shape: [Int], _ initialisation: Initialisation) -> Int {
        state.withLock { state in
            state.entries.append(Entry(shape: shape, initialisation: initialisation))
            return state.entries.count - 1
        }
    }

    /// The values that were registered under a number.
    ///
    /// They are handed over and can be taken only once.
    func take(_ index: Int) -> Tensor {
        state.withLock { state in
            if !state.isDrawn {
                for other in state.entries.indices {
                    let entry = state.entries[other]
                    let values = entry.initialisation.values(entry.shape, &state.random)
                    if !entry.isDropped { state.entries[other].drawn = values }
                }
                state.isDrawn = true
            }
            guard let values = state.entries[index].drawn else {
                preconditionFailure("initial values are taken once")
            }
            state.entries[index].drawn = nil
            return values
        }
    }

    /// Says that the values of that number are never needed.
    func drop(_ index: Int) {
        state.withLock { state in
            state.entries[index].isDropped = true
            state.entries[index].drawn = nil
        }
    }
}
