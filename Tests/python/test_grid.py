"""Grid networks in float: forward, hard decision, residual and frame equal an independent computation in NumPy.

Checkpoints are written here, byte by byte in the published layout, and read by `decant predecode`.
"""

from __future__ import annotations

import json
import os
import struct
import subprocess
from pathlib import Path

import numpy as np
import pytest

from lattice import ORIENTATIONS, Lattice

DECANT = os.environ["DECANT"]
LEVELS = ["portable", "avx2", "avx512", "openblas"]


def checkpoint(path: Path, layers: list[tuple[np.ndarray, np.ndarray]], prefix: str = "", **metadata: str) -> None:
    """SafeTensors as published: net.{3i}.weight of shape (out, in, kT, kRow, kCol), net.{3i}.bias."""
    header: dict[str, object] = {"__metadata__": metadata} if metadata else {}
    values = b""
    for index, (weight, bias) in enumerate(layers):
        for name, array in (("weight", weight), ("bias", bias)):
            data = np.ascontiguousarray(array).tobytes()
            header[f"{prefix}net.{3 * index}.{name}"] = {
                "dtype": {"float16": "F16", "float32": "F32"}[array.dtype.name],
                "shape": list(array.shape),
                "data_offsets": [len(values), len(values) + len(data)],
            }
            values += data
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + values)


def random_layers(rng: np.random.Generator, widths: list[int], kernels: list[int], dtype: type = np.float32):
    layers = []
    for before, width, k in zip([4] + widths, widths, kernels):
        bound = 2 / np.sqrt(before * k**3)
        layers.append(
            (
                rng.uniform(-bound, bound, (width, before, k, k, k)).astype(dtype),
                rng.uniform(-0.5, 0.5, width).astype(dtype),
            )
        )
    return layers


def forward(layers: list[tuple[np.ndarray, np.ndarray]], x: np.ndarray, activation: str = "gelu") -> np.ndarray:
    """x: (shots, channels, T, D, D)."""
    for index, (weight, bias) in enumerate(layers):
        k, r = weight.shape[2], weight.shape[2] // 2
        padded = np.pad(x, ((0, 0), (0, 0), (r, r), (r, r), (r, r)))
        t, h, w = x.shape[2:]
        y = np.zeros((x.shape[0], weight.shape[0], t, h, w)) + bias.astype(float)[:, None, None, None]
        for dt in range(k):
            for dr in range(k):
                for dc in range(k):
                    part = padded[:, :, dt : dt + t, dr : dr + h, dc : dc + w]
                    y += np.einsum("oi,bithw->bothw", weight[:, :, dt, dr, dc].astype(float), part, optimize=True)
        if index + 1 < len(layers):
            if activation == "gelu":
                y = 0.5 * y * (1 + np.tanh(np.sqrt(2 / np.pi) * (y + 0.044715 * y**3)))
            else:
                y = np.maximum(y, 0)
        x = y
    return x


