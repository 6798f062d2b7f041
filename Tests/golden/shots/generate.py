"""Writes the golden shots beside it: models, shots in every format of Stim, and PyMatching's predictions.

Run with stim 1.16.0 and PyMatching 2.4.0 (README.md says how). Every choice is seeded, so that the files come
out the same each time.
"""

import pathlib
import random

import numpy as np
import pymatching
import stim

HERE = pathlib.Path(__file__).parent
FORMATS = ["01", "b8", "r8", "ptb64", "hits", "dets"]


def with_uneven_probabilities(model: stim.DetectorErrorModel, seed: int) -> stim.DetectorErrorModel:
    """Scales every probability at random, so that no two corrections weigh the same."""
    chance = random.Random(seed)
    uneven = stim.DetectorErrorModel()
    for instruction in model.flattened():
        if instruction.type != "error":
            uneven.append(instruction)
            continue
        probability = round(instruction.args_copy()[0] * chance.uniform(0.5, 2), 6)
        uneven.append("error", [probability], instruction.targets_copy())
    return uneven


def surface() -> stim.DetectorErrorModel:
    """A rotated surface code: 16 detectors, 1 observable."""
    circuit = stim.Circuit.generated(
        "surface_code:rotated_memory_z", distance=3, rounds=2, after_clifford_depolarization=0.02,
        before_measure_flip_probability=0.02, after_reset_flip_probability=0.02)
    return with_uneven_probabilities(circuit.detector_error_model(decompose_errors=True), seed=1)


def correlated() -> stim.DetectorErrorModel:
    """A rotated surface code: 24 detectors, 1 observable, with little noise but what flips both bases."""
    circuit = stim.Circuit.generated(
        "surface_code:rotated_memory_z", distance=3, rounds=3, after_clifford_depolarization=0.02,
        before_round_data_depolarization=0.02)
    return with_uneven_probabilities(circuit.detector_error_model(decompose_errors=True), seed=6)


def chain() -> stim.DetectorErrorModel:
    """A chain of 13 detectors with an observable for every edge and every pair of edges: 70 of them."""
    lines = []
    for edge in range(14):
        ends = [f"D{detector}" for detector in (edge - 1, edge) if 0 <= detector < 13]
        flips = [f"L{bit}" for bit in range(70) if edge in (bit % 14, bit % 13)]
        lines.append(f"error(0.24) {' '.join(ends + flips)}")
    return with_uneven_probabilities(stim.DetectorErrorModel("\n".join(lines)), seed=2)


def write(name: str, form: str, data: np.ndarray, detectors: int, observables: int) -> None:
    stim.write_shot_data_file(
        data=data, path=str(HERE / f"{name}.{form}"), format=form, num_detectors=detectors,
        num_observables=observables)


def main() -> None:
    for name, model, seed in [("surface", surface(), 3), ("chain", chain(), 4)]:
        (HERE / f"{name}.dem").write_text(f"{model}\n")
        detectors, observables = model.num_detectors, model.num_observables
        shots, flips, _ = model.compile_sampler(seed=seed).sample(64)
        predictions = pymatching.Matching(model).decode_batch(shots).astype(bool)
        for form in FORMATS:
            write(f"{name}_shots", form, shots, detectors, 0)
            write(f"{name}_observables", form, flips, 0, observables)
            write(f"{name}_joined", form, np.hstack([shots, flips]), detectors, observables)
            write(f"{name}_predictions", form, predictions, 0, observables)
        mistakes = int(np.any(predictions != flips, axis=1).sum())
        (HERE / f"{name}_count.txt").write_text(f"{mistakes} / {len(shots)}\n")

    model = correlated()
    (HERE / "correlated.dem").write_text(f"{model}\n")
    shots, flips, _ = model.compile_sampler(seed=5).sample(1024)
    matching = pymatching.Matching(model, enable_correlations=True)
    predictions = matching.decode_batch(shots, enable_correlations=True).astype(bool)
    write("correlated_joined", "b8", np.hstack([shots, flips]), model.num_detectors, model.num_observables)
    write("correlated_predictions", "01", predictions, 0, model.num_observables)
    mistakes = int(np.any(predictions != flips, axis=1).sum())
    (HERE / "correlated_count.txt").write_text(f"{mistakes} / {len(shots)}\n")


if __name__ == "__main__":
    main()
