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
                "Experiments", "Reports", "Datasets", "Storage", "Models", "Explanations",
                "Tensors",
            ]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
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

        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),

        .target(name: "HDF5Reader", dependencies: ["CHDF5"]),
        .target(name: "Kernels", linkerSettings: [.linkedLibrary("gomp"), .linkedLibrary("m")]),
        .target(name: "Tensors", dependencies: ["Kernels", "COneDNN", "COpenBLAS"]),
        .target(name: "Models", dependencies: ["Tensors"]),
        .target(name: "Statistics"),
        .target(name: "Metrics", dependencies: ["Tensors"]),
        .target(name: "Datasets", dependencies: ["Tensors", "CPNG", "CJPEG"]),
        .target(name: "Explanations", dependencies: ["Models", "Tensors"]),
        .target(name: "Storage", dependencies: ["CCrypto", "CHDF5", "HDF5Reader", "Tensors"]),
        .target(name: "Alignment", dependencies: ["Explanations", "Models", "Tensors"]),
        .target(name: "Reports", dependencies: ["Storage", "Metrics", "Statistics", "Datasets"]),
        .target(
            name: "Experiments",
            dependencies: [
                "Alignment", "Explanations", "Metrics", "Datasets", "Storage", "Models", "Yams",
            ]),
        .executableTarget(
            name: "plumbline",
            dependencies: [
                "Experiments", "Explanations", "Models", "Reports", "Datasets", "Metrics",
                "Storage", "Tensors",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),

        .testTarget(name: "TensorsTests", dependencies: ["Tensors", "COpenBLAS"]),
        .testTarget(name: "ModelsTests", dependencies: ["Models"]),
        .testTarget(
            name: "StatisticsTests", dependencies: ["Statistics"], exclude: ["Reference"]),
        .testTarget(name: "MetricsTests", dependencies: ["Metrics"]),
        .testTarget(name: "DatasetsTests", dependencies: ["Datasets"]),
        .testTarget(name: "ExplanationsTests", dependencies: ["Explanations"]),
        .testTarget(name: "AlignmentTests", dependencies: ["Alignment"]),
        .testTarget(name: "StorageTests", dependencies: ["Storage"], exclude: ["Weights"]),
        .testTarget(name: "ReportsTests", dependencies: ["Reports"]),
        // The program is built for the tests that run it as a process.
        .testTarget(
            name: "ExperimentsTests",
            dependencies: ["Experiments", "Explanations", "Models", "Storage", "plumbline"],
            exclude: ["Parity", "Weights"]),
    ]
)
