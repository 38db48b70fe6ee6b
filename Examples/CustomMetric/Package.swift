// swift-tools-version: 6.0
import PackageDescription

let package = Package(
    name: "CustomMetric",
    dependencies: [.package(name: "plumbline", path: "../..")],
    targets: [
        .executableTarget(
            name: "CustomMetric", dependencies: [.product(name: "Plumbline", package: "plumbline")])
    ])
