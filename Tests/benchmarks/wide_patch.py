"""A surface code patch that is wider than high: what strips are for, and what Stim does not generate.

A rotated memory as Stim's `surface_code:rotated_memory_z` and `_x`, in schedule and noise, but with `width` data qubits in
a row and `height` in a column. Of equal width and height it is Stim's circuit, but for the order in which it lists qubits.
"""

from __future__ import annotations

import stim

# Where the four data qubits of a check are, in the order in which it meets them: hook errors run across the observable.
X_ORDER = [(1, 1), (-1, 1), (1, -1), (-1, -1)]
Z_ORDER = [(1, 1), (1, -1), (-1, 1), (-1, -1)]


def wide_patch(width: int, height: int, rounds: int, p: float, basis: str = "Z") -> stim.Circuit:
    """The circuit: detectors at (x, y, round). All errors have probability p: depolarizing after every gate and before every
    round on data qubits, flips before measurements and after resets."""
    data = [(x, y) for x in range(1, 2 * width, 2) for y in range(1, 2 * height, 2)]
    checks: dict[tuple[int, int], str] = {}
    for x in range(0, 2 * width + 1, 2):
        for y in range(0, 2 * height + 1, 2):
            on_x_side, on_y_side = x in (0, 2 * width), y in (0, 2 * height)
            kind = "X" if (x + y) % 4 == 2 else "Z"
            # X-checks on the sides of low and high y, Z-checks on those of x; none at the corners.
            if (on_x_side and on_y_side) or (on_x_side and kind == "X") or (on_y_side and kind == "Z"):
                continue
            checks[x, y] = kind
    number = {place: n for n, place in enumerate([*data, *checks])}
    all_data, all_checks = [number[q] for q in data], [number[c] for c in checks]
    x_checks = [number[c] for c, kind in checks.items() if kind == "X"]

    def step(k: int) -> list[int]:
        pairs: list[int] = []
        for (x, y), kind in checks.items():
            dx, dy = (X_ORDER if kind == "X" else Z_ORDER)[k]
            other = number.get((x + dx, y + dy))
            if other is not None:
                pairs += [number[x, y], other] if kind == "X" else [other, number[x, y]]
        return pairs

    circuit = stim.Circuit()
    for place, n in number.items():
        circuit.append("QUBIT_COORDS", [n], place)
    circuit.append("R" if basis == "Z" else "RX", all_data)
    circuit.append("X_ERROR" if basis == "Z" else "Z_ERROR", all_data, p)
    circuit.append("R", all_checks)
    circuit.append("X_ERROR", all_checks, p)
    cycle = stim.Circuit()
    cycle.append("TICK", [])
    cycle.append("DEPOLARIZE1", all_data, p)
    cycle.append("H", x_checks)
    cycle.append("DEPOLARIZE1", x_checks, p)
    for k in range(4):
        cycle.append("TICK", [])
        cycle.append("CX", step(k))
        cycle.append("DEPOLARIZE2", step(k), p)
    cycle.append("TICK", [])
    cycle.append("H", x_checks)
    cycle.append("DEPOLARIZE1", x_checks, p)
    cycle.append("TICK", [])
    cycle.append("X_ERROR", all_checks, p)
    cycle.append("MR", all_checks)
    cycle.append("X_ERROR", all_checks, p)
    count = len(all_checks)

    def detect(into: stim.Circuit, kinds: str, back: list[int]) -> None:
        for k, ((x, y), kind) in enumerate(checks.items()):
            if kind in kinds:
                into.append("DETECTOR", [stim.target_rec(k - count * b) for b in back], (x, y, 0))

    circuit += cycle
    detect(circuit, basis, [1])
    later = cycle.copy()
    later.append("SHIFT_COORDS", [], (0, 0, 1))
    detect(later, "XZ", [1, 2])
    if rounds > 1:
        circuit.append(stim.CircuitRepeatBlock(rounds - 1, later))
    circuit.append("X_ERROR" if basis == "Z" else "Z_ERROR", all_data, p)
    circuit.append("M" if basis == "Z" else "MX", all_data)
    where = {q: k - len(data) for k, q in enumerate(data)}
    for k, ((x, y), kind) in enumerate(checks.items()):
        if kind == basis:
            near = [where[x + dx, y + dy] for dx, dy in X_ORDER if (x + dx, y + dy) in where]
            records = [stim.target_rec(r) for r in [*near, k - count - len(data)]]
            circuit.append("DETECTOR", records, (x, y, 1))
    logical = [q for q in data if (q[1] == 1 if basis == "Z" else q[0] == 1)]
    circuit.append("OBSERVABLE_INCLUDE", [stim.target_rec(where[q]) for q in logical], 0)
    return circuit
