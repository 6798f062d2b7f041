"""How long one shot takes, over many shots: Decant called from C, PyMatching from Python.

For every shot the best of several passes is kept, so the spread is over shots, not over what else the machine
did; passes go through all shots of a slice, so that no shot finds its own path warm. Decant and PyMatching take
turns on slices. What is timed, each between two readings of the monotonic clock:

- Decant: `decant_decode` on bit-packed events, in latency.c (linked to libdecant.a).
- PyMatching `decode`: `Matching.decode` on an unpacked uint8 row, made beforehand. A call from Python is part of it.
- PyMatching `batch of one`: `Matching.decode_batch` on a bit-packed slice of one row, made beforehand: less work
  on the Python side, the fairest number that its public interface allows.

The `empty` column is the time of a shot without events, a floor that may be subtracted: for PyMatching it is mostly
the call itself.
"""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any, Callable

import numpy as np
import pymatching

import decant_abi as abi

PASSES = 5
SLICES = 4
HEADER = "  d      p | shots  | what                     |  empty     p50     p99    p99.9     max  us"
Sampler = Callable[[int], tuple[np.ndarray, np.ndarray]]


def build_program(name: str) -> Path:
    """A C program beside this file, linked to the static library beside the shared one."""
    program = abi.ROOT / "build" / "bench" / name
    program.parent.mkdir(parents=True, exist_ok=True)
    source = Path(__file__).with_name(name + ".c")
    library = abi.LIBRARY.with_suffix(".a")
    flags = ["-std=c11", "-O2", "-Wall", "-I", str(abi.ROOT / "include")]
    subprocess.run(["cc", *flags, source, library, "-o", program], check=True)
    return program


def time_decant(program: Path, image: Path, shots: np.ndarray) -> Counter[int]:
    """How many shots took how many nanoseconds."""
    with tempfile.NamedTemporaryFile(suffix=".b8") as file:
        shots.tofile(file.name)
        result = subprocess.run(
            [program, image, file.name, str(PASSES)], check=True, stdout=subprocess.PIPE, text=True
        )
    pairs = (line.split() for line in result.stdout.splitlines())
    return Counter({int(ns): int(count) for ns, count in pairs})


def time_calls(calls: list[Callable[[], object]]) -> Counter[int]:
    best = [1 << 62] * len(calls)
    now = time.perf_counter_ns
    for _ in range(PASSES):
        for k, call in enumerate(calls):
            start = now()
            call()
            best[k] = min(best[k], now() - start)
    return Counter(best)


def measure(
    matching: pymatching.Matching, image: abi.Image, sample: Sampler, d: int, p: float, seconds: float
) -> dict[str, Any]:
    """Latency of about `seconds` worth of PyMatching's shots (the other two come on top)."""
    detectors = image.info.detectors
    probe, _ = sample(64)
    matching.decode_batch(probe, bit_packed_shots=True)  # completes the graph
    start = time.perf_counter()
    matching.decode_batch(probe, bit_packed_shots=True)
    per_shot = (time.perf_counter() - start) / len(probe) + 5e-6
    size = int(min(max(seconds / per_shot / PASSES / SLICES, 500), 50_000))
    shots, _ = sample(size * SLICES)

    def pymatching_decode(rows: np.ndarray) -> list[Callable[[], object]]:
        unpacked = np.unpackbits(rows, axis=1, count=detectors, bitorder="little")
        return [lambda row=row: matching.decode(row) for row in unpacked]

    def pymatching_one(rows: np.ndarray) -> list[Callable[[], object]]:
        ones = [rows[k : k + 1] for k in range(len(rows))]
        return [
            lambda one=one: matching.decode_batch(one, bit_packed_shots=True, bit_packed_predictions=True)
            for one in ones
        ]

    totals: dict[str, Counter[int]] = {}
    with tempfile.NamedTemporaryFile(suffix=".image") as file:
        image.bytes.tofile(file.name)
        program = build_program("latency")
        ways: dict[str, Callable[[np.ndarray], Counter[int]]] = {
            "decant_decode": lambda rows: time_decant(program, Path(file.name), rows),
            "pymatching decode": lambda rows: time_calls(pymatching_decode(rows)),
            "pymatching batch of one": lambda rows: time_calls(pymatching_one(rows)),
        }
        empty = {name: min(way(np.zeros((50, shots.shape[1]), dtype=np.uint8))) for name, way in ways.items()}
        for part in shots.reshape(SLICES, size, -1):
            for name, way in ways.items():
                totals.setdefault(name, Counter()).update(way(part))
    return {
        "d": d,
        "p": p,
        "shots": len(shots),
        "us": {name: {"empty": empty[name] / 1e3, **quantiles(total)} for name, total in totals.items()},
    }


def quantiles(times: Counter[int]) -> dict[str, float]:
    ns = np.sort(np.array(list(times.elements())))
    at = {"p50": 0.5, "p99": 0.99, "p99.9": 0.999, "max": 1.0}
    return {name: ns[min(int(q * len(ns)), len(ns) - 1)] / 1e3 for name, q in at.items()}


def show(result: dict[str, Any]) -> None:
    for name, us in result["us"].items():
        print(
            f"{result['d']:3} {result['p']:6g} | {result['shots']:6} | {name:24} |"
            f" {us['empty']:6.2f} {us['p50']:7.2f} {us['p99']:7.2f} {us['p99.9']:8.2f} {us['max']:7.2f}",
            flush=True,
        )
