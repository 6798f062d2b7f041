"""Decant beside PyMatching: the same shots, in one process, on one core, in turns.

    bench.py [--d 5 13] [--p .001 .008] [--seconds 3] [--json FILE]     throughput
    bench.py --correlated [...]                                         throughput of correlated matching
    bench.py --latency [...]                                            one shot at a time
    bench.py --reweight [...]                                           cost of weights for one shot
    bench.py --union-find [...]                                         union-find beside matching
    bench.py --event [...]                                              matching under an event network's weights

Throughput. A cell is Stim's rotated memory Z with `d` rounds and all four noise arguments at p. Both decoders
read bit-packed detection events and write bit-packed predictions. They take turns on chunks of about 20 ms, each
chunk decoded by both, the first of the two alternating; the ratio is taken within each chunk, and its median and
quartiles are printed, so that a change of clock speed or a noisy neighbour hits both. Times are CPU time of the
thread. Nothing here is asserted: absolute times belong to the machine.

Memory is the image and the workspace for Decant, and the growth of resident memory from building to the first
decode for PyMatching, in a process of its own. Build time is the whole `decant compile` command (process start
and reading the text included) and decant_decoder_init; for PyMatching, from_detector_error_model on a parsed model
and the first decode, which completes the graph.

Correlated. The same against PyMatching's correlated decode_batch, with our plain decoder, on an image without
correlations, as a third that takes turns: `over plain` is our own ratio of correlated to plain.

Latency. See latency.py. Weights for one shot. See reweight.py. Union-find. See union_find.py. Event networks.
See event.py.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Callable

import numpy as np
import pymatching
import stim

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "python"))

import decant_abi as abi  # noqa: E402
import event  # noqa: E402
import latency  # noqa: E402
import reweight  # noqa: E402
import union_find  # noqa: E402
from graphs import memory_circuit  # noqa: E402

CHUNK_NS = 20_000_000
CHUNKS = 12
MAX_POOL_BYTES = 1 << 26


def cpu_ns(action: Callable[[], object]) -> int:
    """CPU time of this thread."""
    start = time.thread_time_ns()
    action()
    return time.thread_time_ns() - start


class Cell:
    """One code, noise and set of shots, with both decoders ready."""

    def __init__(self, d: int, p: float, correlated: bool = False) -> None:
        self.d, self.p, self.correlated = d, p, correlated
        self.circuit = memory_circuit("surface_code:rotated_memory_z", d, d, p)
        self.dem = self.circuit.detector_error_model(decompose_errors=True)
        start = time.perf_counter()
        self.image = abi.compile_image(str(self.dem), correlated=correlated)
        compiled = time.perf_counter()
        self.decant = abi.Decoder(self.image, correlated=correlated)
        self.compile_ms = (compiled - start) * 1e3
        self.init_ms = (time.perf_counter() - compiled) * 1e3
        self.plain = abi.Decoder(abi.compile_image(str(self.dem))) if correlated else self.decant
        self.pymatching = pymatching.Matching.from_detector_error_model(self.dem, enable_correlations=correlated)

    def sample(self, shots: int, seed: int = 20240) -> tuple[np.ndarray, np.ndarray]:
        sampler = self.circuit.compile_detector_sampler(seed=seed + self.d)
        return sampler.sample(shots, separate_observables=True, bit_packed=True)

    def decode_decant(self, shots: np.ndarray, out: np.ndarray) -> None:
        status, done = self.decant.decode_batch(shots, out)
        assert (status, done) == (abi.OK, len(shots))

    def decode_plain(self, shots: np.ndarray, out: np.ndarray) -> None:
        status, done = self.plain.decode_batch(shots, out)
        assert (status, done) == (abi.OK, len(shots))

    def decode_pymatching(self, shots: np.ndarray) -> np.ndarray:
        return self.pymatching.decode_batch(
            shots, bit_packed_shots=True, bit_packed_predictions=True, enable_correlations=self.correlated
        )


def pymatching_footprint(dem: stim.DetectorErrorModel, correlated: bool) -> dict[str, float]:
    """Milliseconds and MB that a graph costs PyMatching, in a process of its own."""
    program = """
