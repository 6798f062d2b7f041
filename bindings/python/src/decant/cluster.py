"""Logical error rates on many machines: batches of shots as Dask tasks, counts as sinter's.

    from distributed import Client
    from decant import cluster
    cluster.collect(Client("scheduler:8786"), cluster.surface_tasks([5, 9, 13], [.003, .006]), ["decant-event"],
                    max_shots=10_000_000, max_errors=1_000, csv="rates.csv")

A batch is sampled and decoded by one worker, which keeps what it has compiled. Dask repeats a batch whose worker was lost, and
a batch is counted once. Rows have sinter's strong ids, so that its tools add them to what `sinter.collect` has counted. From a
shell: `python -m decant.sweep --help`. Needs `pip install decant-qec[cluster]`.
"""

from __future__ import annotations

import collections
import os
import secrets
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import distributed
import numpy as np
import sinter
import stim

from ._status import bad_argument, whole
from .sinter import decoders as decant_decoders


def surface_tasks(
    distances: Iterable[int], rates: Iterable[float], *, rounds: int | None = None, basis: str = "z"
) -> list[sinter.Task]:
    """Memories of Stim's rotated surface code for all pairs of a distance and a rate of faults.

    rounds: None is as many as the distance. basis: "x" or "z". Metadata: d, p, r, b.
    """
    return [
        sinter.Task(
            circuit=stim.Circuit.generated(
                f"surface_code:rotated_memory_{basis.lower()}",
                distance=d,
                rounds=rounds or d,
                after_clifford_depolarization=p,
                before_round_data_depolarization=p,
                before_measure_flip_probability=p,
                after_reset_flip_probability=p,
            ),
            json_metadata={"d": d, "p": p, "r": rounds or d, "b": basis.lower()},
        )
        for d in distances
        for p in rates
    ]


@dataclass
class _Job:
    """A task under one decoder, and what of it is still to do."""

    task: sinter.Task
    decoder: sinter.Decoder
    key: str
    left: int
    errors: int
    batches: int = 0

    def is_over(self, max_errors: int | None) -> bool:
        return self.left <= 0 or (max_errors is not None and self.errors >= max_errors)


def collect(
    client: distributed.Client,
    tasks: Iterable[sinter.Task],
    decoders: Iterable[str],
    *,
    max_shots: int,
    max_errors: int | None = None,
    batch_shots: int = 20_000,
    csv: str | os.PathLike[str] | None = None,
    seed: int | None = None,
    custom_decoders: Mapping[str, sinter.Decoder] | None = None,
) -> list[sinter.TaskStats]:
    """Samples and decodes every task with every decoder, and counts mistakes.

    Args:
        tasks: without postselection.
        decoders: names, of `decant.sinter_decoders()`, `custom_decoders`, or sinter's own.
        max_shots: for each task and decoder, exactly, unless max_errors ends it earlier.
        max_errors: mistakes after which no more batches are handed out; those under way are still counted.
        batch_shots: shots of a Dask task.
        csv: receives a row as soon as a batch is counted, in sinter's columns. What it holds already counts.
        seed: draws the same shots again, on the same version of Stim and processors alike. Do not give it twice for one
            csv: the same shots would be counted again. None is a new one each time.

    Returns totals, a row for each task and decoder, those from the csv included. Raises `decant.Error` for a task that
    cannot be decoded so.
    """
    for name, value in (("max_shots", max_shots), ("batch_shots", batch_shots)):
        whole(name, value, 62, least=1)
    known = {**sinter.BUILT_IN_DECODERS, **decant_decoders(), **(custom_decoders or {})}
    names = list(decoders)
    if unknown := [name for name in names if name not in known]:
        raise bad_argument(f"there is no decoder {unknown[0]!r}; give {', '.join(sorted(known))}")
    totals = _read(csv)
    jobs = [_job(task, name, known[name], totals, max_shots) for task in tasks for name in names]
    entropy = secrets.randbits(64) if seed is None else whole("seed", seed, 64)
    waiting = collections.deque(jobs)
    under_way: dict[str, _Job] = {}
    room = 2 * max(1, sum(client.nthreads().values()))
    results = distributed.as_completed()

    def hand_out() -> None:
        """Batches of all jobs in turn, no more than keep the workers busy."""
        while waiting and len(under_way) < room:
            job = waiting.popleft()
            if job.is_over(max_errors):
                continue
            shots = min(batch_shots, job.left)
            batch = (job.task, job.decoder, job.key, shots, batch_seed(entropy, job.key, job.batches))
            future = client.submit(count, *batch, pure=False)
            job.left -= shots
            job.batches += 1
            under_way[str(future.key)] = job
            waiting.append(job)
            results.add(future)

    hand_out()
    try:
        for future in results:
            row = future.result()
            job = under_way.pop(str(future.key))
            job.errors += row.errors
            totals[job.key] = totals[job.key] + row if job.key in totals else row
            _append(csv, row)
            hand_out()
    finally:
        for future in list(results.futures):
            future.cancel()
    return [totals[job.key] for job in jobs if job.key in totals]


