"""Grid networks in fixed point: what an image holds of one is right, and the library computes with it what NumPy does.

Where detectors and chains are is held against the lattice as Tests/python/lattice.py makes it anew; the numbers, against the
network in float.
"""

from __future__ import annotations

import ctypes as c
import subprocess
from pathlib import Path

import numpy as np
import pytest

import decant_abi as abi
from grid_image import NONE, GridImage
from lattice import ORIENTATIONS
from test_grid import DECANT, Experiment, checkpoint, forward, random_layers

SHIPPED = abi.ROOT / "Sources/DecantModels/grid-small.safetensors"
NOISE = "0.01"


def experiment_flags(d: int, rounds: int, basis: str, orientation: str) -> list[str]:
    return ["--code", "surface", "--distance", str(d), "--rounds", str(rounds), "--basis", basis, "--orientation",
            orientation, "--noise", NOISE]  # fmt: skip


def compiled(tmp: Path, flags: list[str], model: str, *options: str) -> bytes:
    subprocess.run([DECANT, "compile", *flags, "--model", model, "-o", tmp / "image", *options], check=True)
    return (tmp / "image").read_bytes()


def sampled(tmp: Path, flags: list[str], shots: int) -> np.ndarray:
    subprocess.run(
        [DECANT, "sample", *flags, "--shots", str(shots), "--seed", "5", "--out", tmp / "shots.b8"]
        + ["--out_format", "b8"],
        check=True,
    )
    return np.fromfile(tmp / "shots.b8", np.uint8).reshape(shots, -1)


def predecode(decoder: abi.Decoder, shot: np.ndarray):
    """Residual, frame, changes and accepted edges of a bit-packed shot."""
    residual = np.full_like(shot, 0xFF)
    frame = np.full(decoder.needs.observables_size, 0xFF, np.uint8)
    changes = np.empty(decoder.needs.max_weight_changes, abi.REWEIGHT)
    count, report = c.c_size_t(), abi.Report()
    status = abi.library.decant_predecode(
        decoder.handle, shot.ctypes.data, shot.size, residual.ctypes.data, residual.size, frame.ctypes.data,
        frame.size, changes.ctypes.data, changes.size, c.byref(count), c.byref(report),
    )  # fmt: skip
    assert status == abi.OK
    return residual, frame[0], changes[: count.value], report.accepted_edges


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("basis", ["X", "Z"])
def test_input_and_chains(tmp_path, rng, basis, orientation) -> None:
    """Detectors and checks stand where they belong, and chains do to the syndrome and the frame what their edges do."""
    d, rounds = 5, 4
    grid = GridImage(compiled(tmp_path, experiment_flags(d, rounds, basis, orientation), "grid-small"))
    test = Experiment(rng, d, rounds, basis, orientation, shots=3)
    m = grid.margin
    for shot, expected in zip(test.detectors, test.input()):
        volume = grid.volume(shot)
        inside = volume[m : m + rounds, m : m + d, m : m + d]
        assert (inside == np.moveaxis(2 * expected, 0, -1)).all()
        assert volume.sum() == inside.sum()

    # Decisions of one chain alone, with no event, leave just its edge's ends.
    chained = [edge for edge in grid.edges if len(edge.chain) > 0]
    assert len(chained) == len(grid.edges)
    test.detectors = np.zeros((len(chained), grid.places.shape[0]), np.uint8)
    test.det = {kind: np.zeros((len(chained), *det.shape[1:]), np.uint8) for kind, det in test.det.items()}
    test.last = np.zeros((len(chained), test.last.shape[1]), np.uint8)
    decisions = np.zeros((len(chained), rounds * d * d, 4), np.uint8)
    for row, edge in zip(decisions, chained):
        row.reshape(-1)[edge.chain] = 1
    residual, frames = test.correct(np.moveaxis(decisions, 2, 1).reshape(-1, 4, rounds, d, d))
    for edge, ends, frame in zip(chained, residual, frames):
        assert np.flatnonzero(ends).tolist() == [end for end in (edge.a, edge.b) if end != NONE]
        assert bool(frame) == edge.crosses


@pytest.mark.parametrize(
    "d, rounds, basis, options",
    [
        (3, 2, "X", []),
        (5, 5, "Z", ["--edge_threshold", "-1", "--prior", "1"]),
        (7, 6, "X", ["--edge_threshold", "2", "--prior", ".25", "--correlated"]),
        (5, 3, "X", ["--edge_threshold", "inf"]),
        (5, 3, "Z", ["--prior", "0"]),
    ],
)
def test_shipped(tmp_path, d, rounds, basis, options) -> None:
    flags = experiment_flags(d, rounds, basis, "XV")
    image = compiled(tmp_path, flags, "grid-small", *options)
    check(GridImage(image), abi.Image(image), sampled(tmp_path, flags, 30))


