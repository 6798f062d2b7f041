"""Training in JAX: the command's inputs, labels and function; exact resumption; files that the command takes.

Without JAX (`pip install "decant-qec[train]"`) nothing here runs.
"""

from __future__ import annotations

import functools
import os
import queue
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import package_rig  # noqa: F401, which finds the package
import pytest

for module in ("jax", "optax", "safetensors"):
    pytest.importorskip(module, reason='decant.train needs it: pip install "decant-qec[train]"')

import jax
import jax.numpy as jnp
from lattice import ORIENTATIONS
from safetensors import safe_open
from safetensors.numpy import load_file
from test_grid import Experiment, forward, predecode

import decant
from decant import train
from decant.train import __main__ as shell
from decant.train import checkpoint

DECANT = os.environ["DECANT"]
MEMORY = train.Memory(3, 3, 0.01)


@pytest.fixture(scope="module", autouse=True)
def compiled_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Processes that train the same do not compile it each for itself."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JAX_COMPILATION_CACHE_DIR", str(tmp_path_factory.mktemp("compiled")))
        patch.setenv("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")
        patch.setenv("JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES", "-1")
        patch.delenv("XLA_FLAGS", raising=False)
        yield


def run(out: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    flags = ["--distance", "3", "--model", "8,4", "--batch", "16", "--warm_up", "4", "--threads", "2"]
    return subprocess.run(
        [sys.executable, "-m", "decant.train", *flags, "--out", str(out), *options],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("distance, rounds", [(3, 2), (5, 4)])
def test_batches_are_what_the_network_sees(distance: int, rounds: int, orientation: str) -> None:
    """Inputs as from the detectors; labels that explain them; the presence of checks, by independent geometry."""
    memory = train.Memory(distance, rounds, 0.02, orientation=orientation)
    with train.Feed(memory, 5, 16, 1, train.Trainer(memory, train.optimiser(train.Schedule(1e-3, 1))).of_shots) as feed:
        (batch,) = feed.batches(3, 4)
    inputs, labels = (np.moveaxis(np.asarray(grid), -1, 1) for grid in memory.unpacked(batch))
    assert inputs.shape == labels.shape == (16, 4, rounds, distance, distance)
    for place, basis in enumerate("XZ"):
        test = Experiment(np.random.default_rng(0), distance, rounds, basis, orientation, shots=8)
        shots = memory.sampler(basis, 5).sample(8, first=24)
        bits = shots.detectors.reshape(8, 2 * rounds, -1)
        for channel, kind in enumerate("XZ"):
            test.det[kind][:, 1:] = bits[:, 1 + channel : -1 : 2]
            test.det[kind][:, 0] = bits[:, 0] if kind == basis else 0
            test.det[kind] *= test.shown[kind][:, None].astype(np.uint8)
        assert (inputs[place::2] == test.input()).all()
        assert (labels[place::2] == shots.targets).all() and labels.any()
        residual, frames = test.correct(labels[place::2].astype(np.uint8))
        groups = residual.reshape(8, 2 * rounds, -1)
        assert not groups[:, 0].any() and not groups[:, 1 + "XZ".index(basis) : -1 : 2].any()
        assert (frames == shots.observables[:, 0]).all()


def test_no_shot_is_seen_twice() -> None:
    sharding = train.Trainer(MEMORY, train.optimiser(train.Schedule(1e-3, 1))).of_shots
    for half, threads, first in ((3, 1, 0), (3, 2, 70), (256, 3, 1), (300, 1, 2)):
        with train.Feed(MEMORY, 1, 2 * half, threads, sharding) as feed:
            batches = [np.asarray(batch.inputs) for batch in feed.batches(first, first + 5)]
        for place, basis in enumerate("XZ"):
            expected = MEMORY.sampler(basis, 1).sample(5 * half, first=first * half, kinds=("inputs",), bit_packed=True)
            assert (np.concatenate(batches)[:, place] == expected.inputs).all()


def test_shots_are_drawn_ahead() -> None:
    """What comes after a batch is drawn without being asked for, while the device has that batch."""
    drawn: queue.Queue[int] = queue.Queue()

    class Recorded(decant.Sampler):
        def sample(self, shots: int, *, first: int = 0, **options: Any) -> decant.Shots:
            drawn.put(first)
            return super().sample(shots, first=first, **options)

    with train.Feed(
        MEMORY, 1, 512, 1, train.Trainer(MEMORY, train.optimiser(train.Schedule(1e-3, 1))).of_shots
    ) as feed:
        feed._samplers = [Recorded(MEMORY.code(basis)) for basis in "XZ"]
        batches = feed.batches(0, 100)
        next(batches)
        assert [drawn.get(timeout=60) for _ in range(6)] == [0, 0, 256, 256, 512, 512]
        next(batches)
        assert [drawn.get(timeout=60) for _ in range(2)] == [768, 768]
        assert feed._pool.submit(drawn.empty).result(), "only so many are"


@pytest.mark.parametrize("widths, kernel", [((16, 16, 4), 3), ((5, 4), 5)])
def test_forward(widths: tuple[int, ...], kernel: int, tmp_path: Path) -> None:
    """JAX, an independent NumPy, and the command's float engine give the same logits."""
    architecture = train.Architecture(widths, kernel)
    parameters = {name: 2 * values for name, values in architecture.initial(jax.random.key(7)).items()}
    file = tmp_path / "net.safetensors"
    checkpoint.export(file, architecture, parameters, {})
    layers = [
        (np.asarray(parameters[f"net.{3 * k}.weight"]), np.asarray(parameters[f"net.{3 * k}.bias"]))
        for k in range(len(widths))
    ]
    for basis in "XZ":
        test = Experiment(np.random.default_rng(3), 5, 4, basis, "ZH", shots=4)
        seen = test.input()
        answers = run_in_jax(parameters, seen, jnp.float32)
        told, _, _ = predecode(tmp_path, file, test, "avx2")
        assert np.abs(answers - forward(layers, seen)).max() < 1e-4
        assert np.abs(answers - told).max() < 1e-4
        assert 0 < np.abs(run_in_jax(parameters, seen, jnp.bfloat16) - answers).max() < 0.1


def run_in_jax(parameters: train.Parameters, seen: np.ndarray, dtype: Any) -> np.ndarray:
    """Logits, channels in front as elsewhere."""
    function = jax.jit(functools.partial(train.logits, dtype=dtype))
    answers = np.asarray(function(parameters, np.moveaxis(seen, 1, -1).astype(np.float32)))
    assert answers.dtype == np.float32
    return np.moveaxis(answers, -1, 1)


def test_published_shapes() -> None:
    sizes = {"1": 912_772, "2": 3_595_012, "3": 4_224_388, "4": 1_797_764, "5": 7_134_468}
    for name, size in sizes.items():
        architecture = train.Architecture.of(name)
        shapes = jax.eval_shape(architecture.initial, jax.random.key(0))
        assert sum(tensor.size for tensor in shapes.values()) == size
        assert architecture.metadata["model_id"] == architecture.published == name
    assert train.Architecture.of("128,128,128,4") == train.Architecture.of("1")
    for name in ("6", "128,128", "4,x", "", "0,4"):
        with pytest.raises(decant.Error, match="model is"):
            train.Architecture.of(name)


def test_lion_and_its_schedule() -> None:
    """Against both written down in NumPy."""
    schedule = train.Schedule(0.01, steps=40, warm_up=4)
    assert [float(schedule(step)) for step in (0, 3, 4, 22, 40, 50)] == pytest.approx(
        [0.0025, 0.01, 0.01, 0.01 * 0.505, 0.0001, 0.0001], rel=1e-5
    )
    falling = train.Schedule(1.0, steps=40, warm_up=0, decay="steps")
    assert [float(falling(step)) for step in (0, 9, 10, 20, 40)] == pytest.approx([1, 1, 0.7, 0.49, 0.343])
    rule = train.optimiser(schedule, weight_decay=0.1, clip=1.0)
    rng = np.random.default_rng(1)
    w, m = rng.normal(size=20), np.zeros(20)
    parameters = jnp.asarray(w, jnp.float32)
    state = rule.init(parameters)
    for step in range(8):
        g = rng.normal(size=20)
        updates, state = rule.update(jnp.asarray(g, jnp.float32), state, parameters)
        parameters = parameters + updates
        g = g / max(1, np.linalg.norm(g))
        rate = float(schedule(step))
        w = w * (1 - rate * 0.1) - rate * np.sign(0.9 * m + 0.1 * g)
        m = 0.95 * m + 0.05 * g
        assert np.abs(np.asarray(parameters) - w).max() < 1e-5


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_loss_falls_and_the_command_takes_the_file(tmp_path: Path, precision: str) -> None:
    out = tmp_path / "net.safetensors"
    result = run(out, "--steps", "60", "--report_every", "20", "--rate", "0.003", "--precision", precision)
    assert result.returncode == 0, result.stderr
    losses = [float(line.split()[3]) for line in result.stdout.splitlines()]
    assert len(losses) == 3 and losses[2] < 0.8 * losses[1] and losses[1] < losses[0] / 2
    assert all("shots/s" in line for line in result.stdout.splitlines())
    tensors = load_file(out)
    assert {name: (values.dtype, values.shape) for name, values in tensors.items()} == {
        "net.0.weight": (np.float32, (8, 4, 3, 3, 3)),
        "net.0.bias": (np.float32, (8,)),
        "net.3.weight": (np.float32, (4, 8, 3, 3, 3)),
        "net.3.bias": (np.float32, (4,)),
    }
    where = ["--code", "surface", "--distance", "5", "--noise", "0.006", "--basis", "X"]
    told = subprocess.run(
        [DECANT, "evaluate", *where, "--decoder", f"grid:{out}", "--max_shots", "1024"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert f"grid:{out}" in told
    quantised = tmp_path / "quantised.safetensors"
    flags = ["--model", f"grid:{out}", "--out", quantised, "--max_shots", "256"]
    subprocess.run([DECANT, "quantize", *where, *flags], capture_output=True, check=True)
    with safe_open(quantised, framework="numpy") as file:
        assert "sum_ranges" in file.metadata()


def test_resumed_training_is_the_same_bit_for_bit(tmp_path: Path) -> None:
    common = ["--steps", "12", "--save_every", "5", "--report_every", "4"]
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    assert run(whole, *common).returncode == 0
    # Interrupted after its first step, and again at a step that ends no block of shots.
    for _ in range(2):
        again = ["--resume"] if parts.exists() else []
        result = run(parts, *common, "--minutes", "1e-9", "--checkpoint", str(tmp_path / "state"), *again)
        assert result.returncode == 0 and "--resume goes on" in result.stderr
    result = run(parts, *common, "--checkpoint", str(tmp_path / "state"), "--resume")
    assert result.returncode == 0 and "steps 2 to 12" in result.stderr
    assert parts.read_bytes() == whole.read_bytes()
    states = [load_file(folder / "state.safetensors") for folder in (tmp_path / "whole.state", tmp_path / "state")]
    assert states[0].keys() == states[1].keys() and len(states[0]) > 10
    for name, values in states[0].items():
        assert values.tobytes() == states[1][name].tobytes(), name
    other = run(parts, *common, "--seed", "1", "--checkpoint", str(tmp_path / "state"), "--resume")
    assert other.returncode == 1 and "say the same" in other.stderr


def test_devices_share_a_batch(tmp_path: Path) -> None:
    """Two devices, of which XLA makes believe, give what one gives."""
    common = ["--steps", "3", "--precision", "fp32", "--report_every", "1", "--warm_up", "0", "--rate", "1e-4"]
    one = run(tmp_path / "one", *common)
    two = run(tmp_path / "two", *common, XLA_FLAGS="--xla_force_host_platform_device_count=2")
    assert "1 x " in one.stderr and "2 x " in two.stderr, two.stderr
    losses = [[float(line.split()[3]) for line in result.stdout.splitlines()] for result in (one, two)]
    assert losses[0] == pytest.approx(losses[1], rel=1e-4) and len(losses[0]) == 3
    refused = run(tmp_path / "none", *common, "--batch", "18", XLA_FLAGS="--xla_force_host_platform_device_count=2")
    assert refused.returncode == 1 and "no multiple of 4" in refused.stderr


REFUSED: list[tuple[list[str], str]] = [
    (["--model", "9"], "model is '9'"),
    (["--batch", "7"], "no multiple of 2"),
    (["--distance", "4"], "distance 4"),
    (["--dropout", "1"], "--dropout is 1.0"),
    (["--steps", "0"], "--steps is 0"),
    (["--orientation", "O9"], "orientation is 'O9'"),
    (["--resume"], "is not there"),
]


@pytest.mark.parametrize("options, sentence", REFUSED, ids=lambda value: " ".join(value))
def test_refusals(options: list[str], sentence: str, tmp_path: Path, monkeypatch: Any, capsys: Any) -> None:
    flags = ["--distance", "3", "--steps", "1", "--out", str(tmp_path / "net")]
    monkeypatch.setattr(sys, "argv", ["decant.train", *flags, *options])
    assert shell.main() == 1
    assert sentence in capsys.readouterr().err
    assert not (tmp_path / "net").exists()


def test_a_loss_that_is_no_number_ends_training(tmp_path: Path, monkeypatch: Any) -> None:
    out = tmp_path / "net"
    flags = ["--distance", "3", "--model", "8,4", "--batch", "8", "--steps", "4", "--out", str(out)]
    given = shell._options().parse_args(flags)
    initial = train.Architecture.initial
    monkeypatch.setattr(
        train.Architecture, "initial", lambda self, key: {k: v * jnp.nan for k, v in initial(self, key).items()}
    )
    with pytest.raises(FloatingPointError, match="no number any more"):
        shell.train(given)
    assert not out.exists()
