"""What it costs to make a decoder of a long experiment, beside PyMatching: seconds and peak memory, in turns.

    python Tests/benchmarks/compile_cost.py [--d 21] [--rounds 210] [--p .003] [--runs 5] [--plain]

The experiment is Stim's rotated memory Z, all four noise arguments at p, its error model written flattened. Decant is
the whole command `decant compile --dem FILE --correlated`, a process from its start to its end; PyMatching is
from_detector_error_model_file and the first decode, which completes the graph, in a process of its own. Seconds are CPU
time: PyMatching's without its imports, Decant's of everything. Memory is the most that a process ever had resident,
Python and its libraries included; `alone` is PyMatching's without what these had taken before. Printed are medians over
the runs, and the ratio taken within each run. `--plain` leaves correlations out on both sides.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import stim

ROOT = Path(__file__).resolve().parents[2]
DECANT = os.environ.get("DECANT", str(ROOT / ".build" / "release" / "decant"))
PYMATCHING = """
import resource, sys, time, numpy, pymatching
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
option = {"enable_correlations": sys.argv[2] == "True"}
before, start = peak(), time.process_time()
matching = pymatching.Matching.from_detector_error_model_file(sys.argv[1], **option)
matching.decode(numpy.zeros(matching.num_detectors, dtype=numpy.uint8), **option)
print(time.process_time() - start, (peak() - before) / 1024)
"""
# A process is born with the peak of the one that started it: this one has little.
LAUNCHER = """
import os, sys
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(child, 0)
print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
sys.exit(os.waitstatus_to_exitcode(status))
"""


def write_model(path: Path, d: int, rounds: int, p: float) -> None:
    noise = ("after_clifford_depolarization", "after_reset_flip_probability")
    noise += ("before_measure_flip_probability", "before_round_data_depolarization")
    circuit = stim.Circuit.generated(
        "surface_code:rotated_memory_z", distance=d, rounds=rounds, **dict.fromkeys(noise, p)
    )
    circuit.detector_error_model(decompose_errors=True, flatten_loops=True).to_file(path)


def run(command: list[str]) -> list[float]:
    """CPU seconds and peak MiB of a command, and the numbers that it prints."""
    launch = [sys.executable, "-S", "-c", LAUNCHER, *command]
    answer = subprocess.run(launch, check=True, capture_output=True, text=True)
    *printed, seconds, peak = (float(word) for word in answer.stdout.split())
    return [seconds, peak, *printed]


def run_decant(model: Path, image: Path, correlated: bool) -> list[float]:
    """CPU seconds and peak MiB of the command."""
    return run([DECANT, "compile", "--dem", str(model), "-o", str(image), *(["--correlated"] if correlated else [])])


def run_pymatching(model: Path, correlated: bool) -> list[float]:
    """CPU seconds, peak MiB, and those of them beyond what imports had taken."""
    _, peak, seconds, alone = run([sys.executable, "-c", PYMATCHING, str(model), str(correlated)])
    return [seconds, peak, alone]


def workspace(image: Path) -> int:
    """Bytes that decoding takes besides the image."""
    text = subprocess.run([DECANT, "inspect", "--json", str(image)], check=True, capture_output=True).stdout
    return int(json.loads(text)["workspace_size"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--d", type=int, default=21)
    parser.add_argument("--rounds", type=int, default=210)
    parser.add_argument("--p", type=float, default=0.003)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--plain", action="store_true", help="without correlations")
    arguments = parser.parse_args()

    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as folder:
        model, image = Path(folder) / "model.dem", Path(folder) / "model.image"
        write_model(model, arguments.d, arguments.rounds, arguments.p)
        for _ in range(arguments.runs):
            ours.append(run_decant(model, image, not arguments.plain))
            theirs.append(run_pymatching(model, not arguments.plain))
        text = model.stat().st_size / 1e6
        print(f"d = {arguments.d}, {arguments.rounds} rounds, p = {arguments.p:g}: {text:.1f} MB of text")
        print(f"image and workspace: {image.stat().st_size} + {workspace(image)} bytes")
    a, b = np.array(ours), np.array(theirs)
    print(f"decant      {np.median(a[:, 0]):6.2f} s {np.median(a[:, 1]):7.1f} MiB")
    print(f"pymatching  {np.median(b[:, 0]):6.2f} s {np.median(b[:, 1]):7.1f} MiB, {np.median(b[:, 2]):.1f} alone")
    share = np.median(a / b[:, :2], axis=0)
    print(f"a share of  {share[0]:6.1%}   {share[1]:7.1%}")


if __name__ == "__main__":
    main()
