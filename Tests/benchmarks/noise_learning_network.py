"""An event network trained on noise that was learned from detection events, judged on the true noise.

    noise_learning_network.py [--case random1] [--d 9] [--shots 100000] [--steps 15000] [--test 300000] [--csv FILE]

The noise is a case of noise_learning.py that has 25 parameters. `decant learn` is shown detectors alone and gives an error
model and the 25 parameters; two networks of event-small's shape are trained by one recipe, one on the true parameters, one
on the learned ones (both bases, three distances). All decode the same fresh shots of the true noise, under the true weights
and under the learned ones, by one matching pass or by a correlated one behind the network. Ratios are to the mistakes of the
network that was trained on the true noise, under true weights, with 95 % intervals of the pairs.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
from noise_learning import CASES, Case, Table, bits, decant, parameters, ratio

SHAPE = ["--radius", "3,3,3", "--hidden", 64, "--units", 16]  # event-small's


def train(name: str, noise: Path, options: argparse.Namespace, folder: Path) -> Path:
    distances = ",".join(str(d) for d in range(max(3, options.d - 4), options.d + 1, 2))
    rounds = ",".join(str(d) for d in range(max(3, options.d - 4), options.d + 1, 2))
    out = folder / f"{name}.safetensors"
    decant("train", "--network", "event", "--distance", distances, "--rounds", rounds, "--noise_model", noise, *SHAPE,
           "--steps", options.steps, "--weight_decay", 0, "--threads", options.threads, "--seed", options.seed, "-o", out)
    return out


def mistakes(model: Path, network: str | Path | None, correlated: bool, shots: Path, truth: np.ndarray) -> np.ndarray:
    image, out = shots.with_suffix(".image"), shots.with_suffix(".predictions")
    decant("compile", "--dem", model, "--correlated", *(["--model", network] if network else []), "-o", image)
    flags = (["--enable_network"] if network else []) + (["--enable_correlations"] if correlated else [])
    decant("predict", "--image", image, "--in", shots, "--out", out, *flags)
    return bits(out) != truth


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case", choices=[name for name in CASES if parameters(name, 0.005)], default="random1")
    parser.add_argument("--d", type=int, default=9)
    parser.add_argument("--shots", type=int, default=100000)
    parser.add_argument("--steps", type=int, default=15000)
    parser.add_argument("--test", type=int, default=300000)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--csv")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        case = Case(options.case, options.d, folder)
        seen, _ = case.sample(options.shots, 1, "seen")
        learned = folder / "learned.json"
        weights = {"true": case.true, "learned": case.learn(seen, "combined", "--parameters", learned)}
        networks: dict[str, str | Path | None] = {"none": None, "event-small": "event-small", "event": "event"}
        networks["trained on true"] = train("true", folder / f"{options.case}.json", options, folder)
        networks["trained on learned"] = train("learned", learned, options, folder)
        fresh, truth = case.sample(options.test, 2, "fresh")
        out = Table(options.csv)
        for correlated in (False, True):
            reference = mistakes(case.true, networks["trained on true"], correlated, fresh, truth)
            for which, model in weights.items():
                for network, file in networks.items():
                    wrong = mistakes(model, file, correlated, fresh, truth)
                    value, low, high = ratio(wrong, reference)
                    out.add([{"case": case.name, "d": case.d, "network": network, "weights": which,
                              "matching": "correlated" if correlated else "plain", "mistakes": int(wrong.sum()),
                              "shots": len(truth), "ratio": round(value, 4), "low": round(low, 4),
                              "high": round(high, 4)}])


if __name__ == "__main__":
    main()
