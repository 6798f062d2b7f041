"""What windows cost in accuracy: mistakes of decoders in windows beside the same decoder on whole shots.

    DECANT=.build/release/decant python Tests/benchmarks/windows.py [--scale 1] [--threads 1]

Memories of Stim's surface code, basis Z, 6 d rounds, p = 0.006, all decoders of a distance on the same shots. Prints Markdown:
mistakes over those on whole shots. Windows are told as commit + buffer rounds, h standing for half the distance, rounded up.
"""

import argparse
import csv
import os
import subprocess
import tempfile

SHOTS = {5: 120_000, 7: 60_000, 9: 30_000}
WINDOWS = [("d", "d"), ("d", "h"), ("h", "h"), ("1", "d"), ("1", "h"), ("d", "2"), ("d", "1")]
FULL = ["matching:correlated", "union-find", "event", "event+matching:correlated"]


def rounds(text: str, distance: int) -> int:
    return {"d": distance, "h": (distance + 1) // 2}.get(text) or int(text)


def names(distance: int) -> list[str]:
    """Decoders of a distance, each whole one before its windows."""
    found = ["matching"]
    for commit, buffer in WINDOWS:
        window = f"@{rounds(commit, distance)}+{rounds(buffer, distance)}"
        found += [f"matching{window}", f"matching{window}:blocks"]
    for decoder in FULL:
        window = f"@{distance}+{distance}"
        found += [decoder, f"{decoder}{window}", f"{decoder}{window}:blocks"]
    return found


def evaluate(distance: int, shots: int, threads: int) -> dict[str, int]:
    with tempfile.NamedTemporaryFile(suffix=".csv") as table:
        command = [os.environ.get("DECANT", "decant"), "evaluate", "--code", "stim:rotated_memory_z"]
        command += ["--distance", str(distance), "--rounds", str(6 * distance), "--noise", "0.006"]
        command += ["--max_shots", str(shots), "--threads", str(threads), "--decoder", ",".join(names(distance))]
        subprocess.run([*command, "--csv", table.name], check=True, stdout=subprocess.DEVNULL)
        with open(table.name) as file:
            return {row["decoder"].strip(): int(row["errors"]) for row in csv.DictReader(file, skipinitialspace=True)}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--scale", type=float, default=1, help="times as many shots")
    arguments.add_argument("--threads", type=int, default=1)
    options = arguments.parse_args()
    counts = {d: evaluate(d, int(n * options.scale), options.threads) for d, n in SHOTS.items()}

    def cell(distance: int, decoder: str, window: str) -> str:
        whole, mistakes = counts[distance][decoder], counts[distance].get(decoder + window)
        return "-" if mistakes is None else f"{mistakes / whole:.4f}"

    print("| decoder | window | " + " | ".join(f"sliding, d = {d} | blocks" for d in SHOTS) + " |")
    print("|---" * (2 + 2 * len(SHOTS)) + "|")
    for decoder, window in [("matching", w) for w in WINDOWS] + [(decoder, ("d", "d")) for decoder in FULL]:
        cells = []
        for d in SHOTS:
            name = f"@{rounds(window[0], d)}+{rounds(window[1], d)}"
            cells += [cell(d, decoder, name), cell(d, decoder, name + ":blocks")]
        print(f"| {decoder} | {window[0]} + {window[1]} | " + " | ".join(cells) + " |")
    for d, n in SHOTS.items():
        wholes = ", ".join(f"{decoder} {counts[d][decoder]}" for decoder in ["matching", *FULL])
        print(f"\nd = {d}, {int(n * options.scale)} whole shots: {wholes}")


if __name__ == "__main__":
    main()
