"""Experiments of any number of rounds, whole: which of their detectors belong to what rounds; and decoders for them."""

from __future__ import annotations

from typing import Any

import numpy.typing as npt

from . import _arrays, _ffi
from ._arrays import Bits
from ._image import Image
from ._records import StreamInfo
from ._status import Error, bad_argument, whole
from ._workspace import Config, Workspace


def stream_info(image: Image) -> StreamInfo:
    """What an image says about rounds. Raises `Error` (UNSUPPORTED) of one that is for whole shots."""
    if not isinstance(image, Image):
        raise bad_argument(f"image is a {type(image).__name__}; give a decant.Image, as decant.compile makes")
    if image.info.stream is None:
        raise Error(_ffi.UNSUPPORTED, "the image is for whole shots; compile it with stream=True")
    return image.info.stream


def window(info: StreamInfo, commit: int | None, buffer: int | None) -> dict[str, int]:
    """Rounds that windows commit, and those that they see besides; those of the image for None."""
    return {
        "commit": info.commit_rounds if commit is None else whole("commit", commit, 32, least=1),
        "buffer": info.buffer_rounds if buffer is None else whole("buffer", buffer, 32, least=1),
    }


def workspace(image: Image, info: StreamInfo, flags: int, keywords: dict[str, Any]) -> Workspace:
    """A decoder of windows. keywords: checked, commit, buffer and work_limit among them, and slice_work of a stream."""
    commit, buffer = int(keywords["commit"]), int(keywords["buffer"])
    try:
        slice_work = int(keywords.get("slice_work", 0))
        return Workspace(image, Config(flags, int(keywords["work_limit"]), 0, commit, buffer, slice_work))
    except Error as problem:
        if problem.status != _ffi.UNSUPPORTED:
            raise
        raise Error(
            _ffi.UNSUPPORTED,
            f"a window cannot commit {commit} rounds and see {buffer} more: it sees at least {info.least_buffer} more, "
            "and has at most 65536",
        ) from None


def bits(info: StreamInfo, shots: npt.ArrayLike, bit_packed: bool, rounds: int | None) -> tuple[Bits, int]:
    """Experiments, (shots, detectors) of bool, and how many rounds they have. rounds: None for what the shape tells.

    Raises `Error`: BAD_ARGUMENT; UNSUPPORTED (experiments that are too short).
    """
    given = _arrays.array(shots, "shots")
    if given.ndim != 2:
        raise bad_argument(f"shots has shape {given.shape}; give (shots, detectors)")
    count = _rounds(info, given.shape[1], bit_packed) if rounds is None else whole("rounds", rounds, 32, least=2)
    if count < info.shortest:
        raise Error(_ffi.UNSUPPORTED, f"experiments of {count} rounds are too short; {info.shortest} will do")
    detectors = info.detectors(count)
    if not bit_packed:
        return _arrays.unpacked_rows(given, detectors, "shots"), count
    rows = _arrays.packed_rows(given, (detectors + 7) // 8, detectors, "shots")
    if detectors % 8 and (rows[:, -1] >> detectors % 8).any():
        raise bad_argument(f"a bit is set behind the {detectors} detectors")
    return _arrays.unpack(rows, detectors), count


def _rounds(info: StreamInfo, width: int, bit_packed: bool) -> int:
    """Rounds of experiments whose rows are so wide."""
    fewest, each = info.first_detectors + info.last_detectors, max(info.round_detectors, 1)
    low, high = (8 * width - 7, 8 * width) if bit_packed else (width, width)
    least, most = 2 + max(-((fewest - low) // each), 0), 2 + (high - fewest) // each
    if least == most:
        return least
    if least < most:
        raise bad_argument(f"shots of {width} bytes may have {least} to {most} rounds; say rounds=")
    raise bad_argument(
        f"shots has rows of {width}{' bytes' if bit_packed else ''}, and no number of rounds makes that many: the first "
        f"has {info.first_detectors} detectors, the last {info.last_detectors}, others {info.round_detectors}"
    )
