"""`python -m decant.train.noise`: trains the network that reads the 25 parameters of a surface code's noise off its events.

The network looks at windows: the nine detectors of a check and its eight neighbours in two consecutive rounds, both in
the bulk. Its first layer is not trained: the parities of those sets of detectors that an error in the bulk flips, or that
are subsets of such, averaged over all windows of all shots. Minus the logarithm of a mean parity is, exactly, the sum of
the rates of all errors that flip an odd number of the set, and inclusion and exclusion make of these what flips a set or
more. Three trained layers follow: what these are relative to the mean of single detectors, and that mean's logarithm, become
25 logits; a parameter is exp(log low + (log high - log low) sigmoid(logit)). Bulk windows look alike at all
distances, so one network serves them all. (The published network, arXiv:2604.12841, section V, trains convolutions and
averages logits. Trained layers on windows in place of parities were some fifteen times as far off in the held-out loss
after eleven minutes on a shared machine.)

The loss is on the probabilities of the bulk's edges and hyperedges, not on the parameters, which events do not tell
apart: the mean of (log P^ - log P)^2 over all types, weighted with how often they happen. To first order they are linear in
the parameters; error analysis of one parameter at a time gives the matrix, once.

Each of some thousands of random noises has shots of its own; a tenth of the noises is never trained on and tells
how far estimates are off.
"""

from __future__ import annotations

import argparse
import itertools
import time
from pathlib import Path
from typing import Any, NamedTuple

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
_WARM_UP = 100
"""Steps."""
_LEAST_PARITY = 0.02
_STEEPNESS = 100.0
"""Rates relative to those of single detectors go through asinh of so many times them: small ones by their size, others by
their logarithm."""

Layers = dict[str, jax.Array]


class Sets(NamedTuple):
    """Sets of detectors in a window, and what to make of their parities' logarithms."""

    kinds: npt.NDArray[np.int64]
    """0 for windows around X-checks, 1 for those around Z-checks."""
    masks: npt.NDArray[np.uint32]
    inclusion: npt.NDArray[np.float64]
    """From minus the logarithms to the rates of all that flips a set or more."""
    odd: tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]
    """Of each kind, (patterns, sets): 1 where the parity is odd."""


Place = tuple[int, int, int]


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


def sets() -> Sets:
    """All sets of detectors that an error in the bulk flips, and their subsets."""

    def first(detectors: tuple[Place, ...]) -> tuple[int, int]:
        """Type and pattern of the window in whose first corner the set stands."""
        corner = [min(place[axis] for place in detectors) for axis in range(3)]
        return (corner[0] + corner[1]) // 2 % 2, sum(
            1 << 9 * (t - corner[2]) + 3 * ((r - corner[0]) // 2) + (c - corner[1]) // 2 for r, c, t in detectors
        )

    def subsets(detectors: tuple[Place, ...]) -> list[tuple[Place, ...]]:
        return [part for size in range(len(detectors)) for part in itertools.combinations(detectors, size + 1)]

    found: dict[tuple[int, int], tuple[Place, ...]] = {}
    for detectors in _mechanisms(Model(SurfaceCode(9, 8)).text()):
        if all(2 <= r <= 16 and 2 <= c <= 16 for r, c, _ in detectors):
            found |= {first(part): part for part in subsets(detectors)}
    order = sorted(found)
    number = {name: index for index, name in enumerate(order)}
    inclusion = np.zeros((len(order), len(order)))
    for row, name in enumerate(order):
        for part in subsets(found[name]):
            inclusion[row, number[first(part)]] += -((-1) ** len(part)) * 2.0 ** (1 - len(found[name]))
    kinds, masks = (np.array(values) for values in zip(*order, strict=True))
    patterns = np.arange(1 << _BITS, dtype=np.uint32)[:, None]
    odd = [np.bitwise_count(patterns & masks[kinds == kind].astype(np.uint32)) % 2 for kind in range(2)]
    return Sets(kinds, masks.astype(np.uint32), inclusion, (odd[0].astype(np.float32), odd[1].astype(np.float32)))


