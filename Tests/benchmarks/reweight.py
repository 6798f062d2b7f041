"""What weights for one shot cost: every edge at every detection event gets another weight, for each shot anew.

That is what a pre-decoder hands over: up to 13 entries for a detection event (an edge between two events has one),
in no particular order. Weights move by up to a tenth, so the matching stays about as hard. reweight.c, linked to
libdecant.a, takes turns between four ways over all shots: decoding alone, by a decoder that has no room for
weights; staging and taking back; staging and decoding; staging by the numbers of edges and taking back. Times are CPU
time of the thread, medians over the passes.

- `ns/entry`: staging and taking back, for each entry; by detectors, and by the edges' numbers.
- `extra`: what staging and decoding takes, over decoding alone.
- `decoding`: the same without the staging: what the changed weights cost the matcher.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import Any, Callable

import numpy as np

import decant_abi as abi
import latency
from graphs import unpack
from oracle import MergedGraph

HEADER = "  d      p | shots  passes | entries/event  ns/entry  numbered | us/shot plain  reweighted | extra  decoding"
MAX_ENTRIES = 1_000_000


def entries_of(graph: MergedGraph, shots: np.ndarray, rng: np.random.Generator) -> list[np.ndarray]:
    """Records for each shot, shuffled."""
    edges_at: list[list[int]] = [[] for _ in range(graph.detectors + 1)]
    for k, (a, b) in enumerate(zip(graph.a.tolist(), graph.b.tolist())):
        edges_at[a].append(k)
        edges_at[b].append(k)
    at = [np.array(edges, dtype=np.int64) for edges in edges_at[:-1]]
    records = np.empty(len(graph.a), dtype=abi.REWEIGHT)
    records["a"], records["b"] = graph.a, np.where(graph.b == graph.detectors, abi.BOUNDARY, graph.b)
    result = []
    for events in unpack(shots, graph.detectors):
        near = [at[event] for event in np.flatnonzero(events)]
        edges = rng.permutation(np.unique(np.concatenate(near)) if near else np.empty(0, dtype=np.int64))
        entries = records[edges]
        moved = graph.weights[edges] * rng.uniform(0.9, 1.1, size=len(edges)) // 2 * 2
        entries["weight"] = np.minimum(moved, abi.MAX_WEIGHT)
        result.append(entries)
    return result


def measure(
    dem: str, image: abi.Image, sample: Callable[[int], tuple[np.ndarray, np.ndarray]], d: int, p: float, seconds: float
) -> dict[str, Any]:
    graph = MergedGraph(dem, None)
    probe, _ = sample(64)
    events = max(float(np.bitwise_count(probe).sum()) / len(probe), 1)
    shots, _ = sample(int(np.clip(MAX_ENTRIES / events / 13, 50, 5000)))
    entries = entries_of(graph, shots, np.random.default_rng(d))
    fired = int(np.bitwise_count(shots).sum())
    staged = sum(map(len, entries))
    passes = int(np.clip(seconds / (fired * 500e-9), 3, 2000))

    program = latency.build_program("reweight")
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, name) for name in ("image", "shots.b8", "entries")]
        image.bytes.tofile(files[0])
        shots.tofile(files[1])
        with files[2].open("wb") as file:
            for part in entries:
                np.uint32(len(part)).tofile(file)
                part.tofile(file)
        result = subprocess.run([program, *files, str(passes)], check=True, stdout=subprocess.PIPE, text=True)
    times = np.array([line.split() for line in result.stdout.splitlines()], dtype=float)
    plain, staging, reweighted, numbered = times.T
    return {
        "d": d,
        "p": p,
        "shots": len(shots),
        "passes": passes,
        "entries_per_event": staged / max(fired, 1),
        "ns_per_entry": float(np.median(staging)) / max(staged, 1),
        "ns_per_numbered_entry": float(np.median(numbered)) / max(staged, 1),
        "us_per_shot": {
            "plain": float(np.median(plain)) / len(shots) / 1e3,
            "reweighted": float(np.median(reweighted)) / len(shots) / 1e3,
        },
        "extra": float(np.median(reweighted / plain)) - 1,
        "extra_decoding": float(np.median((reweighted - staging) / plain)) - 1,
    }


def show(r: dict[str, Any]) -> None:
    us = r["us_per_shot"]
    print(
        f"{r['d']:3} {r['p']:6g} | {r['shots']:6} {r['passes']:6} |"
        f" {r['entries_per_event']:13.2f} {r['ns_per_entry']:9.2f} {r['ns_per_numbered_entry']:9.2f} |"
        f" {us['plain']:13.2f} {us['reweighted']:11.2f} | {r['extra']:+5.0%} {r['extra_decoding']:+8.0%}",
        flush=True,
    )
