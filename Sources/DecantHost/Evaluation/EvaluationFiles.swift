/// Results as files.
extension EvaluationRow {
  /// CSV in sinter's columns, so that sinter reads, merges and plots it. `seconds` is time spent decoding, over
  /// all threads; `json_metadata` is what is known of the experiment.
  public static func csv(_ rows: [EvaluationRow]) -> String {
    func quoted(_ text: String) -> String {
      "\"" + text.map { $0 == "\"" ? "\"\"" : "\($0)" }.joined() + "\""
    }
    let lines = rows.map { row in
      let seconds = (row.decoding ?? .zero) / Duration.seconds(1)
      return [
        "\(row.rate.shots)", "\(row.rate.errors)", "0", "\((seconds * 1000).rounded() / 1000)",
        row.decoder.contains(",") ? quoted(row.decoder) : row.decoder, row.identity,
        quoted(JSONValue.object(row.subject.members).line), "",
      ].joined(separator: ",")
    }
    return (["shots,errors,discards,seconds,decoder,strong_id,json_metadata,custom_counts"] + lines)
      .joined(separator: "\n") + "\n"
  }

  /// The version of the schema of `json`.
  public static let schemaVersion = 1

  /// JSON with everything that is known of each row. seed: of the shots, nil for recorded ones.
  public static func json(_ rows: [EvaluationRow], version: String, seed: UInt64?, threads: Int) -> String {
    JSONValue.members([
      "artifact": .string("decant_evaluation"), "schema_version": .integer(schemaVersion),
      "decant_version": .string(version),
      // Beyond 2^63 - 1 many readers of JSON would round it.
      "seed": seed.map { Int(exactly: $0).map { .integer($0) } ?? .string("\($0)") } ?? .null,
      "threads": .integer(threads), "interval": .string("wilson"), "confidence": .number(0.95),
      "rows": .array(rows.map(\.json)),
    ]).indented() + "\n"
  }

  private var json: JSONValue {
    let latency = latency.map { latency in
      JSONValue.members([
        "p50": latency.quantile(0.5).map { .integer(Int(clamping: $0)) },
        "p99": latency.quantile(0.99).map { .integer(Int(clamping: $0)) },
        "p99.9": latency.quantile(0.999).map { .integer(Int(clamping: $0)) },
        "max": .integer(Int(clamping: latency.max)),
      ])
    }
    let measured = JSONValue.members([
      "decoder": .string(decoder), "strong_id": .string(identity), "shots": .integer(rate.shots),
      "errors": .integer(rate.errors), "error_rate_per_shot": Self.json(rate.perShot),
      "error_rate_per_round": Self.json(ratePerRound), "detectors": Self.json(detectors),
      "density": Self.json(density), "memory_density": Self.json(memoryDensity),
      "residual_density": Self.json(residualDensity),
      "residual_memory_density": Self.json(residualMemoryDensity),
      "density_reduction": Self.json(densityReduction),
      "sampling_seconds": Self.json(sampling.map { $0 / .seconds(1) }),
      "decoding_seconds": Self.json(decoding.map { $0 / .seconds(1) }),
      "decoding_ns_per_shot": Self.json(nanosecondsPerShot),
      "decoding_ns_per_round": Self.json(nanosecondsPerRound), "latency_ns": latency ?? .null,
    ])
    guard case .object(let members) = measured else { return .null }
    return .object(subject.members + members)
  }

  private static func json(_ estimate: ErrorRate.Estimate?) -> JSONValue {
    guard let estimate else { return .null }
    return .members([
      "estimate": .number(estimate.value), "low": .number(estimate.low), "high": .number(estimate.high),
    ])
  }

  private static func json(_ number: Double?) -> JSONValue { number.map { .number($0) } ?? .null }
  private static func json(_ number: Int?) -> JSONValue { number.map { .integer($0) } ?? .null }
}
