"""Labelled shots of surface codes: labels explain their detectors and observable, and are as dense as published.

The oracle is the published one: labels fed back as a pre-decoder's predictions must leave no residual, and their frame
must be the observable; here for true faults and for a teacher's labels, before and after homological equivalence.
"""

from __future__ import annotations

import itertools
import os
import subprocess

import numpy as np
import pytest

import decant_abi as abi
import decant_host_abi as host
from decant_host_abi import FULL, PLAIN, SPACELIKE, TEACHER, Sampler, unpack
from lattice import ORIENTATIONS, Lattice

DECANT = os.environ["DECANT"]
LABELS = {"plain": PLAIN, "spacelike": SPACELIKE, "full": FULL, "teacher": TEACHER, "full teacher": TEACHER | FULL}


def parity(h: np.ndarray, bits: np.ndarray) -> np.ndarray:
    """H bits mod 2, along the last axis."""
    return (bits.astype(np.float32) @ h.T.astype(np.float32)).astype(np.int64).astype(np.uint8) & 1


class Batch:
    """Unpacked shots: detectors as det[type][shot, round, check], with those that do not exist as None; labels as
    data[type] and flips[type], data being the errors that checks of the type detect."""

    def __init__(self, d: int, rounds: int, basis: str, orientation: int, shots: int, **options: object) -> None:
        self.lattice = Lattice(d, ORIENTATIONS[orientation])
        self.d, self.rounds, self.basis, self.half = d, rounds, basis, (d * d - 1) // 2
        self.sampler = Sampler.surface(d, rounds, basis, orientation, **options)
        self.layout = layout = self.sampler.layout
        rows = self.sampler.sample(shots, "detectors", "observables", "inputs", "targets")
        self.packed = rows[0]
        self.detectors = unpack(rows[0], layout.detectors)
        self.observable = unpack(rows[1], 1)[:, 0]
        self.inputs = unpack(rows[2], layout.inputs).reshape(shots, 2, rounds, d * d)
        self.targets = unpack(rows[3], layout.targets).reshape(shots, 4, rounds, d * d)
        groups = self.detectors.reshape(shots, 2 * rounds, self.half)
        self.det = {basis: np.concatenate([groups[:, :1], groups[:, 1 + "XZ".index(basis) : -1 : 2]], axis=1)}
        other = "ZX"["XZ".index(basis)]
        self.det[other] = np.concatenate([0 * groups[:, :1], groups[:, 1 + "XZ".index(other) : -1 : 2]], axis=1)
        self.last = groups[:, -1]
        self.data = {"X": self.targets[:, 0], "Z": self.targets[:, 1]}
        self.flips = {t: self.targets[:, 2 + "XZ".index(t)][..., self.lattice.cells[t]] for t in "XZ"}

    def residual(self, kind: str) -> np.ndarray:
        """Of all rounds; of the type that is not the memory's basis, round 0 means nothing."""
        residual = self.det[kind] ^ self.flips[kind] ^ parity(self.lattice.h[kind], self.data[kind])
        residual[:, 1:] ^= self.flips[kind][:, :-1]
        return residual[:, 0 if kind == self.basis else 1 :]

    def frame(self) -> np.ndarray:
        return (self.data[self.basis] & self.lattice.logical[self.basis]).sum(axis=(1, 2)) % 2


def check_oracle(batch: Batch) -> None:
    for kind in "XZ":
        assert not batch.residual(kind).any()
        # Nothing but the checks' cells is ever labelled.
        away = np.setdiff1d(np.arange(batch.d**2), batch.lattice.cells[kind])
        assert not batch.targets[:, 2 + "XZ".index(kind)][..., away].any()
        assert not batch.inputs[:, "XZ".index(kind)][..., away].any()
        seen = batch.det[kind].copy()
        if kind != batch.basis:
            seen[:, [0, -1]] = 0
        assert np.array_equal(batch.inputs[:, "XZ".index(kind)][..., batch.lattice.cells[kind]], seen)
        # The last round measures without errors.
        assert not batch.flips[kind][:, -1].any()
    assert not batch.last.any()


@pytest.mark.parametrize("basis", "XZ")
@pytest.mark.parametrize("orientation", range(4))
def test_oracle(orientation: int, basis: str, many: int) -> None:
    shots = 0
    for (d, rounds), (name, labels) in itertools.product([(3, 2), (3, 4), (5, 5)], LABELS.items()):
        count = 250 * many if labels & TEACHER else 1500 * many
        batch = Batch(d, rounds, basis, orientation, count, p=0.01, labels=labels, seed=rounds)
        check_oracle(batch)
        shots += count
        if not labels & TEACHER:
            assert np.array_equal(batch.frame(), batch.observable), name
            assert batch.observable.any()
    assert shots > 12_500


