"""Union-find beside matching: the same shots, the same image, in turns on chunks as in bench.py.

- `mistakes` of each on all shots, and their rate with a 95 % interval (Wilson). The shots are the same, so the rates
  differ by much less than the intervals suggest.
- `time`: union-find's over matching's, taken within each chunk: median [quartiles].
- `work` of a shot in units, at the median, the 99th percentile and the most, and what decant_decoder_measure tells
  that no shot exceeds.
"""

from __future__ import annotations

import math
import time
from typing import Any, Callable

import numpy as np

import decant_abi as abi

HEADER = (
    "  d      p |    shots | matching: mistakes, rate [95 %]          union-find: mistakes, rate [95 %]         |"
    " time of UF / matching | work p50 p99 max of matching, union-find | worst case of matching, union-find"
)
NAMES = ("matching", "union-find")
CHUNK_NS = 20_000_000
MOST_BYTES = 1 << 24
WORK_SHOTS = 4000


def wilson(count: int, shots: int) -> tuple[float, float]:
    z, rate = 1.96, count / shots
    middle, width = rate + z * z / (2 * shots), z * math.sqrt((rate * (1 - rate) + z * z / (4 * shots)) / shots)
    low = 0.0 if count == 0 else (middle - width) / (1 + z * z / shots)
    return low, (middle + width) / (1 + z * z / shots)


def measure(
    image: abi.Image, sample: Callable[..., tuple[np.ndarray, np.ndarray]], d: int, p: float, seconds: float
) -> dict[str, Any]:
    decoders = [abi.Decoder(image, union_find=name != "matching") for name in NAMES]
    probe, actual = sample(256, seed=1)
    answers = [np.zeros((1 << 20, actual.shape[1]), dtype=np.uint8) for _ in NAMES]

    def cpu_ns(which: int, part: np.ndarray) -> int:
        start = time.thread_time_ns()
        status, done = decoders[which].decode_batch(part, answers[which])
        taken = time.thread_time_ns() - start
        assert (status, done) == (abi.OK, len(part))
        return taken

    per_shot = max(min(cpu_ns(0, probe) for _ in range(5)) / len(probe), 20)
    chunk = int(np.clip(CHUNK_NS / per_shot, 8, min(1 << 20, MOST_BYTES // max(probe.shape[1], 1))))
    taken, mistakes, shots, turn = [], np.zeros(2, dtype=np.int64), 0, 0
    end = time.monotonic() + seconds
    while turn < 8 or time.monotonic() < end:
        part, actual = sample(chunk, seed=1000 + turn)
        pair = [0, 0]
        for which in (0, 1) if turn % 2 == 0 else (1, 0):
            pair[which] = cpu_ns(which, part)
        taken.append(pair)
        mistakes += [int(np.sum(np.any(answer[:chunk] != actual, axis=1))) for answer in answers]
        shots += chunk
        turn += 1
    for_work, _ = sample(WORK_SHOTS, seed=2)
    work = [[decoder.decode(shot).report.work for shot in for_work] for decoder in decoders]
    ratios = np.array([pair[1] / pair[0] for pair in taken])
    return {
        "d": d,
        "p": p,
        "shots": shots,
        "mistakes": dict(zip(NAMES, mistakes.tolist())),
        "interval": {name: wilson(count, shots) for name, count in zip(NAMES, mistakes.tolist())},
        "time": np.percentile(ratios, [25, 50, 75]).tolist(),
        "us_per_shot": dict(zip(NAMES, (np.median(taken, axis=0) / chunk / 1e3).tolist())),
        "work": {name: np.percentile(w, [50, 99]).tolist() + [int(d.stats().max_work)]
                 for name, w, d in zip(NAMES, work, decoders)},
        "worst_case_work": {name: int(d.needs.worst_case_work) for name, d in zip(NAMES, decoders)},
        "workspace": {name: int(d.needs.workspace_size) for name, d in zip(NAMES, decoders)},
    }  # fmt: skip


def show(r: dict[str, Any]) -> None:
    def rate(name: str) -> str:
        low, high = r["interval"][name]
        return f"{r['mistakes'][name]:8} {r['mistakes'][name] / r['shots']:.2e} [{low:.2e}, {high:.2e}]"

    def work(name: str) -> str:
        return " ".join(f"{int(w)}" for w in r["work"][name])

    low, median, high = r["time"]
    worst = r["worst_case_work"]
    print(
        f"{r['d']:3} {r['p']:6g} | {r['shots']:8} | {rate('matching')}   {rate('union-find')} |"
        f" {median:4.2f} [{low:4.2f}, {high:4.2f}] | {work('matching')}, {work('union-find')} |"
        f" {worst['matching']:.1e}, {worst['union-find']:.1e}",
        flush=True,
    )
