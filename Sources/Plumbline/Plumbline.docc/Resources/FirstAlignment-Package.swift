// swift-tools-version: 6.0
import PackageDescription

let package = Package(
    name: "FirstAlignment",
    dependencies: [.package(name: "plumbline", path: "../..")],
    targets: [
        .executableTarget(
            name: "FirstAlignment",
            dependencies: [.product(name: "Plumbline", package: "plumbline")])
    ])