@pytest.mark.parametrize("activation", ["gelu", "relu"])
@pytest.mark.parametrize(
    "widths, kernels, d, rounds",
    [([4], [3], 3, 2), ([5, 37, 4], [1, 5, 3], 5, 3), ([20, 3, 4], [7, 3, 1], 3, 6), ([16, 4], [3, 3], 17, 2)],
)
def test_any_shape(tmp_path, rng, widths, kernels, d, rounds, activation) -> None:
    layers = random_layers(rng, widths, kernels)
    checkpoint(tmp_path / "net", layers, activation=activation)
    flags = experiment_flags(d, rounds, "Z", "ZH")
    image = compiled(tmp_path, flags, f"grid:{tmp_path / 'net'}", "--edge_threshold", "-.5")
    grid, shots = GridImage(image), sampled(tmp_path, flags, 12)
    accepted = check(grid, abi.Image(image), shots)
    assert accepted > 0
    # These were calibrated on shots that are much alike.
    near_float(grid, layers, shots, d, rounds, "Z", "ZH", activation, share=0.04)


def check(grid: GridImage, image: abi.Image, shots: np.ndarray) -> int:
    """Residual, frame, changes and answers are NumPy's. Gives the number of edges accepted."""
    assert image.info.flags & abi.IMAGE_GRID
    decoder = abi.Decoder(image, network=True)
    plain = abi.Decoder(image, max_reweights=len(grid.edges))
    multiplications = sum(layer.weights.size for layer in grid.layers) * grid.rounds * grid.rows * grid.columns
    assert decoder.needs.network_multiplications == multiplications
    total = 0
    for shot in shots:
        detectors = np.unpackbits(shot, bitorder="little")[: len(grid.places)]
        residual, frame, changes, accepted = grid.outcome(detectors)
        found = predecode(decoder, shot)
        assert (np.unpackbits(found[0], bitorder="little")[: len(detectors)] == residual).all()
        assert found[1] == frame and found[3] == accepted
        assert found[2].tolist() == changes
        plain.reweight(np.array(changes, abi.REWEIGHT))
        behind = plain.decode(np.packbits(residual, bitorder="little"))
        answer = decoder.decode(shot)
        assert answer.observables[0] == behind.observables[0] ^ frame
        assert answer.report.weight == behind.report.weight
        total += accepted
    return total


def near_float(grid, layers, shots, d, rounds, basis, orientation, activation, share) -> float:
    """Holds the root mean square of fixed point's error below a share of the logits' spread. Gives the rate of equal
    decisions."""
    test = Experiment(np.random.default_rng(0), d, rounds, basis, orientation, shots=1)
    detectors = np.unpackbits(shots, axis=1, bitorder="little")[:, : len(grid.places)]
    most = (1 << 25) / grid.scale
    fixed = np.stack([grid.logits(shot) / grid.scale for shot in detectors])
    inputs = np.stack([grid.volume(shot) / 2 for shot in detectors])
    m = grid.margin
    inputs = np.moveaxis(inputs[:, m : m + rounds, m : m + d, m : m + d], -1, 1)
    assert inputs.shape[1:] == test.input().shape[1:]
    exact = np.clip(np.moveaxis(forward(layers, inputs, activation), 1, -1), -most, most)
    assert np.sqrt(((fixed - exact) ** 2).mean()) < share * exact.std()
    return float(((fixed >= 0) == (exact >= 0)).mean())


def safetensors_layers(path: Path) -> list[tuple[np.ndarray, np.ndarray]]:
    import json
    import struct

    content = path.read_bytes()
    (size,) = struct.unpack_from("<Q", content)
    header = json.loads(content[8 : 8 + size])

    def tensor(name: str) -> np.ndarray:
        begin, end = header[name]["data_offsets"]
        values = np.frombuffer(content[8 + size + begin : 8 + size + end], "<f2")
        return values.reshape(header[name]["shape"]).astype(np.float32)

    count = sum(name.endswith("weight") for name in header)
    return [(tensor(f"net.{3 * k}.weight"), tensor(f"net.{3 * k}.bias")) for k in range(count)]


@pytest.mark.parametrize("basis", ["X", "Z"])
def test_shipped_is_near_float(tmp_path, basis) -> None:
    flags = experiment_flags(7, 7, basis, "XV")
    grid, shots = GridImage(compiled(tmp_path, flags, "grid-small")), sampled(tmp_path, flags, 20)
    layers = safetensors_layers(SHIPPED)
    assert near_float(grid, layers, shots, 7, 7, basis, "XV", "gelu", share=0.08) > 0.998
