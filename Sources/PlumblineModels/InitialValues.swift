import Synchronization
import PlumblineTensors

/// The first values of a model's parameters, drawn all at once in the order of registration when
/// the first of them is needed: the values do not depend on which are read, or on the order.
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

    /// Registers values to be drawn, and returns their place.
    func add(_ shape: [Int], _ initialisation: Initialisation) -> Int {
        state.withLock { state in
            state.entries.append(Entry(shape: shape, initialisation: initialisation))
            return state.entries.count - 1
        }
    }

    /// The values at a place, which are then the caller's alone.
    func take(_ place: Int) -> Tensor {
        state.withLock { state in
            if !state.isDrawn {
                for index in state.entries.indices {
                    let entry = state.entries[index]
                    let values = entry.initialisation.values(entry.shape, &state.random)
                    if !entry.isDropped { state.entries[index].drawn = values }
                }
                state.isDrawn = true
            }
            guard let values = state.entries[place].drawn else {
                preconditionFailure("initial values are taken once")
            }
            state.entries[place].drawn = nil
            return values
        }
    }

    /// Says that the values at a place are never needed.
    func drop(_ place: Int) {
        state.withLock { state in
            state.entries[place].isDropped = true
            state.entries[place].drawn = nil
        }
    }
}
