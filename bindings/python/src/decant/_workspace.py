"""A decoder as the library has it: a workspace in memory of our own, an image that outlives it, and a lock.

One decoder is used by one thread at a time; that is the library's rule, and the lock keeps it whatever callers do.
"""

from __future__ import annotations

import ctypes as c
import threading
from dataclasses import dataclass

from . import _arrays, _ffi
from ._image import Image
from ._records import Requirements, Stats
from ._status import Error, check


_MISFIT = (
    "it is not for the same experiment: detectors, observables, rounds of windows and what the network sees must be those "
    "of the image before"
)


@dataclass(frozen=True)
class Config:
    """How a decoder decodes, as decant_config."""

    flags: int
    work_limit: int
    max_reweights: int
    commit_rounds: int = 0
    buffer_rounds: int = 0
    slice_work: int = 0


class Workspace:
    """An initialised decoder. `lock` is held while `address` is used. detectors, observables: bits of a shot, an answer."""

    def __init__(self, image: Image, config: Config) -> None:
        self.image, self.config = image, config
        struct = _ffi.decant_config(**vars(config))
        where = (image.address, len(image))
        needs = _ffi.decant_requirements()
        check(_ffi.core.decant_decoder_measure(*where, c.byref(struct), c.byref(needs)), "the decoder")
        self.needs = Requirements.of(needs)
        self.detectors, self.observables = image.info.detectors, image.info.observables
        self._allocate()
        handle = c.c_void_p()
        check(
            _ffi.core.decant_decoder_init(
                _arrays.address(self._block), self._block.size, *where, c.byref(struct), c.byref(handle)
            ),
            "the decoder",
        )

    def _allocate(self) -> None:
        size = self.needs.workspace_size
        try:
            self._block = _arrays.aligned(size)
        except (MemoryError, ValueError):
            raise MemoryError(f"there is no memory for a workspace of {size} bytes") from None
        self._address: int | None = _arrays.address(self._block)
        self.lock = threading.RLock()

    @property
    def address(self) -> int:
        """The decoder's. Raises `Error` (BAD_STATE) once it is closed."""
        if self._address is None:
            raise Error(_ffi.BAD_STATE, "the decoder is closed")
        return self._address

    def copy(self) -> Workspace:
        """A second decoder in the same state: a workspace holds no pointer into itself."""
        with self.lock:
            _ = self.address  # refuses a closed one
            twin = object.__new__(Workspace)
            twin.image, twin.config, twin.needs = self.image, self.config, self.needs
            twin.detectors, twin.observables = self.detectors, self.observables
            twin._allocate()
            twin._block[:] = self._block
            return twin

    def heir(self, image: Image) -> Workspace:
        """A decoder of another image that can take over. Checking it takes its time, and holds no lock. Raises `Error` as
        the constructor."""
        return Workspace(image, self.config)

    def become(self, heir: Workspace) -> None:
        """Goes on as its heir, which takes over. Raises `Error` (UNSUPPORTED), and nothing has changed, if that does not
        fit."""
        with self.lock:
            status = _ffi.core.decant_decoder_take_over(heir.address, self.address)
            check(status, "the new image", _MISFIT if status == _ffi.UNSUPPORTED else "")
            if status == _ffi.PENDING:
                raise Error(_ffi.BAD_STATE, "a window is unfinished: swap once a push has returned its frame")
            self.image, self.needs, self._block, self._address = heir.image, heir.needs, heir._block, heir._address

    def close(self) -> None:
        """Gives the memory back, once nobody decodes in it."""
        with self.lock:
            self._address = None
            self._block = _arrays.aligned(0)

    def reset(self) -> None:
        with self.lock:
            check(_ffi.core.decant_decoder_reset(self.address), "reset")

    def stats(self) -> Stats:
        stats = _ffi.decant_stats()
        with self.lock:
            check(_ffi.core.decant_stats_read(self.address, c.byref(stats)), "stats")
        return Stats.of(stats)

    def digest(self) -> int:
        digest = c.c_uint64()
        with self.lock:
            check(_ffi.core.decant_digest(self.address, c.byref(digest)), "digest")
        return digest.value

    def refuse(self, status: int, what: str, shot: int | None = None) -> None:
        """Raises why a shot, whose array had the right shape, was not decoded; does nothing for other statuses."""
        if status >= 0:
            return
        stray = f"a bit is set behind the {self.detectors} detectors"
        try:
            check(status, what, stray if status == _ffi.BAD_ARGUMENT else "")
        except Error as problem:
            problem.shot = shot
            raise
