"""The samplers against Stim's, and their promises: the same shots in whatever portions, and sentences for bad input."""

from __future__ import annotations

import ctypes as c
import os
import subprocess
from pathlib import Path

import numpy as np
import pymatching
import pytest
import stim

import decant_host_abi as host
from decant_host_abi import HostError, Sampler, unpack

DECANT = os.environ["DECANT"]
ORIENTATIONS = ["XV", "XH", "ZV", "ZH"]


def decant(*arguments: object, data: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([DECANT, *map(str, arguments)], input=data, capture_output=True, text=True, timeout=300)


def flags(d: int, rounds: int, basis: str, p: float, orientation: int = 0) -> list[object]:
    surface = ["--code", "surface", "--distance", d, "--rounds", rounds, "--basis", basis, "--noise", p]
    return [*surface, "--orientation", ORIENTATIONS[orientation]]


def circuit_of(d: int, rounds: int, basis: str, p: float, orientation: int = 0) -> stim.Circuit:
    return stim.Circuit(decant("circuit", *flags(d, rounds, basis, p, orientation)).stdout)


def agree(ours: np.ndarray, stims: np.ndarray, sigmas: float = 5.0) -> None:
    """Two lots of frequencies, of as many shots, differ by no more than chance."""
    shots = len(ours)
    a, b = ours.mean(axis=0), stims.mean(axis=0)
    pooled = (a + b) / 2
    assert (np.abs(a - b) <= sigmas * np.sqrt(2 * pooled * (1 - pooled) / shots) + 1e-12).all()


@pytest.mark.parametrize("kind", ["faults", "model"])
@pytest.mark.parametrize("d, rounds, basis, p, orientation", [
    (3, 2, "X", 0.02, 1), (3, 6, "Z", 0.006, 2), (5, 5, "X", 0.006, 0), (5, 5, "Z", 0.01, 3),
])  # fmt: skip
def test_as_stim(d: int, rounds: int, basis: str, p: float, orientation: int, kind: str) -> None:
    """Every detector's and observable's rate, every edge's pair of detectors, and what matching makes of the shots."""
    shots = 200_000
    circuit = circuit_of(d, rounds, basis, p, orientation)
    model = circuit.detector_error_model(decompose_errors=True, approximate_disjoint_errors=True)
    if kind == "faults":
        sampler = Sampler.surface(d, rounds, basis, orientation, p=p, seed=d)
        compiled = circuit.compile_detector_sampler(seed=d)
    else:
        sampler = Sampler.model(str(model), seed=d)
        compiled = circuit.detector_error_model(approximate_disjoint_errors=True).compile_sampler(seed=d)
    packed, observables = sampler.sample(shots, "detectors", "observables", threads=2)
    if kind == "faults":
        stims, stim_observables = compiled.sample(shots, separate_observables=True, bit_packed=True)
    else:
        stims, stim_observables, _ = compiled.sample(shots, bit_packed=True)
    ours, others = (unpack(rows, circuit.num_detectors) for rows in (packed, stims))
    agree(ours, others)
    agree(observables, stim_observables)
    matching = pymatching.Matching(model)
    pairs = np.array([edge[:2] for edge in matching.edges() if edge[1] is not None])
    for part in np.array_split(pairs, 10):
        agree(ours[:, part[:, 0]] & ours[:, part[:, 1]], others[:, part[:, 0]] & others[:, part[:, 1]])
    failures = []
    for rows, truth in [(packed, observables), (stims, stim_observables)]:
        predictions = matching.decode_batch(rows, bit_packed_shots=True, bit_packed_predictions=True)
        failures.append((predictions ^ truth) & 1)
    agree(*failures)


def test_edges() -> None:
    """Edges that flipped explain the detectors and the observable, as often as the graph says."""
    circuit = circuit_of(5, 5, "X", 0.006)
    model = circuit.detector_error_model(decompose_errors=True, approximate_disjoint_errors=True)
    sampler = Sampler.model(str(model), seed=11, edges=True)
    ends = sampler.edges()
    matching = pymatching.Matching(model)
    known = {(a, b): data for a, b, data in matching.edges()}
    shots = 100_000
    detectors, observables, edges = sampler.sample(shots, "detectors", "observables", "edges", threads=2)
    flipped = unpack(edges, len(ends))
    incidence = np.zeros((len(ends), model.num_detectors + 1), dtype=np.float32)
    crossing = np.zeros(len(ends), dtype=np.float32)
    probability = np.zeros(len(ends))
    for index, (a, b) in enumerate(ends.tolist()):
        boundary = b == 0xFFFF_FFFF
        data = known[(a, None)] if boundary else known.get((a, b)) or known[(b, a)]
        incidence[index, a] = 1
        if not boundary:
            incidence[index, b] = 1
        crossing[index] = len(data["fault_ids"]) % 2
        probability[index] = data["error_probability"]
    assert len(known) == len(ends)
    for first in range(0, shots, 20_000):
        part = flipped[first : first + 20_000].astype(np.float32)
        found = (part @ incidence[:, :-1]).astype(np.int64) & 1
        assert np.array_equal(found, unpack(detectors[first : first + 20_000], model.num_detectors))
        assert np.array_equal((part @ crossing).astype(np.int64) & 1, observables[first : first + 20_000, 0])
    rates = flipped.mean(axis=0)
    assert (np.abs(rates - probability) <= 5.5 * np.sqrt(probability * (1 - probability) / shots)).all()


KINDS = {
    "surface": (lambda seed: Sampler.surface(3, 4, "Z", 1, p=0.02, seed=seed), host.KINDS[:4]),
    "teacher": (lambda seed: Sampler.surface(3, 4, "X", p=0.02, seed=seed, labels=18), host.KINDS[:4]),
    "model": (
        lambda seed: Sampler.model(decant("dem", *flags(3, 4, "X", 0.02)).stdout, seed, edges=True),
        ["detectors", "observables", "edges"],
    ),
}


@pytest.mark.parametrize("name", KINDS)
def test_same_shots(name: str, rng: np.random.Generator) -> None:
    """Whatever the portions and threads; other seeds give other shots."""
    make, kinds = KINDS[name]
    sampler = make(5)
    shots = 3000
    whole = sampler.sample(shots, *kinds)
    for threads in 2, 3, 64:
        assert all(map(np.array_equal, sampler.sample(shots, *kinds, threads=threads), whole))
    for _ in range(12):
        first = int(rng.integers(shots))
        count = int(rng.integers(shots - first + 1))
        part = sampler.sample(count, *kinds, first=first, threads=int(rng.integers(1, 4)))
        assert all(np.array_equal(a, b[first : first + count]) for a, b in zip(part, whole))
    # What else is asked for makes no difference.
    for kind, rows in zip(kinds, whole):
        assert np.array_equal(sampler.sample(shots, kind)[0], rows)
    assert all(map(np.array_equal, make(5).sample(shots, *kinds), whole))
    assert not np.array_equal(make(6).sample(shots, "detectors")[0], whole[0])
    blocks = whole[0][:2560].reshape(10, -1)
    assert len(np.unique(blocks, axis=0)) == 10
    assert sampler.sample(0, *kinds)[0].size == 0


def test_strides() -> None:
    """Bytes between rows are left alone."""
    sampler = Sampler.surface(3, 3, "X", p=0.02)
    wide = np.full((500, 40), 0xAB, dtype=np.uint8)
    size = sampler.layout.targets_size
    sampler.fill({"targets": wide})
    assert (wide[:, size:] == 0xAB).all()
    assert np.array_equal(wide[:, :size], sampler.sample(500, "targets")[0])
    bits = sampler.layout.targets
    assert not np.unpackbits(wide[:, :size], axis=1, bitorder="little")[:, bits:].any()


@pytest.mark.parametrize("change, sentence", [
    ({"distance": 4}, "distance 4 is not odd and at least 3"), ({"rounds": 1}, "1 round is too few"),
    ({"basis": "Y"}, "basis 89 is neither 'X' (88) nor 'Z' (90)"), ({"orientation": 4}, "orientation 4 is not between"),
    ({"p": 1.5}, "the error rate 1.5 is no probability"), ({"noise": 7}, "noise_kind 7 is unknown"),
    ({"noise": host.SCALAR, "p": 0.9}, "p 0.9 is not between 0 and 0.75"),
    ({"noise": host.PARAMETERS}, "parameters is NULL"), ({"labels": 5}, "labels 5 is unknown"),
    ({"parameters": [2.0] + [0.0] * 24}, "p_prep_X is 2.0, which is no probability"),
    ({"p": float("nan")}, "the error rate nan is no probability"),
    ({"distance": 255, "rounds": 4000}, "the experiment is too large to be sampled"),
])  # fmt: skip
def test_surface_refusals(change: dict[str, object], sentence: str) -> None:
    with pytest.raises(HostError) as refusal:
        Sampler.surface(**{"distance": 3, "rounds": 3, "basis": "X", "p": 0.01, **change})
    assert refusal.value.status == host.BAD_ARGUMENT and sentence in str(refusal.value)


@pytest.mark.parametrize("text, edges, sentence", [
    ("error(2) D0", False, "model:1: error probability 2"), ("nonsense", False, "model:1: "),
    ("error(.1) D0\nerror(.1) D0 D1 D2", True, "model:2: D0 D1 D2 flip together"),
])  # fmt: skip
def test_model_refusals(text: str, edges: bool, sentence: str) -> None:
    with pytest.raises(HostError) as refusal:
        Sampler.model(text, edges=edges)
    assert str(refusal.value).startswith(sentence)


def test_statuses() -> None:
    lib, sampler = host.lib, Sampler()
    assert lib.decant_host_sampler_error(sampler.handle) == b""
    assert lib.decant_host_sampler_layout(sampler.handle, c.byref(host.Layout())) == host.BAD_STATE
    assert lib.decant_host_sample(sampler.handle, 0, 1, 1, c.byref(host.Shots())) == host.BAD_STATE
    assert lib.decant_host_sampler_set_model(sampler.handle, b"", 0, 0, 8) == host.BAD_ARGUMENT
    assert lib.decant_host_sampler_error(sampler.handle).startswith(b"flags 8 are unknown")
    model = Sampler.model("error(0.1) D0 D9")
    out = host.Shots()
    assert lib.decant_host_sample(None, 0, 1, 1, c.byref(out)) == host.BAD_ARGUMENT
    assert lib.decant_host_sample(model.handle, 0, 1, 1, None) == host.BAD_ARGUMENT
    assert lib.decant_host_sample(model.handle, 0, 7, 1, c.byref(out)) == host.OK
    rows = np.zeros((1, 2), dtype=np.uint8)
    out.detectors, out.detectors_stride = rows.ctypes.data, 1
    assert lib.decant_host_sample(model.handle, 0, 1, 1, c.byref(out)) == host.BAD_ARGUMENT
    out.detectors_stride = 1 << 62
    assert lib.decant_host_sample(model.handle, 0, 4, 1, c.byref(out)) == host.BAD_ARGUMENT
    out.detectors_stride = 2
    assert lib.decant_host_sample(model.handle, 0, 1, 0, c.byref(out)) == host.OK
    assert lib.decant_host_sample(model.handle, (1 << 64) - 1, 1, 1, c.byref(out)) == host.BAD_ARGUMENT
    out.targets, out.targets_stride = rows.ctypes.data, 2
    assert lib.decant_host_sample(model.handle, 0, 1, 1, c.byref(out)) == host.UNSUPPORTED
    out.struct_size = 8
    assert lib.decant_host_sample(model.handle, 0, 1, 1, c.byref(out)) == host.BAD_ABI
    out = host.Shots()
    out.reserved[3] = 1
    assert lib.decant_host_sample(model.handle, 0, 1, 1, c.byref(out)) == host.UNSUPPORTED
    assert lib.decant_host_sampler_edges(model.handle, rows.ctypes.data, 0) == host.UNSUPPORTED
    lib.decant_host_sampler_free(None)


@pytest.mark.parametrize("labels", ["none", "spacelike", "full"])
def test_command(tmp_path: Path, labels: str) -> None:
    """The command's files hold the library's shots."""
    paths = [tmp_path / name for name in ("d.b8", "o.01", "l.b8", "e.b8", "joined.dets")]
    d, o, l, e, joined = paths
    shots = ["--shots", 1234, "--seed", 8, "--threads", 2]
    run = decant("sample", *flags(5, 4, "Z", 0.01, 2), *shots, "--out", d, "--out_format", "b8", "--obs_out", o,
                 "--labels_out", l, "--labels", labels)  # fmt: skip
    assert run.returncode == 0, run.stderr
    kind = {"none": 0, "spacelike": 1, "full": 2}[labels]
    sampler = Sampler.surface(5, 4, "Z", 2, p=0.01, labels=kind, seed=8)
    rows = sampler.sample(1234, "detectors", "observables", "targets")
    assert d.read_bytes() == rows[0].tobytes() and l.read_bytes() == rows[2].tobytes()
    assert o.read_text() == "".join(f"{bit}\n" for bit in rows[1][:, 0])
    decant("sample", *flags(5, 4, "Z", 0.01, 2), *shots, "--out", joined, "--out_format", "dets",
           "--append_observables")  # fmt: skip
    read = stim.read_shot_data_file(path=joined, format="dets", num_detectors=96, num_observables=1)
    assert np.array_equal(read, np.hstack([unpack(rows[0], 96), unpack(rows[1], 1)]))

    text = decant("dem", *flags(5, 4, "Z", 0.01, 2)).stdout
    (tmp_path / "m.dem").write_text(text)
    run = decant("sample", "--dem", tmp_path / "m.dem", *shots, "--out", d, "--out_format", "b8", "--edges_out", e)
    assert run.returncode == 0, run.stderr
    rows = Sampler.model(text, seed=8, edges=True).sample(1234, "detectors", "edges")
    assert d.read_bytes() == rows[0].tobytes() and e.read_bytes() == rows[1].tobytes()