class Experiment:
    """Random detectors of a memory, taken apart as the published system takes them."""

    def __init__(self, rng: np.random.Generator, d: int, rounds: int, basis: str, orientation: str, shots: int) -> None:
        self.d, self.rounds, self.basis, self.orientation = d, rounds, basis, orientation
        self.lattice = Lattice(d, orientation)
        half = (d * d - 1) // 2
        self.detectors = (rng.random((shots, 2 * rounds * half)) < 0.1).astype(np.uint8)
        groups = self.detectors.reshape(shots, 2 * rounds, half)
        self.last = groups[:, -1]
        self.det, self.shown = {}, {}
        for kind in "XZ":
            det = np.zeros((shots, rounds, half), np.uint8)
            det[:, 1:] = groups[:, 1 + "XZ".index(kind) : -1 : 2]
            self.shown[kind] = np.ones(rounds, bool)
            if kind == basis:
                det[:, 0] = groups[:, 0]
            else:
                self.shown[kind][[0, -1]] = False
            self.det[kind] = det * self.shown[kind][:, None].astype(np.uint8)

    def input(self) -> np.ndarray:
        shots, d = len(self.detectors), self.d
        x = np.zeros((shots, 4, self.rounds, d * d))
        for channel, kind in enumerate("XZ"):
            cells = self.lattice.cells[kind]
            x[:, channel, :, cells] = np.moveaxis(self.det[kind], 2, 0)
            presence = np.array([len(s) / 4 for s in self.lattice.supports[kind]])
            x[:, 2 + channel, :, cells] = (presence[:, None] * self.shown[kind])[:, None, :]
        return x.reshape(shots, 4, self.rounds, d, d)

    def correct(self, decisions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Residual detectors and frames. decisions: (shots, 4, T, D, D)."""
        bits = decisions.reshape(len(decisions), 4, self.rounds, self.d**2).astype(np.int64)
        residual = {}
        for channel, kind in enumerate("XZ"):
            flips = bits[:, 2 + channel][:, :, self.lattice.cells[kind]]
            change = flips.copy()
            change[:, 1:] += flips[:, :-1]
            residual[kind] = (self.det[kind] + change + bits[:, channel] @ self.lattice.h[kind].T.astype(int)) % 2
        groups = [residual[self.basis][:, 0]]
        for t in range(1, self.rounds):
            groups += [residual["X"][:, t], residual["Z"][:, t]]
        frame = bits[:, "XZ".index(self.basis)].sum(axis=1) @ self.lattice.logical[self.basis].astype(int) % 2
        return np.concatenate(groups + [self.last], axis=1).astype(np.uint8), frame.astype(np.uint8)


def predecode(tmp: Path, network: Path, test: Experiment, level: str, *options: str):
    """Logits, residual and frames that the command finds."""
    (tmp / "shots.b8").write_bytes(np.packbits(test.detectors, axis=1, bitorder="little").tobytes())
    subprocess.run(
        [DECANT, "predecode", "--network", network, "--distance", str(test.d), "--rounds", str(test.rounds)]
        + ["--basis", test.basis, "--orientation", test.orientation, "--in", tmp / "shots.b8"]
        + ["--out", tmp / "residual.b8", "--out_format", "b8", "--frames_out", tmp / "frames.b8"]
        + ["--frames_out_format", "b8", "--logits_out", tmp / "logits", *options],
        check=True,
        env=os.environ | {"DECANT_KERNELS": level},
    )
    shots, n = test.detectors.shape
    logits = np.fromfile(tmp / "logits", "<f4").reshape(shots, 4, test.rounds, test.d, test.d)
    rows = np.fromfile(tmp / "residual.b8", np.uint8).reshape(shots, -1)
    residual = np.unpackbits(rows, axis=1, bitorder="little")[:, :n]
    return logits, residual, np.fromfile(tmp / "frames.b8", np.uint8)


def check(tmp: Path, network: Path, layers, test: Experiment, level: str, activation: str = "gelu") -> None:
    expected = forward(layers, test.input(), activation)
    logits, residual, frames = predecode(tmp, network, test, level)
    assert np.abs(logits - expected).max() < 1e-4
    correct, frame = test.correct(logits >= 0)
    assert (residual == correct).all() and (frames == frame).all()
    _, residual, frames = predecode(
        tmp, network, test, level, "--data_threshold", "0.25", "--syndrome_threshold", "0.5"
    )
    thresholds = np.array([0.25, 0.25, 0.5, 0.5])[:, None, None, None]
    correct, frame = test.correct(logits >= thresholds)
    assert (residual == correct).all() and (frames == frame).all()


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("activation", ["gelu", "relu"])
@pytest.mark.parametrize(
    "widths, kernels, d, rounds",
    [
        ([4], [3], 3, 2),
        ([16, 16, 16, 4], [3, 3, 3, 3], 7, 5),
        ([5, 37, 4], [1, 5, 3], 5, 3),
        ([20, 3, 4], [7, 3, 1], 3, 6),
        ([16, 4], [3, 3], 17, 2),
    ],
)
def test_forward(tmp_path, rng, widths, kernels, d, rounds, activation, level) -> None:
    layers = random_layers(rng, widths, kernels)
    metadata = {"activation": activation} if activation != "gelu" else {}
    checkpoint(tmp_path / "net", layers, **metadata)
    for orientation in ORIENTATIONS:
        for basis in "XZ":
            test = Experiment(rng, d, rounds, basis, orientation, shots=3)
            check(tmp_path, tmp_path / "net", layers, test, level, activation)


def test_published_layout(tmp_path, rng) -> None:
    """Model 1 in fp16, with the published names and metadata."""
    layers = random_layers(rng, [128, 128, 128, 4], [3] * 4, np.float16)
    checkpoint(
        tmp_path / "net",
        layers,
        prefix="module.",
        model_id="1",
        quant_format="fp16",
        model_version="predecoder_memory_v1",
        receptive_field="9",
        num_filters="[128, 128, 128, 4]",
        kernel_size="[3, 3, 3, 3]",
    )
    assert sum(w.size + b.size for w, b in layers) == 912_772
    for basis in "XZ":
        test = Experiment(rng, 5, 4, basis, "XV", shots=4)
        check(tmp_path, tmp_path / "net", layers, test, "avx512")
