"""Error rates as Dask tasks on a local cluster of two processes; counts that merge with sinter's."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import distributed
import numpy as np
import pytest
import sinter
import stim
from package_rig import memory

import decant
from decant import cluster

DECODERS = ["decant", "decant-event-correlated"]


@pytest.fixture(scope="module")
def client() -> Iterator[distributed.Client]:
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as machines,
        distributed.Client(machines) as client,
    ):
        yield client


def test_counts_are_those_of_one_process(client: distributed.Client) -> None:
    """With a seed, the batches are the same wherever they run."""
    tasks = cluster.surface_tasks([3, 5], [0.006])
    rows = cluster.collect(client, tasks, DECODERS, max_shots=2500, batch_shots=1000, seed=4)
    assert [(row.json_metadata["d"], row.decoder, row.shots) for row in rows] == [
        (d, name, 2500) for d in (3, 5) for name in DECODERS
    ]

    jobs = [cluster._job(task, name, decant.sinter_decoders()[name], {}, 2500) for task in tasks for name in DECODERS]
    for job, row in zip(jobs, rows):
        seeds = [cluster.batch_seed(4, job.key, batch) for batch in range(3)]
        alone = [cluster.count(job.task, job.decoder, job.key, n, seed) for n, seed in zip((1000, 1000, 500), seeds)]
        assert row.strong_id == job.key
        assert row.errors == sum(batch.errors for batch in alone) > 0
    again = cluster.collect(client, tasks, DECODERS, max_shots=2500, batch_shots=1000, seed=4)
    assert [(row.errors, row.strong_id) for row in again] == [(row.errors, row.strong_id) for row in rows]
    other = cluster.collect(client, tasks, DECODERS, max_shots=2500, batch_shots=1000, seed=5)
    assert [row.errors for row in other] != [row.errors for row in rows]
    assert all(row.errors > 0 for row in rows)


def test_rows_merge_with_sinters(client: distributed.Client, tmp_path: Path) -> None:
    table = tmp_path / "rates.csv"
    tasks = [sinter.Task(circuit=memory(3), json_metadata={"d": 3})]
    ours = cluster.collect(client, tasks, DECODERS, max_shots=1500, batch_shots=400, csv=table)
    sinters = sinter.collect(
        num_workers=1, tasks=tasks, decoders=DECODERS, custom_decoders=decant.sinter_decoders(), max_shots=700
    )
    with table.open("a") as file:
        for row in sinters:
            print(row.to_csv_line(), file=file)
    merged = {row.strong_id: row for row in sinter.read_stats_from_csv_files(table)}
    assert len(merged) == 2
    for row in ours:
        other = next(one for one in sinters if one.strong_id == row.strong_id)
        assert (row.decoder, row.shots) == (other.decoder, 1500)
        assert (merged[row.strong_id].shots, merged[row.strong_id].errors) == (2200, row.errors + other.errors)
    # What the table holds counts, whoever wrote it.
    more = cluster.collect(client, tasks, DECODERS, max_shots=2300, csv=table)
    assert [row.shots for row in more] == [2300, 2300]
    again = cluster.collect(client, tasks, DECODERS, max_shots=2300, csv=table)
    assert [(row.shots, row.errors) for row in again] == [(row.shots, row.errors) for row in more]


def test_mistakes_enough_end_it(client: distributed.Client) -> None:
    tasks = [sinter.Task(circuit=memory(3, p=0.02), json_metadata={})]
    (row,) = cluster.collect(client, tasks, ["decant"], max_shots=1_000_000, max_errors=50, batch_shots=500)
    assert 50 <= row.errors and row.shots <= 500 * 8


def test_what_cannot_be_done_is_told(client: distributed.Client) -> None:
    task = sinter.Task(circuit=memory(3), json_metadata={})
    with pytest.raises(decant.Error, match="no decoder 'guess'"):
        cluster.collect(client, [task], ["guess"], max_shots=10)
    with pytest.raises(decant.Error, match="max_shots is 0"):
        cluster.collect(client, [task], ["decant"], max_shots=0)
    with pytest.raises(decant.Error, match="postselects"):
        mask = np.zeros(3, dtype=np.uint8)
        picky = sinter.Task(circuit=memory(3), postselection_mask=mask, json_metadata={})
        cluster.collect(client, [picky], ["decant"], max_shots=10)
    bare = stim.Circuit("R 0\nX_ERROR(0.1) 0\nM 0\nDETECTOR rec[-1]\nOBSERVABLE_INCLUDE(0) rec[-1]")
    with pytest.raises(decant.Error, match="detectors have coordinates"):
        cluster.collect(client, [sinter.Task(circuit=bare, json_metadata={})], ["decant-event"], max_shots=10)
    rows = cluster.collect(client, [task], ["decant"], max_shots=100)
    assert rows[0].shots == 100


def test_from_a_shell(tmp_path: Path) -> None:
    table = tmp_path / "rates.csv"
    command = [sys.executable, "-m", "decant.sweep", "--workers", "1", "--distances", "3", "--rates", "0.01"]
    subprocess.run([*command, "--max_shots", "1000", "--csv", str(table)], check=True, capture_output=True)
    (row,) = sinter.read_stats_from_csv_files(table)
    assert (row.shots, row.decoder, row.json_metadata) == (1000, "decant", {"d": 3, "p": 0.01, "r": 3, "b": "z"})
