"""Statuses, and the one exception that a refusal becomes."""

from __future__ import annotations

import enum
import operator

from . import _ffi


class Status(enum.IntEnum):
    """Outcome of a call, as in decant.h. Zero is success, positive is flow control, negative is an error."""

    OK = _ffi.OK
    PENDING = _ffi.PENDING
    FULL = _ffi.FULL
    EMPTY = _ffi.EMPTY
    TRUNCATED = _ffi.TRUNCATED
    BAD_ARGUMENT = _ffi.BAD_ARGUMENT
    BUFFER_TOO_SMALL = _ffi.BUFFER_TOO_SMALL
    MISALIGNED = _ffi.MISALIGNED
    BAD_ABI = _ffi.BAD_ABI
    BAD_IMAGE = _ffi.BAD_IMAGE
    UNSUPPORTED = _ffi.UNSUPPORTED
    BAD_STATE = _ffi.BAD_STATE
    ROUND_LOST = _ffi.ROUND_LOST
    INTERNAL = _ffi.INTERNAL
    IMPOSSIBLE = _ffi.IMPOSSIBLE


class Error(ValueError):
    """What was asked for cannot be done. Nothing was consumed, and every object can be used as before.

    status: the library's, or the one that the library would have given had the call reached it.
    shot: index of the shot at fault in a batch, whose earlier shots are answered; otherwise None.
    """

    def __init__(self, status: int, sentence: str, *, shot: int | None = None) -> None:
        super().__init__(sentence)
        self.status = Status(status)
        self.shot = shot

    def __reduce__(self) -> tuple[object, ...]:
        return _remake, (int(self.status), str(self), self.shot)


def _remake(status: int, sentence: str, shot: int | None) -> Error:
    return Error(status, sentence, shot=shot)


def bad_argument(sentence: str) -> Error:
    return Error(_ffi.BAD_ARGUMENT, sentence)


def whole(name: str, value: object, bits: int, least: int = 0) -> int:
    """A whole number that fits, of Python or numpy; raises `Error` otherwise."""
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise bad_argument(f"{name} is {value!r}; give a whole number") from None
    if not least <= number < 1 << bits:
        raise bad_argument(f"{name} is {number}; give {least} to {(1 << bits) - 1}")
    return number


_SENTENCES = {
    _ffi.BAD_IMAGE: "the bytes are no decoder image, or are damaged",
    _ffi.IMPOSSIBLE: "no set of errors explains the detection events: an odd number of them lies in a part of the graph "
    "that has no boundary",
    _ffi.INTERNAL: "an invariant of the library broke; please report it",
}


def check(status: int, what: str, why: str = "") -> None:
    """Raises `Error` for a negative status. what: was tried. why: it fails, where the status has no sentence."""
    if status < 0:
        name = _ffi.core.decant_status_name(status).decode()
        raise Error(status, f"{what}: {why or _SENTENCES.get(status, 'the library refused it')} ({name})")
