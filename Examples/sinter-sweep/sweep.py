"""Thresholds of a surface code under several decoders, by sinter and matplotlib.

sinter samples and counts, in several processes, as it does with any decoder; what has been counted stays in the CSV, and the
next run goes on from there. Curves of one decoder cross where its threshold is.
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path

import matplotlib
import sinter
import stim

import decant

matplotlib.use("Agg")
import matplotlib.pyplot as plt

TITLES = {
    "decant": "matching",
    "decant-correlated": "correlated matching",
    "decant-union-find": "union-find",
    "decant-event": "event network, then matching",
    "decant-event-small": "small event network, then matching",
    "decant-event-correlated": "event network, then correlated matching",
}


def task(distance: int, p: float) -> sinter.Task:
    """A memory of Z over as many rounds as the distance, p being the rate of every kind of fault."""
    circuit = stim.Circuit.generated(
        "surface_code:rotated_memory_z",
        distance=distance,
        rounds=distance,
        after_clifford_depolarization=p,
        before_round_data_depolarization=p,
        before_measure_flip_probability=p,
        after_reset_flip_probability=p,
    )
    return sinter.Task(circuit=circuit, json_metadata={"d": distance, "p": p, "r": distance})


def draw(counts: list[sinter.TaskStats], decoders: list[str], path: Path) -> None:
    """A picture for each decoder; a curve for each distance, over rates for each round."""
    figure, axes = plt.subplots(
        1, len(decoders), figsize=(4.2 * len(decoders), 4.2), sharey=True, squeeze=False, layout="constrained"
    )
    for axis, decoder in zip(axes[0], decoders):
        sinter.plot_error_rate(
            ax=axis,
            stats=[row for row in counts if row.decoder == decoder],
            x_func=lambda row: row.json_metadata["p"],
            group_func=lambda row: f"d = {row.json_metadata['d']}",
            failure_units_per_shot_func=lambda row: row.json_metadata["r"],
        )
        axis.set(title=TITLES[decoder], xscale="log", yscale="log", xlabel="rate of faults")
        axis.grid(which="both", alpha=0.3)
        axis.legend()
    axes[0][0].set_ylabel("logical error rate for each round")
    figure.savefig(path, dpi=120)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--distances", type=int, nargs="+", default=[3, 5, 7, 9])
    options.add_argument("--lowest", type=float, default=0.003, help="rate of faults")
    options.add_argument("--highest", type=float, default=0.016)
    options.add_argument("--points", type=int, default=7)
    options.add_argument(
        "--decoders", nargs="+", choices=TITLES, default=["decant", "decant-correlated", "decant-event-correlated"]
    )
    options.add_argument("--max_shots", type=int, default=1_000_000)
    options.add_argument("--max_errors", type=int, default=1_000)
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--csv", type=Path, default=Path("threshold.csv"))
    options.add_argument("--plot", type=Path, default=Path("threshold.png"))
    given = options.parse_args()

    steps = max(given.points - 1, 1)
    ratio = math.log(given.highest / given.lowest)
    rates = [round(given.lowest * math.exp(ratio * k / steps), 6) for k in range(given.points)]
    counts = sinter.collect(
        num_workers=given.workers,
        tasks=[task(distance, p) for distance in given.distances for p in rates],
        decoders=given.decoders,
        custom_decoders=decant.sinter_decoders(),
        max_shots=given.max_shots,
        max_errors=given.max_errors,
        save_resume_filepath=given.csv,
        print_progress=True,
    )
    draw(counts, given.decoders, given.plot)
    print(f"{len(counts)} rows in {given.csv}, {given.plot}")


if __name__ == "__main__":  # sinter's workers import this file
    main()
