"""Logical error rates with learned weights, beside the true ones and the best uniform ones, on the same fresh shots.

    noise_learning.py [--d 5 9 13] [--cases uniform random1 ...] [--shots 100000] [--test 400000] [--csv FILE]
    noise_learning.py --curve [--d 9] [--cases random1 qubit] [--csv FILE]
    noise_learning.py --repeat 2 3 4 [--d 13] [--cases random3] [--shots 100000] [--test 400000] [--csv FILE]
    noise_learning.py --probabilities [--d 9] [--cases random1 qubit] [--shots 100000] [--csv FILE]
    noise_learning.py --parameters [--d 9] [--cases random1 random2 random3] [--shots 100000] [--csv FILE]
    noise_learning.py --speed [--d 13] [--shots 1000000]

Each case is a memory of `decant circuit --code surface` in basis X with d rounds and noise of its own: uniform and SI1000;
random1, 2, 3, 25 parameters drawn at random: each operation up to four times better or worse than uniform, and split among
its Paulis by chance (Dirichlet's with 1/2); biased, where Z is ten
times as likely as X and Y together; qubit, one data qubit that idles ten times worse; coupler, the CNOTs of one pair ten
times worse; leak, where a data qubit is random for some four rounds, which no error model of independent errors says. Shots
to learn from have detectors alone. "true" is the model that made them (for leak, independent errors of the same rates);
"uniform" is --code surface at the p, of three around the detection density's, that makes the fewest mistakes on the shots
to learn from, whose observables it alone is told.

Ratios to the true model's mistakes come with a 95 % interval of the pairs: of the shots that one decodes and the other does
not. --curve learns from 10^3 to 10^6 shots; --speed times counting, learning and decoding, in turns. --repeat learns again
from shots of each of the seeds given, and compares on fresh shots that the table has not seen, by correlated matching alone.
--probabilities writes true and learned probabilities of some hundred mechanisms, evenly chosen by their true rank;
--parameters true and fitted parameters. noise_learning_figure.py draws what --curve and these two have written.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import stim

DECANT = os.environ.get("DECANT", str(Path(__file__).resolve().parents[2] / ".build/release/decant"))
CASES = ["uniform", "si1000", "random1", "random2", "random3", "biased", "qubit", "coupler", "leak"]
MORE_CASES = ["random4", "random5"]  # not in the table; for --repeat
P = {"si1000": 0.003}  # of uniform noise 0.005
LEAK_ROUNDS = 4
LEAK_RATE = 0.0008  # of a data qubit's beginning to, in a round
NAMES = (
    ["p_prep_X", "p_prep_Z", "p_meas_X", "p_meas_Z"]
    + [f"p_idle_{kind}_{pauli}" for kind in ("cnot", "spam") for pauli in "XYZ"]
    + [f"p_cnot_{a}{b}" for a in "IXYZ" for b in "IXYZ" if a + b != "II"]
)


def decant(*arguments: object) -> str:
    done = subprocess.run([DECANT, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"decant {' '.join(map(str, arguments))}\n{done.stderr}")
    return done.stdout


def uniform_parameters(p: float) -> dict[str, float]:
    spam = 2 * (p / 3) - 4 * (p / 3) ** 2
    values = [2 * p / 3] * 4 + [p / 3] * 3 + [spam] * 3 + [p / 15] * 15
    return dict(zip(NAMES, values))


def parameters(case: str, p: float) -> dict[str, float] | None:
    """The 25 parameters of a case that has them."""
    values = uniform_parameters(p)
    if case.startswith("random"):
        random = np.random.default_rng(int(case[6:]))
        drawn = {}
        for group in ("p_prep_X", "p_prep_Z", "p_meas_X", "p_meas_Z", "p_idle_cnot", "p_idle_spam", "p_cnot"):
            members = [name for name in NAMES if name.startswith(group)]
            total = sum(values[name] for name in members) * 4 ** random.uniform(-1, 1)
            drawn |= dict(zip(members, total * random.dirichlet([0.5] * len(members))))
        # As noisy as uniform noise, so that decoding is neither trivial nor hopeless.
        scale = sum(values.values()) / sum(drawn.values())
        return {name: value * scale for name, value in drawn.items()}
    if case == "biased":
        biased = {}
        for name, value in values.items():
            letters = name.rsplit("_", 1)[1]
            if name.startswith(("p_prep", "p_meas")):
                biased[name] = value
            else:  # of the Paulis of a channel, those of Z alone get ten shares, the others one in all
                alone = set(letters) <= {"Z", "I"}
                kinds = (3, 12) if len(letters) == 2 else (1, 2)
                total = value * sum(kinds)
                biased[name] = total * (10 / 11 / kinds[0] if alone else 1 / 11 / kinds[1])
        return biased
    return values if case == "uniform" else None


class Case:
    """A hidden noise: makes shots, and its true error model."""

    def __init__(self, name: str, d: int, folder: Path):
        self.name, self.d, self.folder = name, d, folder
        self.p = P.get(name, 0.005)
        self.base = ["--code", "surface", "--distance", d, "--rounds", d, "--basis", "X"]
        self.true = folder / f"{name}-{d}-true.dem"
        self.noise: list[object] = []
        self.circuit: Path | None = None
        values = parameters(name, self.p)
        if name == "si1000":
            self.noise = ["--noise", self.p, "--preset", "si1000"]
        elif values:
            path = folder / f"{name}.json"
            path.write_text(json.dumps(values))
            self.noise = ["--noise_model", path]
        else:
            self.circuit = folder / f"{name}-{d}.stim"
            self.circuit.write_text(self.edited())
        if self.circuit:
            decant("dem", "--circuit", self.circuit, "-o", self.true)
        else:
            decant("dem", *self.base, *self.noise, "-o", self.true)

    def edited(self) -> str:
        """The circuit of uniform noise, with something wrong in one place (or, for leak, with what it is on average)."""
        text = decant("circuit", *self.base, "--noise", self.p)
        d = self.d
        middle = d // 2 * d + d // 2
        lines = []
        waiting = list(map(str, range(d * d)))
        bad = self.coupler(text)
        pairs: list[str] = []
        for line in text.splitlines():
            lines.append(line)
            indent = line[: len(line) - len(line.lstrip())]
            words = line.split()
            if words[:1] == ["CX"]:
                pairs = [f"{a} {b}" for a, b in zip(words[1::2], words[2::2]) if {int(a), int(b)} == bad]
            # Only where there is noise already: the last round stands for the readout and has none.
            if self.name == "coupler" and pairs and words and words[0].startswith("PAULI_CHANNEL_2"):
                lines.append(f"{indent}DEPOLARIZE2({9 * self.p}) {pairs.pop()}")
            if self.name == "qubit" and "PAULI_CHANNEL_1" in line and words[-d * d :] == waiting:
                lines.append(f"{indent}DEPOLARIZE1({9 * self.p}) {middle}")
            if self.name == "leak" and words[:1] == ["RX"] and int(words[1]) >= d * d:
                lines.append(f"{indent}DEPOLARIZE1({0.75 * LEAK_RATE * LEAK_ROUNDS}) {' '.join(waiting)}")
        return "\n".join(lines) + "\n"

    def coupler(self, text: str) -> set[int]:
        """The first CNOT of the data qubit in the middle."""
        middle = self.d // 2 * self.d + self.d // 2
        for line in text.splitlines():
            words = line.split()
            if words[:1] == ["CX"]:
                for pair in zip(words[1::2], words[2::2]):
                    if middle in map(int, pair):
                        return set(map(int, pair))
        raise ValueError("no CNOT")

    def sample(self, shots: int, seed: int, name: str) -> tuple[Path, np.ndarray]:
        path, truth = self.folder / f"{name}.b8", self.folder / f"{name}.01"
        if self.name == "leak":
            detectors, observables = self.leaking(shots, seed)
            np.packbits(detectors, axis=1, bitorder="little").tofile(path)
            return path, observables
        source = ["--circuit", self.circuit] if self.circuit else [*self.base, *self.noise]
        decant("sample", *source, "--shots", shots, "--seed", seed, "--threads", 2, "--out", path, "--out_format", "b8",
               "--obs_out", truth, "--obs_out_format", "01")
        return path, bits(truth)

    def leaking(self, shots: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Stim's flip simulator, and a random Pauli on each leaked qubit at the start of each round."""
        clean = stim.Circuit(decant("circuit", *self.base, "--noise", self.p)).flattened()
        random = np.random.default_rng(seed)
        found = []
        d = self.d
        for first in range(0, shots, 20000):
            batch = min(20000, shots - first)
            simulator = stim.FlipSimulator(batch_size=batch, num_qubits=2 * d * d - 1, disable_stabilizer_randomization=True,
                                           seed=int(random.integers(1 << 62)))
            left = np.zeros((d * d, batch), int)
            for instruction in clean:
                simulator.do(instruction)
                targets = instruction.targets_copy()
                if instruction.name == "RX" and targets[0].value >= d * d:
                    begins = random.random(left.shape) < LEAK_RATE
                    left = np.where(begins, LEAK_ROUNDS, np.maximum(left - 1, 0))
                    for pauli in "XZ":
                        mask = np.zeros((2 * d * d - 1, batch), bool)
                        mask[: d * d] = (left > 0) & (random.random(left.shape) < 0.5)
                        simulator.broadcast_pauli_errors(pauli=pauli, mask=mask)
            found.append((simulator.get_detector_flips().T, simulator.get_observable_flips()[0]))
        return np.concatenate([f[0] for f in found]), np.concatenate([f[1] for f in found]).astype(bool)

    def learn(self, shots: Path, estimator: str, *more: object) -> Path:
        out = self.folder / f"{self.name}-{self.d}-{estimator}.dem"
        decant("learn", *self.base, "--in", shots, "--estimator", estimator, "-o", out, "--threads", 2, *more)
        return out

    def uniform(self, shots: Path, truth: np.ndarray) -> Path:
        """The best model of uniform noise: at the p that fires as many detectors, or around it."""
        p = self.p
        for _ in range(3):
            p *= density(shots, self.d * (self.d**2 - 1)) / expected_density(self.uniform_model(p))
        models = [self.uniform_model(p * factor) for factor in (0.7, 1, 1.4)]
        return min(models, key=lambda model: mistakes(model, shots, truth, False).sum())

    def uniform_model(self, p: float) -> Path:
        out = self.folder / f"uniform-{self.d}-{p:.6f}.dem"
        decant("dem", *self.base, "--noise", p, "-o", out)
        return out


