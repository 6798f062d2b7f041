"""Many shots at once, on one thread or on several.

The library decodes a batch in one call, during which Python's lock is free. So threads scale if each has a decoder of its
own, and a slice of the shots to take it through.
"""

from __future__ import annotations

import ctypes as c
import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from . import _arrays, _ffi
from ._workspace import Workspace

Rows = npt.NDArray[Any]

MAX_THREADS = 1024
"""More help no machine of today."""


def decode(workspace: Workspace, rows: Rows, out: Rows, bit_packed: bool, first: int = 0) -> bool:
    """Decodes rows into rows, in one call: whether a work limit cut any of them short.

    rows, out: checked, packed or not. first: the number of the first shot, for errors. Raises `Error` for the first shot
    at fault, once those before it are answered.
    """
    packed = rows if bit_packed else _arrays.pack(rows)
    answers = out if bit_packed else np.empty((len(rows), workspace.needs.observables_size), dtype=np.uint8)
    done = c.c_size_t()
    with workspace.lock:
        status: int = _ffi.core.decant_decode_batch(
            workspace.address,
            len(packed),
            _arrays.address(packed),
            _arrays.stride(packed),
            _arrays.address(answers),
            _arrays.stride(answers),
            c.byref(done),
        )
    if not bit_packed:
        out[: done.value] = _arrays.unpack(answers[: done.value], out.shape[1])
    if status < 0:
        workspace.refuse(status, f"shot {first + done.value}", first + done.value)
    return status == _ffi.TRUNCATED


def decode_on_threads(workspaces: Sequence[Workspace], rows: Rows, out: Rows, bit_packed: bool) -> bool:
    """As `decode`, a slice of the rows for each workspace; the first one's on the thread that calls.

    Slices depend on the number of rows and workspaces alone, so that every decoder's digest can be repeated. Raises what
    the first slice that failed has raised; the others are answered as far as they came.
    """
    count = len(workspaces)
    bounds = [len(rows) * k // count for k in range(count + 1)]
    truncated = [False] * count

    def work(k: int) -> None:
        here = slice(bounds[k], bounds[k + 1])
        truncated[k] = decode(workspaces[k], rows[here], out[here], bit_packed, bounds[k])

    on_threads(work, count)
    return any(truncated)


def on_threads(task: Callable[[int], None], count: int) -> None:
    """Does tasks 0 to count - 1 at once, task 0 on the thread that calls. Raises what the first that failed has raised."""
    problems: list[BaseException | None] = [None] * count

    def work(k: int) -> None:
        try:
            task(k)
        except BaseException as problem:  # raised again, on the thread that called
            problems[k] = problem

    workers = [threading.Thread(target=work, args=(k,), daemon=True) for k in range(1, count)]
    for worker in workers:
        worker.start()
    work(0)
    for worker in workers:
        worker.join()
    for problem in problems:
        if problem is not None:
            raise problem
