// swift-tools-version: 6.0
import PackageDescription

// A package of its own, so that the project's `swift build` and `swift test` never build it.
let package = Package(
    name: "plumbline-fuzz",
    dependencies: [
        .package(name: "plumbline", path: "../.."),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    ],
    targets: [
        .target(name: "CStackTrace"),
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                "CStackTrace",
                .product(name: "Plumbline", package: "plumbline"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            // The C library's stack traces name only functions that are exported.
            linkerSettings: [.unsafeFlags(["-Xlinker", "--export-dynamic"])]),
    ]
)
