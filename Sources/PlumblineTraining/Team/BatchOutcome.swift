import PlumblineModels
import PlumblineTensors

/// What a process tells the others about its batch, besides the gradient.
struct BatchOutcome {
    var loss: Float
    var classificationLoss: Float
    /// `nil` where the batch has no positive sample with a goal.
    var locationLoss: Float?
    var images: Int
    var updates: [RunningStatisticsUpdate]

    init(_ result: ObjectiveResult, images: Int, updates: [RunningStatisticsUpdate]) {
        loss = result.loss
        classificationLoss = result.classificationLoss
        locationLoss = result.locationLoss
        self.images = images
        self.updates = updates
    }

    /// As numbers; a model has fewer parameters than float32 has whole numbers.
    func encoded(_ indices: [ObjectIdentifier: Int]) -> [Float] {
        var values = [loss, classificationLoss, locationLoss == nil ? 0 : 1, locationLoss ?? 0]
        values.append(Float(images))
        for update in updates {
            values.append(Float(indices[ObjectIdentifier(update.runningMean)]!))
            values.append(Float(indices[ObjectIdentifier(update.runningVariance)]!))
            values.append(update.correction)
            values += update.mean.values
            values += update.variance.values
        }
        return values
    }

    /// - Parameter parameters: of the model, in the order that ``encoded(_:)`` counts them in.
    init(_ values: [Float], _ parameters: [Parameter]) {
        loss = values[0]
        classificationLoss = values[1]
        locationLoss = values[2] == 0 ? nil : values[3]
        images = Int(values[4])
        updates = []
        var next = 5
        while next < values.count {
            let mean = parameters[Int(values[next])]
            let variance = parameters[Int(values[next + 1])]
            let start = next + 3
            let middle = start + mean.count
            let end = middle + variance.count
            updates.append(
                RunningStatisticsUpdate(
                    runningMean: mean, runningVariance: variance,
                    mean: Tensor(Array(values[start..<middle]), shape: mean.shape),
                    variance: Tensor(Array(values[middle..<end]), shape: variance.shape),
                    correction: values[next + 2]))
            next = end
        }
    }
}