def bits(path: Path) -> np.ndarray:
    return np.frombuffer(path.read_bytes(), dtype=np.uint8).reshape(-1, 2)[:, 0] == ord("1")


def expected_density(model: Path) -> float:
    dem = stim.DetectorErrorModel.from_file(str(model))
    parity = np.ones(dem.num_detectors)
    for error in dem.flattened():
        if error.type == "error":
            for target in error.targets_copy():
                if target.is_relative_detector_id():
                    parity[target.val] *= 1 - 2 * error.args_copy()[0]
    return float(np.mean((1 - parity) / 2))


def mistakes(model: Path, shots: Path, truth: np.ndarray, correlated: bool) -> np.ndarray:
    out = shots.with_suffix(".predictions")
    flags = ["--enable_correlations"] if correlated else []
    decant("predict", "--dem", model, "--in", shots, "--out", out, *flags)
    return bits(out) != truth


def ratio(wrong: np.ndarray, reference: np.ndarray) -> tuple[float, float, float]:
    """Mistakes over a reference's on the same shots, with a 95 % interval."""
    a, b = int(reference.sum()), int(wrong.sum())
    if a == 0:
        return math.nan, math.nan, math.nan
    apart = int((wrong ^ reference).sum())
    half = 1.96 * math.sqrt(max(apart, 1)) / a
    return b / a, b / a - half, b / a + half


