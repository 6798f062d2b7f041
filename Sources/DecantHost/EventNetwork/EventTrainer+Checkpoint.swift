/// Checkpoints from which training goes on as if it had never stopped.
///
/// All that a step depends on is the parameters, their moments, and the number of steps, which says which shots come next.
extension EventTrainer {
  private static let artifact = "decant_event_training"
  private static let names = ["parameters", "moment.0", "moment.1"]

  /// The state after the steps so far. recipe: in words, all that the training depends on.
  public func checkpoint(recipe: String) -> SafeTensors {
    SafeTensors(
      zip(Self.names, state).map { name, values in
        .init(name: name, shape: [values.count], values: values)
      }, metadata: ["artifact": Self.artifact, "step": "\(step)", "recipe": recipe])
  }

  /// Goes on from a state.
  ///
  /// - Parameters:
  ///   - recipe: as `checkpoint` was given it.
  ///   - source: how errors name the file.
  /// - Throws: `TrainingError` if it is no state of a training like this one; nothing is then changed.
  public func restore(_ state: SafeTensors, recipe: String, source: String) throws(TrainingError) {
    func refuse(_ problem: String) -> TrainingError { TrainingError(description: "\(source): \(problem).") }
    guard state.metadata["artifact"] == Self.artifact else {
      throw refuse(
        "is not the state of an event network's training; give the .state file beside the checkpoint")
    }
    guard state.metadata["recipe"] == recipe else {
      throw refuse(
        "was trained as \(state.metadata["recipe"] ?? "nobody knows"), but the flags say \(recipe); to go on, say the "
          + "same")
    }
    guard let step = state.metadata["step"].flatMap({ Int($0) }), step >= 0 else {
      throw refuse("does not say after how many steps it was made; it is damaged")
    }
    var values: [[Float]] = []
    for name in Self.names {
      guard let tensor = state[name], tensor.type == .float32, tensor.values.count == shape.parameterCount
      else { throw refuse("has no \(shape.parameterCount) values of \(name); it is damaged") }
      values.append(tensor.values)
    }
    restore(values, step: step)
  }
}
