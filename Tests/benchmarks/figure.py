"""Draws logical error rates and times per round against distance, from the CSVs of `decant evaluate`.

    figure.py RATES.csv OUT.svg [TIMES.csv]

Decant's decoders beside the published points: of arXiv:2604.12841's repository, README figure (uncorrelated matching,
and the networks "fast" and "accurate" in front of it) and notebook figure (p = 0.006, correlated matching), all read
off plots. Published times are of other machines (a GPU and one Grace core). TIMES.csv, if given, is from a run on a quiet machine;
rates are per shot, bars are 95 % intervals (Wilson).
"""

from __future__ import annotations

import csv
import json
import sys
from collections import defaultdict

import small_svg  # before pyplot, which it gives its output  # isort: skip
import matplotlib.pyplot as plt
from model_rates import key, wilson

DECODERS = {
    "matching": ("matching", "tab:gray", "o"),
    "matching:correlated": ("correlated matching", "tab:blue", "s"),
    "event-small": ("event-small + matching", "tab:olive", "v"),
    "event": ("event + matching", "tab:orange", "^"),
    "event+matching:correlated": ("event + correlated matching", "tab:red", "D"),
}
# (p, d): (rate, µs per round)
PUBLISHED = {
    "published: matching": {
        (0.003, 5): (4.69e-3, 0.585), (0.003, 9): (1.186e-3, 1.158), (0.003, 13): (2.089e-4, 2.567),
        (0.006, 5): (3.014e-2, 0.822), (0.006, 9): (2.744e-2, 2.418), (0.006, 13): (2.117e-2, 6.95),
        (0.006, 17): (1.552e-2, 15.96), (0.006, 21): (1.137e-2, 31.33),
    },
    "published: correlated matching": {
        (0.006, 5): (2.2e-2, 1.78), (0.006, 9): (1.28e-2, 7.5), (0.006, 13): (6.4e-3, 21.5),
        (0.006, 17): (3.0e-3, 50.6), (0.006, 21): (1.3e-3, 91.9),
    },
    "published: fast network + matching": {
        (0.003, 5): (3.27e-3, 6.0), (0.003, 9): (1.073e-3, 3.98), (0.003, 13): (2.368e-4, 3.72),
        (0.006, 5): (2.352e-2, 6.05), (0.006, 9): (2.202e-2, 4.5), (0.006, 13): (1.68e-2, 5.45),
        (0.006, 17): (1.214e-2, 8.71), (0.006, 21): (8.57e-3, 13.17),
    },
    "published: accurate network + matching": {
        (0.003, 5): (2.74e-3, 8.03), (0.003, 9): (6.24e-4, 5.1), (0.003, 13): (1.58e-4, 4.47),
        (0.006, 5): (2.091e-2, 8.06), (0.006, 9): (1.657e-2, 5.48), (0.006, 13): (1.202e-2, 5.81),
        (0.006, 17): (7.82e-3, 8.11), (0.006, 21): (5.03e-3, 11.96),
    },
}  # fmt: skip
PUBLISHED_MARKS = dict(zip(PUBLISHED, ["o", "s", "v", "^"]))


def read(path: str) -> dict[tuple[float, str], list[tuple[int, int, int, float]]]:
    """For each error rate of scalar noise and decoder: distance, errors, shots, µs per round."""
    cells = defaultdict(list)
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            if key(row)[0] != "scalar":
                continue
            facts = json.loads(row["json_metadata"])
            shots, rounds = int(row["shots"]), facts["rounds"]
            micros = float(row["seconds"]) * 1e6 / (shots * rounds)
            cells[facts["noise"], row["decoder"]].append((facts["distance"], int(row["errors"]), shots, micros))
    return {key: sorted(values) for key, values in cells.items()}


def main() -> None:
    rates = read(sys.argv[1])
    times = read(sys.argv[3]) if len(sys.argv) > 3 else rates
    noises = sorted({noise for noise, _ in rates})
    figure, axes = plt.subplots(2, len(noises), figsize=(5.2 * len(noises), 8.4), squeeze=False)
    for column, noise in enumerate(noises):
        rate, time = axes[0][column], axes[1][column]
        for name, points in PUBLISHED.items():
            here = [(d, *values) for (p, d), values in points.items() if p == noise]
            style = {"color": "lightgray", "marker": PUBLISHED_MARKS[name], "linestyle": ":", "label": name, "zorder": 1}
            rate.plot([d for d, _, _ in here], [r for _, r, _ in here], **style)
            time.plot([d for d, _, _ in here], [t for _, _, t in here], **style)
        for decoder, (label, color, marker) in DECODERS.items():
            cells = [(d, e, n) for d, e, n, _ in rates.get((noise, decoder), []) if e > 0]
            bounds = [wilson(e, n) for _, e, n in cells]
            values = [e / n for _, e, n in cells]
            bars = [[v - low for v, (low, _) in zip(values, bounds)], [high - v for v, (_, high) in zip(values, bounds)]]
            style = {"color": color, "marker": marker, "label": label, "zorder": 2, "markersize": 5}
            rate.errorbar([d for d, _, _ in cells], values, yerr=bars, capsize=2, **style)
            timed = times.get((noise, decoder), [])
            time.plot([d for d, *_ in timed], [micros for *_, micros in timed], **style)
        time.set_visible(bool(time.get_lines()) and any(len(line.get_xdata()) for line in time.get_lines()))
        for axis, title in ((rate, "logical error rate per shot"), (time, "µs per round, one core")):
            axis.set_yscale("log")
            axis.minorticks_off()
            axis.set_title(f"p = {noise}: {title}")
            axis.set_xlabel("distance (as many rounds)")
            axis.set_xticks(sorted({d for (p, _), cells in rates.items() if p == noise for d, *_ in cells}))
            axis.grid(alpha=0.3)
    axes[0][0].legend(fontsize=7)
    figure.tight_layout()
    small_svg.save(figure, sys.argv[2])


if __name__ == "__main__":
    main()