def shares_odd(noise: npt.NDArray[np.float64], basis: str, seed: int, sets: Sets, given: argparse.Namespace) -> Any:
    """In what share of the windows of some shots the parity of each set is odd."""
    sampler = Sampler(SurfaceCode(given.distance, given.rounds, basis, noise=noise.tolist()), seed=seed)
    counts: list[Any] = [0, 0]
    for start in range(0, given.shots, 1024):
        shots = sampler.sample(min(1024, given.shots - start), first=start, kinds=("detectors",))
        found = windows(shots.detectors, given.distance, given.rounds)
        counts = [a + b for a, b in zip(counts, found, strict=True)]
    return np.concatenate([(count / count.sum()) @ odd for count, odd in zip(counts, sets.odd, strict=True)])


def inputs(odd: npt.NDArray[np.float64], sets: Sets) -> npt.NDArray[np.float64]:
    """What the trained layers are shown: a row for each noise."""
    rates = -np.log(np.maximum(1 - 2 * odd, _LEAST_PARITY)) @ sets.inclusion.T
    single = rates[:, sets.masks == 1].mean(1, keepdims=True)
    return np.concatenate([np.arcsinh(_STEEPNESS * rates / single), np.log(single)], 1)


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


def beginning(width: int, inputs: int, seed: int) -> Layers:
    random = np.random.default_rng(seed)
    widths = [inputs, width, width, len(NOISE_PARAMETERS)]
    layers: Layers = {}
    for number, (above, below) in enumerate(itertools.pairwise(widths), 1):
        size = (2 / above) ** 0.5 * (0.1 if number == 3 else 1)
        layers[f"{number}.weight"] = jnp.asarray(random.normal(0, size, (above, below)), jnp.float32)
        layers[f"{number}.bias"] = jnp.zeros(below)
    return layers


def estimate(layers: Layers, rows: jax.Array, dropout: float = 0.0, key: jax.Array | None = None) -> jax.Array:
    """Logarithms of the 25 parameters. rows: centred and of size 1."""
    for number in (1, 2):
        rows = jax.nn.gelu(rows @ layers[f"{number}.weight"] + layers[f"{number}.bias"])
        if key is not None:
            key, own = jax.random.split(key)
            rows = rows * jax.random.bernoulli(own, 1 - dropout, rows.shape) / (1 - dropout)
    logits = rows @ layers["3.weight"] + layers["3.bias"]
    return jnp.log(LOW) + (jnp.log(HIGH) - jnp.log(LOW)) * jax.nn.sigmoid(logits)


def train(given: argparse.Namespace) -> None:
    if given.distance < 5 or given.distance % 2 == 0 or given.rounds < 4:
        raise bad_argument(f"--distance is {given.distance}, --rounds {given.rounds}; give 5 and 4 at least, and odd distances")
    if given.vectors < 20 or given.steps <= _WARM_UP:
        raise bad_argument(
            f"--vectors is {given.vectors}, --steps {given.steps}; give 20 noises, two of which are held out, and more than "
            f"{_WARM_UP} steps, in which the rate grows"
        )
    random, chosen = np.random.default_rng(given.seed), sets()
    start = time.monotonic()
    noises, odd = [], []
    for number in range(given.vectors):
        noises.append(random_noise(random))
        odd.append(shares_odd(noises[-1], "XZ"[number % 2], int(random.integers(1 << 62)), chosen, given))
        if (number + 1) % 500 == 0:
            print(f"{number + 1} of {given.vectors} noises drawn, {time.monotonic() - start:.0f} s", flush=True)
    fit(np.array(noises), np.array(odd), chosen, given)


