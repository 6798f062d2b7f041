"""Sampling beside Stim's: the same experiment, in one process, on one core, in turns.

    sampling.py [--d 5 9 13 21] [--p .003 .006] [--chunks 30]

The experiment is the surface code of `decant circuit --code surface` in basis X with d rounds. Stim samples its error model
(CompiledDemSampler, undecomposed) and its circuit (CompiledDetectorSampler), bit-packed, into new arrays, which its
interface allows no other way; Decant samples the same model, and the faults themselves, into arrays that it is given. Both
write detectors and observables. All take turns on chunks of some 20 ms of Stim's; ratios are taken within each turn, and
their median and quartiles printed with the time for a shot. Times are CPU time of the thread.

Then, for Decant alone, the microseconds that a shot takes with labels: plain, spacelike, full, the teacher's made full; with
its inputs and targets written; and with the edges of the matching graph. Nothing here is asserted.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Callable

import numpy as np
import stim

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "python"))

from decant_host_abi import FULL, PLAIN, SPACELIKE, TEACHER, Sampler  # noqa: E402

DECANT = os.environ.get("DECANT", str(Path(__file__).resolve().parents[2] / ".build/release/decant"))
CHUNK_SECONDS = 0.02


def cpu(action: Callable[[], object]) -> float:
    """Seconds of this thread."""
    start = time.thread_time_ns()
    action()
    return (time.thread_time_ns() - start) * 1e-9


def in_turns(actions: dict[str, Callable[[], object]], chunks: int) -> dict[str, np.ndarray]:
    """Seconds of each chunk of each action; who begins alternates."""
    times: dict[str, list[float]] = {name: [] for name in actions}
    for chunk in range(chunks):
        for name in list(actions)[:: 1 if chunk % 2 else -1]:
            times[name].append(cpu(actions[name]))
    return {name: np.array(spent) for name, spent in times.items()}


def cell(d: int, p: float, chunks: int) -> None:
    surface = ["--code", "surface", "--distance", d, "--rounds", d, "--basis", "X", "--noise", p]
    text = subprocess.run([DECANT, "circuit", *map(str, surface)], capture_output=True, text=True, check=True).stdout
    circuit = stim.Circuit(text)
    model = circuit.detector_error_model(approximate_disjoint_errors=True)
    by_model, by_circuit = model.compile_sampler(seed=1), circuit.compile_detector_sampler(seed=1)
    shots = 1024
    by_model.sample(shots, bit_packed=True)
    shots = max(1024, int(shots * CHUNK_SECONDS / cpu(lambda: by_model.sample(shots, bit_packed=True))) // 256 * 256)
    samplers = {"model": Sampler.model(str(model), seed=1), "faults": Sampler.surface(d, d, "X", p=p, labels=PLAIN)}
    actions: dict[str, Callable[[], object]] = {
        "stim model": lambda: by_model.sample(shots, bit_packed=True),
        "stim circuit": lambda: by_circuit.sample(shots, separate_observables=True, bit_packed=True),
    }
    for name, sampler in samplers.items():
        buffers = sampler.buffers(shots, "detectors", "observables")
        actions[name] = lambda sampler=sampler, buffers=buffers: sampler.fill(buffers)
    times = in_turns(actions, chunks)
    print(f"d={d} p={p}  chunks of {shots} shots")
    for name in samplers:
        for other in "stim model", "stim circuit":
            low, median, high = np.quantile(times[other] / times[name], [0.25, 0.5, 0.75])
            print(f"  {name:7} {median:6.2f} [{low:.2f}, {high:.2f}] times as fast as {other}", end="")
            print(f" ({np.median(times[name]) / shots * 1e6:.2f} and {np.median(times[other]) / shots * 1e6:.2f} us)")

    decomposed = circuit.detector_error_model(decompose_errors=True, approximate_disjoint_errors=True)
    labels = {"plain": PLAIN, "spacelike": SPACELIKE, "full": FULL, "teacher": TEACHER | FULL}
    for name, kind in labels.items():
        sampler = Sampler.surface(d, d, "X", p=p, labels=kind)
        report(name, sampler, 256 if kind & TEACHER else 4096, ["inputs", "targets"], chunks)
    report("edges", Sampler.model(str(decomposed), edges=True), 4096, ["detectors", "edges"], chunks)


def report(name: str, sampler: Sampler, shots: int, kinds: list[str], chunks: int) -> None:
    buffers = sampler.buffers(shots, *kinds)
    spent = [cpu(lambda: sampler.fill(buffers)) / shots * 1e6 for _ in range(min(chunks, 10))]
    print(f"  {name:9} {np.median(spent):8.2f} us a shot, {1e6 / np.median(spent):10.0f} shots a second")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--d", type=int, nargs="+", default=[5, 9, 13, 21])
    parser.add_argument("--p", type=float, nargs="+", default=[0.003, 0.006])
    parser.add_argument("--chunks", type=int, default=30)
    arguments = parser.parse_args()
    for d in arguments.d:
        for p in arguments.p:
            cell(d, p, arguments.chunks)


if __name__ == "__main__":
    main()
