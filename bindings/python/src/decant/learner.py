"""Noise learned from detection events alone, beside a decoder that is at work."""

from __future__ import annotations

import ctypes as c
import math
import threading
import weakref
from dataclasses import dataclass

import numpy.typing as npt

from . import _arrays, _ffi
from ._image import Image
from ._models import Model, ModelLike
from ._status import Error, bad_argument, check, whole
from .sampler import Sampler


@dataclass(frozen=True)
class Change:
    """One sign that noise has changed faster than it is forgotten."""

    shots: int
    """That had been pushed when it was told."""
    since: int
    """Shots before it began, as far as can be said."""
    detectors: tuple[int, ...]
    """A detector, or two that fire together."""
    before: float
    """Share of the shots in which it, or both, fired: before,"""
    now: float
    """... and in the last stretch."""


class Learner:
    """Learns how likely the errors of a model are, from detection events, and follows them where they drift.

    Old shots are forgotten exponentially; where noise changes faster than that, all before the change is forgotten at once,
    and `changes` tells. Calls of one learner wait for each other, and Python's lock is free while they work.
    """

    def __init__(
        self,
        model: ModelLike,
        *,
        half_life: float = 100_000,
        stretch: int = 4096,
        stretches_per_alarm: float = 10_000,
        estimator: str = "combined",
        repeating: bool = False,
        threads: int = 1,
    ) -> None:
        """Args:
            model: what may go wrong, as for `compile`; its probabilities do not matter much. Of a circuit or a
                `SurfaceCode`, the parameters of the noise are learned as well.
            half_life: shots after which a shot counts half; `math.inf` for never.
            stretch: shots that are judged together, 256 or more.
            stretches_per_alarm: stretches from one false alarm to the next, in the mean; `math.inf` to watch for none.
            estimator: "moments", "parameters" or "combined".
            repeating: learn errors that are alike in all rounds as one, as a stream wants it.
            threads: to learn with.

        Raises `Error` with a sentence; OSError for a file that cannot be read.
        """
        self._lock = threading.RLock()
        self._host = _ffi.host()
        self._handle = self._host.decant_host_learner_new()
        if not self._handle:
            raise MemoryError("there is no memory for a learner")
        weakref.finalize(self, self._host.decant_host_learner_free, self._handle)
        for name, value in (("half_life", half_life), ("stretches_per_alarm", stretches_per_alarm)):
            if not value > 0 or math.isnan(value):
                raise bad_argument(f"{name} is {value}; give a number above 0")
        if not 256 <= whole("stretch", stretch, 32) <= 1 << 24:
            raise bad_argument(f"stretch is {stretch}; give 256 to 16777216")
        options = _ffi.decant_host_learner_options(
            flags=_ffi.HOST_LEARNER_REPEATING if repeating else 0,
            half_life=half_life,
            stretches_per_alarm=stretches_per_alarm,
            stretch=stretch,
            threads=whole("threads", threads, 32, least=1),
            estimator=estimator.encode(),
        )
        structure = Model(model)
        self._check(
            self._host.decant_host_learner_set(self._handle, structure._handle, c.byref(options)), "the learner"
        )
        self._detectors = Sampler(structure.text()).bits["detectors"]

    def push(self, shots: npt.ArrayLike, *, bit_packed: bool = False) -> None:
        """Adds shots, in the order in which they were taken: (shots, detectors) of bool, or packed as for `Decoder`."""
        width = (self._detectors + 7) // 8
        if bit_packed:
            rows = _arrays.packed_rows(shots, width, self._detectors, "shots")
        else:
            rows = _arrays.pack(_arrays.unpacked_rows(shots, self._detectors, "shots"))
        with self._lock:
            status = self._host.decant_host_learner_push(
                self._handle, len(rows), _arrays.address(rows), _arrays.stride(rows)
            )
        check(status, "push", f"a bit is set behind the {self._detectors} detectors")

    def model(self) -> str:
        """What the shots say, as a detector error model in Stim's language. Raises `Error`: BAD_STATE before the first
        stretch of shots is complete; BAD_ARGUMENT if they tell nothing."""
        return self._learn().text()

    def image(self, like: Image) -> Image:
        """The same as an image like another one: for `Decoder.swap` and `Stream.swap`. Errors as `model` and
        `reweight`."""
        content, _ = self._learn().reweight(like.address, len(like))
        return Image(content)

    def statistics(self) -> bytes:
        """What was counted of all shots, those of old weighing less: a file of `decant learn --statistics`, which adds up
        over learners, files and machines."""
        place, size = c.c_void_p(), c.c_size_t()
        with self._lock:
            status = self._host.decant_host_learner_statistics(self._handle, c.byref(place), c.byref(size))
            check(status, "statistics")
            return c.string_at(place.value or 0, size.value)

    def merge(self, statistics: bytes) -> None:
        """Adds statistics, of `statistics` or of `decant learn --statistics`, as if their shots had been pushed.

        Raises `Error` (BAD_ARGUMENT) for bytes that are none, or of another model; nothing was added then.
        """
        with self._lock:
            self._check(
                self._host.decant_host_learner_merge(self._handle, statistics, len(statistics)), "the statistics"
            )

    def changes(self) -> list[Change]:
        """The signs of changes since this was last asked: those of one change have the same `shots`, the surest first."""
        found: list[Change] = []
        record = _ffi.decant_host_change()
        with self._lock:
            while (status := self._host.decant_host_learner_change(self._handle, c.byref(record))) == _ffi.OK:
                ends = (record.a,) if record.b == _ffi.BOUNDARY else (record.a, record.b)
                found.append(Change(record.shots, record.since, ends, record.before, record.now))
        check(status, "changes")
        return found

    def _learn(self) -> Model:
        learned = Model("")
        with self._lock:
            self._check(self._host.decant_host_learner_learn(self._handle, learned._handle), "learn")
        return learned

    def _check(self, status: int, what: str) -> None:
        if status < 0:
            sentence = self._host.decant_host_learner_error(self._handle).decode(errors="replace")
            if sentence:
                raise Error(status, sentence)
        check(status, what)
