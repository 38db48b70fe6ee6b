// swift-tools-version: 6.0
import PackageDescription

// Arrows point downwards only: a target depends on nothing listed after it.
let package = Package(
    name: "plumbline",
    products: [
        .executable(name: "plumbline", targets: ["plumbline"]),
        .library(
            name: "Plumbline",
            targets: [
                "Plumbline", "PlumblineTensors", "PlumblineModels", "PlumblineData",
                "PlumblineExplanations", "PlumblineMetrics", "PlumblineStatistics",
                "PlumblineTraining", "PlumblineEvaluation", "PlumblineStorage",
                "PlumblineExperiments", "PlumblineReports", "PlumblineSettings", "PlumblineJudges",
            ]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.6.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
    ],
    targets: [
        // System libraries: a module map and a thin shim header each.
        .systemLibrary(name: "COneDNN", providers: [.apt(["libdnnl-dev"])]),
        .systemLibrary(
            name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"])]),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        .systemLibrary(
            name: "CJPEG", pkgConfig: "libturbojpeg",
            providers: [.apt(["libjpeg-dev", "libturbojpeg0-dev"])]),
        .systemLibrary(name: "CCairo", providers: [.apt(["libcairo2-dev"])]),
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),

        .target(name: "HDF5Reader", dependencies: ["CHDF5"]),
        .target(name: "Kernels", linkerSettings: [.linkedLibrary("gomp"), .linkedLibrary("m")]),

        // The page of `plumbline view`; the assembler takes its files as they are.
        .target(
            name: "ViewerPage", exclude: ["Page"], cSettings: [.headerSearchPath("Page")]),

        .target(name: "PlumblineTensors", dependencies: ["Kernels", "COneDNN", "COpenBLAS"]),
        .target(name: "PlumblineSettings"),
        .target(
            name: "PlumblineModels", dependencies: ["PlumblineSettings", "PlumblineTensors"]),
        .target(
            name: "PlumblineData",
            dependencies: ["PlumblineSettings", "PlumblineTensors", "CPNG", "CJPEG", "CZlib"]),
        .target(
            name: "PlumblineExplanations",
            dependencies: ["PlumblineModels", "PlumblineSettings", "PlumblineTensors"]),
        .target(name: "PlumblineMetrics"),
        .target(name: "PlumblineStatistics", dependencies: ["COpenBLAS"]),
        .target(
            name: "PlumblineStorage",
            dependencies: ["CCrypto", "CHDF5", "CZlib", "HDF5Reader", "PlumblineTensors"]),
        .target(
            name: "PlumblineTraining",
            dependencies: [
                "PlumblineExplanations", "PlumblineModels", "PlumblineData", "PlumblineSettings",
                "PlumblineTensors",
            ]),
        .target(
            name: "PlumblineEvaluation",
            dependencies: [
                "PlumblineExplanations", "PlumblineMetrics", "PlumblineModels", "PlumblineData",
                "PlumblineSettings", "PlumblineTensors",
            ]),
        .target(
            name: "PlumblineReports",
            dependencies: [
                "CCairo", "ViewerPage", "PlumblineStorage", "PlumblineStatistics",
                "PlumblineMetrics", "PlumblineData",
            ]),
        .target(
            name: "PlumblineJudges",
            dependencies: [
                "CCurl", "PlumblineReports", "PlumblineStorage", "PlumblineStatistics",
                "PlumblineMetrics", "PlumblineData", "PlumblineTensors",
            ]),
        .target(
            name: "PlumblineExperiments",
            dependencies: [
                "PlumblineJudges", "PlumblineReports", "PlumblineEvaluation", "PlumblineTraining",
                "PlumblineStorage", "PlumblineStatistics", "PlumblineExplanations",
                "PlumblineMetrics", "PlumblineData", "PlumblineModels", "PlumblineSettings",
                "PlumblineTensors", "Yams",
            ]),
        // What `import Plumbline` gives: all public modules.
        .target(
            name: "Plumbline",
            dependencies: [
                "PlumblineTensors", "PlumblineModels", "PlumblineData", "PlumblineExplanations",
                "PlumblineMetrics", "PlumblineStatistics", "PlumblineTraining",
                "PlumblineEvaluation", "PlumblineStorage", "PlumblineExperiments",
                "PlumblineReports", "PlumblineSettings", "PlumblineJudges",
            ]),
        .executableTarget(
            name: "plumbline",
            dependencies: [
                "PlumblineJudges", "PlumblineEvaluation", "PlumblineExperiments",
                "PlumblineExplanations",
                "PlumblineReports", "PlumblineData", "PlumblineMetrics", "PlumblineStorage",
                "PlumblineTensors",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),

        .testTarget(
            name: "PlumblineTensorsTests", dependencies: ["PlumblineTensors", "COpenBLAS"]),
        .testTarget(name: "PlumblineModelsTests", dependencies: ["PlumblineModels"]),
        .testTarget(name: "PlumblineSettingsTests", dependencies: ["PlumblineSettings"]),
        .testTarget(
            name: "PlumblineStatisticsTests", dependencies: ["PlumblineStatistics"],
            exclude: ["Reference"]),
        .testTarget(
            name: "PlumblineMetricsTests", dependencies: ["PlumblineMetrics", "PlumblineTensors"],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "PlumblineEvaluationTests",
            dependencies: [
                "PlumblineData", "PlumblineEvaluation", "PlumblineExplanations",
                "PlumblineMetrics", "PlumblineModels", "PlumblineTensors",
            ],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "PlumblineDataTests", dependencies: ["PlumblineData", "PlumblineTensors"],
            exclude: ["Fixtures", "Preprocessing"]),
        .testTarget(name: "PlumblineExplanationsTests", dependencies: ["PlumblineExplanations"]),
        .testTarget(
            name: "PlumblineTrainingTests", dependencies: ["PlumblineTraining"],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "PlumblineStorageTests", dependencies: ["PlumblineStorage"],
            exclude: ["Arrays", "Weights"]),
        .testTarget(
            name: "PlumblineReportsTests", dependencies: ["PlumblineReports"],
            exclude: ["Groups", "Published"]),
        .testTarget(
            name: "PlumblineJudgesTests",
            dependencies: [
                "PlumblineJudges", "PlumblineData", "PlumblineMetrics", "PlumblineReports",
            ],
            exclude: ["Fixtures"]),
        .testTarget(name: "ArchitectureTests"),
        // The program is built for the tests that run it as a process.
        .testTarget(
            name: "PlumblineExperimentsTests",
            dependencies: [
                "PlumblineEvaluation", "PlumblineExperiments", "PlumblineExplanations",
                "PlumblineMetrics", "PlumblineModels", "PlumblineData", "PlumblineStatistics",
                "PlumblineStorage", "PlumblineReports", "PlumblineTraining", "PlumblineJudges",
                "plumbline",
            ],
            exclude: ["Parity", "Parts", "Weights"]),
    ]
)

// Only `make docs` needs DocC's plugin; nobody else downloads it.
if Context.environment["PLUMBLINE_DOCS"] != nil {
    package.dependencies.append(
        .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.4.0"))
}
