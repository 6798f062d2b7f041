"""Draws how learning gets better with shots, and how near learned probabilities and parameters come to the true ones.

    noise_learning_figure.py [OUT.svg]

From what noise_learning.py has written beside it: noise_learning_curve.csv (--curve), noise_learning_probabilities.csv
(--probabilities) and noise_learning_parameters.csv (--parameters). Above, mistakes with learned weights as shares of
those with the true ones, on the same shots; bars are 95 % intervals of the pairs, and so is the band about the best uniform
noise; the title says how often the true weights err, with Wilson's interval. Below, probabilities of single mechanisms
from 100,000 shots, and all 25 parameters of three noises with one standard deviation, pale where the report says that shots
tell little.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import small_svg  # before pyplot, which it gives its output  # isort: skip
import matplotlib.pyplot as plt
from model_rates import wilson

HERE = Path(__file__).resolve().parent
STYLES = {
    "moments": ("tab:olive", "v"),
    "parameters": ("tab:orange", "s"),
    "neural": ("tab:purple", "D"),
    "combined": ("tab:blue", "o"),
}
Row = dict[str, str]


def read(name: str) -> list[Row]:
    with (HERE / name).open(newline="") as file:
        return list(csv.DictReader(file))


def curve(axis: plt.Axes, rows: list[Row], case: str, matching: str) -> None:
    here = [row for row in rows if (row["case"], row["matching"]) == (case, matching)]
    true = next(row for row in here if row["model"] == "true")
    uniform = next(row for row in here if row["model"] == "uniform")
    axis.axhline(1, color="black", linewidth=1, label="true weights")
    axis.axhspan(float(uniform["low"]), float(uniform["high"]), color="lightgray", alpha=0.6, linewidth=0)
    axis.axhline(float(uniform["ratio"]), color="gray", linewidth=1, linestyle="--", label="best uniform noise")
    for k, (model, (color, marker)) in enumerate(STYLES.items()):
        points = [[float(row[name]) for name in ("learned from", "ratio", "low", "high")] for row in here
                  if row["model"] == model]  # fmt: skip
        axis.errorbar([n * 1.06 ** (k - 1.5) for n, *_ in points], [ratio for _, ratio, _, _ in points],
                      yerr=[[r - low for _, r, low, _ in points], [high - r for _, r, _, high in points]],
                      color=color, marker=marker, markersize=3.5, linewidth=1, elinewidth=0.8, label=model)  # fmt: skip
    errors, shots = int(true["mistakes"]), int(true["shots"])
    low, high = wilson(errors, shots)
    axis.set_title(f"{case}, d = {true['d']}, {matching}\ntrue weights: {100 * errors / shots:.2f} % of shots fail "
                   f"[{100 * low:.2f}, {100 * high:.2f}]")  # fmt: skip
    axis.set_xscale("log")
    axis.minorticks_off()
    axis.set_ylim(0.95, 1.25 if matching == "plain" else 1.42)
    axis.set_xlabel("shots learned from")
    axis.grid(alpha=0.3)


def scatter(axis: plt.Axes, rows: list[Row], case: str, kind: str) -> None:
    # Every second: more would hide each other, and make the picture larger.
    here = [row for row in rows if (row["case"], row["kind"]) == (case, kind)][::2]
    true = [float(row["true"]) for row in here]
    ends = [min(true) / 2, max(true) * 2]
    axis.plot(ends, ends, color="black", linewidth=0.8)
    for model, (color, _) in STYLES.items():
        # Dots without a stroke's length: a few characters each.
        x = [value for t in true for value in (t, t, float("nan"))]
        y = [value for row in here for value in (float(row[model]), float(row[model]), float("nan"))]
        axis.plot(x, y, color=color, linewidth=2.6, solid_capstyle="round", alpha=0.7, label=model)
    axis.set(xscale="log", yscale="log", xlim=ends, ylim=ends, xlabel="true probability", ylabel="learned")
    axis.minorticks_off()
    axis.set_title(f"{case}, {kind}s, 100,000 shots")


def fitted(axis: plt.Axes, rows: list[Row]) -> None:
    axis.plot([1e-6, 1], [1e-6, 1], color="black", linewidth=0.8)
    for known, color, name in (("0", "lightgray", "little known"), ("1", "tab:orange", "known")):
        here = [row for row in rows if row["known"] == known]
        x, y, dev = ([float(row[name]) for row in here] for name in ("true", "fitted", "deviation"))
        lower = [min(d, 0.99 * v) for v, d in zip(y, dev)]
        axis.errorbar(x, y, yerr=[lower, dev], color=color, marker="o", markersize=2.5, linestyle="", elinewidth=0.7,
                      label=name)  # fmt: skip
    axis.set(xscale="log", yscale="log", xlim=(1e-5, 3e-2), ylim=(1e-5, 3e-2), xlabel="true", ylabel="fitted")
    axis.minorticks_off()
    axis.set_title("25 parameters of random1, 2 and 3")
    axis.legend(fontsize=7, frameon=False)


def main() -> None:
    plt.rcParams.update({"font.size": 8, "axes.titlesize": 8, "path.simplify": False})
    figure, axes = plt.subplots(3, 2, figsize=(8, 9.6))
    rows, chosen = read("noise_learning_curve.csv"), read("noise_learning_probabilities.csv")
    for column, case in enumerate(("random1", "qubit")):
        curve(axes[0][column], rows, case, "correlated")
    axes[0][0].set_ylabel("mistakes over those with true weights")
    axes[0][1].legend(fontsize=7, frameon=False)
    scatter(axes[1][0], chosen, "random1", "edge")
    scatter(axes[1][1], chosen, "random1", "hyperedge")
    scatter(axes[2][0], chosen, "qubit", "edge")
    axes[1][0].legend(fontsize=7, frameon=False)
    fitted(axes[2][1], read("noise_learning_parameters.csv"))
    figure.tight_layout()
    small_svg.save(figure, sys.argv[1] if len(sys.argv) > 1 else HERE / "noise_learning.svg")


if __name__ == "__main__":
    main()
