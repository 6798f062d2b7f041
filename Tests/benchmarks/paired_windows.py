"""Windows of d + d rounds beside whole shots, with the error of the difference: correlated matching, or others by --options.

    DECANT=.build/release/decant python Tests/benchmarks/paired_windows.py [--scale 1] [--options=--enable_correlations]

Memories of Stim's surface code, basis Z, 6 d rounds, p = 0.006, the same shots for all. Most shots that go wrong do so in
windows and whole alike; those of which only one does tell the 95 % interval of the ratio. Prints Markdown.
"""

import argparse
import os
import subprocess
import tempfile
from pathlib import Path

import numpy as np

SHOTS = {5: 400_000, 7: 250_000, 9: 200_000}


def wrong(folder: Path, options: list[str], true: np.ndarray) -> np.ndarray:
    files = ["--dem", folder / "model.dem", "--in", folder / "shots.b8", "--out", folder / "out.b8", "--out_format", "b8"]
    subprocess.run([decant(), "predict", *files, *options], check=True, stdout=subprocess.DEVNULL)
    return np.fromfile(folder / "out.b8", dtype=np.uint8) != true


def decant() -> str:
    return os.environ.get("DECANT", "decant")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--scale", type=float, default=1, help="times as many shots")
    arguments.add_argument("--options", default="--enable_correlations", help="of decant predict")
    given = arguments.parse_args()
    print("| d | shots | whole | sliding | ratio | blocks | ratio |\n|--:|--:|--:|--:|--:|--:|--:|", flush=True)
    for distance, shots in SHOTS.items():
        shots = int(shots * given.scale)
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            experiment = ["--code", "stim:rotated_memory_z", "--distance", str(distance)]
            experiment += ["--rounds", str(6 * distance), "--noise", "0.006"]
            subprocess.run([decant(), "dem", *experiment, "-o", folder / "model.dem"], check=True)
            files = ["--out", folder / "shots.b8", "--out_format", "b8", "--obs_out", folder / "true.b8"]
            sample = [decant(), "sample", *experiment, "--shots", str(shots), "--seed", "1", *files]
            subprocess.run([*sample, "--obs_out_format", "b8"], check=True, stdout=subprocess.DEVNULL)
            true = np.fromfile(folder / "true.b8", dtype=np.uint8)
            options = given.options.split()
            whole = wrong(folder, options, true)
            cells = [str(distance), str(shots), str(whole.sum())]
            for more in ([], ["--blocks"]):
                cut = wrong(folder, [*options, "--window", f"{distance},{distance}", *more], true)
                error = 1.96 * np.sqrt(np.count_nonzero(cut != whole)) / whole.sum()
                cells += [str(cut.sum()), f"{cut.sum() / whole.sum():.4f} ± {error:.4f}"]
            print("| " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
