"""The examples run to their end, on few shots, and leave what they promise."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import sinter
from package_rig import ROOT

EXAMPLES = ROOT / "Examples"
PNG = b"\x89PNG\r\n"


def run(script: str, *arguments: str) -> str:
    command = [sys.executable, str(EXAMPLES / script), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_quickstart(tmp_path: Path) -> None:
    few = ["--distances", "3", "5", "--rates", "0.004", "0.008", "--shots", "500", "--latency_shots", "20"]
    assert str(tmp_path) in run("quickstart.py", "--out", str(tmp_path), *few)
    for picture in ("shot.png", "rates.png", "latency.png"):
        assert (tmp_path / picture).read_bytes().startswith(PNG)


def test_sinter_sweep(tmp_path: Path) -> None:
    table, picture = tmp_path / "threshold.csv", tmp_path / "threshold.png"
    few = [
        "--distances",
        "3",
        "--lowest",
        "0.01",
        "--points",
        "2",
        "--max_shots",
        "400",
        "--csv",
        str(table),
        "--plot",
        str(picture),
    ]
    assert "6 rows" in run("sinter-sweep/sweep.py", *few)
    assert picture.read_bytes().startswith(PNG)
    rows = sinter.read_stats_from_csv_files(table)
    assert sorted({row.decoder for row in rows}) == ["decant", "decant-correlated", "decant-event-correlated"]
    assert all(row.shots == 400 and row.errors > 0 for row in rows)
    before = table.stat().st_size
    run("sinter-sweep/sweep.py", *few)
    assert table.stat().st_size == before, "a second run had nothing to add"
