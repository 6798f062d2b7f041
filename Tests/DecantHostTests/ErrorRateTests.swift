import Testing

@testable import DecantHost

/// Intervals and rates per round, against values from scipy and closed forms.
@Suite struct ErrorRateTests {
  /// scipy.stats.binomtest(errors, shots).proportion_ci(method="wilson")
  @Test(arguments: [
    (0, 1, 0.0, 0.7934506856227626), (1, 1, 0.20654931437723745, 1.0),
    (0, 1000, 0.0, 0.0038267584855551234), (6, 1000, 0.0027526691418763736, 0.013028168241852087),
    (50, 100, 0.4038315303659956, 0.5961684696340044), (1000, 1000, 0.9961732415144449, 1.0),
  ]) func wilson(errors: Int, shots: Int, low: Double, high: Double) throws {
    let estimate = try #require(ErrorRate(errors: errors, shots: shots).perShot)
    #expect(estimate.value == Double(errors) / Double(shots))
    #expect(abs(estimate.low - low) < 1e-9)
    #expect(abs(estimate.high - high) < 1e-9)
  }

  @Test func nothingIsKnownWithoutShots() {
    #expect(ErrorRate(errors: 0, shots: 0).perShot == nil)
    #expect(ErrorRate(errors: 0, shots: 0).perRound(5) == nil)
    #expect(ErrorRate(errors: 0, shots: 1).perRound(0) == nil)
  }

  /// 1 - 2 p_shot = (1 - 2 p_round)^rounds
  @Test func perRound() throws {
    let rate = ErrorRate(errors: 18, shots: 100)
    #expect(try abs(#require(rate.perRound(1)).value - 0.18) < 1e-15)
    // 0.64 = 0.8^2
    #expect(try abs(#require(rate.perRound(2)).value - 0.1) < 1e-15)
    #expect(try #require(ErrorRate(errors: 6, shots: 10).perRound(3)).value == 0.5)
    // Small rates keep their digits.
    let small = try #require(ErrorRate(errors: 1, shots: 1_000_000_000).perRound(10))
    #expect(abs(small.value / 1e-10 - 1) < 1e-8)
    #expect(small.low < small.value && small.value < small.high)
  }
}
