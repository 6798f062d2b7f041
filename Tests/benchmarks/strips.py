"""What strips cost in accuracy, and what they gain in time: patches cut across beside whole ones, on the same shots.

    DECANT=.build/release/decant python Tests/benchmarks/strips.py accuracy [--scale 1]
    DECANT=.build/release/decant python Tests/benchmarks/strips.py speed [--runs 7]

Rotated memories of `width` by `height` data qubits and `height` rounds (wide_patch.py). Most shots that go wrong do so whole and in
strips alike; those of which only one does tell the 95 % interval of the ratio. Times are medians over runs in turns: the
whole patch, strips on one thread, strips on two. Prints Markdown.
"""

import argparse
import os
import re
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from wide_patch import wide_patch

CORRELATED, UNION_FIND = ["--enable_correlations"], ["--decoder", "union-find"]
ACCURACY = [
    # width, height, basis, p, shots, options, strips
    (42, 7, "Z", 0.006, 200_000, [], [(7, 2), (7, 4), (7, 5), (7, 7), (7, 10), (14, 7)]),
    (42, 7, "Z", 0.006, 200_000, CORRELATED, [(7, 4), (7, 7), (7, 10)]),
    (42, 7, "Z", 0.006, 200_000, UNION_FIND, [(7, 4), (7, 7), (7, 10)]),
    (42, 7, "X", 0.006, 200_000, [], [(7, 4), (7, 7), (7, 10)]),
    (13, 13, "Z", 0.006, 200_000, [], [(4, 4), (3, 7)]),
    (13, 13, "X", 0.006, 200_000, [], [(4, 4), (3, 7)]),
]
SPEED = [
    # width, height, p, shots, options, strips
    (42, 7, 0.003, 20_000, [], (7, 7)),
    (126, 7, 0.003, 10_000, [], (7, 7)),
    (126, 13, 0.003, 2_000, [], (13, 13)),
    (126, 13, 0.003, 2_000, CORRELATED, (13, 13)),
    (210, 21, 0.003, 200, [], (21, 21)),
]


class Shots:
    """Shots of a memory in a folder, and what is decoded of them."""

    def __init__(self, folder: Path, width: int, height: int, basis: str, p: float, shots: int) -> None:
        self.folder = folder
        circuit = wide_patch(width, height, height, p, basis)
        circuit.detector_error_model(decompose_errors=True, approximate_disjoint_errors=True).to_file(folder / "m.dem")
        sampler = circuit.compile_detector_sampler(seed=1)
        detectors, self.true = sampler.sample(shots, separate_observables=True, bit_packed=True)
        detectors.tofile(folder / "shots.b8")

    def predict(self, options: list[str]) -> tuple[np.ndarray, float]:
        """Which shots go wrong, and microseconds a shot."""
        files = ["--dem", self.folder / "m.dem", "--in", self.folder / "shots.b8"]
        files += ["--out", self.folder / "out.b8", "--out_format", "b8", "--time"]
        command = [os.environ.get("DECANT", "decant"), "predict", *files, *options]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stderr
        value, unit = re.findall(r"per shot: ([\d.e+]+)(\w+)", told)[-1]
        wrong = np.fromfile(self.folder / "out.b8", dtype=np.uint8)[:, None] != self.true
        return wrong[:, 0], float(value) * {"ns": 1e-3, "us": 1, "ms": 1e3, "s": 1e6}[unit]


def accuracy(scale: float) -> None:
    print("| patch | basis | p | decoder | strips | shots | whole | in strips | ratio |")
    print("|---|---|--:|---|---|--:|--:|--:|--:|", flush=True)
    for width, height, basis, p, shots, options, plans in ACCURACY:
        shots = int(shots * scale)
        with tempfile.TemporaryDirectory() as folder:
            patch = Shots(Path(folder), width, height, basis, p, shots)
            whole, _ = patch.predict(options)
            for commit, buffer in plans:
                cut, _ = patch.predict([*options, "--strips", f"{commit},{buffer}"])
                ratio = "-"
                if whole.any():
                    error = 1.96 * np.sqrt(np.count_nonzero(cut != whole)) / whole.sum()
                    ratio = f"{cut.sum() / whole.sum():.3f} ± {error:.3f}"
                name = " ".join(options).replace("--enable_correlations", "correlated").replace("--decoder ", "") or "matching"
                cells = [f"{width} x {height}", basis, p, name, f"{commit} + {buffer}", shots, whole.sum(), cut.sum(), ratio]
                print("| " + " | ".join(map(str, cells)) + " |", flush=True)


def speed(runs: int) -> None:
    print("| patch | p | decoder | strips | whole, us | one thread, us | two threads, us | two over one | two over whole |")
    print("|---|--:|---|---|--:|--:|--:|--:|--:|", flush=True)
    for width, height, p, shots, options, (commit, buffer) in SPEED:
        with tempfile.TemporaryDirectory() as folder:
            patch = Shots(Path(folder), width, height, "Z", p, shots)
            cut = [*options, "--strips", f"{commit},{buffer}"]
            ways = [options, cut, [*cut, "--threads", "2"]]
            times = np.array([[patch.predict(way)[1] for way in ways] for _ in range(runs)])
            whole, one, two = np.median(times, axis=0)
            gains = [times[:, k] / times[:, 2] for k in (1, 0)]
            told = [f"{np.median(g):.2f} ({np.min(g):.2f}-{np.max(g):.2f})" for g in gains]
            name = "correlated" if options else "matching"
            cells = [f"{width} x {height}", p, name, f"{commit} + {buffer}", f"{whole:.1f}", f"{one:.1f}", f"{two:.1f}", *told]
            print("| " + " | ".join(map(str, cells)) + " |", flush=True)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("what", choices=["accuracy", "speed"])
    arguments.add_argument("--scale", type=float, default=1, help="times as many shots")
    arguments.add_argument("--runs", type=int, default=7)
    given = arguments.parse_args()
    accuracy(given.scale) if given.what == "accuracy" else speed(given.runs)


if __name__ == "__main__":
    main()
