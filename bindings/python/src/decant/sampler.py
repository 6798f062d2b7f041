"""Samplers: labelled shots, to train networks and to judge decoders."""

from __future__ import annotations

import ctypes as c
import weakref
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from . import _arrays, _ffi
from ._models import Model, ModelLike
from ._records import EDGE
from ._status import Error, bad_argument, check, whole
from ._surface import SurfaceCode

_LABELS = {"plain": _ffi.HOST_LABELS_PLAIN, "spacelike": _ffi.HOST_LABELS_SPACELIKE, "full": _ffi.HOST_LABELS_FULL}
_KINDS = ("detectors", "observables", "inputs", "targets", "edges")


class Shots(NamedTuple):
    """Sampled shots, a row each. What was not asked for is None."""

    detectors: npt.NDArray[Any] | None
    observables: npt.NDArray[Any] | None
    """Whether each was flipped."""
    inputs: npt.NDArray[Any] | None
    """Of surface codes: (shots, 2, T, D, D), detectors of X-checks, then Z-checks, by round and their check's cell."""
    targets: npt.NDArray[Any] | None
    """Of surface codes: (shots, 4, T, D, D), new Z errors, new X errors, flips of X-checks and of Z-checks."""
    edges: npt.NDArray[Any] | None
    """Of models: (shots, edges), whether each edge of the matching graph flipped, numbered as `Sampler.edges`."""


class Sampler:
    """Draws shots of a model, or labelled shots of a surface code.

    A shot is settled by the model, the seed and its number: it is the same in calls of whatever size and on however many
    threads. Several threads may sample from one sampler at once.
    """

    def __init__(
        self,
        model: ModelLike,
        *,
        seed: int = 0,
        labels: Literal["plain", "spacelike", "full"] = "plain",
        teacher: bool = False,
        edges: bool = False,
    ) -> None:
        """Makes a sampler.

        Args:
            model: as `decant.compile` takes it; of a `SurfaceCode`, shots have inputs and targets.
            seed: 0 to 2^64 - 1; a test set takes another seed than training.
            labels: of a `SurfaceCode`, how far targets are made local by homological equivalence.
            teacher: targets are what correlated matching makes of the shot instead of what happened.
            edges: of other models, tell which edges flipped, too.

        Raises `Error`, with a sentence that names the line or the field.
        """
        self._host = _ffi.host()
        self._handle = self._host.decant_host_sampler_new()
        if not self._handle:
            raise MemoryError("there is no memory for a sampler")
        weakref.finalize(self, self._host.decant_host_sampler_free, self._handle)
        self._shape: tuple[int, int] | None = None
        seed = whole("seed", seed, 64)
        if isinstance(model, SurfaceCode):
            if edges:
                raise bad_argument("edges are of models; of a SurfaceCode, shots have targets")
            if not isinstance(labels, str) or labels not in _LABELS:
                raise bad_argument(f"labels is {labels!r}; give {', '.join(_LABELS)}")
            struct = model._struct(_LABELS[labels] | (_ffi.HOST_LABELS_TEACHER if teacher else 0))
            self._check(self._host.decant_host_sampler_set_surface(self._handle, c.byref(struct), seed))
            self._shape = (int(struct.rounds), int(struct.distance))
        else:
            if teacher or labels != "plain":
                raise bad_argument("labels are of a SurfaceCode; of other models, ask for edges")
            text = Model(model).text().encode()
            flags = _ffi.HOST_WITH_EDGES if edges else 0
            self._check(self._host.decant_host_sampler_set_model(self._handle, text, len(text), seed, flags))
        self._layout = _ffi.decant_host_layout()
        self._check(self._host.decant_host_sampler_layout(self._handle, c.byref(self._layout)))

    def _check(self, status: int) -> None:
        if status < 0:
            sentence = self._host.decant_host_sampler_error(self._handle).decode(errors="replace")
            if sentence:
                raise Error(status, sentence)
        check(status, "the sampler")

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of bits that its shots have, by the names of `Shots`."""
        always = ("detectors", "observables")
        return tuple(kind for kind in _KINDS if kind in always or getattr(self._layout, kind) > 0)

    @property
    def bits(self) -> dict[str, int]:
        """Bits of each kind that a shot has."""
        return {kind: int(getattr(self._layout, kind)) for kind in self.kinds}

    def edges(self) -> npt.NDArray[np.void]:
        """The ends of the edges, `EDGE` records, in the order of `Shots.edges`.

        Raises `Error` (UNSUPPORTED) of a sampler that was made without edges.
        """
        ends = np.empty(int(self._layout.edges), dtype=EDGE)
        status = self._host.decant_host_sampler_edges(self._handle, _arrays.address(ends), ends.size)
        check(status, "edges", "the sampler was made without edges=True")
        return ends

    def sample(
        self,
        shots: int,
        *,
        first: int = 0,
        kinds: tuple[str, ...] | None = None,
        bit_packed: bool = False,
        threads: int = 1,
    ) -> Shots:
        """Draws shots `first` to `first + shots - 1`. Calls that keep to blocks of 256 waste nothing.

        Args:
            kinds: what to tell of them, by the names of `Shots`; None is all that there is.
            bit_packed: rows of uint8, (shots, ceil(bits / 8)), least significant bit first, instead of bool in the
                shapes that `Shots` tells.

        Raises `Error` (BAD_ARGUMENT, UNSUPPORTED), and MemoryError.
        """
        kinds = self.kinds if kinds is None else kinds
        if unknown := [kind for kind in kinds if kind not in self.kinds]:
            raise Error(_ffi.UNSUPPORTED, f"its shots have no {unknown[0]!r}, but {', '.join(self.kinds)}")
        shots = whole("shots", shots, 48)
        out = _ffi.decant_host_shots()
        rows: dict[str, npt.NDArray[Any]] = {}
        for kind in kinds:
            size = int(getattr(self._layout, f"{kind}_size"))
            rows[kind] = np.zeros((shots, size), dtype=np.uint8)
            setattr(out, kind, _arrays.address(rows[kind]))
            setattr(out, f"{kind}_stride", size)
        first = whole("first", first, 64)
        threads = whole("threads", threads, 16, least=1)
        status = self._host.decant_host_sample(self._handle, first, shots, threads, c.byref(out))
        check(status, "sample", "shots are numbered up to 2^63")
        if not bit_packed:
            rows = {kind: self._unpacked(kind, packed) for kind, packed in rows.items()}
        return Shots(*(rows.get(kind) for kind in _KINDS))

    def _unpacked(self, kind: str, packed: npt.NDArray[Any]) -> npt.NDArray[Any]:
        bits = _arrays.unpack(packed, int(getattr(self._layout, kind)))
        if self._shape is None or kind not in ("inputs", "targets"):
            return bits
        rounds, distance = self._shape
        return bits.reshape(len(bits), -1, rounds, distance, distance)
