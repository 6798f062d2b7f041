"""Streams: a round's detectors in, as they come; frames out, as they become final."""

from __future__ import annotations

import ctypes as c
from collections import deque
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt

from . import _arrays, _experiments, _ffi
from ._arrays import Bits, Packed
from ._image import Image
from ._records import Frame, Requirements, Stats, StreamInfo
from ._status import Error, bad_argument, check, whole
from ._workspace import Workspace

_core = _ffi.core


class Stream:
    """A decoder of rounds, for experiments that may go on for ever.

    Rounds wait until there are commit + buffer of them: a window. It is decoded, the corrections of its oldest `commit`
    rounds become final as a `Frame`, and the others wait on. The round that is pushed with `last=True` ends an experiment,
    or `finish` does; the next begins with sequence number 0 again. What is pushed and taken when changes no frame.

    Rounds are (detectors,) of bool, or of uint8 that are 0 or 1; with `bit_packed`, (ceil(detectors / 8),) of uint8. The
    first and the last round have other numbers of detectors: see `info`.

    Calls of one stream wait for each other; different streams are independent. Pickling keeps the image and the
    configuration; what comes back begins anew.
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
        erasures: bool = False,
        work_limit: int = 0,
        slice_work: int = 0,
    ) -> None:
        """Makes a decoder of rounds, and checks the image once more.

        Args:
            image: made by `decant.compile(..., stream=True)`.
            commit, buffer: rounds that a window commits, and those that it sees besides; None for the image's.
            correlated, network: as for `Decoder`; None for what the image holds.
            union_find: decode by union-find instead of matching.
            erasures: let rounds be `erased`.
            work_limit: work units after which a window's matching is cut short; 0 for no limit.
            slice_work: work units of a window after which a push leaves the rest to those that follow, at most commit - 1
                of them, so that its frame comes later and no push takes so long; 0 to decode in one. Nothing else changes.

        Raises `Error`: UNSUPPORTED if the image does not hold what is asked for, or has no such windows; BAD_ARGUMENT.
        """
        info = _experiments.stream_info(image)
        correlated = image.info.correlated if correlated is None else bool(correlated)
        network = image.info.network is not None if network is None else bool(network)
        if correlated and not image.info.correlated:
            raise Error(_ffi.UNSUPPORTED, "the image holds no correlations; compile it with correlated=True")
        if network and image.info.network is None:
            raise Error(_ffi.UNSUPPORTED, "the image holds no network; compile it with network='event'")
        self._keywords: dict[str, Any] = {
            **_experiments.window(info, commit, buffer),
            "correlated": correlated,
            "network": network,
            "union_find": bool(union_find),
            "erasures": bool(erasures),
            "work_limit": whole("work_limit", work_limit, 64),
            "slice_work": whole("slice_work", slice_work, 32),
        }
        flags = (
            (_ffi.CONFIG_CORRELATED if correlated else 0)
            | (_ffi.CONFIG_UNION_FIND if union_find else 0)
            | (_ffi.CONFIG_NETWORK if network else 0)
            | (_ffi.CONFIG_ERASURES if erasures else 0)
        )
        self._begin(_experiments.workspace(image, info, flags, self._keywords), info)

    def _begin(self, own: Workspace, info: StreamInfo) -> None:
        self._own, self._info = own, info
        self._next = 0  # sequence number of the round to come
        self._frames: deque[Frame] = deque()  # older than those that wait in the library

    # ------------------------------------------------------------------------------------------ what it is

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
        """The keywords that make another stream like this one."""
        return dict(self._keywords)

    @property
    def needs(self) -> Requirements:
        """What it needs and promises, such as the most work that a window can take."""
        return self._own.needs

    @property
    def sequence(self) -> int:
        """The sequence number of the round to come; 0 if it is the first of an experiment."""
        return self._next

    def __repr__(self) -> str:
        keywords = ", ".join(f"{name}={value!r}" for name, value in self._keywords.items())
        return f"<decant.Stream({self.image!r}, {keywords})>"

    # --------------------------------------------------------------------------------------- rounds and frames

    def push(
        self,
        detectors: npt.ArrayLike | None,
        *,
        last: bool = False,
        erased: bool = False,
        sequence: int | None = None,
        timestamp: int = 0,
        bit_packed: bool = False,
        keep: bool = False,
    ) -> Frame | None:
        """Takes a round, and decodes the window that it completes.

        Args:
            detectors: of the round, in the model's order; None for all zeros.
            last: the round ends its experiment.
            erased: its measurements tell nothing; `detectors` are formed as if they had come out in any way. Not the
                first round nor the last.
            sequence: the round's number, so that a lost one is noticed; None for the next.
            timestamp: any number below 2^64; the frame that the round completes brings it back.
            keep: leave frames for `pop`, which another thread may call.

        Returns the oldest frame that waits, which without `keep` is the one that the round completes; None if none waits.
        Raises `Error`, and takes nothing: ROUND_LOST (a sequence number above the next one: from then on until `reset`);
        BAD_ARGUMENT; UNSUPPORTED (an experiment that is too short to end, an erased round of a stream without `erasures`).
        """
        given = None if sequence is None else whole("sequence", sequence, 64)
        flags = (_ffi.ROUND_LAST if last else 0) | (_ffi.ROUND_ERASED if erased else 0)
        stamp = whole("timestamp", timestamp, 64)
        with self._own.lock:
            number = self._next if given is None else given
            round = _ffi.decant_round(sequence=number, flags=flags, timestamp=stamp)
            count = self._detectors(last)
            # Out of turn, the library refuses a round before it looks at its detectors.
            is_read = detectors is not None and number == self._next
            row = self._row(detectors, count, bit_packed) if is_read else None
            where = None if row is None else _arrays.address(row)
            entry = (c.byref(round), where, (count + 7) // 8)
            status: int = _core.decant_stream_push(self._own.address, *entry)
            if status == _ffi.FULL:
                self._drain()
                status = _core.decant_stream_push(self._own.address, *entry)
            check(status, f"round {number}", self._why(status, number, count, last, erased))
            self._next = 0 if last else number + 1
            return None if keep else self.pop()

    def finish(self, *, keep: bool = False) -> Frame | None:
        """Ends an experiment that has no last round: decodes the rounds that wait, as if more would have followed.

        Returns as `push`; None also if no rounds wait. Raises `Error`: UNSUPPORTED (an experiment that is too short, which
        goes on), ROUND_LOST.
        """
        with self._own.lock:
            status: int = _core.decant_stream_finish(self._own.address)
            if status == _ffi.FULL:
                self._drain()
                status = _core.decant_stream_finish(self._own.address)
            why = {
                _ffi.UNSUPPORTED: f"an experiment has at least {self._info.shortest_open} rounds; {self._next} were pushed",
                _ffi.ROUND_LOST: "a round was lost; reset() begins anew",
            }
            check(status, "finish", why.get(status, ""))
            self._next = 0
            return None if keep else self.pop()

    def pop(self) -> Frame | None:
        """Takes the oldest frame that waits; None if none does."""
        with self._own.lock:
            return self._frames.popleft() if self._frames else self._take()

    def frames(self, rounds: Iterable[npt.ArrayLike | None] = (), *, bit_packed: bool = False) -> Iterator[Frame]:
        """Takes the frames that wait; then pushes an experiment's rounds one by one, the last of them as such, and takes
        frames as they come. Errors as `push`."""
        yield from iter(self.pop, None)
        ahead = iter(rounds)
        try:
            round = next(ahead)
        except StopIteration:
            return
        for following in ahead:
            if (frame := self.push(round, bit_packed=bit_packed)) is not None:
                yield frame
            round = following
        if (frame := self.push(round, bit_packed=bit_packed, last=True)) is not None:
            yield frame
        yield from iter(self.pop, None)

    def _detectors(self, last: bool) -> int:
        """How many the round to come has."""
        info = self._info
        return info.last_detectors if last else info.round_detectors if self._next else info.first_detectors

    def _row(self, detectors: npt.ArrayLike | None, count: int, bit_packed: bool) -> Packed:
        """A round as the library wants it."""
        row = _arrays.array(detectors, "detectors")
        width = (count + 7) // 8 if bit_packed else count
        if row.shape != (width,):
            hint = "; say bit_packed=True" if row.shape == ((count + 7) // 8,) and row.dtype == np.uint8 else ""
            raise bad_argument(f"round {self._next}: detectors has shape {row.shape}; give ({width},){hint}")
        if not bit_packed:
            packed: Packed = _arrays.pack(_arrays.as_bits(row, "detectors")[None])[0]
            return packed
        if row.dtype != np.uint8:
            raise bad_argument(f"round {self._next}: detectors has dtype {row.dtype}; packed bits are uint8")
        return np.ascontiguousarray(row)

    def _why(self, status: int, number: int, count: int, last: bool, erased: bool) -> str:
        """Why a round was refused."""
        if status == _ffi.ROUND_LOST:
            if number > self._next:
                return f"round {self._next} was to come, so that one is lost; reset() begins anew"
            return "a round was lost before; reset() begins anew"
        if status == _ffi.UNSUPPORTED:
            if erased and not self._keywords["erasures"]:
                return "the stream was made without erasures=True"
            return f"an experiment that ends with a last round has at least {self._info.shortest} of them"
        if number < self._next:
            return f"it was taken before; round {self._next} is to come"
        if erased and (last or number == 0):
            return "the first round and the last cannot be erased"
        return f"a bit is set behind the {count} detectors"

    def _drain(self) -> None:
        """Makes room in the library for frames to come."""
        while (frame := self._take()) is not None:
            self._frames.append(frame)

    def _take(self) -> Frame | None:
        own = self._own
        record = _ffi.decant_frame()
        packed = np.zeros(own.needs.observables_size, dtype=np.uint8)
        status = _core.decant_stream_pop(own.address, c.byref(record), _arrays.address(packed), packed.size)
        check(status, "pop")
        return None if status == _ffi.EMPTY else Frame.of(record, _arrays.unpack(packed, own.observables))

    # ------------------------------------------------------------------------------------------ whole experiments

    def decode(self, shots: npt.ArrayLike, *, bit_packed: bool = False, rounds: int | None = None) -> npt.NDArray[Any]:
        """Decodes whole experiments, recorded before: pushes each round by round.

        Args:
            shots: (shots, detectors) of bool, all rounds of an experiment in a row; or packed:
                (shots, ceil(detectors / 8)) of uint8.
            rounds: of an experiment, the last included; None for what the shape tells. Packed rows of rounds with fewer
                than 8 detectors may leave it open.

        Returns the predicted flips: (shots, observables) of bool, or packed: (shots, ceil(observables / 8)) of uint8.
        Raises `Error`: BAD_ARGUMENT; UNSUPPORTED (experiments that are too short); BAD_STATE within an experiment.
        """
        bits, count = _experiments.bits(self._info, shots, bit_packed, rounds)
        with self._own.lock:
            if self._next:
                raise Error(
                    _ffi.BAD_STATE, f"an experiment goes on, with round {self._next} to come: finish or reset it"
                )
            self._drain()
            flips = self._decode(self._cut(bits, count), len(bits))
        return flips if bit_packed else _arrays.unpack(flips, self._own.observables)

    def _cut(self, bits: Bits, rounds: int) -> list[tuple[_ffi.decant_round, Packed]]:
        """Each round of an experiment, with a packed row for each shot."""
        info = self._info
        cuts = np.cumsum([info.first_detectors, *[info.round_detectors] * (rounds - 2)])
        parts = [_arrays.pack(part) for part in np.split(bits, cuts, axis=1)]
        last = rounds - 1
        return [
            (_ffi.decant_round(sequence=k, flags=_ffi.ROUND_LAST if k == last else 0), part)
            for k, part in enumerate(parts)
        ]

    def _decode(self, rounds: list[tuple[_ffi.decant_round, Packed]], shots: int) -> Packed:
        address, push, pop = self._own.address, _core.decant_stream_push, _core.decant_stream_pop
        flips = np.zeros((shots, self.needs.observables_size), dtype=np.uint8)
        frame = np.zeros(self.needs.observables_size, dtype=np.uint8)
        target = (_arrays.address(frame), frame.size)
        entries = [(c.byref(round), _arrays.address(part), part.shape[1]) for round, part in rounds]
        for shot in range(shots):
            for entry, start, size in entries:
                status = push(address, entry, start + shot * size, size)
                if status in (_ffi.OK, _ffi.TRUNCATED):
                    # The last round leaves two frames, where a window was unfinished.
                    while (popped := pop(address, None, *target)) == _ffi.OK:
                        flips[shot] ^= frame
                    check(popped, f"shot {shot}")
                else:
                    check(status, f"shot {shot}")
        return flips

    # --------------------------------------------------------------------------------------------- watching

    def stats(self) -> Stats:
        """Totals since the stream was made or reset; its shots are windows."""
        return self._own.stats()

    def digest(self) -> int:
        """A 64-bit hash of every window decoded so far."""
        return self._own.digest()

    def swap(self, image: Image) -> None:
        """Goes on with another image, for noise that has changed: the next window is decoded by it, the rounds that wait
        included; frames, totals and digest go on.

        Checks the image first, in this thread, while other threads may push and pop; only the change itself makes them
        wait, and it takes microseconds. Raises `Error`, and nothing has changed: UNSUPPORTED if the image is not for the
        same experiment and windows, or lacks the correlations or the network that the stream was made with.
        """
        info, heir = _experiments.stream_info(image), self._own.heir(image)
        with self._own.lock:
            self._own.become(heir)
            self._info = info

    def reset(self) -> None:
        """Begins anew: rounds and frames that wait are gone, totals and digest start again."""
        with self._own.lock:
            self._own.reset()
            self._next = 0
            self._frames.clear()

    # ------------------------------------------------------------------------------------------ life and death

    def copy(self) -> Stream:
        """A second stream in the same state, such as a checkpoint: rounds and frames that wait, totals, digest."""
        with self._own.lock:
            twin = object.__new__(Stream)
            twin._keywords = dict(self._keywords)
            twin._begin(self._own.copy(), self._info)
            twin._next = self._next
            twin._frames = deque(self._frames)
            return twin

    __copy__ = copy

    def __deepcopy__(self, memo: dict[int, Any]) -> Stream:
        return self.copy()

    def close(self) -> None:
        """Gives the memory back; later calls raise `Error` (BAD_STATE). May be called again."""
        with self._own.lock:
            self._own.close()
            self._next = 0
            self._frames.clear()

    def __enter__(self) -> Stream:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __reduce__(self) -> tuple[Any, ...]:
        return _remake, (self.image, self._keywords)


def _remake(image: Image, keywords: dict[str, Any]) -> Stream:
    return Stream(image, **keywords)
