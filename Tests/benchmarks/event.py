"""What an event network costs and brings: decoders in turns on the same chunks of shots, PyMatching's among them.

The chunks are bench.py's: Stim's rotated memory Z, `d` rounds, all four noise arguments at p. `network` is the time that
the network adds for each detection event, p50 over chunks: decoding with it, less decoding without it under the very weights
that it gives, is not measurable from outside, so what the changed weights cost the matching is in it, too. Ratios are of
PyMatching's plain decode_batch to ours, taken within each chunk: median and quartiles.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pymatching

import decant_abi as abi

HEADER = (
    "  d      p | PM plain over event [quartiles], event-small | ns/event: PM  PM corr | plain  corr event-small event"
    " event+corr | mistakes: plain corr event-small event event+corr / shots"
)
CHUNKS = 12


def measure(cell: Any, cpu_ns: Callable[[Callable[[], object]], int], seconds: float) -> dict[str, Any]:
    """cell: a bench.Cell without correlations."""
    text = str(cell.dem)
    images = {name: abi.compile_image(text, correlated=True, network=name) for name in ("event", "event-small")}
    decoders = {
        "plain": cell.decant,
        "corr": abi.Decoder(images["event"], correlated=True),
        "event-small": abi.Decoder(images["event-small"], network=True),
        "event": abi.Decoder(images["event"], network=True),
        "event+corr": abi.Decoder(images["event"], network=True, correlated=True),
    }
    correlated = pymatching.Matching.from_detector_error_model(cell.dem, enable_correlations=True)
    probe, _ = cell.sample(64)
    per_shot = max(cpu_ns(lambda: cell.decode_pymatching(probe)) / len(probe), 50)
    chunk = max(int(2e7 / per_shot), 8)
    detectors, observables = cell.sample(chunk * CHUNKS)
    parts = detectors.reshape(CHUNKS, chunk, -1)
    truths = observables.reshape(CHUNKS, chunk, -1)
    out = np.zeros((chunk, observables.shape[1]), dtype=np.uint8)

    def decode(decoder: abi.Decoder) -> Callable[[np.ndarray], object]:
        return lambda part: decoder.decode_batch(part, out)

    ways: dict[str, Callable[[np.ndarray], object]] = {
        "PM": cell.decode_pymatching,
        "PM corr": lambda part: correlated.decode_batch(
            part, bit_packed_shots=True, bit_packed_predictions=True, enable_correlations=True
        ),
        **{name: decode(decoder) for name, decoder in decoders.items()},
    }
    names = list(ways)
    times: dict[str, list[float]] = {name: [] for name in names}
    end = time.monotonic() + seconds
    turn = 0
    while turn < CHUNKS or time.monotonic() < end:
        part = parts[turn % CHUNKS]
        events = max(int(np.bitwise_count(part).sum()), 1)
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            times[name].append(cpu_ns(lambda: ways[name](part)) / events)
        turn += 1
    mistakes = dict.fromkeys(decoders, 0)
    for part, truth in zip(parts, truths):
        for name, decoder in decoders.items():
            decoder.decode_batch(part, out)
            mistakes[name] += int(np.sum(np.any(out != truth, axis=1)))
    taken = {name: np.array(values) for name, values in times.items()}

    def quartiles(values: np.ndarray) -> dict[str, float]:
        return dict(zip(("q1", "median", "q3"), np.percentile(values, [25, 50, 75]).tolist()))

    return {
        "d": cell.d,
        "p": cell.p,
        "ratio": {name: quartiles(taken["PM"] / taken[name]) for name in decoders},
        "network_ns_per_event": {
            name: quartiles(taken[name] - taken["plain"]) for name in ("event-small", "event")
        },
        "ns_per_event": {name: float(np.median(values)) for name, values in taken.items()},
        "us_per_round": {
            name: float(np.median(values)) * int(np.bitwise_count(detectors).sum()) / len(detectors) / cell.d / 1e3
            for name, values in taken.items()
        },
        "mistakes": mistakes,
        "shots": chunk * CHUNKS,
    }


def show(r: dict[str, Any]) -> None:
    event, small = r["ratio"]["event"], r["ratio"]["event-small"]
    ns = " ".join(f"{r['ns_per_event'][name]:6.0f}" for name in r["ns_per_event"])
    mistakes = " ".join(str(count) for count in r["mistakes"].values())
    print(
        f"{r['d']:3} {r['p']:6g} | {event['median']:5.2f} [{event['q1']:5.2f} {event['q3']:5.2f}] {small['median']:5.2f}"
        f" | {ns} | {mistakes} / {r['shots']}",
        flush=True,
    )
