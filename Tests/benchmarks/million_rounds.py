"""A stream of a million rounds: memory that stays, and frames that do not depend on how the data were cut.

One experiment goes by four streams in processes of their own: straight, each frame taken as it comes; cut at random, with
frames left to wait, the workspace copied to another by memcpy, and the old one spoilt; spread over calls by `slice_work`; and
cut and spread. Frames (rounds, observables, weight, work, digest) must be the same, bit for bit. Memory is what is resident.

    python Tests/benchmarks/million_rounds.py [--rounds 1000000] [--d 9] [--p .003] [--slice_work 60]

Rounds are those of simulated memories, 200 each, strung together: where two meet, detection events are as for a fault that
nobody knows. Prints Markdown, and ends with 1 if a frame differs or memory grows.
"""

from __future__ import annotations

import argparse
import ctypes as c
import hashlib
import multiprocessing
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "bindings" / "python" / "src"), str(ROOT / "Tests" / "python")]
import decant
from graphs import memory_circuit

TASK = "surface_code:rotated_memory_z"

PIECE = 200  # rounds of a simulated memory, its first and last left out
WAYS = ("straight", "cut", "spread", "cut, spread")


def bulk(d: int, p: float, info: decant.StreamInfo) -> Iterator[np.ndarray]:
    """Packed rounds without an end, always the same."""
    sampler = decant.Sampler(memory_circuit(TASK, d, PIECE + 2, p), seed=9)
    shot = 0
    while True:
        bits = sampler.sample(64, first=shot).detectors
        shot += 64
        inner = bits[:, info.first_detectors : info.first_detectors + PIECE * info.round_detectors]
        yield from np.packbits(inner.reshape(-1, info.round_detectors), axis=1, bitorder="little")


def resident() -> int:
    """Bytes."""
    return 4096 * int(Path("/proc/self/statm").read_text().split()[1])


def decode(way: str, rounds: int, d: int, p: float, slice_work: int) -> tuple[str, int, int, int, list[tuple[int, int]]]:
    """Digest of all frames, how many they are, detection events, copies made, and memory after so many rounds."""
    image = decant.compile(memory_circuit(TASK, d, 4 * d, p), stream=True)
    pair = [decant.Stream(image, slice_work=slice_work if "spread" in way else 0) for _ in range(2)]
    size = pair[0].needs.workspace_size
    random = np.random.default_rng(1)
    digest, frames, events, copies = hashlib.blake2b(), 0, 0, 0
    memory = []
    marks = {rounds // 100, rounds // 10, rounds - 1}
    source = bulk(d, p, pair[0].info)
    stream = pair[0]

    def take(frame: decant.Frame | None) -> None:
        nonlocal frames, events
        while frame is not None:
            told = (frame.first_round, frame.last_round, frame.weight, frame.work, frame.digest, frame.detection_events)
            digest.update(repr(told).encode() + frame.observables.tobytes())
            frames += 1
            events += frame.detection_events
            frame = stream.pop()

    for number in range(rounds):
        last = number == rounds - 1
        # The first round and the last have other numbers of detectors: nothing fires there.
        row = None if number == 0 or last else next(source)
        if "cut" not in way:
            take(stream.push(row, bit_packed=True, last=last))
        else:
            stream.push(row, bit_packed=True, last=last, keep=True)
            if last or random.random() < 0.02:
                take(stream.pop())
            if random.random() < 0.01:
                old, stream = stream, pair[stream is pair[0]]
                c.memmove(stream._own.address, old._own.address, size)
                c.memset(old._own.address, 0xA5, size)
                # What Python knows of it besides.
                stream._next, stream._frames, old._frames = old._next, old._frames, stream._frames
                copies += 1
        if number in marks:
            memory.append((number + 1, resident()))
    return digest.hexdigest()[:16], frames, events, copies, memory


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=1_000_000)
    options.add_argument("--d", type=int, default=9)
    options.add_argument("--p", type=float, default=0.003)
    options.add_argument("--slice_work", type=int, default=60)
    given = options.parse_args()
    print("| way | frames | detection events | copies | digest of all frames | MB resident, and after how many rounds |")
    print("|---|--:|--:|--:|---|---|", flush=True)
    seen = set()
    grows = False
    for way in WAYS:
        # A process for each, so that its memory is its own.
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            digest, frames, events, copies, memory = pool.apply(
                decode, (way, given.rounds, given.d, given.p, given.slice_work)
            )
        seen.add((digest, frames, events))
        grows = grows or memory[-1][1] > memory[0][1] + (4 << 20)
        told = ", ".join(f"{size / 1e6:.1f} ({number})" for number, size in memory)
        print(f"| {way} | {frames} | {events} | {copies} | {digest} | {told} |", flush=True)
    if len(seen) != 1:
        sys.exit("the frames differ")
    if grows:
        sys.exit("memory grows with the rounds")


if __name__ == "__main__":
    main()
