import PlumblineData
import PlumblineModels
import PlumblineTensors

/// Steps whose batches are shared among processes.
///
/// Batch `i` of a step belongs to process `i % size`. A batch is computed as a single process
/// computes it: with its own noise, and its own statistics in batch norm, which are never those of
/// several batches together. Gradients, losses and running statistics are then taken in the order
/// of the batches on every process. The weights after a step are therefore those of a single
/// process, bit for bit, at the same number of threads and the same instruction set.
///
/// An objective that reads running statistics while it trains is not allowed: with a single process
/// its second batch would read what the first one wrote.
extension FineTuner {
    /// The numbers of the batches from `first` on that this process computes.
    func ownBatches(from first: Int, below count: Int) -> [Int] {
        guard let team else { return Array(first..<max(first, count)) }
        return (first..<max(first, count)).filter {
            $0 % plan.accumulation % team.size == team.rank
        }
    }

    /// Takes one optimiser step over `count` batches, of which `own` are this process's.
    func take(_ own: [Batch], of count: Int, _ team: any TrainingTeam) throws -> StepReport {
        let noise = stepNoise
        var report = emptyReport(batches: count)
        var locationLosses: [Float] = []
        var sum = SlicedSum(team, count: model.trainableParameters.reduce(0) { $0 + $1.count })
        let parameters = model.parameters
        let indices = Dictionary(
            uniqueKeysWithValues: parameters.enumerated().map { (ObjectIdentifier($1), $0) })
        for round in 0..<(count + team.size - 1) / team.size {
            let members = min(team.size, count - round * team.size)
            var encoded: [Float] = []
            var gradient: [Float]?
            if team.rank < members {
                let batch = own[round]
                let (result, updates) = try RunningStatisticsUpdate.noting {
                    try objective.evaluate(
                        model, batch, noise: noise.stream("batch \(round * team.size + team.rank)"))
                }
                encoded = BatchOutcome(result, images: batch.count, updates: updates).encoded(
                    indices)
                gradient = result.gradients.flatMap(\.values)
            }
            for values in try team.gather(encoded).prefix(members) {
                let outcome = BatchOutcome(values, parameters)
                report.loss += outcome.loss / Float(count)
                report.classificationLoss += outcome.classificationLoss / Float(count)
                report.images += outcome.images
                if let location = outcome.locationLoss { locationLosses.append(location) }
                for update in outcome.updates { update.take() }
            }
            try sum.add(gradient, members: members)
        }
        return try finish(report, locationLosses, tensors(of: sum.total()))
    }

    /// Gradients of the trained parameters out of their values one after the other.
    private func tensors(of values: [Float]) -> [Tensor] {
        var start = 0
        return model.trainableParameters.map { parameter in
            defer { start += parameter.count }
            return Tensor(Array(values[start..<start + parameter.count]), shape: parameter.shape)
        }
    }

    /// Gives the weights, the buffers and the optimiser's state of process 0 to all.
    package func shareState(_ team: any TrainingTeam) throws {
        for parameter in model.parameters {
            let values = try team.broadcast(parameter.value.values)
            if team.rank > 0 { parameter.assign(Tensor(values, shape: parameter.shape)) }
        }
        let step = try team.gather([Int64(optimiser.step)])[0][0]
        func shared(_ moments: [Tensor]) throws -> [Tensor] {
            try moments.map { Tensor(try team.broadcast($0.values), shape: $0.shape) }
        }
        let (first, second) = (try shared(optimiser.first), try shared(optimiser.second))
        if team.rank > 0 { optimiser.restore(step: Int(step), first: first, second: second) }
    }
}
