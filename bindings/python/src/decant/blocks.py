"""Blocks: an experiment cut into windows that decode in parallel."""

from __future__ import annotations

import ctypes as c
from collections.abc import Sequence
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt

from . import _arrays, _batch, _blocks, _experiments, _ffi
from ._arrays import Packed
from ._blocks import BlockAnswer
from ._image import Image
from ._records import Report, Requirements, Stats, StreamInfo, Window
from ._status import Error, bad_argument, check, whole
from ._workspace import Workspace

_core = _ffi.core


class Blocks:
    """A decoder of windows of two layers, for experiments that are recorded, or whose windows go to many machines.

    Windows with an even number are the first layer and depend on nothing. Those with an odd number are the second, and
    want the seams that their neighbours have left. The flips of an experiment are the exclusive or over its windows.

    Calls of one object wait for each other. Pickling keeps the image and the configuration.
    """

    def __init__(
        self,
        image: Image,
        *,
        commit: int | None = None,
        buffer: int | None = None,
        correlated: bool | None = None,
        network: bool | None = None,
        union_find: bool = False,
        work_limit: int = 0,
    ) -> None:
        """Makes a decoder of windows; the keywords and errors are those of `Stream`.

        A network is shown the rounds around a window, so that with one windows overlap further.
        """
        info = _experiments.stream_info(image)
        correlated = image.info.correlated if correlated is None else bool(correlated)
        if correlated and not image.info.correlated:
            raise Error(_ffi.UNSUPPORTED, "the image holds no correlations; compile it with correlated=True")
        network = image.info.network is not None if network is None else bool(network)
        if network and image.info.network is None:
            raise Error(_ffi.UNSUPPORTED, "the image holds no network; compile it with network='event'")
        self._keywords: dict[str, Any] = {
            **_experiments.window(info, commit, buffer),
            "correlated": correlated,
            "network": network,
            "union_find": bool(union_find),
            "work_limit": whole("work_limit", work_limit, 64),
        }
        self._flags = (
            _ffi.CONFIG_BLOCKS
            | (_ffi.CONFIG_CORRELATED if correlated else 0)
            | (_ffi.CONFIG_UNION_FIND if union_find else 0)
            | (_ffi.CONFIG_NETWORK if network else 0)
        )
        self._info = info
        self._own = _experiments.workspace(image, info, self._flags, self._keywords)
        self._others: list[Workspace] = []  # of further threads

    @property
    def image(self) -> Image:
        """The image that it decodes with."""
        return self._own.image

    @property
    def info(self) -> StreamInfo:
        """How many detectors rounds have, and how short experiments may be."""
        return self._info

    @property
    def config(self) -> dict[str, Any]:
        """The keywords that make another like this one."""
        return dict(self._keywords)

    @property
    def needs(self) -> Requirements:
        """What it needs and promises, such as the bytes of a seam."""
        return self._own.needs

    def __repr__(self) -> str:
        keywords = ", ".join(f"{name}={value!r}" for name, value in self._keywords.items())
        return f"<decant.Blocks({self.image!r}, {keywords})>"

    # ------------------------------------------------------------------------------------------- one window

    def window(self, rounds: int, index: int) -> Window | None:
        """A window of an experiment of so many rounds, the last included; None if it has no such window.

        Raises `Error`: UNSUPPORTED (too short an experiment), BAD_ARGUMENT.
        """
        count, number = whole("rounds", rounds, 64, least=1), whole("index", index, 64)
        window = _ffi.decant_window()
        with self._own.lock:
            status = _core.decant_window_plan(self._own.address, count, number, c.byref(window))
        check(status, "the window", f"experiments of {count} rounds are too short; {self._info.shortest} will do")
        return None if status == _ffi.EMPTY else Window.of(window, number)

    def windows(self, rounds: int) -> list[Window]:
        """All windows of an experiment of so many rounds, the last included. Errors as `window`."""
        rounds, found = whole("rounds", rounds, 32, least=1), list[Window]()
        while (window := self.window(rounds, len(found))) is not None:
            found.append(window)
        return found

    def decode_window(
        self,
        rounds: int,
        index: int,
        detectors: npt.ArrayLike,
        *,
        before: Packed | None = None,
        after: Packed | None = None,
        bit_packed: bool = False,
    ) -> BlockAnswer:
        """Decodes a window, on whichever machine.

        Args:
            rounds, index: as for `window`.
            detectors: those of the window, (detectors,) of bool, or packed: (ceil(detectors / 8),) of uint8.
            before, after: of the second layer, `after` of the answer of the neighbour with the next lower number, and
                `before` of the next higher one's, if there is one.

        Raises `Error`: BAD_ARGUMENT; UNSUPPORTED (too short an experiment).
        """
        window = self.window(rounds, index)
        if window is None:
            raise bad_argument(f"an experiment of {rounds} rounds has no window {index}")
        packed = _blocks.row(detectors, window.detectors, bit_packed, "window")
        size = self.needs.seam_size
        seams = [
            _blocks.seam("before", before, window.second, index > 0, size, "window"),
            _blocks.seam("after", after, window.second, not window.final, size, "window"),
        ]
        observables = np.zeros(self.needs.observables_size, dtype=np.uint8)
        report = _ffi.decant_report()
        with self._own.lock:
            status = _core.decant_window_decode(
                self._own.address,
                *(int(rounds), window.index, _arrays.address(packed), packed.size),
                *(None if seam is None else _arrays.address(seam) for seam in seams),
                *(size, _arrays.address(observables), observables.size, c.byref(report)),
            )
        check(status, f"window {index}", f"a bit is set behind the {window.detectors} detectors, or a seam is damaged")
        bits = observables if bit_packed else _arrays.unpack(observables, self._own.observables)
        left = (None, None) if window.second else (seams[0], seams[1])
        return BlockAnswer(bits, *left, Report.of(report))

    # ------------------------------------------------------------------------------------------ whole experiments

    def decode(
        self, shots: npt.ArrayLike, *, bit_packed: bool = False, rounds: int | None = None, threads: int = 1
    ) -> npt.NDArray[Any]:
        """Decodes whole experiments, each window by window.

        Args:
            shots, rounds: as for `Stream.decode`.
            threads: decoders to work at once, on windows of all experiments; the answers are the same.

        Returns the predicted flips: (shots, observables) of bool, or packed: (shots, ceil(observables / 8)) of uint8.
        Raises `Error`: BAD_ARGUMENT; UNSUPPORTED (experiments that are too short).
        """
        bits, count = _experiments.bits(self._info, shots, bit_packed, rounds)
        windows = self.windows(count)
        parts = [_arrays.pack(bits[:, w.first_detector : w.first_detector + w.detectors]) for w in windows]
        answers = np.zeros((len(bits), len(windows), self.needs.observables_size), dtype=np.uint8)
        seams = np.zeros((len(bits), len(windows), 2, self.needs.seam_size), dtype=np.uint8)
        threads = min(
            whole("threads", threads, 32, least=1), max(answers.shape[0] * len(windows), 1), _batch.MAX_THREADS
        )
        with self._own.lock:
            _ = self._own.address  # refuses a closed one
            while len(self._others) < threads - 1:
                self._others.append(_experiments.workspace(self.image, self._info, self._flags, self._keywords))
            workspaces = [self._own, *self._others[: threads - 1]]
            for layer in (windows[::2], windows[1::2]):
                tasks = [(shot, window) for shot in range(len(bits)) for window in layer]
                bounds = [len(tasks) * k // threads for k in range(threads + 1)]

                def work(k: int) -> None:
                    _decode(workspaces[k], count, tasks[bounds[k] : bounds[k + 1]], parts, seams, answers)

                _batch.on_threads(work, threads)
        flips: Packed = np.bitwise_xor.reduce(answers, axis=1)
        return flips if bit_packed else _arrays.unpack(flips, self._own.observables)

    # ------------------------------------------------------------------------------------------ life and death

    def stats(self) -> Stats:
        """Totals since it was made or reset, over all threads; its shots are windows."""
        with self._own.lock:
            return sum((other.stats() for other in self._others), start=self._own.stats())

    def reset(self) -> None:
        """Begins anew: totals."""
        with self._own.lock:
            for workspace in (self._own, *self._others):
                workspace.reset()

    def close(self) -> None:
        """Gives the memory back; later calls raise `Error` (BAD_STATE). May be called again."""
        with self._own.lock:
            for workspace in (self._own, *self._others):
                workspace.close()
            self._others = []

    def __enter__(self) -> Blocks:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __reduce__(self) -> tuple[Any, ...]:
        return _remake, (self.image, self._keywords)


def _remake(image: Image, keywords: dict[str, Any]) -> Blocks:
    return Blocks(image, **keywords)


def _decode(
    workspace: Workspace,
    rounds: int,
    tasks: Sequence[tuple[int, Window]],
    parts: Sequence[Packed],
    seams: Packed,
    answers: Packed,
) -> None:
    """Decodes windows of experiments of so many rounds.

    parts: of each window, (shots, bytes). seams: (shots, windows, 2, bytes), those that a window of the first layer leaves
    before and behind itself. answers: (shots, windows, bytes), receives the flips.
    """
    size, flips = workspace.needs.seam_size, workspace.needs.observables_size
    seam, answer = _arrays.address(seams), _arrays.address(answers)
    count = len(parts)
    for shot, window in tasks:
        index = window.index
        own = seam + (shot * count + index) * 2 * size
        before, after = (own - size, own + 2 * size) if window.second else (own, own + size)
        part = parts[index]
        status = _core.decant_window_decode(
            workspace.address,
            *(rounds, index, _arrays.address(part) + shot * part.shape[1], part.shape[1]),
            *(before if index > 0 else None, None if window.final else after, size),
            *(answer + (shot * count + index) * flips, flips, None),
        )
        check(status, f"shot {shot}, window {index}")
