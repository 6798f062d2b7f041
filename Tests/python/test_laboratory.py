"""The surface-code laboratory against Stim: circuits that Stim accepts, and error models equal to Stim's, term by term.

Stim parses the circuits that the command writes and analyses them; the command's own error model must hold the same
errors in the same order, decomposed alike, with probabilities equal up to rounding, and the same detectors.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pymatching
import pytest
import stim

DECANT = os.environ["DECANT"]
ORIENTATIONS = ["O1", "O2", "O3", "O4"]
PAULIS = [a + b for a in "IXYZ" for b in "IXYZ"][1:]
TOLERANCE = 1e-9


def decant(*arguments: object) -> str:
    run = subprocess.run([DECANT, *map(str, arguments)], capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr
    return run.stdout


def random_noise(rng: np.random.Generator, scale: float) -> dict[str, float]:
    """All 25 parameters, each of its own size, so that no two places can be mistaken for each other."""
    names = [f"p_{kind}_{b}" for kind in ("prep", "meas") for b in "XZ"]
    names += [f"p_idle_{kind}_{p}" for kind in ("cnot", "spam") for p in "XYZ"]
    names += [f"p_cnot_{p}" for p in PAULIS]
    return {name: float(scale * rng.random()) for name in names}


@pytest.fixture
def noises(rng: np.random.Generator, tmp_path: Path) -> dict[str, list[object]]:
    """Flags for each kind of noise."""
    (tmp_path / "random.json").write_text(json.dumps(random_noise(rng, 0.004)))
    # Likely errors, some of which never happen: channels that are no product of independent errors.
    sparse = {key: p if rng.random() < 0.5 else 0.0 for key, p in random_noise(rng, 0.06).items()}
    (tmp_path / "sparse.json").write_text(json.dumps(sparse))
    return {
        "uniform": ["--noise", 0.003],
        "scalar": ["--noise", 0.006, "--circuit_noise", "scalar"],
        "si1000": ["--noise", 0.002, "--preset", "si1000"],
        "random": ["--noise_model", tmp_path / "random.json"],
        "sparse": ["--noise_model", tmp_path / "sparse.json"],
    }


def errors(model: stim.DetectorErrorModel) -> list[tuple[str, float]]:
    return [
        (" ".join(map(str, i.targets_copy())), i.args_copy()[0]) for i in model.flattened() if i.type == "error"
    ]


def merged(terms: list[tuple[str, float]]) -> dict[str, float]:
    result: dict[str, float] = {}
    for key, p in terms:
        old = result.get(key, 0.0)
        result[key] = old * (1 - p) + p * (1 - old)
    return result


def analyzed(circuit: stim.Circuit, **options: bool) -> stim.DetectorErrorModel:
    return circuit.detector_error_model(decompose_errors=True, approximate_disjoint_errors=True, **options)


def check_model(circuit: stim.Circuit, model: stim.DetectorErrorModel, folded: bool = True) -> None:
    expected = errors(analyzed(circuit, flatten_loops=True))
    found = errors(model)
    assert [key for key, _ in found] == [key for key, _ in expected]
    assert max((abs(p - q) for (_, p), (_, q) in zip(found, expected)), default=0) <= TOLERANCE
    assert model.num_detectors == circuit.num_detectors
    assert model.num_observables == circuit.num_observables
    assert model.get_detector_coordinates() == circuit.get_detector_coordinates()
    if folded:
        # Keeping loops, Stim says some errors once before a block and once in it; merged, they are the same.
        terms = merged(errors(analyzed(circuit)))
        assert terms.keys() == dict(expected).keys()
        assert max(abs(terms[key] - p) for key, p in expected) <= TOLERANCE


def check_experiment(flags: list[object], shots: int = 64) -> tuple[stim.Circuit, stim.DetectorErrorModel]:
    circuit = stim.Circuit(decant("circuit", *flags))
    model = stim.DetectorErrorModel(decant("dem", *flags))
    check_model(circuit, model)
    detectors, observables = circuit.without_noise().compile_detector_sampler(seed=1).sample(
        shots, separate_observables=True
    )
    assert not detectors.any() and not observables.any()
    return circuit, model


@pytest.mark.parametrize("noise", ["uniform", "scalar", "si1000", "random", "sparse"])
@pytest.mark.parametrize("basis", "XZ")
@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_surface_code(noises: dict[str, list[object]], orientation: str, basis: str, noise: str) -> None:
    for distance in 3, 5, 7:
        half = (distance**2 - 1) // 2
        for rounds in sorted({2, 3, distance}):
            flags = ["--code", "surface", "--distance", distance, "--rounds", rounds, "--basis", basis]
            flags += ["--orientation", orientation, *noises[noise]]
            circuit, model = check_experiment(flags)
            assert circuit.num_detectors == 2 * rounds * half
            assert circuit.num_observables == 1
            assert circuit.num_qubits == 2 * distance**2 - 1
            # The last group compares two noiseless measurements: nothing ever flips it.
            flipped = {t.val for i in model if i.type == "error" for t in i.targets_copy() if t.is_relative_detector_id()}
            assert max(flipped) < (2 * rounds - 1) * half


@pytest.mark.parametrize("task", ["rotated_memory_x", "rotated_memory_z", "unrotated_memory_x", "unrotated_memory_z"])
@pytest.mark.parametrize("distance, rounds", [(2, 1), (3, 2), (4, 3), (5, 5)])
def test_surface_codes_of_stim(task: str, distance: int, rounds: int) -> None:
    check_generated(f"surface_code:{task}", f"stim:{task}", distance, rounds)


@pytest.mark.parametrize("distance, rounds", [(2, 1), (3, 2), (5, 7), (9, 30)])
def test_repetition_codes_of_stim(distance: int, rounds: int) -> None:
    check_generated("repetition_code:memory", "stim:repetition_code:memory", distance, rounds)


def check_generated(stims: str, ours: str, distance: int, rounds: int) -> None:
    names = ["after_clifford_depolarization", "after_reset_flip_probability"]
    names += ["before_measure_flip_probability", "before_round_data_depolarization"]
    size = ["--code", ours, "--distance", distance, "--rounds", rounds]
    generated = stim.Circuit.generated(stims, distance=distance, rounds=rounds, **dict.fromkeys(names, 0.004))
    circuit, _ = check_experiment([*size, "--noise", 0.004])
    assert circuit == generated
    for name in names:
        generated = stim.Circuit.generated(stims, distance=distance, rounds=rounds, **{name: 0.01})
        circuit, _ = check_experiment([*size, f"--{name}", 0.01])
        assert circuit == generated


UNITARIES = ["H", "S", "S_DAG", "SQRT_X", "SQRT_X_DAG", "X", "Y", "Z", "I"]
PAIR_UNITARIES = ["CX", "CY", "CZ", "XCX", "XCZ", "SWAP"]


def random_noise_on(rng: np.random.Generator, qubits: int) -> str:
    a, b = rng.choice(qubits, 2, replace=False)
    kind = rng.integers(7)
    if kind < 4:
        return f"{['X_ERROR', 'Y_ERROR', 'Z_ERROR', 'DEPOLARIZE1'][kind]}({0.02 * rng.random()}) {a}"
    if kind == 4:
        return f"DEPOLARIZE2({0.05 * rng.random()}) {a} {b}"
    count = 3 if kind == 5 else 15
    # Now and then no Pauli at all is the less likely thing.
    p = rng.random(count) * (rng.random(count) < 0.6)
    p *= rng.choice([0.01, 0.1, 0.9]) / max(p.sum(), 1e-3)
    return f"PAULI_CHANNEL_{kind - 4}({', '.join(map(str, p))}) {a}" + (f" {b}" if kind == 6 else "")


def mirrored_circuit(rng: np.random.Generator, qubits: int, depth: int) -> stim.Circuit:
    """Random gates and their inverses, noise among them, so that every measurement is certain without it."""
    there = stim.Circuit()
    for _ in range(depth):
        if rng.random() < 0.5:
            there.append(str(rng.choice(UNITARIES)), [int(rng.integers(qubits))])
        else:
            there.append(str(rng.choice(PAIR_UNITARIES)), rng.choice(qubits, 2, replace=False).tolist())
    bases = [str(rng.choice(["X", "Y", "Z"])) for _ in range(qubits)]
    circuit = stim.Circuit()
    for q, basis in enumerate(bases):
        circuit.append(f"R{basis}", [q])
    body = stim.Circuit()
    for instruction in [*there, *there.inverse()]:
        body.append(instruction)
        if rng.random() < 0.4:
            body += stim.Circuit(random_noise_on(rng, qubits))
    for q, basis in enumerate(bases):
        body.append(f"MR{basis}" if rng.random() < 0.5 else f"M{basis}", [q], 0.01 if rng.random() < 0.3 else ())
    body.append("SHIFT_COORDS", [], [1, 2])
    for q in range(qubits):
        lookbacks = [stim.target_rec(q - qubits)]
        if rng.random() < 0.3:
            lookbacks.append(stim.target_rec(int(rng.integers(qubits)) - qubits))
        if q == 0:
            body.append("OBSERVABLE_INCLUDE", lookbacks, 3)
        else:
            body.append("DETECTOR", lookbacks, [q, 0.5, 3] if rng.random() < 0.7 else [])
    return circuit + body * 3


def test_any_circuit(rng: np.random.Generator, tmp_path: Path, many: int) -> None:
    """Circuits of all gates that are read, hyperedges and all; where Stim finds no decomposition, nor do we."""
    equal = 0
    path = tmp_path / "circuit.stim"
    for _ in range(150 * many):
        # Stim writes six digits.
        mirrored_circuit(rng, int(rng.integers(3, 6)), int(rng.integers(4, 14))).to_file(path)
        circuit = stim.Circuit.from_file(path)
        try:
            analyzed(circuit, flatten_loops=True)
        except ValueError as error:
            run = subprocess.run([DECANT, "dem", "--circuit", path], capture_output=True, text=True)
            assert "Failed to decompose" in str(error) and "decompose" in run.stderr and run.returncode == 1
            continue
        check_model(circuit, stim.DetectorErrorModel(decant("dem", "--circuit", path)), folded=False)
        equal += 1
    assert equal > 100 * many


def test_circuit_file(tmp_path: Path) -> None:
    """A circuit that Stim wrote."""
    circuit = stim.Circuit.generated(
        "surface_code:unrotated_memory_z", distance=3, rounds=20, after_clifford_depolarization=0.003
    )
    circuit.to_file(tmp_path / "circuit.stim")
    check_model(circuit, stim.DetectorErrorModel(decant("dem", "--circuit", tmp_path / "circuit.stim")))


@pytest.mark.parametrize("noise, basis", [("25", "X"), ("25", "Z"), ("scalar", "X"), ("scalar", "Z")])
def test_published_size(noise: str, basis: str) -> None:
    """Counts that the published program reports for d = 13 and 104 rounds."""
    flags = ["--code", "surface", "--distance", 13, "--rounds", 104, "--basis", basis, "--noise", 0.003]
    model = stim.DetectorErrorModel(decant("dem", *flags, "--circuit_noise", noise))
    assert model.num_detectors == 17_472
    assert pymatching.Matching(model).num_edges == 93_864


@pytest.mark.parametrize("basis, plain, decomposed", [("X", 1688, 1912), ("Z", 1687, 1905)])
def test_published_error_counts(basis: str, plain: int, decomposed: int) -> None:
    """Counts known of the published circuit at d = 5, by Stim, which says some errors in and outside its blocks."""
    flags = ["--code", "surface", "--distance", 5, "--rounds", 5, "--basis", basis, "--noise", 0.003]
    circuit = stim.Circuit(decant("circuit", *flags, "--circuit_noise", "scalar"))
    assert circuit.num_detectors == 120
    assert circuit.detector_error_model(approximate_disjoint_errors=True).num_errors == plain
    assert analyzed(circuit).num_errors == decomposed


def test_layout_of_distance_3() -> None:
    """Which data qubit each ancilla meets in each layer, from the published program."""
    slots = {
        9: [1, 4, 0, 3], 10: [None, None, 2, 5], 11: [3, 6, None, None], 12: [5, 8, 4, 7],
        13: [None, None, 1, 0], 14: [4, 3, 7, 6], 15: [2, 1, 5, 4], 16: [8, 7, None, None],
    }  # fmt: skip
    flags = ["--code", "surface", "--distance", 3, "--rounds", 2, "--basis", "X", "--noise", 0]
    circuit = stim.Circuit(decant("circuit", *flags))
    layers = [instruction for instruction in circuit if instruction.name == "CX"][:4]
    for layer, instruction in enumerate(layers):
        pairs = {(c.value, t.value) for c, t in instruction.target_groups()}
        expected = {(q, met[layer]) if q < 13 else (met[layer], q) for q, met in slots.items()}
        assert pairs == {pair for pair in expected if None not in pair}


def test_fingerprint_text() -> None:
    """The hash that the published program keeps with its data is of this text."""
    p = 0.003
    spam = 2 * (p / 3) - 4 * (p / 3) ** 2
    values = {f"p_{kind}_{b}": 2 * p / 3 for kind in ("prep", "meas") for b in "XZ"}
    values |= {f"p_idle_cnot_{q}": p / 3 for q in "XYZ"} | {f"p_idle_spam_{q}": spam for q in "XYZ"}
    values |= {f"p_cnot_{q}": p / 15 for q in PAULIS}
    text = json.dumps(values, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest().startswith("94753bfb8ff8")


@pytest.mark.parametrize("correlated", [False, True])
def test_compile(tmp_path: Path, correlated: bool) -> None:
    """An image made from flags is the image made from the model that the same flags write."""
    flags = ["--code", "surface", "--distance", 5, "--rounds", 5, "--basis", "Z", "--noise", 0.005]
    options = ["--correlated"] if correlated else []
    (tmp_path / "model.dem").write_text(decant("dem", *flags))
    decant("compile", *flags, *options, "-o", tmp_path / "flags.image")
    decant("compile", "--dem", tmp_path / "model.dem", *options, "-o", tmp_path / "model.image")
    assert (tmp_path / "flags.image").read_bytes() == (tmp_path / "model.image").read_bytes()
