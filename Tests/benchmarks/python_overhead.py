"""What Python adds to the C call, and how decoding scales with threads.

Overhead: `Decoder.decode_batch` against the bare ctypes call of `decant_decode_batch` with addresses at hand, on the same
packed shots and the same workspace, in turns; in time that the thread was running, which others' work on the machine does not
stretch. Threads: `decode_batch(threads=n)` against one thread, in turns, in time on the wall. Medians and quartiles of the
ratio of neighbours.

    python Tests/benchmarks/python_overhead.py [--d 5] [--p .003] [--shots 10000] [--rounds 300] [--threads 2]
"""

from __future__ import annotations

import argparse
import ctypes as c
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import stim

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bindings" / "python" / "src"))
import decant
from decant import _ffi


def paired(
    first: Callable[[], object], second: Callable[[], object], rounds: int, clock: Callable[[], float]
) -> tuple[np.ndarray, np.ndarray]:
    """Seconds of each call, the two in turns, the order changing from round to round."""
    times = np.empty((rounds, 2))
    for k in range(rounds):
        for which in (0, 1) if k % 2 else (1, 0):
            start = clock()
            (first, second)[which]()
            times[k, which] = clock() - start
    return times[:, 0], times[:, 1]


def told(ratio: np.ndarray) -> str:
    low, middle, high = np.quantile(ratio, [0.25, 0.5, 0.75])
    return f"{middle:.4f} [{low:.4f}, {high:.4f}]"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--d", type=int, default=5)
    options.add_argument("--p", type=float, default=0.003)
    options.add_argument("--shots", type=int, default=10_000)
    options.add_argument("--rounds", type=int, default=300)
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--thread_shots", type=int, default=200_000, help="shots of a call when threads are compared")
    given = options.parse_args()

    circuit = stim.Circuit.generated(
        "surface_code:rotated_memory_z",
        distance=given.d,
        rounds=given.d,
        after_clifford_depolarization=given.p,
        before_round_data_depolarization=given.p,
        before_measure_flip_probability=given.p,
        after_reset_flip_probability=given.p,
    )
    sampler = circuit.compile_detector_sampler(seed=1)
    shots = sampler.sample(given.shots, bit_packed=True)
    unpacked = np.unpackbits(shots, axis=1, count=circuit.num_detectors, bitorder="little").view(bool)
    decoder = decant.compile(circuit).decoder()
    out = np.zeros((len(shots), 1), dtype=np.uint8)
    done = c.c_size_t()
    arguments = (
        *(decoder._own.address, len(shots), shots.ctypes.data, shots.strides[0]),
        *(out.ctypes.data, out.strides[0], c.byref(done)),
    )

    def bare() -> None:
        _ffi.core.decant_decode_batch(*arguments)

    bare()
    assert (decoder.decode_batch(shots, bit_packed=True) == out).all()
    print(f"d = {given.d}, p = {given.p}, {given.shots} shots, median [quartiles] of ratios, {given.rounds} pairs")
    ways: dict[str, Callable[[], object]] = {
        "the C call itself": bare,
        "packed, into out": lambda: decoder.decode_batch(shots, bit_packed=True, out=out),
        "packed": lambda: decoder.decode_batch(shots, bit_packed=True),
        "a bool for each bit": lambda: decoder.decode_batch(unpacked),
    }
    for name, way in ways.items():
        base, other = paired(bare, way, given.rounds, time.thread_time)
        print(
            f"  {name:20} over the C call  {told(other / base)}, {1e6 * np.median(other - base):8.1f} us more than "
            f"{1e6 * np.median(base):.1f} us"
        )

    many = sampler.sample(given.thread_shots, bit_packed=True)
    answers = np.zeros((len(many), 1), dtype=np.uint8)
    one, several = paired(
        lambda: decoder.decode_batch(many, bit_packed=True, out=answers),
        lambda: decoder.decode_batch(many, bit_packed=True, out=answers, threads=given.threads),
        max(20, given.rounds // 10),
        time.perf_counter,
    )
    print(f"  {given.threads} threads, {given.thread_shots} shots  {told(one / several)} times as fast as one")


if __name__ == "__main__":
    main()