import sys, time, json, numpy, pymatching, stim
def resident():
    with open("/proc/self/statm") as f:
        return int(f.read().split()[1]) * 4096
dem = stim.DetectorErrorModel.from_file(sys.argv[1])
option = {"enable_correlations": sys.argv[2] == "True"}
shots = numpy.zeros((1, (dem.num_detectors + 7) // 8), dtype=numpy.uint8)
small = pymatching.Matching.from_detector_error_model(stim.DetectorErrorModel("error(0.1) D0 L0"), **option)
small.decode_batch(shots[:, :1], bit_packed_shots=True, **option)
before, start = resident(), time.perf_counter()
matching = pymatching.Matching.from_detector_error_model(dem, **option)
matching.decode_batch(shots, bit_packed_shots=True, **option)
print(json.dumps({"build_ms": (time.perf_counter() - start) * 1e3, "mb": (resident() - before) / 1e6}))
"""
    with tempfile.NamedTemporaryFile("w", suffix=".dem") as file:
        dem.to_file(file.name)
        arguments = [sys.executable, "-c", program, file.name, str(correlated)]
        result = subprocess.run(arguments, check=True, capture_output=True)
    return json.loads(result.stdout)


def throughput(d: int, p: float, seconds: float, correlated: bool) -> dict[str, Any]:
    cell = Cell(d, p, correlated)
    probe, _ = cell.sample(64)
    cell.decode_pymatching(probe)
    per_shot = max(cpu_ns(lambda: cell.decode_pymatching(probe)) / len(probe), 50)
    chunk = max(int(CHUNK_NS / per_shot), 8)
    chunks = max(2, min(CHUNKS, MAX_POOL_BYTES // (chunk * probe.shape[1])))
    detectors, observables = cell.sample(chunk * chunks)
    events = np.bitwise_count(detectors).reshape(chunks, -1).sum(axis=1)
    parts = detectors.reshape(chunks, chunk, -1)
    out = np.zeros((chunk, observables.shape[1]), dtype=np.uint8)

    times: dict[str, list[int]] = {}
    ways: dict[str, Callable[[np.ndarray], object]] = {
        "decant": lambda part: cell.decode_decant(part, out),
        "pymatching": cell.decode_pymatching,
    }
    if correlated:
        ways["plain"] = lambda part: cell.decode_plain(part, out)
    names = list(ways)
    fired = 0
    end = time.monotonic() + seconds
    turn = 0
    while turn < 2 * chunks or time.monotonic() < end:
        part = parts[turn % chunks]
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            times.setdefault(name, []).append(cpu_ns(lambda: ways[name](part)))
        fired += int(events[turn % chunks])
        turn += 1
    taken = {name: np.array(values) for name, values in times.items()}

    mistakes = {"decant": 0, "pymatching": 0}
    for part, actual in zip(parts, observables.reshape(chunks, chunk, -1)):
        cell.decode_decant(part, out)
        mistakes["decant"] += int(np.sum(np.any(out != actual, axis=1)))
        mistakes["pymatching"] += int(np.sum(np.any(cell.decode_pymatching(part) != actual, axis=1)))

    shots = turn * chunk
    result = {
        "d": d,
        "p": p,
        "pairs": turn,
        "shots_per_chunk": chunk,
        "ratio": quartiles(taken["pymatching"] / taken["decant"]),
        "us_per_shot": {name: np.median(values) / chunk / 1e3 for name, values in taken.items()},
        "ns_per_event": {name: values.sum() / max(fired, 1) for name, values in taken.items()},
        "events_per_shot": fired / shots,
        "pool": chunk * chunks,
        "mistakes": mistakes,
        "decant_image_bytes": int(cell.image.bytes.size),
        "decant_workspace_bytes": int(cell.decant.needs.workspace_size),
        "decant_build_ms": {"compile": cell.compile_ms, "init": cell.init_ms},
        "pymatching_build": pymatching_footprint(cell.dem, correlated),
    }
    if correlated:
        result["over_plain"] = quartiles(taken["decant"] / taken["plain"])
    return result


def quartiles(values: np.ndarray) -> dict[str, float]:
    return dict(zip(("q1", "median", "q3"), np.percentile(values, [25, 50, 75]).tolist()))


HEADER = (
    "  d      p | ratio [quartiles]    | us/shot     PM   | ns/event  PM  | image + workspace   PM MB"
    " | compile + init  PM ms | mistakes ours PM / shots"
)


def print_throughput(r: dict[str, Any]) -> None:
    ratio, us, ns = r["ratio"], r["us_per_shot"], r["ns_per_event"]
    build, theirs = r["decant_build_ms"], r["pymatching_build"]
    print(
        f"{r['d']:3} {r['p']:6g} | {ratio['median']:5.2f} [{ratio['q1']:5.2f} {ratio['q3']:5.2f}]  |"
        f" {us['decant']:8.2f} {us['pymatching']:8.2f} | {ns['decant']:6.0f} {ns['pymatching']:6.0f} |"
        f" {r['decant_image_bytes'] / 1e6:7.3f} +{r['decant_workspace_bytes'] / 1e6:7.3f} {theirs['mb']:8.2f} |"
        f" {build['compile']:7.0f} +{build['init']:6.1f} {theirs['build_ms']:7.0f} |"
        f" {r['mistakes']['decant']} {r['mistakes']['pymatching']} / {r['pool']}"
        + (f" | {r['over_plain']['median']:.2f}" if "over_plain" in r else ""),
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--d", type=int, nargs="+", default=[5, 9, 13, 17, 21])
    parser.add_argument("--p", type=float, nargs="+", default=[0.001, 0.003, 0.005, 0.008])
    parser.add_argument("--seconds", type=float, default=3, help="for each cell (default: 3)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all results to FILE")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--correlated", action="store_true", help="throughput of correlated matching")
    what.add_argument("--latency", action="store_true", help="time of each shot alone instead of throughput")
    what.add_argument("--reweight", action="store_true", help="cost of weights for one shot")
    what.add_argument("--union-find", action="store_true", help="mistakes, speed and work of union-find and matching")
    what.add_argument("--event", action="store_true", help="speed and mistakes of event networks before matching")
    arguments = parser.parse_args()

    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    print(f"stim {stim.__version__}, pymatching {pymatching.__version__}, pinned to core {core}")
    headers = {
        "latency": latency.HEADER,
        "reweight": reweight.HEADER,
        "union_find": union_find.HEADER,
        "event": event.HEADER,
        "correlated": HEADER + " | over plain",
    }
    print(next((header for name, header in headers.items() if getattr(arguments, name)), HEADER), flush=True)
    results = []
    for p in arguments.p:
        for d in arguments.d:
            if arguments.latency:
                cell = Cell(d, p)
                results.append(latency.measure(cell.pymatching, cell.image, cell.sample, d, p, arguments.seconds))
                latency.show(results[-1])
            elif arguments.reweight:
                cell = Cell(d, p)
                results.append(reweight.measure(str(cell.dem), cell.image, cell.sample, d, p, arguments.seconds))
                reweight.show(results[-1])
            elif arguments.union_find:
                cell = Cell(d, p)
                results.append(union_find.measure(cell.image, cell.sample, d, p, arguments.seconds))
                union_find.show(results[-1])
            elif arguments.event:
                results.append(event.measure(Cell(d, p), cpu_ns, arguments.seconds))
                event.show(results[-1])
            else:
                results.append(throughput(d, p, arguments.seconds, arguments.correlated))
                print_throughput(results[-1])
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=1, default=float) + "\n")


if __name__ == "__main__":
    main()