def compare(
    case: Case, models: dict[str, Path], shots: Path, truth: np.ndarray, matchings: tuple[bool, ...] = (False, True)
) -> list[dict[str, object]]:
    rows = []
    for correlated in matchings:
        reference = mistakes(case.true, shots, truth, correlated)
        wrongs = {"true": reference} | {
            name: mistakes(path, shots, truth, correlated) for name, path in models.items()
        }
        for name, wrong in wrongs.items():
            value, low, high = ratio(wrong, reference)
            rows.append({"case": case.name, "d": case.d, "matching": "correlated" if correlated else "plain", "model": name,
                         "mistakes": int(wrong.sum()), "shots": len(truth), "ratio": round(value, 4), "low": round(low, 4),
                         "high": round(high, 4)})
    return rows


class Table:
    """Rows as they come, printed and kept."""

    def __init__(self, path: str | None):
        self.path, self.rows = path, []

    def add(self, rows: list[dict[str, object]]) -> None:
        for row in rows:
            if not self.rows:
                print("  ".join(row))
            self.rows.append(row)
            print("  ".join(str(value) for value in row.values()), flush=True)
        if self.path:
            with open(self.path, "w", newline="") as file:
                writer = csv.DictWriter(file, list(self.rows[0]), lineterminator="\n")
                writer.writeheader()
                writer.writerows(self.rows)


