"""What arrays may go to the library: it takes addresses, and believes what it is told about them.

Rows of packed bits are uint8, a shot each, detector k being bit k % 8 (least significant first) of byte k // 8. Their
inner axis must be contiguous; from row to row any stride will do that does not make rows overlap. What comes in may be
copied to make it so. What goes out may not, or the caller would look at an array that nobody wrote.
"""

from __future__ import annotations

import ctypes as c
from typing import Any

import numpy as np
import numpy.typing as npt

from ._status import bad_argument

Bits = npt.NDArray[np.bool_]
"""A bit each."""
Packed = npt.NDArray[np.uint8]
"""Eight bits each."""

UINT8, BOOL = np.dtype(np.uint8), np.dtype(np.bool_)


def aligned(size: int, alignment: int = 64) -> Packed:
    """Zeros that begin at a multiple of `alignment` bytes."""
    block = np.zeros(size + alignment, dtype=np.uint8)
    start = -address(block) % alignment
    return block[start : start + size]


def array(values: Any, name: str) -> npt.NDArray[Any]:
    """Anything that numpy can look at as an array."""
    if type(values) is np.ndarray:
        return values
    try:
        return np.asarray(values)
    except Exception as problem:
        raise bad_argument(f"{name} cannot be made an array: {problem}") from problem


def packed_rows(values: Any, width: int, bits: int, name: str) -> Packed:
    """Packed rows that the library can read: (rows, width) of uint8, copied only if it cannot read them in place."""
    rows = array(values, name)
    if rows.ndim != 2 or rows.shape[1] != width:
        raise bad_argument(f"{name} has shape {rows.shape}; give (shots, {width}): ceil({bits} / 8)")
    if rows.dtype != UINT8:
        raise bad_argument(f"{name} has dtype {rows.dtype}; packed bits are uint8")
    return rows if _can_be_read(rows) else np.ascontiguousarray(rows)


def unpacked_rows(values: Any, bits: int, name: str) -> Bits:
    """Rows of a bit each: (rows, bits) of bool, or of uint8 that are 0 or 1."""
    rows = array(values, name)
    if rows.ndim == 2 and rows.shape[1] == (bits + 7) // 8 != bits and rows.dtype == np.uint8:
        raise bad_argument(f"{name} has shape {rows.shape}: these look like packed bits; say bit_packed=True")
    if rows.ndim != 2 or rows.shape[1] != bits:
        raise bad_argument(f"{name} has shape {rows.shape}; give (shots, {bits}): a bit for each")
    return as_bits(rows, name)


def as_bits(values: npt.NDArray[Any], name: str) -> Bits:
    if values.dtype == np.bool_:
        return values
    if values.dtype != np.uint8:
        raise bad_argument(f"{name} has dtype {values.dtype}; bits are bool, or uint8 that are 0 or 1")
    if values.size and values.max() > 1:
        raise bad_argument(f"{name} holds {values.max()}; bits are 0 or 1. Of packed bits, say bit_packed=True")
    return values.astype(np.bool_)


def output_rows(out: Any, rows: int, width: int, dtypes: tuple[np.dtype[Any], ...]) -> None:
    """Checks an array that the caller gave to be written to."""
    if not isinstance(out, np.ndarray):
        raise bad_argument(f"out is a {type(out).__name__}; give a numpy array to write to")
    if out.dtype not in dtypes:
        raise bad_argument(f"out has dtype {out.dtype}; give {' or '.join(dtype.name for dtype in dtypes)}")
    if out.shape != (rows, width):
        raise bad_argument(f"out has shape {out.shape}; give ({rows}, {width})")
    if not out.flags.writeable:
        raise bad_argument("out is read-only")
    if not _can_be_read(out):
        raise bad_argument(
            f"out has strides {out.strides}; its inner axis must be contiguous, and its rows must not overlap"
        )


def check_apart(given: npt.NDArray[Any], out: npt.NDArray[Any]) -> None:
    """Refuses an output that shares memory with the input."""
    if np.may_share_memory(given, out):
        raise bad_argument("out shares memory with the detectors; give it memory of its own")


def address(block: npt.NDArray[Any]) -> int:
    """Where an array begins.

    The buffer's address takes half the time of the array interface's, which is a dict made anew; decoding a batch has
    driven both from the caches by the next call. It is not to be had of arrays that are read-only, empty or strided.
    """
    try:
        return c.addressof(c.c_char.from_buffer(block))
    except (TypeError, ValueError, BufferError):
        where: int = block.__array_interface__["data"][0]
        return where


def stride(rows: npt.NDArray[Any]) -> int:
    """Bytes from row to row. numpy's stride says nothing where there is but one row."""
    return rows.strides[0] if len(rows) > 1 else max(rows.shape[1], 1) * rows.itemsize


def pack(rows: Bits) -> Packed:
    """Packed rows, contiguous whatever the order of the bits.

    numpy packs one long row many times faster than many short ones, so rows are made whole bytes long and laid end to end.
    """
    count, bits = rows.shape
    width = (bits + 7) // 8
    if bits % 8 != 0 or not rows.flags.c_contiguous:
        padded = np.zeros((count, 8 * width), dtype=np.bool_)
        padded[:, :bits] = rows
        rows = padded
    return np.packbits(rows.reshape(-1), bitorder="little").reshape(count, width)


def unpack(packed: Packed, bits: int) -> Bits:
    return np.unpackbits(packed, axis=-1, count=bits, bitorder="little").view(np.bool_)


def _can_be_read(rows: npt.NDArray[Any]) -> bool:
    contiguous = rows.shape[1] <= 1 or rows.strides[1] == rows.itemsize
    return contiguous and (len(rows) <= 1 or rows.strides[0] >= rows.shape[1] * rows.itemsize)
