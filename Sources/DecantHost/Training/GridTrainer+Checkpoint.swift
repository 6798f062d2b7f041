/// Checkpoints from which training goes on as if it had never stopped.
///
/// All that a step depends on is the parameters, the optimizer's moments, and the number of steps, which says which shots
/// come next; values are kept in full.
extension GridTrainer {
  private static let artifact = "decant_grid_training"

  /// The state after the steps so far.
  public func checkpoint() -> SafeTensors {
    var tensors = [
      SafeTensors.Tensor(
        name: "parameters", shape: [network.parameters.count], values: network.parameters)
    ]
    for (index, moment) in optimizer.moments.enumerated() {
      tensors.append(.init(name: "moment.\(index)", shape: [moment.count], values: moment))
    }
    return SafeTensors(
      tensors, metadata: ["artifact": Self.artifact, "step": "\(step)", "recipe": plan.recipe])
  }

  /// Goes on from a state.
  ///
  /// - Parameter source: how errors name the file.
  /// - Throws: `TrainingError` if it is no state of a training like this one; nothing is then changed.
  public func restore(_ state: SafeTensors, source: String) throws(TrainingError) {
    func refuse(_ problem: String) -> TrainingError { TrainingError(description: "\(source): \(problem).") }
    guard state.metadata["artifact"] == Self.artifact else {
      throw refuse(
        "is not the state of a grid network's training; give the .state file beside the checkpoint")
    }
    guard state.metadata["recipe"] == plan.recipe else {
      throw refuse(
        "was trained as \(state.metadata["recipe"] ?? "nobody knows"), but the flags say \(plan.recipe); "
          + "to go on, say the same")
    }
    guard let step = state.metadata["step"].flatMap({ Int($0) }), (0...1 << 40).contains(step) else {
      throw refuse("does not say after how many steps it was made; it is damaged")
    }
    func values(_ name: String) throws(TrainingError) -> [Float] {
      guard let tensor = state[name], tensor.type == .float32, tensor.values.count == network.parameters.count
      else { throw refuse("has no \(network.parameters.count) values of \(name); it is damaged") }
      return tensor.values
    }
    let parameters = try values("parameters")
    var moments: [[Float]] = []
    for index in optimizer.moments.indices { moments.append(try values("moment.\(index)")) }
    network.parameters = parameters
    optimizer.moments = moments
    optimizer.updates = step
    reload()
  }
}
