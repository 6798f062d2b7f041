"""Decant in Python, in three pictures: what an event network changes in a shot, error rates, latency.

pip install ./bindings/python stim matplotlib
python Examples/quickstart.py --out build/quickstart
"""

from __future__ import annotations

import argparse
import math
import time
from pathlib import Path

import matplotlib
import numpy as np
import stim

import decant

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

# Decoders to compare: how each is compiled.
DECODERS = {
    "matching": {},
    "correlated matching": {"correlated": True},
    "event network": {"network": "event"},
    "event network, correlated": {"network": "event", "correlated": True},
}


def memory(distance: int, p: float) -> stim.Circuit:
    """A memory of Z over as many rounds as the distance."""
    return stim.Circuit.generated(
        "surface_code:rotated_memory_z",
        distance=distance,
        rounds=distance,
        after_clifford_depolarization=p,
        before_round_data_depolarization=p,
        before_measure_flip_probability=p,
        after_reset_flip_probability=p,
    )


# ---------------------------------------------------------------------- 1. what the network changes in a shot


def draw_shot(distance: int, p: float, path: Path) -> None:
    """A shot that matching gets wrong and the network right, before and after the network has changed weights."""
    circuit = memory(distance, p)
    image = decant.compile(circuit, network="event")
    plain, network = image.decoder(network=False), image.decoder()
    shot = find_telling_shot(circuit, plain, network)
    changes = network.predecode(shot).changes
    scale = 2 * image.info.weight_scale
    compiled = np.array([plain.edge_weight(int(a), int(b)) for a, b, _ in changes])
    log_odds = (compiled - changes["weight"]) / scale  # above 0: likelier than compiled

    figure, axes = plt.subplots(1, 2, figsize=(11, 5.6), layout="constrained", sharex=True, sharey=True)
    where = positions(circuit)
    for axis, decoder, title in zip(
        axes, (plain, network), ("as compiled: wrong", "under the network's weights: right")
    ):
        draw_events(axis, where, shot)
        draw_correction(axis, where, decoder.match_edges(shot))
        axis.set(title=f"Correction {title}", xlabel="column, shifted by round", aspect="equal")
    axes[0].set_ylabel("row, shifted by round")
    lines = LineCollection(
        [segment(where, a, b) for a, b, _ in changes], cmap="coolwarm", array=log_odds, linewidths=2, zorder=1
    )
    lines.set_clim(-4, 4)
    axes[1].add_collection(lines)
    figure.colorbar(lines, ax=axes, shrink=0.7, label="change of an edge's log odds")
    figure.savefig(path, dpi=120)


def find_telling_shot(circuit: stim.Circuit, plain: decant.Decoder, network: decant.Decoder) -> np.ndarray:
    """Of the shots that tell the two apart, the one with the fewest events."""
    sampler = circuit.compile_detector_sampler(seed=1)
    found: list[np.ndarray] = []
    while not found:
        shots, flips = sampler.sample(4096, separate_observables=True)
        told = (plain.decode_batch(shots) != flips).any(axis=1) & (network.decode_batch(shots) == flips).all(axis=1)
        found = list(shots[told])
    return min(found, key=np.sum)


def positions(circuit: stim.Circuit) -> np.ndarray:
    """A point in the picture for each detector: its place in the plane, moved on a little each round."""
    coordinates = circuit.get_detector_coordinates()
    place = np.array([coordinates[k] for k in range(circuit.num_detectors)])
    return place[:, :2] + place[:, 2:] * [0.55, 0.35]


def segment(where: np.ndarray, a: int, b: int) -> tuple[np.ndarray, np.ndarray]:
    """An edge's ends; of one to the boundary, a stub that leads away from the middle."""
    start = where[a]
    if b != decant.BOUNDARY:
        return start, where[b]
    outwards = start - where.mean(axis=0)
    return start, start + outwards / max(float(np.hypot(*outwards)), 1e-9)


def draw_events(axis: Axes, where: np.ndarray, shot: np.ndarray) -> None:
    axis.scatter(*where.T, s=6, color="0.8", zorder=0)
    axis.scatter(*where[shot].T, s=40, color="black", zorder=3, label="detection event")
    axis.legend(loc="lower right")


def draw_correction(axis: Axes, where: np.ndarray, edges: np.ndarray) -> None:
    axis.add_collection(
        LineCollection([segment(where, a, b) for a, b in edges], colors="tab:green", linewidths=5, alpha=0.6, zorder=2)
    )


