"""`python -m decant.train.noise`: trains the network that reads the 25 parameters of a surface code's noise off its events.

The network looks at windows: the nine detectors of a check and its eight neighbours in two consecutive rounds, both in
the bulk. A window becomes a few numbers between 0 and 1 (two layers; a set of weights for each type of check in the
middle), these are averaged over all windows of all shots, and two layers make 25 logits of the averages' logarithms; a
parameter is exp(log low + (log high - log low) sigmoid(logit)). Bulk windows look alike at all distances, so one network
serves them all. As averages come before the last layers, windows that are alike are looked at once, and counted.

The loss is on the probabilities of the bulk's edges and hyperedges, not on the parameters, which events do not tell
apart: the mean of (log P^ - log P)^2 over all types, weighted with how often they happen. To first order they are linear in
the parameters; error analysis of one parameter at a time gives the matrix, once.

Shots are drawn for some thousands of random parameters beforehand, each vector's own, and gone through several times; the
last tenth of the vectors is never trained on and tells how far estimates are off.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import numpy.typing as npt
import optax
from safetensors.numpy import save as packed

from .._models import Model
from .._status import bad_argument
from .._surface import NOISE_PARAMETERS, SurfaceCode
from ..sampler import Sampler

LOW, HIGH = 1e-5, 3e-2
"""Bounds of a parameter: a hundredth of the smallest error rate that is trained on, and three times the largest."""
_RATES = (1e-3, 1e-2)
_GROUPS = ("p_prep_X", "p_prep_Z", "p_meas_X", "p_meas_Z", "p_idle_cnot", "p_idle_spam", "p_cnot")
_BITS = 18
_FLOOR = 1e-6
"""Added to averages, whose logarithms are taken."""
_PADDING = 16384
"""Distinct windows of a batch are filled up to multiples, so that few shapes are compiled."""

Parameters = dict[str, jax.Array]


class Example(NamedTuple):
    """What shots of one noise are: of each kind of window, its patterns but the empty one and their shares."""

    noise: npt.NDArray[np.float64]
    patterns: tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]
    shares: tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]


def random_noise(random: np.random.Generator) -> npt.NDArray[np.float64]:
    """25 parameters: an error rate, each operation up to four times better or worse, and a split among its Paulis."""
    p = np.exp(random.uniform(*np.log(_RATES)))
    whole = {"p_prep_X": 2 * p / 3, "p_prep_Z": 2 * p / 3, "p_meas_X": 2 * p / 3, "p_meas_Z": 2 * p / 3,
             "p_idle_cnot": p, "p_idle_spam": 2 * p, "p_cnot": p}  # fmt: skip
    evenness = np.exp(random.uniform(np.log(0.5), np.log(8)))
    noise = np.zeros(len(NOISE_PARAMETERS))
    for group in _GROUPS:
        members = [index for index, name in enumerate(NOISE_PARAMETERS) if name.startswith(group)]
        total = whole[group] * 4 ** random.uniform(-1, 1)
        noise[members] = total * random.dirichlet([evenness] * len(members))
    return noise.clip(1e-7, HIGH)


def _places(distance: int) -> dict[tuple[int, int], int]:
    """Where the check at two even coordinates stands in a round of the bulk, as orientation XV numbers them."""
    last = 2 * distance
    inner = range(2, last, 2)
    sites = [(r, c) for r in inner for c in inner]
    sites += [(r, c) for r in (0, last) for c in inner if (r + c) // 2 % 2 == 1]
    sites += [(r, c) for r in inner for c in (0, last) if (r + c) // 2 % 2 == 0]
    x = sorted(site for site in sites if sum(site) // 2 % 2 == 0)
    z = sorted((site for site in sites if sum(site) // 2 % 2 == 1), key=lambda site: site[::-1])
    return {site: index for index, site in enumerate(x + z)}


def windows(detectors: npt.NDArray[np.bool_], distance: int, rounds: int) -> list[npt.NDArray[np.int64]]:
    """How often each of the 2^18 patterns of a window is seen around X-checks, and around Z-checks.

    Bit 9 t + 3 r + c is the check r and c steps of two coordinates behind the window's first one, t rounds later.
    """
    half = (distance**2 - 1) // 2
    bulk = detectors[:, half : half + 2 * half * (rounds - 2)].reshape(len(detectors), rounds - 2, 2 * half)
    places = _places(distance)
    inner = range(2, 2 * distance, 2)
    size = distance - 1
    # Shots last, so that all that follows goes through memory in order.
    board = bulk.transpose(1, 2, 0)[:, [places[r, c] for r in inner for c in inner]].astype(np.uint32)
    board = board.reshape(rounds - 2, size, size, len(detectors))
    for axis, step in ((2, 1), (1, 3)):
        first, second, third = (board.take(range(k, board.shape[axis] - 2 + k), axis) for k in range(3))
        board = first | second << np.uint32(step) | third << np.uint32(2 * step)
    codes = board[:-1] | board[1:] << np.uint32(9)
    # The middle of the first window is at (4, 4), an X-check.
    return [
        sum(np.bincount(codes[:, r::2, (r + kind) % 2 :: 2].ravel(), minlength=1 << _BITS) for r in range(2))
        for kind in range(2)
    ]


def example(noise: npt.NDArray[np.float64], basis: str, seed: int, given: argparse.Namespace) -> Example:
    code = SurfaceCode(given.distance, given.rounds, basis, noise=noise.tolist())
    sampler = Sampler(code, seed=seed)
    counts: list[npt.NDArray[np.int64]] = [np.zeros(1 << _BITS, np.int64)] * 2
    for first in range(0, given.shots, 1024):
        part = min(1024, given.shots - first)
        shots = sampler.sample(part, first=first, kinds=("detectors",))
        counts = [a + b for a, b in zip(counts, windows(shots.detectors, given.distance, given.rounds), strict=True)]
    patterns = tuple(np.flatnonzero(count[1:]).astype(np.uint32) + 1 for count in counts)
    shares = tuple((count[seen] / count.sum()).astype(np.float32) for count, seen in zip(counts, patterns, strict=True))
    return Example(noise, (patterns[0], patterns[1]), (shares[0], shares[1]))


def types_of_errors() -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """The bulk's edges and hyperedges: a matrix from parameters to probabilities, and how many there are of each type."""
    tiny = 1e-6
    columns: list[dict[tuple[tuple[int, ...], ...], float]] = []
    for index in range(len(NOISE_PARAMETERS)):
        noise = [0.0] * len(NOISE_PARAMETERS)
        noise[index] = tiny
        columns.append(_mechanisms(Model(SurfaceCode(7, 8, "X", noise=noise)).text()))
    sets = sorted({detectors for column in columns for detectors in column})
    matrix = np.array([[column.get(detectors, 0.0) / tiny for column in columns] for detectors in sets])
    rows, counts = np.unique(matrix.round(4), axis=0, return_counts=True)
    return rows, counts.astype(np.float64)


