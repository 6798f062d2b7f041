"""Training the network that reads noise off events: a tiny one, from the command to what `decant learn` makes of it.

Without JAX (`pip install "decant-qec[train]"`) nothing here runs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import package_rig
import pytest

for module in ("jax", "optax", "safetensors"):
    pytest.importorskip(module, reason='decant.train.noise needs it: pip install "decant-qec[train]"')

import jax.numpy as jnp
from safetensors.numpy import load_file

import decant
from decant.train import noise

DISTANCE, ROUNDS = 5, 7
SHIPPED = package_rig.ROOT / "Sources" / "DecantModels" / "noise.safetensors"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("noise") / "tiny.safetensors"
    size = ["--vectors", "20", "--shots", "512", "--distance", "5", "--rounds", "5", "--width", "8"]
    command = [sys.executable, "-m", "decant.train.noise", *size, "--steps", "120", "--batch", "8", "--out", path]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "held out" in told
    return path


@pytest.mark.parametrize("which", ["tiny", "shipped"])
def test_the_command_reads_what_training_reads(which: str, tiny: Path, tmp_path: Path) -> None:
    network = tiny if which == "tiny" else SHIPPED
    shots = decant.Sampler(decant.SurfaceCode(DISTANCE, ROUNDS, "X", p=0.004), seed=5).sample(20_000).detectors
    np.packbits(shots, axis=1, bitorder="little").tofile(tmp_path / "shots.b8")
    code = ["--code", "surface", "--distance", DISTANCE, "--rounds", ROUNDS, "--basis", "X"]
    files = ["--in", tmp_path / "shots.b8", "--in_format", "b8", "--parameters", tmp_path / "learned.json"]
    command = [os.environ["DECANT"], "learn", *files, *code, "--estimator", "neural", "--network", network]
    subprocess.run([str(part) for part in command], check=True, capture_output=True)
    learned = json.loads((tmp_path / "learned.json").read_text())

    chosen, layers = noise.sets(), load_file(network)
    counts = noise.windows(shots, DISTANCE, ROUNDS)
    odd = np.concatenate([(count / count.sum()) @ odd for count, odd in zip(counts, chosen.odd, strict=True)])
    assert (layers["sets.masks"] == chosen.masks).all() and (layers["sets.types"] == chosen.kinds).all()
    halves = {name: jnp.asarray(value, jnp.float32) for name, value in layers.items()}
    expected = np.exp(np.asarray(noise.estimate(halves, jnp.asarray(noise.inputs(odd[None], chosen))))[0])
    values = {name: value["value"] if isinstance(value, dict) else value for name, value in learned.items()}
    for name, value in zip(decant.NOISE_PARAMETERS, expected, strict=True):
        assert values[name] == pytest.approx(value, rel=2e-3), name


@pytest.mark.parametrize(("flag", "value"), [("--distance", "3"), ("--rounds", "3"), ("--vectors", "19"), ("--steps", "100")])
def test_what_cannot_be_trained_on_is_refused(flag: str, value: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "decant.train.noise", flag, value, "--out", tmp_path / "none"]
    told = subprocess.run(command, capture_output=True, text=True)
    assert told.returncode != 0 and f"{flag} {value}" in told.stderr.replace(" is ", " ")
    assert not (tmp_path / "none").exists()
