// swift-tools-version: 6.0
import PackageDescription

let package = Package(
    name: "CustomModel",
    dependencies: [.package(name: "plumbline", path: "../..")],
    targets: [
        .executableTarget(
            name: "CustomModel", dependencies: [.product(name: "Plumbline", package: "plumbline")])
    ])