def _mechanisms(text: str) -> dict[tuple[tuple[int, ...], ...], float]:
    """Probabilities of all that flips detectors of the third round first, none behind the fifth."""
    places = {}
    errors: list[tuple[float, set[str]]] = []
    for line in text.splitlines():
        words = line.split()
        if line.startswith("detector("):
            places[words[-1]] = tuple(int(float(x)) for x in line[line.index("(") + 1 : line.index(")")].split(","))
        elif line.startswith("error("):
            flipped: set[str] = set()
            for word in words[1:]:
                if word.startswith("D"):
                    flipped ^= {word}
            errors.append((float(line[6 : line.index(")")]), flipped))
    found: dict[tuple[tuple[int, ...], ...], float] = {}
    for probability, flipped in errors:
        detectors = tuple(sorted(places[name] for name in flipped))
        if detectors and min(place[2] for place in detectors) == 3:
            found[detectors] = found.get(detectors, 0.0) + probability
    return found


def beginning(given: argparse.Namespace) -> Parameters:
    random = np.random.default_rng(given.seed + 1)

    def normal(*shape: int, inputs: int) -> jax.Array:
        return jnp.asarray(random.normal(0, (2 / inputs) ** 0.5, shape), jnp.float32)

    hidden, features, units = given.hidden, given.features, given.units
    return {
        "window.weight": normal(2, _BITS, hidden, inputs=3),
        "window.bias": jnp.zeros((2, hidden)),
        "feature.weight": normal(2, hidden, features, inputs=hidden),
        "feature.bias": jnp.zeros((2, features)) - 1,
        "units.weight": normal(2 * features, units, inputs=2 * features),
        "units.bias": jnp.zeros(units),
        "logit.weight": 0.1 * normal(units, len(NOISE_PARAMETERS), inputs=units),
        "logit.bias": jnp.zeros(len(NOISE_PARAMETERS)),
    }


