"""Noise that drifts: weights that are learned beside the decoder, the true ones, and those of the beginning.

    python Tests/benchmarks/drift.py [--distances 5,9] [--shots 400000] [--out Tests/benchmarks/drift.csv]
    python Tests/benchmarks/drift.py --plot Tests/benchmarks/drift.svg      # of the table

Memories of Stim's rotated surface code, Z, of as many rounds as the distance. In `doubling` every error becomes twice
as likely from the first shot to the last. In `failing` one data qubit near the middle turns bad half-way: it depolarizes
with a probability of 0.1 before each round. In `leaning` the data qubits of the left half depolarize more and more before
each round, besides: with a probability from 0 to 0.02. Shots come in segments of one noise; each is decoded three times, by plain
matching, with an image of

    frozen    the noise of the first segment, as it truly is
    oracle    this segment's, as it truly is
    tracked   what a `decant.Learner` knew when the segment began, that had seen all detection events before and nothing
              else; before the first segment is over, the frozen image

The same shots, so that the differences are paired; intervals are 95 %, Wilson's of each rate, and normal of a difference
whose variance is that of the shots about which two decoders differ.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
import stim

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bindings/python/src"))
import decant

DECODERS = ("frozen", "oracle", "tracked")
NAMES = {
    "doubling": "all errors become twice as likely",
    "failing": "a qubit fails half-way",
    "leaning": "the left half gets noisier",
}


def circuit(distance: int, p: float, bad: float = 0.0, left: float = 0.0) -> stim.Circuit:
    """A memory. Before each round, `bad` depolarizes one data qubit besides, and `left` those of the left half."""
    made = stim.Circuit.generated(
        "surface_code:rotated_memory_z",
        distance=distance,
        rounds=distance,
        after_clifford_depolarization=p,
        before_round_data_depolarization=p,
        before_measure_flip_probability=p,
        after_reset_flip_probability=p,
    ).flattened()
    if bad == 0 and left == 0:
        return made
    place = float(distance + 1 - distance % 2)
    places = made.get_final_qubit_coordinates()
    data = next(i for i in made if i.name == "DEPOLARIZE1" and len(i.targets_copy()) == distance**2).targets_copy()
    targets = [t for t in data if (places[t.value] == [place, place] if bad else places[t.value][0] < distance)]
    assert len(targets) == (1 if bad else distance * (distance // 2))
    changed = stim.Circuit()
    for instruction in made:
        changed.append(instruction)
        # Before a round, and not after a gate.
        if instruction.name == "DEPOLARIZE1" and instruction.targets_copy() == data:
            changed.append("DEPOLARIZE1", targets, bad or left)
    return changed


def noise(case: str, distance: int, p: float, share: float) -> stim.Circuit:
    """share: of the run that is behind."""
    if case == "doubling":
        return circuit(distance, p * (1 + share))
    return circuit(distance, p, bad=0.1 * (share >= 0.5)) if case == "failing" else circuit(distance, p, left=0.02 * share)


def interval(errors: int, shots: int, z: float = 1.96) -> tuple[float, float]:
    p, n = errors / shots, shots
    centre, half = p + z * z / (2 * n), z * (p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5
    return (centre - half) / (1 + z * z / n), (centre + half) / (1 + z * z / n)


def run(case: str, distance: int, p: float, shots: int, segments: int, half_life: float, seed: int, table: list) -> None:
    structure = circuit(distance, p)
    learner = decant.Learner(structure, half_life=half_life, threads=2)
    frozen = None
    wrong = defaultdict(int)
    parted = defaultdict(int)
    seconds = defaultdict(float)
    each = shots // segments
    for segment in range(segments):
        true = noise(case, distance, p, (segment + 0.5) / segments)
        model = true.detector_error_model(decompose_errors=True, approximate_disjoint_errors=True)
        oracle = decant.compile(model)
        if frozen is None:
            frozen, image = oracle, oracle
            decoder = decant.Decoder(image)
        detectors, observables = true.compile_detector_sampler(seed=seed + segment).sample(
            each, separate_observables=True, bit_packed=True
        )
        begin = time.perf_counter()
        answers = {"tracked": decoder.decode_batch(detectors, bit_packed=True)}
        seconds["decoding"] += time.perf_counter() - begin
        answers["frozen"] = decant.Decoder(frozen).decode_batch(detectors, bit_packed=True)
        answers["oracle"] = decant.Decoder(oracle).decode_batch(detectors, bit_packed=True)
        miss = {name: (answers[name] != observables).any(axis=1) for name in DECODERS}
        row = {"case": case, "distance": distance, "p": p, "segment": segment, "first_shot": segment * each, "shots": each}
        for name in DECODERS:
            row[name] = int(miss[name].sum())
            wrong[name] += row[name]
        for name in ("frozen", "tracked"):
            parted[name] += int((miss[name] != miss["oracle"]).sum())
        begin = time.perf_counter()
        learner.push(detectors, bit_packed=True)
        seconds["counting"] += time.perf_counter() - begin
        changes = learner.changes()
        row["changes"] = len({change.shots for change in changes})
        for change in changes[:3]:
            print(f"  change told after {change.shots} shots, began after {change.since}: {change.detectors}, "
                  f"{100 * change.before:.2f} % to {100 * change.now:.2f} %", flush=True)
        begin = time.perf_counter()
        image = learner.image(like=image)
        seconds["learning"] += time.perf_counter() - begin
        begin = time.perf_counter()
        decoder.swap(image)
        seconds["preparing and swapping"] += time.perf_counter() - begin
        table.append(row)
    for name in DECODERS:
        low, high = interval(wrong[name], each * segments)
        print(f"{case} d={distance} {name:8} {wrong[name]:6} of {each * segments}: {wrong[name] / (each * segments):.3e} "
              f"[{low:.3e}, {high:.3e}]", flush=True)
    for name in ("frozen", "tracked"):
        difference = (wrong[name] - wrong["oracle"]) / wrong["oracle"]
        half = 1.96 * parted[name] ** 0.5 / wrong["oracle"]
        print(f"  {name} less oracle: {100 * difference:+.1f} % +- {100 * half:.1f} %", flush=True)
    print("  seconds: " + ", ".join(f"{name} {value:.1f}" for name, value in seconds.items()), flush=True)


def plot(rows: list[dict], path: Path) -> None:
    import small_svg  # isort: skip
    import matplotlib.pyplot as plt

    plt.rcParams.update({"font.size": 8})
    panels = sorted({(row["case"], int(row["distance"])) for row in rows})
    figure, axes = plt.subplots(len({c for c, _ in panels}), len({d for _, d in panels}), figsize=(7.5, 7), sharex=True,
                                squeeze=False)
    styles = {"frozen": ("#c0504d", "s"), "oracle": ("#404040", "o"), "tracked": ("#4472c4", "^")}
    for axis, (case, distance) in zip(axes.flat, panels):
        here = [row for row in rows if row["case"] == case and int(row["distance"]) == distance]
        # Several segments to a point, or intervals hide everything.
        group = max(1, len(here) // 10)
        for k, name in enumerate(DECODERS):
            places, rates, lows, highs = [], [], [], []
            for first in range(0, len(here), group):
                part = here[first : first + group]
                shots, errors = sum(int(r["shots"]) for r in part), sum(int(r[name]) for r in part)
                low, high = interval(errors, shots)
                places.append((int(part[0]["first_shot"]) + shots / 2 * (1 + 0.06 * (k - 1))) / 1000)
                rates.append(errors / shots)
                lows.append(errors / shots - low)
                highs.append(high - errors / shots)
            colour, marker = styles[name]
            axis.errorbar(places, rates, yerr=[lows, highs], color=colour, marker=marker, markersize=3, linewidth=1,
                          elinewidth=0.7, label=name)
        axis.set_title(f"d = {distance}, {NAMES[case]}", fontsize=8)
        axis.set_ylim(bottom=0)
        axis.ticklabel_format(axis="y", style="sci", scilimits=(-2, 2))
    for axis in axes[-1]:
        axis.set_xlabel("thousands of shots")
    for axis in axes[:, 0]:
        axis.set_ylabel("logical error rate")
    axes[0, 0].legend(frameon=False)
    figure.tight_layout()
    small_svg.save(figure, path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--distances", default="5,9")
    parser.add_argument("--cases", default="failing,leaning,doubling")
    parser.add_argument("--noise", default="5:0.004,9:0.004", help="error rates of distances, DISTANCE:RATE")
    parser.add_argument("--shots", type=int, default=400_000, help="of each run")
    parser.add_argument("--segments", type=int, default=20)
    parser.add_argument("--half_life", type=float, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("drift.csv"))
    parser.add_argument("--plot", type=Path, help="only draw what --out holds")
    options = parser.parse_args()
    if options.plot is not None:
        with options.out.open() as file:
            plot(list(csv.DictReader(file)), options.plot)
        return
    rates = {int(d): float(p) for d, p in (entry.split(":") for entry in options.noise.split(","))}
    table: list[dict] = []
    for case in options.cases.split(","):
        for distance in map(int, options.distances.split(",")):
            run(case, distance, rates[distance], options.shots, options.segments, options.half_life, options.seed, table)
            with options.out.open("w", newline="") as file:
                writer = csv.DictWriter(file, list(table[0]))
                writer.writeheader()
                writer.writerows(table)


if __name__ == "__main__":
    main()
