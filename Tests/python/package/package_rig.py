"""What the package's tests share. The package under test is the checkout's, not an installed one."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SOURCE = ROOT / "bindings" / "python" / "src"
sys.path.insert(0, str(SOURCE))
# Processes that tests start, and their children, find it as well.
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(SOURCE), os.environ.get("PYTHONPATH")]))

import stim


def memory(distance: int, p: float = 0.006, rounds: int | None = None) -> stim.Circuit:
    """Stim's rotated surface code, a memory of Z."""
    return stim.Circuit.generated(
        "surface_code:rotated_memory_z",
        distance=distance,
        rounds=rounds or distance,
        after_clifford_depolarization=p,
        before_round_data_depolarization=p,
        before_measure_flip_probability=p,
        after_reset_flip_probability=p,
    )
