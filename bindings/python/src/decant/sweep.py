"""`python -m decant.sweep`: `decant.cluster` from a shell, on a cluster or on this machine's processes."""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from pathlib import Path

import distributed
import sinter

from . import cluster


def main() -> None:
    options = argparse.ArgumentParser(
        prog="python -m decant.sweep", description="Logical error rates of surface codes, as Dask tasks."
    )
    options.add_argument("--scheduler", help="address, such as tcp://host:8786; otherwise processes on this machine")
    options.add_argument("--workers", type=int, default=2, help="processes, without --scheduler")
    options.add_argument("--distances", type=int, nargs="+", required=True)
    options.add_argument("--rates", type=float, nargs="+", required=True)
    options.add_argument("--rounds", type=int, help="as many as the distance if not given")
    options.add_argument("--basis", choices=["x", "z"], default="z")
    options.add_argument("--decoders", nargs="+", default=["decant"])
    options.add_argument("--max_shots", type=int, default=1_000_000)
    options.add_argument("--max_errors", type=int, default=1_000)
    options.add_argument(
        "--csv", type=Path, required=True, help="keeps what was counted; the next run goes on from there"
    )
    given = options.parse_args()
    with ExitStack() as stack:
        where = given.scheduler or stack.enter_context(
            distributed.LocalCluster(n_workers=given.workers, threads_per_worker=1, dashboard_address=None)
        )
        rows = cluster.collect(
            stack.enter_context(distributed.Client(where)),
            cluster.surface_tasks(given.distances, given.rates, rounds=given.rounds, basis=given.basis),
            given.decoders,
            max_shots=given.max_shots,
            max_errors=given.max_errors,
            csv=given.csv,
        )
    print(sinter.CSV_HEADER)
    for row in rows:
        print(row.to_csv_line())


if __name__ == "__main__":
    main()