@pytest.mark.parametrize("basis, orientation", [("X", 0), ("Z", 1), ("X", 3)])
@pytest.mark.parametrize("d, rounds", [(3, 3), (5, 4), (7, 7)])
def test_teacher(d: int, rounds: int, basis: str, orientation: int) -> None:
    """The teacher's labels tell its own answer, before and after equivalence."""
    flags = ["--code", "surface", "--distance", d, "--rounds", rounds, "--basis", basis, "--noise", 0.008]
    flags += ["--orientation", ORIENTATIONS[orientation]]
    run = subprocess.run([DECANT, "dem", *map(str, flags)], capture_output=True, text=True, check=True)
    decoder = abi.Decoder(abi.compile_image(run.stdout, correlated=True), correlated=True)
    for labels in TEACHER, TEACHER | SPACELIKE, TEACHER | FULL:
        batch = Batch(d, rounds, basis, orientation, 1000, p=0.008, labels=labels, seed=9)
        check_oracle(batch)
        answers = np.zeros((1000, 1), dtype=np.uint8)
        assert decoder.decode_batch(batch.packed, answers) == (abi.OK, 1000)
        assert np.array_equal(batch.frame(), answers[:, 0])
    assert (batch.observable != answers[:, 0]).sum() < batch.observable.sum()


# Mean labels a data qubit and round (Z errors, X errors) and a check and round (X, Z): of faults; after equivalence.
DENSITIES = {
    (3, "X"): ([0.02148, 0.01868, 0.01798, 0.01715], [0.01717, 0.01482, 0.01448, 0.01534]),
    (5, "X"): ([0.02426, 0.02263, 0.02345, 0.02326], [0.01885, 0.01736, 0.01912, 0.02006]),
    (5, "Z"): ([0.02279, 0.02411, 0.02345, 0.02326], [0.01762, 0.01859, 0.02025, 0.01903]),
}


@pytest.mark.parametrize("d, basis", DENSITIES)
def test_known_label_densities(d: int, basis: str) -> None:
    """At p = .006, measured on another implementation with 20,000 shots at d = 3 and 6,000 at d = 5: within 1 %, or
    within three standard errors of so few shots."""
    for labels, known in zip([PLAIN, FULL], DENSITIES[d, basis]):
        batch = Batch(d, d, basis, 0, 100_000, p=0.006, labels=labels, seed=3)
        for part, expected in zip([batch.data["X"], batch.data["Z"], batch.flips["X"], batch.flips["Z"]], known):
            of_shots = part.mean(axis=(1, 2))
            error = of_shots.std() / (20_000 if d == 3 else 6_000) ** 0.5
            assert abs(of_shots.mean() - expected) < max(0.01 * expected, 3 * error)


@pytest.mark.parametrize("noise, d, p, published", [
    (host.SCALAR, 5, 0.003, 0.0410), (host.UNIFORM, 5, 0.003, 0.0435), (host.SCALAR, 9, 0.003, 0.0472),
    (host.UNIFORM, 9, 0.003, 0.0487), (host.SCALAR, 13, 0.003, 0.0497), (host.UNIFORM, 13, 0.003, 0.0508),
    (host.SCALAR, 5, 0.006, 0.0782), (host.UNIFORM, 5, 0.006, 0.0830), (host.SCALAR, 9, 0.006, 0.0898),
    (host.UNIFORM, 9, 0.006, 0.0925), (host.SCALAR, 13, 0.006, 0.0944), (host.UNIFORM, 13, 0.006, 0.0964),
])  # fmt: skip
def test_published_detector_densities(noise: int, d: int, p: float, published: float) -> None:
    """Detectors of the memory's type over all rounds, in basis X."""
    batch = Batch(d, d, "X", 0, 20_000 if d < 13 else 5_000, p=p, noise=noise, labels=PLAIN, seed=4)
    assert abs(batch.det["X"].mean() / published - 1) < 0.01


def test_equivalence_is_lighter() -> None:
    """Shot by shot: no heavier after each stage, and the same detectors; nothing comes of nothing."""
    stages = [Batch(5, 6, "Z", 2, 4096, p=0.01, labels=labels, seed=5) for labels in (PLAIN, SPACELIKE, FULL)]
    for before, after in zip(stages, stages[1:]):
        assert np.array_equal(before.detectors, after.detectors)
        assert (after.targets.sum(axis=(1, 2, 3)) <= before.targets.sum(axis=(1, 2, 3))).all()
    rounds = [stage.targets[:, :2].sum(axis=3) for stage in stages]
    assert (rounds[1] <= rounds[0]).all()
    quiet = ~stages[0].targets.any(axis=(1, 2, 3))
    assert not stages[2].targets[quiet].any()
    assert not Batch(3, 3, "X", 0, 300, p=0.0).targets.any()