def density(shots: Path, detectors: int) -> float:
    return float(np.bitwise_count(np.fromfile(shots, dtype=np.uint8)).sum(dtype=np.int64)) / (
        shots.stat().st_size / ((detectors + 7) // 8) * detectors)


def each_case(options: argparse.Namespace, folder: Path) -> Iterator[Case]:
    for d in options.d:
        for name in options.cases:
            yield Case(name, d, folder)


def table(options: argparse.Namespace, folder: Path) -> None:
    out = Table(options.csv)
    for case in each_case(options, folder):
        seen, known = case.sample(options.shots, 1, "seen")
        fresh, truth = case.sample(options.test, 2, "fresh")
        models = {estimator: case.learn(seen, estimator) for estimator in options.estimators}
        models["uniform"] = case.uniform(seen, known)
        out.add(compare(case, models, fresh, truth))


def curve(options: argparse.Namespace, folder: Path) -> None:
    out = Table(options.csv)
    for case in each_case(options, folder):
        fresh, truth = case.sample(options.test, 2, "fresh")
        seen, known = case.sample(100000, 1, "seen")
        out.add([{"learned from": 100000, **row}
                 for row in compare(case, {"uniform": case.uniform(seen, known)}, fresh, truth)])
        for count in (1000, 3000, 10000, 30000, 100000, 300000, 1000000):
            seen, _ = case.sample(count, 1, "seen")
            models = {e: case.learn(seen, e, "--force") for e in options.estimators}
            out.add([{"learned from": count, **row} for row in compare(case, models, fresh, truth)
                     if row["model"] != "true"])


def mechanisms(model: Path) -> dict[tuple[int, ...], float]:
    """Of each set of detectors that errors flip (and observables, as negative numbers) the probability."""
    found: dict[tuple[int, ...], float] = {}
    for error in stim.DetectorErrorModel.from_file(str(model)).flattened():
        if error.type == "error":
            flipped: set[int] = set()
            for target in error.targets_copy():
                if not target.is_separator():
                    flipped ^= {target.val if target.is_relative_detector_id() else -1 - target.val}
            p, other = error.args_copy()[0], found.get(tuple(sorted(flipped)), 0.0)
            found[tuple(sorted(flipped))] = p + other - 2 * p * other
    return found


def probabilities(options: argparse.Namespace, folder: Path) -> None:
    out = Table(options.csv)
    for case in each_case(options, folder):
        seen, _ = case.sample(options.shots, 1, "seen")
        true = mechanisms(case.true)
        learned = {estimator: mechanisms(case.learn(seen, estimator)) for estimator in options.estimators}
        for kind, sizes in (("edge", (1, 2)), ("hyperedge", (3, 4, 5, 6))):
            keys = sorted((k for k in true if sum(v >= 0 for v in k) in sizes), key=lambda k: (true[k], k))
            chosen = [keys[round(i)] for i in np.linspace(0, len(keys) - 1, 150)]
            out.add([{"case": case.name, "d": case.d, "kind": kind, "true": f"{true[k]:.4g}",
                      **{e: f"{learned[e].get(k, 0.0):.4g}" for e in learned}} for k in chosen])


def fitted_parameters(options: argparse.Namespace, folder: Path) -> None:
    out = Table(options.csv)
    for case in each_case(options, folder):
        seen, _ = case.sample(options.shots, 1, "seen")
        report = folder / "report.json"
        case.learn(seen, "parameters", "--report", report)
        true, found = parameters(case.name, case.p) or {}, json.loads(report.read_text())["parameters"]
        out.add([{"case": case.name, "d": case.d, "parameter": parameter, "true": f"{true[parameter]:.4g}",
                  "fitted": f"{entry['value']:.4g}", "deviation": f"{entry['deviation']:.3g}",
                  "known": int(entry["known"])} for parameter, entry in found.items()])


def repeat(options: argparse.Namespace, folder: Path) -> None:
    """How far a ratio depends on the shots that were learned from."""
    out = Table(options.csv)
    for case in each_case(options, folder):
        fresh, truth = case.sample(options.test, 1000, "fresh")
        models = {}
        for seed in options.repeat:
            seen, _ = case.sample(options.shots, seed, "seen")
            for estimator in options.estimators:
                models[f"{estimator} {seed}"] = case.learn(seen, estimator).rename(folder / f"{estimator}-{seed}.dem")
        rows = compare(case, models, fresh, truth, (True,))
        out.add([{**row, "model": row["model"].split()[0], "seed": (row["model"].split() + [""])[1]} for row in rows])


def speed(options: argparse.Namespace, folder: Path) -> None:
    for d in options.d:
        case = Case("random1", d, folder)
        shots, _ = case.sample(options.shots, 1, "seen")
        kept, out = folder / "kept.stats", folder / "predictions.01"
        runs = {
            "count": ["learn", *case.base, "--in", shots, "--statistics", kept],
            "count and learn, 2 threads": ["learn", *case.base, "--in", shots, "-o", folder / "learned.dem", "--threads", 2],
            "decode, plain": ["predict", "--dem", case.true, "--in", shots, "--out", out],
        }
        times: dict[str, list[float]] = {name: [] for name in runs}
        for _ in range(3):
            for name, arguments in runs.items():
                start = time.perf_counter()
                decant(*arguments)
                times[name].append(time.perf_counter() - start)
        for name, seconds in times.items():
            print(f"d={d} {options.shots} shots: {name}: {sorted(seconds)[1]:.2f} s (median of 3)", flush=True)
        ratios = sorted(b / a for a, b in zip(times["count"], times["decode, plain"]))
        print(f"d={d} decoding takes {ratios[1]:.2f} times as long as counting (one thread each, in turns)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--d", type=int, nargs="+")
    parser.add_argument("--cases", nargs="+", choices=CASES + MORE_CASES)
    parser.add_argument("--estimators", nargs="+", default=["combined"])
    parser.add_argument("--shots", type=int)
    parser.add_argument("--test", type=int, default=400000)
    parser.add_argument("--csv")
    parser.add_argument("--curve", action="store_true")
    parser.add_argument("--probabilities", action="store_true")
    parser.add_argument("--parameters", action="store_true")
    parser.add_argument("--repeat", type=int, nargs="+", metavar="SEED")
    parser.add_argument("--speed", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if options.speed:
            options.d = options.d or [13]
            options.shots = options.shots or 1000000
            speed(options, folder)
        elif options.repeat:
            options.d = options.d or [13]
            options.cases = options.cases or ["random3"]
            options.shots = options.shots or 100000
            repeat(options, folder)
        elif options.probabilities or options.parameters:
            options.d = options.d or [9]
            options.cases = options.cases or (["random1", "qubit"] if options.probabilities else ["random1", "random2", "random3"])
            options.shots = options.shots or 100000
            (probabilities if options.probabilities else fitted_parameters)(options, folder)
        elif options.curve:
            options.d = options.d or [9]
            options.cases = options.cases or ["random1", "qubit"]
            curve(options, folder)
        else:
            options.d = options.d or [5, 9, 13]
            options.cases = options.cases or CASES
            options.shots = options.shots or 100000
            table(options, folder)


if __name__ == "__main__":
    main()
