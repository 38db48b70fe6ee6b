// swift-tools-version: 6.0
import PackageDescription

let package = Package(
    name: "CustomDataset",
    dependencies: [.package(name: "plumbline", path: "../..")],
    targets: [
        .executableTarget(
            name: "CustomDataset", dependencies: [.product(name: "Plumbline", package: "plumbline")]
        )
    ])
