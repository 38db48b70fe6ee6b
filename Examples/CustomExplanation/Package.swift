// swift-tools-version: 6.0
import PackageDescription

let package = Package(
    name: "CustomExplanation",
    dependencies: [.package(name: "plumbline", path: "../..")],
    targets: [
        .executableTarget(
            name: "CustomExplanation",
            dependencies: [.product(name: "Plumbline", package: "plumbline")])
    ])