def features(parameters: Parameters, bits: jax.Array, shares: jax.Array) -> jax.Array:
    """Logarithms of averages. bits: (2, patterns, 18); shares: (2, examples, patterns)."""
    hidden = jax.nn.relu(
        jnp.einsum("kpb,kbh->kph", bits, parameters["window.weight"]) + parameters["window.bias"][:, None]
    )
    looks = jax.nn.sigmoid(
        jnp.einsum("kph,khf->kpf", hidden, parameters["feature.weight"]) + parameters["feature.bias"][:, None]
    )
    means = jnp.einsum("kep,kpf->ekf", shares, looks)
    return jnp.log(means + _FLOOR).reshape(shares.shape[1], -1)


def estimate(parameters: Parameters, features: jax.Array) -> jax.Array:
    """Logarithms of the 25 parameters."""
    units = jax.nn.relu(features @ parameters["units.weight"] + parameters["units.bias"])
    logits = units @ parameters["logit.weight"] + parameters["logit.bias"]
    return jnp.log(LOW) + (jnp.log(HIGH) - jnp.log(LOW)) * jax.nn.sigmoid(logits)


class Trainer:
    def __init__(self, examples: list[Example], given: argparse.Namespace) -> None:
        self.examples, self.given = examples, given
        matrix, counts = types_of_errors()
        self.types, self.matrix, self.counts = len(counts), jnp.asarray(matrix), jnp.asarray(counts)
        self.parameters = beginning(given)
        # Features begin centred and of size 1: folded into the layer behind them, which is what is trained.
        first = features(self.parameters, *self.batch(examples[:64])[:2])
        mean, deviation = first.mean(0), first.std(0) + 1e-3
        weight = self.parameters["units.weight"] / deviation[:, None]
        self.parameters |= {"units.weight": weight, "units.bias": -mean @ weight}
        # Adam's steps are of one size whatever the weights are: they are trained on features of size 1 as well.
        self.scale = deviation
        rate = optax.warmup_cosine_decay_schedule(0, given.rate, 100, given.steps, given.rate / 100)
        self.optimiser = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(rate, weight_decay=given.weight_decay))
        self.state = self.optimiser.init(self._scaled(self.parameters))
        self.step = jax.jit(self._step)

    def _scaled(self, parameters: Parameters) -> Parameters:
        return parameters | {"units.weight": parameters["units.weight"] * self.scale[:, None]}

    def _unscaled(self, parameters: Parameters) -> Parameters:
        return parameters | {"units.weight": parameters["units.weight"] / self.scale[:, None]}

    def batch(self, examples: list[Example]) -> tuple[jax.Array, jax.Array, jax.Array]:
        """Bits of all patterns that one of them has, shares, and the logarithms of their noise."""
        unions = []
        for kind in range(2):
            seen = np.zeros(1 << _BITS, bool)
            for one in examples:
                seen[one.patterns[kind]] = True
            unions.append(np.flatnonzero(seen))
        width = -(-max(map(len, unions)) // _PADDING) * _PADDING
        bits = np.zeros((2, width, _BITS), np.float32)
        shares = np.zeros((2, len(examples), width), np.float32)
        for kind, union in enumerate(unions):
            number = np.zeros(1 << _BITS, np.int64)
            number[union] = np.arange(len(union))
            bits[kind, : len(union)] = union[:, None] >> np.arange(_BITS) & 1
            for row, one in enumerate(examples):
                shares[kind, row, number[one.patterns[kind]]] = one.shares[kind]
        return jnp.asarray(bits), jnp.asarray(shares), jnp.asarray(np.log([one.noise for one in examples]))

    def _losses(self, estimates: jax.Array, noise: jax.Array) -> jax.Array:
        """Of each example, the mean of squared errors of the logarithms of probabilities."""
        found = jnp.exp(estimates) @ self.matrix.T
        true = jnp.exp(noise) @ self.matrix.T
        weights = self.counts * true
        return (weights * (jnp.log(found) - jnp.log(true)) ** 2).sum(1) / weights.sum(1)

    def _step(self, scaled, state, bits, shares, noise):
        def loss(scaled: Parameters) -> jax.Array:
            parameters = self._unscaled(scaled)
            return self._losses(estimate(parameters, features(parameters, bits, shares)), noise).mean()

        value, gradient = jax.value_and_grad(loss)(scaled)
        change, state = self.optimiser.update(gradient, state, scaled)
        return optax.apply_updates(scaled, change), state, value

    def run(self, held: list[Example]) -> None:
        random = np.random.default_rng(self.given.seed + 2)
        scaled, start, sum_of_losses = self._scaled(self.parameters), time.monotonic(), 0.0
        for step in range(1, self.given.steps + 1):
            chosen = random.choice(len(self.examples), self.given.batch, replace=False)
            scaled, self.state, value = self.step(
                scaled, self.state, *self.batch([self.examples[index] for index in chosen])
            )
            sum_of_losses += float(value)
            if step % self.given.report_every == 0 or step == self.given.steps:
                self.parameters = self._unscaled(scaled)
                print(
                    f"step {step}  loss {sum_of_losses / self.given.report_every:.5f}  held out "
                    f"{self.judge(held)[0]:.5f}  seconds {time.monotonic() - start:.0f}",
                    flush=True,
                )
                sum_of_losses = 0.0

    def judge(self, held: list[Example]) -> tuple[float, npt.NDArray[np.float64]]:
        """The loss of examples, and of each parameter's logarithm the root of the mean square error."""
        losses, squares = [], []
        for first in range(0, len(held), self.given.batch):
            bits, shares, noise = self.batch(held[first : first + self.given.batch])
            found = estimate(self.parameters, features(self.parameters, bits, shares))
            losses.append(np.asarray(self._losses(found, noise)))
            squares.append(np.asarray((found - noise) ** 2))
        return float(np.concatenate(losses).mean()), np.sqrt(np.concatenate(squares).mean(0))


def train(given: argparse.Namespace) -> None:
    if given.distance < 5 or given.distance % 2 == 0 or given.rounds < 5:
        raise bad_argument(f"--distance is {given.distance} and --rounds {given.rounds}; both are at least 5, distances odd")
    random = np.random.default_rng(given.seed)
    start = time.monotonic()
    examples = []
    for number in range(given.vectors):
        basis = "XZ"[number % 2]
        examples.append(example(random_noise(random), basis, int(random.integers(1 << 62)), given))
        if (number + 1) % 200 == 0:
            print(f"{number + 1} of {given.vectors} noises drawn in {time.monotonic() - start:.0f} s", flush=True)
    held = examples[: given.vectors // 10]
    trainer = Trainer(examples[len(held) :], given)
    trainer.run(held)
    loss, deviations = trainer.judge(held)
    told = [f"{name} {value}" for name, value in vars(given).items() if name not in ("out", "report_every")]
    tensors = {name: np.asarray(value, np.float16) for name, value in trainer.parameters.items()}
    tensors["deviations"] = deviations.astype(np.float16)
    metadata = {
        "model_version": "decant_noise_v1", "orientation": "XV", "low": str(LOW), "high": str(HIGH),
        "recipe": "noise, " + ", ".join(told), "trained_by": "decant.train.noise", "held_out_loss": f"{loss:.5f}",
    }  # fmt: skip
    given.out.write_bytes(packed(tensors, metadata))


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m decant.train.noise", description=__doc__.split("\n")[0])
    options.add_argument("--vectors", type=int, default=3000, help="random noises, a tenth of them held out")
    options.add_argument("--shots", type=int, default=4096, help="of each noise")
    options.add_argument("--distance", type=int, default=9)
    options.add_argument("--rounds", type=int, default=9)
    options.add_argument("--hidden", type=int, default=64, help="width of the first layer")
    options.add_argument("--features", type=int, default=64, help="numbers that a window becomes")
    options.add_argument("--units", type=int, default=128, help="width of the layer behind the averages")
    options.add_argument("--batch", type=int, default=16, help="noises of a step")
    options.add_argument("--steps", type=int, default=3000)
    options.add_argument("--rate", type=float, default=2e-3, help="largest learning rate")
    options.add_argument("--weight_decay", type=float, default=1e-4)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--report_every", type=int, default=100, help="steps")
    options.add_argument("--out", type=Path, required=True, help="where the network goes, SafeTensors, half precision")
    train(options.parse_args())


if __name__ == "__main__":
    main()
