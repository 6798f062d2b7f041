"""What blocks in time and in space, windows and strips, have in common: detectors of one, seams, and its answer."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from . import _arrays
from ._arrays import Packed
from ._records import Report
from ._status import bad_argument


class BlockAnswer(NamedTuple):
    """What decoding a window or a strip tells."""

    observables: npt.NDArray[Any]
    """The flips that it commits: (observables,) of bool, or packed as the detectors were."""
    before: Packed | None
    """Of the first layer, the seam for the neighbour with the next lower number; None where there is none."""
    after: Packed | None
    """... and for the next higher."""
    report: Report


def row(values: npt.ArrayLike, bits: int, bit_packed: bool, what: str) -> Packed:
    """The detectors of one window or strip, packed. what: which of these it is. Raises `Error` (BAD_ARGUMENT)."""
    given = _arrays.array(values, "detectors")
    if given.ndim != 1:
        raise bad_argument(f"detectors has shape {given.shape}; give those of one {what}")
    if bit_packed:
        packed = _arrays.packed_rows(given[None], (bits + 7) // 8, bits, "detectors")
    else:
        packed = _arrays.pack(_arrays.unpacked_rows(given[None], bits, "detectors"))
    return np.ascontiguousarray(packed)


def seam(
    name: str, given: Packed | None, is_read: bool, has_neighbour: bool, size: int, what: str
) -> Packed | None:
    """A copy of a seam to read, or room for one to be written. Raises `Error` (BAD_ARGUMENT)."""
    if not is_read or not has_neighbour:
        if given is not None:
            raise bad_argument(f"{name} is given, but the {what} reads no seam there")
        return np.zeros(size, dtype=np.uint8) if has_neighbour else None
    if not isinstance(given, np.ndarray) or given.shape != (size,) or given.dtype != np.uint8:
        raise bad_argument(f"{name} is no seam; give what decode_{what} told of the neighbour, ({size},) of uint8")
    return given.copy()