def _job(
    task: sinter.Task, name: str, decoder: sinter.Decoder, totals: dict[str, sinter.TaskStats], max_shots: int
) -> _Job:
    if task.postselection_mask is not None or task.postselected_observables_mask is not None:
        raise bad_argument("a task postselects; here all shots are kept and counted")
    # As sinter fills in what it was not given, so that strong ids agree.
    model = task.detector_error_model or task.circuit.detector_error_model(
        decompose_errors=True, approximate_disjoint_errors=True
    )
    filled = sinter.Task(
        circuit=task.circuit,
        decoder=name,
        detector_error_model=model,
        json_metadata=task.json_metadata,
    )
    key = filled.strong_id()
    before = totals.get(key)
    shots, errors = (before.shots, before.errors) if before else (0, 0)
    return _Job(filled, decoder, key, left=max_shots - shots, errors=errors)


def batch_seed(seed: int, key: str, batch: int) -> int:
    """Stim's seed for a batch: batches of all tasks, decoders and seeds are apart."""
    low, high = np.random.SeedSequence([seed, int(key[:16], 16), batch]).generate_state(2)
    return int(low) | int(high & 0x7FFF_FFFF) << 32


def count(task: sinter.Task, decoder: sinter.Decoder, key: str, shots: int, seed: int) -> sinter.TaskStats:
    """What one Dask task does, on a worker: samples shots, decodes them, and counts mistakes."""
    start = time.monotonic()
    compiled = _compiled(task, decoder, key)
    detectors, flips = task.circuit.compile_detector_sampler(seed=seed).sample(
        shots, separate_observables=True, bit_packed=True
    )
    predictions = compiled.decode_shots_bit_packed(bit_packed_detection_event_data=detectors)
    mistakes = int(np.count_nonzero((predictions != flips).any(axis=1)))
    return sinter.TaskStats(
        strong_id=key,
        decoder=task.decoder,
        json_metadata=task.json_metadata,
        shots=shots,
        errors=mistakes,
        seconds=time.monotonic() - start,
    )


_kept = threading.local()  # a worker's threads decode at once, each with decoders of its own


def _compiled(task: sinter.Task, decoder: sinter.Decoder, key: str) -> Any:
    """The task's decoder, of the last few that this thread has used."""
    kept: dict[str, Any] = _kept.__dict__.setdefault("decoders", {})
    compiled = kept.pop(key, None) or decoder.compile_decoder_for_dem(dem=task.detector_error_model)
    kept[key] = compiled
    if len(kept) > 16:
        kept.pop(next(iter(kept)))
    return compiled


def _read(csv: str | os.PathLike[str] | None) -> dict[str, sinter.TaskStats]:
    if csv is None or not Path(csv).exists():
        return {}
    return {row.strong_id: row for row in sinter.read_stats_from_csv_files(csv)}


def _append(csv: str | os.PathLike[str] | None, row: sinter.TaskStats) -> None:
    if csv is None:
        return
    with Path(csv).open("a") as file:
        if file.tell() == 0:
            print(sinter.CSV_HEADER, file=file)
        print(row.to_csv_line(), file=file)