def fit(noises: Any, odd: Any, chosen: Sets, given: argparse.Namespace) -> None:
    """Trains on noises and what was seen of each, and writes the network."""
    rows, goals = inputs(odd, chosen), np.log(noises)
    held = len(rows) // 10
    mean, deviation = rows[held:].mean(0), rows[held:].std(0) + 1e-6
    rows = (rows - mean) / deviation
    matrix, counts = (jnp.asarray(values) for values in types_of_errors())

    def losses(estimates: jax.Array, goals: jax.Array) -> jax.Array:
        found, true = jnp.exp(estimates) @ matrix.T, jnp.exp(goals) @ matrix.T
        weights = counts * true
        return (weights * (jnp.log(found) - jnp.log(true)) ** 2).sum(1) / weights.sum(1)

    rate = optax.warmup_cosine_decay_schedule(0, given.rate, _WARM_UP, given.steps, given.rate / 100)
    optimiser = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(rate, weight_decay=given.weight_decay))
    layers = beginning(given.width, rows.shape[1], given.seed + 1)

    @jax.jit
    def step(layers: Layers, state: Any, rows: jax.Array, goals: jax.Array, key: jax.Array) -> Any:
        def loss(layers: Layers) -> jax.Array:
            return losses(estimate(layers, rows, given.dropout, key), goals).mean()

        value, gradient = jax.value_and_grad(loss)(layers)
        change, state = optimiser.update(gradient, state, layers)
        return optax.apply_updates(layers, change), state, value

    state, order, sum_of_losses = optimiser.init(layers), np.random.default_rng(given.seed + 2), 0.0
    for number in range(1, given.steps + 1):
        batch = order.integers(held, len(rows), given.batch)
        key = jax.random.key(number + (given.seed << 32))
        layers, state, value = step(layers, state, jnp.asarray(rows[batch]), jnp.asarray(goals[batch]), key)
        sum_of_losses += float(value)
        if number % given.report_every == 0 or number == given.steps:
            far = float(losses(estimate(layers, jnp.asarray(rows[:held])), jnp.asarray(goals[:held])).mean())
            print(f"step {number}  loss {sum_of_losses / given.report_every:.5f}  held out {far:.5f}", flush=True)
            sum_of_losses = 0.0
    # What centres the inputs belongs to the first layer.
    first = np.asarray(layers["1.weight"]) / deviation[:, None]
    layers |= {"1.weight": jnp.asarray(first), "1.bias": layers["1.bias"] - jnp.asarray(mean @ first)}
    tensors = {name: np.asarray(value, np.float32 if name == "1.bias" else np.float16) for name, value in layers.items()}
    halves = {name: jnp.asarray(value, jnp.float32) for name, value in tensors.items()}
    found = estimate(halves, jnp.asarray((rows * deviation + mean)[:held]))
    deviations = np.sqrt(np.asarray((found - goals[:held]) ** 2).mean(0))
    far = float(losses(found, jnp.asarray(goals[:held])).mean())
    tensors["deviations"] = deviations.astype(np.float16)
    tensors["sets.types"] = chosen.kinds.astype(np.float32)
    tensors["sets.masks"] = chosen.masks.astype(np.float32)
    told = [f"{name} {value}" for name, value in vars(given).items() if name not in ("out", "report_every")]
    metadata = {
        "model_version": "decant_noise_v1", "orientation": "XV", "low": str(LOW), "high": str(HIGH),
        "steepness": str(_STEEPNESS), "recipe": "noise, " + ", ".join(told), "trained_by": "decant.train.noise",
        "held_out_loss": f"{far:.5f}",
    }  # fmt: skip
    given.out.write_bytes(packed(tensors, metadata))


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m decant.train.noise", description=__doc__.split("\n")[0])
    options.add_argument("--vectors", type=int, default=6000, help="random noises, a tenth of them held out")
    options.add_argument("--shots", type=int, default=4096, help="of each noise")
    options.add_argument("--distance", type=int, default=9)
    options.add_argument("--rounds", type=int, default=9)
    options.add_argument("--width", type=int, default=192, help="of both hidden layers")
    options.add_argument("--batch", type=int, default=256, help="noises of a step")
    options.add_argument("--steps", type=int, default=6000)
    options.add_argument("--rate", type=float, default=1e-3, help="largest learning rate")
    options.add_argument("--weight_decay", type=float, default=0.1)
    options.add_argument("--dropout", type=float, default=0.2, help="share of numbers behind each hidden layer")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--report_every", type=int, default=500, help="steps")
    options.add_argument("--out", type=Path, required=True, help="where the network goes, SafeTensors, half precision")
    train(options.parse_args())


if __name__ == "__main__":
    main()