# ---------------------------------------------------------------------------------------- 2. error rates


def draw_rates(distances: list[int], rates: list[float], shots: int, path: Path) -> None:
    """Logical errors of a shot, with Wilson's 95 % intervals; all decoders on the same shots."""
    figure, axes = plt.subplots(
        1, len(distances), figsize=(4.2 * len(distances), 4.2), sharey=True, squeeze=False, layout="constrained"
    )
    for axis, distance in zip(axes[0], distances):
        curves: dict[str, list[tuple[float, float, float]]] = {name: [] for name in DECODERS}
        for p in rates:
            circuit = memory(distance, p)
            detectors, flips = circuit.compile_detector_sampler(seed=2).sample(
                shots, separate_observables=True, bit_packed=True
            )
            for name, how in DECODERS.items():
                decoder = decant.compile(circuit, **how).decoder()
                answers = decoder.decode_batch(detectors, bit_packed=True, threads=2)
                curves[name].append(wilson(int((answers != flips).any(axis=1).sum()), shots))
        for name, points in curves.items():
            low, middle, high = np.array(points).T
            axis.plot(rates, middle, marker="o", label=name)
            axis.fill_between(rates, low, high, alpha=0.2)
        axis.set(title=f"d = {distance}", xscale="log", yscale="log", xlabel="rate of faults")
        axis.grid(which="both", alpha=0.3)
    axes[0][0].set_ylabel("logical errors for each shot")
    axes[0][0].legend()
    figure.savefig(path, dpi=120)


def wilson(mistakes: int, shots: int) -> tuple[float, float, float]:
    """The interval's low end, the estimate (nan without a mistake, which a logarithm cannot show), the high end."""
    z, share = 1.96, mistakes / shots
    middle = (share + z * z / (2 * shots)) / (1 + z * z / shots)
    half = z / (1 + z * z / shots) * math.sqrt(share * (1 - share) / shots + z * z / (4 * shots * shots))
    return max(middle - half, 0.1 / shots), share or math.nan, middle + half


# -------------------------------------------------------------------------------------------- 3. latency


def draw_latency(distance: int, p: float, shots: int, path: Path) -> None:
    """How long single shots take, of five passes the shortest, and what of it is Python's: a shot without events."""
    circuit = memory(distance, p)
    detectors = circuit.compile_detector_sampler(seed=3).sample(shots, bit_packed=True)
    figure, axis = plt.subplots(figsize=(7, 4.2), layout="constrained")
    for name, how in DECODERS.items():
        decoder = decant.compile(circuit, **how).decoder()
        times = np.sort([shortest(decoder, shot) for shot in detectors])
        axis.plot(times, 1 - np.arange(len(times)) / len(times), label=f"{name}, median {np.median(times):.1f} µs")
    nothing = shortest(decoder, np.zeros_like(detectors[0]), passes=1000)
    axis.axvline(nothing, color="0.5", linestyle=":", label=f"a shot without events, {nothing:.1f} µs")
    axis.set(
        title=f"d = {distance}, {distance} rounds, p = {p}, {shots} shots from Python",
        xscale="log",
        yscale="log",
        xlabel="µs",
        ylabel="share of shots that take longer",
    )
    axis.grid(which="both", alpha=0.3)
    axis.legend()
    figure.savefig(path, dpi=120)


def shortest(decoder: decant.Decoder, shot: np.ndarray, passes: int = 5) -> float:
    best = math.inf
    for _ in range(passes):
        start = time.perf_counter()
        decoder.decode(shot, bit_packed=True)
        best = min(best, time.perf_counter() - start)
    return 1e6 * best


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--out", type=Path, default=Path("build/quickstart"))
    options.add_argument("--distances", type=int, nargs="+", default=[3, 5, 7, 9])
    options.add_argument("--rates", type=float, nargs="+", default=[0.002, 0.003, 0.0045, 0.0065, 0.009])
    options.add_argument("--shots", type=int, default=100_000, help="for each rate")
    options.add_argument("--latency_shots", type=int, default=5_000)
    given = options.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    draw_shot(5, 0.006, given.out / "shot.png")
    draw_rates(given.distances, given.rates, given.shots, given.out / "rates.png")
    draw_latency(max(given.distances), 0.005, given.latency_shots, given.out / "latency.png")
    print(f"shot.png, rates.png and latency.png are in {given.out}")


if __name__ == "__main__":
    main()
