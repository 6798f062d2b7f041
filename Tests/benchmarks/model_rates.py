"""Logical error rates and densities of the shipped networks beside matching: `make figure`, and the tables of the cards.

    model_rates.py RATES.csv GRID.csv [--add] [--scale 1]       an hour on one core; --scale 100 for a glance
    model_rates.py RATES.csv GRID.csv --tables                  prints both as Markdown, and measures nothing

Experiments (CELLS): the circuit of the published figures (scalar noise, basis X, as many rounds as the distance), and
others that no training has seen: SI1000, noise that favours Z (that of noise_learning.py), Stim's code of even distance.
With --add, cells that the files hold with all decoders stay as they are, so that new ones cost no more than themselves.

Files are in sinter's columns; custom_counts counts detectors, events, and what grid-small leaves of the events of the
memory's basis. RATES.csv has the event networks, GRID.csv the grid network, each with matching on the same shots.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path

DECANT = os.environ.get("DECANT", ".build/release/decant")
GRID = "fixed:grid-small@edge/0.5@prior/0.5"
EVENT_DECODERS = ["matching", "matching:correlated", "event-small", "event", "event+matching:correlated"]
GRID_DECODERS = ["matching", "matching:correlated", GRID]
COLUMNS = ["shots", "errors", "discards", "seconds", "decoder", "strong_id", "json_metadata", "custom_counts"]

EVENT_TABLE = [
    "| noise | p | d | shots | density | matching | correlated | event-small | event | event + correlated "
    "| correlated over it |",
    "|---|---|---|---|---|---|---|---|---|---|---|",
]
GRID_TABLE = [
    "| noise | p | d | shots | matching | correlated | grid-small | reduction |",
    "|---|---|---|---|---|---|---|---|",
]

# {experiment: {p: {distance: thousands of shots}}}
CELLS = {
    "scalar": {
        0.001: {3: 2000, 5: 4000, 7: 4000, 9: 10000, 13: 1000, 17: 500, 21: 250},
        0.003: {3: 1000, 5: 1000, 7: 2000, 9: 1000, 13: 1500, 17: 500, 21: 50},
        0.006: {3: 200, 5: 200, 7: 400, 9: 200, 13: 100, 17: 60, 21: 50},
        0.008: {3: 200, 5: 200, 7: 200, 9: 200, 13: 50, 17: 20, 21: 10},
    },
    "si1000": {0.003: {5: 200, 9: 200}, 0.006: {5: 200, 9: 100}},
    "biased": {0.006: {5: 200, 9: 200}},
    "stim, even": {0.003: {4: 400, 6: 400, 8: 400}, 0.006: {4: 200, 6: 200, 8: 200, 10: 100}},
}
GRID_CELLS = {
    "scalar": {
        0.001: {5: 400, 9: 60, 13: 20},
        0.003: {5: 400, 9: 60, 13: 20},
        0.006: {5: 200, 9: 60, 13: 20},
        0.008: {5: 200, 9: 60, 13: 20},
    },
    "si1000": {0.006: {5: 200, 9: 60}},
    "biased": {0.006: {5: 200, 9: 60}},
}


Cell = tuple[str, float, int]  # experiment, error rate, distance
Table = dict[Cell, dict[str, dict[str, str]]]


def flat(plan: dict[str, dict[float, dict[int, int]]]) -> dict[Cell, int]:
    return {(name, p, d): shots for name, ps in plan.items() for p, ds in ps.items() for d, shots in ds.items()}


def biased(p: float) -> dict[str, float]:
    """Of an idle qubit's or a CNOT's Paulis, those of Z alone get ten of eleven shares; as noise_learning.py's."""
    waiting = 2 * (p / 3) - 4 * (p / 3) ** 2
    model = dict.fromkeys(["p_prep_X", "p_prep_Z", "p_meas_X", "p_meas_Z"], 2 * p / 3)
    for kind, total in (("cnot", p), ("spam", 3 * waiting)):
        model |= {f"p_idle_{kind}_{pauli}": total / 22 for pauli in "XY"}
        model[f"p_idle_{kind}_Z"] = total * 10 / 11
    for pair in (a + b for a in "IXYZ" for b in "IXYZ" if a + b != "II"):
        model[f"p_cnot_{pair}"] = p * (10 / 33 if set(pair) <= set("IZ") else 1 / 132)
    return model


def arguments(experiment: str, p: float, d: int, folder: Path) -> list[object]:
    if experiment == "stim, even":
        return ["--code", "stim:rotated_memory_x", "--noise", p, "--distance", d, "--rounds", d]
    code = ["--code", "surface", "--basis", "X", "--distance", d]
    if experiment == "biased":
        file = folder / "biased"
        file.write_text(json.dumps(biased(p)))
        return [*code, "--noise_model", file]
    return [*code, "--noise", p, *(["--preset", "si1000"] if experiment == "si1000" else ["--circuit_noise", "scalar"])]


def key(row: dict[str, str]) -> Cell:
    """Experiment, error rate and distance of a row."""
    facts = json.loads(row["json_metadata"])
    if facts["code"] != "surface":
        return "stim, even", facts["noise"], facts["distance"]
    if "noise" not in facts:
        return "biased", 0.006, facts["distance"]
    return facts.get("noise_source") or "scalar", facts["noise"], facts["distance"]


