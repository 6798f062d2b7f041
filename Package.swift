// swift-tools-version:6.2
import PackageDescription

/// The real-time plane. The `Embedded` trait proves that it needs no heap, no runtime and no Foundation:
/// under it the same sources compile as Embedded Swift with `-no-allocations`.
let realTimePlane: [SwiftSetting] = [
  .enableExperimentalFeature("Embedded", .when(traits: ["Embedded"])),
  .unsafeFlags(
    [
      "-wmo", "-no-allocations", "-Xfrontend", "-disable-stack-protector", "-Xfrontend", "-function-sections",
    ],
    .when(traits: ["Embedded"])),
]

let package = Package(
  name: "decant",
  products: [
    .library(name: "decant-static", type: .static, targets: ["DecantCore"]),
    .library(name: "decant-host-static", type: .static, targets: ["DecantHost"]),
    .executable(name: "decant", targets: ["decant"]),
  ],
  traits: [
    .trait(
      name: "Embedded", description: "Build the real-time plane with Embedded Swift, allocations forbidden."),
    .trait(
      name: "OpenBLAS",
      description: "Bring OpenBLAS, for wide grid networks in float, or for all with DECANT_KERNELS=openblas."
    ),
    .default(enabledTraits: ["OpenBLAS"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2")
  ],
  targets: [
    .target(name: "CDecant", path: "include", publicHeadersPath: "."),
    .target(name: "DecantCoreKernels"),
    .target(
      name: "DecantCore", dependencies: ["CDecant", "DecantCoreKernels"], swiftSettings: realTimePlane),
    .target(name: "DecantKernels", publicHeadersPath: "include"),
    .target(
      name: "DecantModels",
      exclude: [
        "README.md", "event.safetensors", "event-small.safetensors", "grid-small.safetensors", "grid.csv",
        "noise.safetensors", "rates.csv", "rates.svg", "times.csv",
      ],
      publicHeadersPath: "include", cSettings: [.headerSearchPath(".")]),
    .target(name: "DecantHost", dependencies: ["DecantCore", "DecantKernels", "DecantModels", "CDecant"]),
    .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .target(
      name: "DecantOpenBLAS",
      dependencies: ["DecantKernels", .target(name: "COpenBLAS", condition: .when(traits: ["OpenBLAS"]))]),
    .executableTarget(
      name: "decant",
      dependencies: [
        "DecantHost", "DecantOpenBLAS", "CDecant",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(
      name: "ctests", dependencies: ["DecantCore", "CDecant"], path: "Tests/CTests",
      linkerSettings: [.linkedLibrary("cmocka")]),
    .testTarget(
      name: "DecantCoreTests", dependencies: ["DecantCore", "DecantCoreKernels", "DecantHost", "CDecant"]),
    .testTarget(
      name: "DecantHostTests",
      dependencies: ["DecantHost", "DecantCore", "DecantKernels", "DecantOpenBLAS", "CDecant"]),
  ]
)
