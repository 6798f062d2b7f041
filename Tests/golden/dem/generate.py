"""Writes the detector error models beside this file, and their graphs. README.md says what each is for.

    python3 -m venv v && v/bin/pip install stim==1.16.0 pymatching==2.4.0 && v/bin/python generate.py [FOLDER]
"""

import pathlib
import random
import re
import sys

import pymatching
import stim


def of_circuit(circuit: stim.Circuit) -> str:
    """The circuit's model, its probabilities cut to six decimals to keep the file small."""
    model = str(circuit.detector_error_model(decompose_errors=True, flatten_loops=False))
    return re.sub(r"error\((0\.\d{6})\d+\)", r"error(\1)", model)


def surface_code(distance: int, rounds: int) -> str:
    """Circuit-level noise. Stim folds ten rounds into `repeat` and `shift_detectors`."""
    return of_circuit(
        stim.Circuit.generated(
            "surface_code:rotated_memory_x",
            distance=distance,
            rounds=rounds,
            after_clifford_depolarization=0.004,
            before_measure_flip_probability=0.004,
            after_reset_flip_probability=0.004,
        )
    )


def repetition_code() -> str:
    """Distance 4, 3 rounds: 12 detectors (no whole number of bytes), few enough to try every syndrome."""
    return of_circuit(
        stim.Circuit.generated(
            "repetition_code:memory",
            distance=4,
            rounds=3,
            before_round_data_depolarization=0.03,
            before_measure_flip_probability=0.01,
        )
    )


def toric_code(size: int, rounds: int) -> str:
    """Phenomenological noise, one check type, perfect last round; no boundary anywhere, two observables."""
    lines = []

    def check(t: int, row: int, column: int) -> str:
        return f"D{(t * size + row % size) * size + column % size}"

    for t in range(rounds):
        for row in range(size):
            for column in range(size):
                here = check(t, row, column)
                right = " L0" if column == size - 1 else ""
                below = " L1" if row == size - 1 else ""
                lines.append(f"error(0.02) {here} {check(t, row, column + 1)}{right}")
                lines.append(f"error(0.025) {here} {check(t, row + 1, column)}{below}")
                if t + 1 < rounds:
                    lines.append(f"error(0.01) {here} {check(t + 1, row, column)}")
    return "\n".join(lines)


def negative_edges() -> str:
    """A 5 x 4 patch with a boundary on two sides, where a fifth of the errors are more likely than not."""
    choice = random.Random(5)
    rows, columns = 5, 4
    lines = []
    for row in range(rows):
        for column in range(columns):
            here = row * columns + column
            if column + 1 < columns:
                lines.append(f"error({choice.choice([0.05, 0.1, 0.2, 0.3, 0.6])}) D{here} D{here + 1}")
            if row + 1 < rows:
                lines.append(f"error({choice.choice([0.05, 0.1, 0.2, 0.3, 0.7])}) D{here} D{here + columns}")
        lines.append(f"error({choice.choice([0.1, 0.2, 0.8])}) D{row * columns} L0")
        lines.append(f"error({choice.choice([0.1, 0.2, 0.8])}) D{row * columns + columns - 1} L1")
    return "\n".join(lines)


def many_observables() -> str:
    """A ladder of 2 x 60 detectors, each error with its own set of up to five of 100 observables."""
    choice = random.Random(100)
    lines = ["logical_observable L99"]

    def error(*detectors: int) -> None:
        observables = sorted(choice.sample(range(100), choice.randrange(6)))
        targets = [f"D{d}" for d in detectors] + [f"L{o}" for o in observables]
        lines.append(f"error({choice.randrange(1, 100) / 1000}) " + " ".join(targets))

    for step in range(60):
        error(2 * step, 2 * step + 1)
        error(2 * step)
        for side in range(2):
            if step + 1 < 60:
                error(2 * step + side, 2 * step + side + 2)
    return "\n".join(lines)


def no_observables() -> str:
    return "\n".join(["error(0.1) D0"] + [f"error(0.1) D{k} D{k + 1}" for k in range(8)] + ["error(0.2) D8"])


def components() -> str:
    """A closed ring, a chain with a boundary, a closed pair, a lone detector with a boundary, one with no error."""
    return "\n".join(
        ["error(0.1) D0 D1", "error(0.1) D1 D2", "error(0.1) D2 D3", "error(0.1) D3 D4", "error(0.1) D0 D4 L0"]
        + ["error(0.05) D5 D6", "error(0.05) D6 D7 L1", "error(0.01) D7"]
        + ["error(0.2) D8 D9 L2", "error(0.3) D10 L1 L2", "detector D11"]
    )


def edges(model: stim.DetectorErrorModel) -> str:
    """One line per edge as PyMatching has it: `a b weight observables`, -1 for the boundary, integer weights."""
    graph = pymatching.Matching(model)
    found = [
        (min(a, b), max(a, b), data) if b is not None else (a, -1, data)
        for a, b, data in graph.edges()
    ]
    heaviest = max((abs(data["weight"]) for _, _, data in found), default=1.0)
    lines = [f"{model.num_detectors} {model.num_observables} {len(found)}"]
    for a, b, data in sorted(found, key=lambda edge: edge[:2]):
        weight = 2 * round(data["weight"] * ((1 << 24) - 1) / heaviest)
        observables = sorted(data["fault_ids"])
        lines.append(" ".join(str(number) for number in [a, b, weight, *observables]))
    return "\n".join(lines) + "\n"


def main() -> None:
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else __file__).resolve()
    folder = folder if folder.is_dir() else folder.parent
    models = {
        "surface_d3": surface_code(3, 10),
        "surface_d5": surface_code(5, 5),
        "repetition": repetition_code(),
        "toric": toric_code(4, 3),
        "negative": negative_edges(),
        "observables_100": many_observables(),
        "no_observables": no_observables(),
        "components": components(),
        "empty": "",
    }
    for name, text in models.items():
        model = stim.DetectorErrorModel(text)
        (folder / f"{name}.dem").write_text(text + "\n" if text else "")
        (folder / f"{name}.edges").write_text(edges(model))


if __name__ == "__main__":
    main()
