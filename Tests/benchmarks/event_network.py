"""What an event network costs: its stage of a decode, for each detection event.

    event_network.py [--d 13] [--p .003 .006] [--shape 4 4 4 128 32] [--shots 1500] [--passes 25] [--flags 0]

The network's numbers are made up (Tests/synthetic/add_network.c), which costs the same as trained ones: where events are
decides which rows are added, and every weight around an event changes. event_network.c, linked to libdecant.a, takes turns
between decoding without the network, decoding with it, and decant_predecode alone. Times are CPU time of the thread,
nanoseconds for each event; the median over the passes and, since other programs share the processor's caches, the least.

- `decode +`: decoding with the network, less decoding without: the stage itself and what changed weights cost the matcher.
- `predecode`: the stage alone, its changes written down.
- A second table: the same for single shots, over their events: the shot in the middle, of a hundred, of a thousand, and the
  longest. `least` takes of each shot the least of its passes, which leaves out what the machine did meanwhile, and `raw`
  all passes. Two readings of the clock, some 0.3 µs, are among each.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "python"))

import decant_abi as abi  # noqa: E402
import latency  # noqa: E402
from graphs import memory_circuit  # noqa: E402

HEADER = "  d      p | events/shot  features/event  changes/event | plain  decode +     (least) | predecode  (least)"

EACH = "  d      p | ns/event, shots one by one:     p50     p99   p99.9     max | raw: p50     p99   p99.9     max"


def quantiles(nanoseconds: np.ndarray) -> str:
    return " ".join(f"{q:7.0f}" for q in np.quantile(nanoseconds, [0.5, 0.99, 0.999, 1]))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--d", type=int, default=13)
    parser.add_argument("--p", type=float, nargs="+", default=[0.003, 0.006])
    parser.add_argument("--shape", nargs=5, default=["4", "4", "4", "128", "32"], help="radii, hidden, units")
    parser.add_argument("--shots", type=int, default=1500)
    parser.add_argument("--passes", type=int, default=25)
    parser.add_argument("--flags", type=int, default=0)
    options = parser.parse_args()
    adder = abi.ROOT / "build" / "bench" / "add_network"
    adder.parent.mkdir(parents=True, exist_ok=True)
    source = abi.ROOT / "Tests" / "synthetic" / "add_network.c"
    subprocess.run(["cc", "-std=c11", "-O2", source, "-o", adder], check=True)
    program = latency.build_program("event_network")
    print(HEADER)
    each_shot = []
    for p in options.p:
        circuit = memory_circuit("surface_code:rotated_memory_z", options.d, options.d, p)
        dem = str(circuit.detector_error_model(decompose_errors=True).flattened())
        shots, _ = circuit.compile_detector_sampler(seed=1).sample(
            options.shots, separate_observables=True, bit_packed=True
        )
        each_events = np.bitwise_count(shots).sum(axis=1, dtype=int)
        events = int(each_events.sum())
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "dem").write_text(dem)
            abi.compile_image(dem, correlated=True).bytes.tofile(folder / "image")
            subprocess.run([adder, folder / "image", folder / "network", *options.shape, folder / "dem"], check=True)
            shots.tofile(folder / "b8")
            command = [program, folder / "network", folder / "b8", str(options.flags), str(options.passes), "each"]
            result = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        printed = result.stdout.splitlines()
        lines, totals, shot_lines = printed[: options.passes], printed[options.passes], printed[options.passes + 1 :]
        plain, network, predecode = np.array([line.split() for line in lines], dtype=float).T / events
        _, features, _, changes = totals.split()
        print(
            f"{options.d:3} {p:6g} | {events / options.shots:11.1f} {int(features) / events:15.2f}"
            f" {int(changes) / events:14.2f} | {np.median(plain):5.0f} {np.median(network - plain):9.0f}"
            f" {network.min() - plain.min():11.0f} | {np.median(predecode):9.0f} {predecode.min():8.0f}",
            flush=True,
        )
        some = each_events > 0
        times = np.array([line.split() for line in shot_lines], dtype=float)[some] / each_events[some, None]
        each_shot.append(f"{options.d:3} {p:6g} | {quantiles(times.min(axis=1)):>60} | {quantiles(times):>36}")
    print("", EACH, *each_shot, sep="\n")


if __name__ == "__main__":
    main()
