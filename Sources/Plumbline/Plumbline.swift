// `import Plumbline` gives every public module of the library.
@_exported import PlumblineData
@_exported import PlumblineEvaluation
@_exported import PlumblineExperiments
@_exported import PlumblineExplanations
@_exported import PlumblineJudges
@_exported import PlumblineMetrics
@_exported import PlumblineModels
@_exported import PlumblineReports
@_exported import PlumblineSettings
@_exported import PlumblineStatistics
@_exported import PlumblineStorage
@_exported import PlumblineTensors
@_exported import PlumblineTraining