def read(path: str) -> Table:
    """For each cell, its rows by their decoders."""
    cells: Table = {}
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            cells.setdefault(key(row), {})[row["decoder"]] = row
    return cells


def evaluate(command: list[object], decoders: list[str], folder: Path) -> list[dict[str, str]]:
    """Rows as `decant evaluate` writes them, with what was counted beside."""
    names = [name.split("@")[0] for name in decoders]
    rule = ["--acceptance", "edge", "--prior", ".5"] if GRID in decoders else []
    run = [DECANT, "evaluate", *command, *rule, "--decoder", ",".join(names)]
    run += ["--csv", folder / "csv", "--json", folder / "json"]
    subprocess.run([str(word) for word in run], check=True, stdout=subprocess.DEVNULL)
    with open(folder / "csv", newline="") as file:
        rows = list(csv.DictReader(file))
    for row, facts in zip(rows, json.loads((folder / "json").read_text())["rows"], strict=True):
        counts = {"detectors": facts["detectors"] * facts["shots"]}
        counts["events"] = round(counts["detectors"] * facts["density"])
        if facts["residual_memory_density"] is not None:
            # Of the events of the memory's basis; how many those are, no file says.
            counts["left_of_a_million"] = round(1e6 / facts["density_reduction"])
        row["custom_counts"] = json.dumps(counts)
    return rows


def write(path: str, cells: Table) -> None:
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        order = {name: index for index, name in enumerate(CELLS)}
        for cell in sorted(cells, key=lambda cell: (order[cell[0]], *cell[1:])):
            writer.writerows(cells[cell].values())


def measure(path: str, plan: dict[Cell, int], decoders: list[str], options: argparse.Namespace) -> None:
    cells = read(path) if options.add and Path(path).exists() else {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for (experiment, p, d), thousands in plan.items():
            known = cells.get((experiment, p, d), {})
            if all(decoder in known and known[decoder]["custom_counts"] for decoder in decoders):
                continue
            command = [*arguments(experiment, p, d, folder), "--max_shots", max(1, thousands * 1000 // options.scale)]
            if set(decoders) <= set(known):  # all but the counts, which the same shots have
                row = evaluate(command, decoders[:1], folder)[0]
                old = known[decoders[0]]
                if (row["shots"], row["errors"]) != (old["shots"], old["errors"]):
                    sys.exit(f"{path}: {experiment}, p = {p}, d = {d} is of other shots; measure all without --add")
                for decoder in decoders:
                    known[decoder]["custom_counts"] = row["custom_counts"]
            else:
                rows = evaluate(command, decoders, folder)
                cells[experiment, p, d] = {row["decoder"]: row for row in rows}
            write(path, cells)
            print(experiment, p, d, *(f"{n}: {r['errors']}" for n, r in cells[experiment, p, d].items()), flush=True)


def wilson(errors: int, shots: int) -> tuple[float, float]:
    z = 1.959964
    share, scale = errors / shots, 1 + z * z / shots
    middle = share + z * z / (2 * shots)
    spread = z * math.sqrt(share * (1 - share) / shots + z * z / (4 * shots * shots))
    return max(0.0, (middle - spread) / scale), (middle + spread) / scale


def share(errors: int, shots: int) -> str:
    """A rate with its interval of 95 %."""
    low, high = wilson(errors, shots)
    if errors == 0:
        return f"0 [0, {high:.1e}]".replace("e-0", "e-")
    exponent = next(e for e in range(9) if errors / shots >= 10.0**-e)
    numbers = [f"{x * 10**exponent:.2f}" for x in (errors / shots, low, high)]
    return f"{numbers[0]} [{numbers[1]}, {numbers[2]}]e-{exponent}"


def tables(rates: str, grid: str) -> None:
    print(*EVENT_TABLE, sep="\n")
    for (experiment, p, d), rows in read(rates).items():
        errors = [int(rows[decoder]["errors"]) for decoder in EVENT_DECODERS]
        shots, counts = int(rows["matching"]["shots"]), json.loads(rows["matching"]["custom_counts"])
        density = f"{counts['events'] / counts['detectors']:.4f}"
        gain = f"{errors[1] / errors[4]:.2f}" if errors[4] >= 10 else ""
        cell = [experiment, str(p), str(d), str(shots), density, *(share(e, shots) for e in errors), gain]
        print("|", " | ".join(cell), "|")
    print("", *GRID_TABLE, sep="\n")
    for (experiment, p, d), rows in read(grid).items():
        shots, counts = int(rows[GRID]["shots"]), json.loads(rows[GRID]["custom_counts"])
        errors = [share(int(rows[decoder]["errors"]), shots) for decoder in GRID_DECODERS]
        reduction = f"{1e6 / counts['left_of_a_million']:.2f}"
        print("|", " | ".join([experiment, str(p), str(d), str(shots), *errors, reduction]), "|")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("rates")
    parser.add_argument("grid")
    parser.add_argument("--add", action="store_true", help="keep what the files hold")
    parser.add_argument("--scale", type=int, default=1, help="divides the shots")
    parser.add_argument("--tables", action="store_true", help="print what the files hold")
    options = parser.parse_args()
    if options.tables:
        return tables(options.rates, options.grid)
    measure(options.rates, flat(CELLS), EVENT_DECODERS, options)
    measure(options.grid, flat(GRID_CELLS), GRID_DECODERS, options)


if __name__ == "__main__":
    main()
