"""Decoders: detection events in, predicted flips of the observables out."""

from __future__ import annotations

import ctypes as c
from collections.abc import Callable
from types import TracebackType
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from . import _arrays, _batch, _ffi
from ._arrays import Packed
from ._image import Image
from ._records import EDGE, MAX_WEIGHT, REWEIGHT, Report, Requirements, Stats, reweights
from ._status import Error, bad_argument, check, whole
from ._workspace import Config, Workspace

_core = _ffi.core


class PreDecoding(NamedTuple):
    """What a network makes of a shot, for a global decoder of your own."""

    residual: npt.NDArray[Any]
    """What is left to decode: (detectors,) of bool, or packed as the shot was."""
    frame: npt.NDArray[Any]
    """The flips of the observables that the network has settled: (observables,), likewise."""
    changes: npt.NDArray[np.void]
    """`REWEIGHT` records for `reweight_next` of a decoder without the network, which then decodes as with it."""
    report: Report


class Decoder:
    """A decoder and its workspace.

    Calls of one decoder wait for each other; different decoders are independent, and Python's lock is free while they
    work, so that arrays must not be written to meanwhile. Shots are rows of bits: (shots, detectors) of bool, or of uint8
    that are 0 or 1; with `bit_packed` they are (shots, ceil(detectors / 8)) of uint8, detector k being bit k % 8, least
    significant first, of byte k // 8.

    Pickling keeps the image and the configuration; what comes back begins anew.
    """

    def __init__(
        self,
        image: Image,
        *,
        decoder_kind: Literal["matching", "union-find"] = "matching",
        correlated: bool | None = None,
        network: bool | None = None,
        work_limit: int = 0,
        max_reweights: int = 0,
    ) -> None:
        """Makes a decoder, and checks the image once more.

        Args:
            decoder_kind: "matching", by a lightest correction; or "union-find", for less bounded work and a few more
                mistakes.
            correlated: decode in two passes; None does so if the image was compiled for it.
            network: let the image's network work on shots first; None does so if the image holds one.
            work_limit: work units after which a shot's matching is cut short; 0 for no limit.
            max_reweights: weights that `reweight_next` may change for one shot.

        Raises `Error`: UNSUPPORTED if the image does not hold what is asked for; BAD_ARGUMENT.
        """
        if not isinstance(image, Image):
            raise bad_argument(f"image is a {type(image).__name__}; give a decant.Image, as decant.compile makes")
        if decoder_kind not in ("matching", "union-find"):
            raise bad_argument(f"decoder_kind is {decoder_kind!r}; give 'matching' or 'union-find'")
        info = image.info
        if info.stream is not None:
            raise Error(
                _ffi.UNSUPPORTED, "the image is for streams; call Image.stream, or compile it without stream=True"
            )
        correlated = info.correlated if correlated is None else bool(correlated)
        network = info.network is not None if network is None else bool(network)
        if correlated and not info.correlated:
            raise Error(_ffi.UNSUPPORTED, "the image holds no correlations; compile it with correlated=True")
        if network and info.network is None:
            raise Error(_ffi.UNSUPPORTED, "the image holds no network; compile it with network='event'")
        self._keywords: dict[str, Any] = {
            "decoder_kind": decoder_kind,
            "correlated": correlated,
            "network": network,
            "work_limit": whole("work_limit", work_limit, 64),
            "max_reweights": whole("max_reweights", max_reweights, 32),
        }
        flags = (
            (_ffi.CONFIG_CORRELATED if correlated else 0)
            | (_ffi.CONFIG_UNION_FIND if decoder_kind == "union-find" else 0)
            | (_ffi.CONFIG_NETWORK if network else 0)
        )
        self._begin(Workspace(image, Config(flags, int(work_limit), int(max_reweights))))

    def _begin(self, own: Workspace) -> None:
        self._own = own
        self._others: list[Workspace] = []  # of further threads
        self._report = _ffi.decant_report()
        self._truncated = False

    # ------------------------------------------------------------------------------------------ what it is

    @property
    def image(self) -> Image:
        """The image that it decodes with."""
        return self._own.image

    @property
    def config(self) -> dict[str, Any]:
        """The keywords that make another decoder like this one."""
        return dict(self._keywords)

    @property
    def needs(self) -> Requirements:
        """What it needs and promises, such as its workspace's size and the most work that a shot can take."""
        return self._own.needs

    @property
    def report(self) -> Report:
        """What decoding did in the last call for one shot: `decode`, `match` or `match_edges`."""
        return Report.of(self._report)

    @property
    def truncated(self) -> bool:
        """Whether the work limit cut the last call short, of a batch any shot: the answer explains all detection
        events, but need not be the lightest."""
        return self._truncated

    def __repr__(self) -> str:
        keywords = ", ".join(f"{name}={value!r}" for name, value in self._keywords.items())
        return f"<decant.Decoder({self.image!r}, {keywords})>"

    # ------------------------------------------------------------------------------------------- one shot

    def decode(
        self, detectors: npt.ArrayLike, *, bit_packed: bool = False, out: npt.NDArray[Any] | None = None
    ) -> npt.NDArray[Any]:
        """Decodes one shot.

        Args:
            detectors: (detectors,) of bool, or packed: (ceil(detectors / 8),) of uint8.
            out: receives the answer instead of a new array; shape and dtype as returned (or uint8 in place of bool).

        Returns the predicted flips: (observables,) of bool, or packed: (ceil(observables / 8),) of uint8. `report` and
        `truncated` tell more. Raises `Error`: IMPOSSIBLE if no errors explain the shot; BAD_ARGUMENT.
        """
        return self._shot(_core.decant_decode, detectors, bit_packed, out)

    def match(
        self, residual: npt.ArrayLike, *, bit_packed: bool = False, out: npt.NDArray[Any] | None = None
    ) -> npt.NDArray[Any]:
        """Matches a syndrome, such as the residual of a pre-decoder of your own: `decode` without any network."""
        return self._shot(_core.decant_match, residual, bit_packed, out)

    def match_edges(self, detectors: npt.ArrayLike, *, bit_packed: bool = False) -> npt.NDArray[np.void]:
        """Decodes one shot, and gives the correction's edges: `EDGE` records, ascending. Errors as `decode`."""
        shot = self._given(detectors, bit_packed)
        edges = np.empty(self.needs.max_match_edges, dtype=EDGE)
        count = c.c_size_t()
        with self._own.lock:
            report = _ffi.decant_report()
            status = _core.decant_match_edges(
                self._own.address, *_span(shot), _arrays.address(edges), edges.size, c.byref(count), c.byref(report)
            )
            self._conclude(status, report)
        return edges[: count.value].copy()

    def predecode(self, detectors: npt.ArrayLike, *, bit_packed: bool = False) -> PreDecoding:
        """Runs the network on one shot, and leaves totals, digest and staged weights alone.

        Raises `Error`: UNSUPPORTED without a network; BAD_ARGUMENT.
        """
        shot = self._given(detectors, bit_packed)
        residual = np.zeros(self.needs.detectors_size, dtype=np.uint8)
        frame = np.zeros(self.needs.observables_size, dtype=np.uint8)
        changes = np.zeros(self.needs.max_weight_changes, dtype=REWEIGHT)
        count, report = c.c_size_t(), _ffi.decant_report()
        with self._own.lock:
            status = _core.decant_predecode(
                self._own.address,
                *_span(shot),
                *_span(residual),
                *_span(frame),
                *(_arrays.address(changes), changes.size),
                c.byref(count),
                c.byref(report),
            )
        if status == _ffi.UNSUPPORTED:
            raise Error(status, "the decoder uses no network")
        self._own.refuse(status, "the shot")
        changes = changes[: count.value].copy()
        if bit_packed:
            return PreDecoding(residual, frame, changes, Report.of(report))
        info = self.image.info
        bits = _arrays.unpack(residual, info.detectors), _arrays.unpack(frame, info.observables)
        return PreDecoding(*bits, changes, Report.of(report))

    def _shot(
        self,
        function: Callable[..., int],
        detectors: npt.ArrayLike,
        bit_packed: bool,
        out: npt.NDArray[Any] | None,
    ) -> npt.NDArray[Any]:
        shot = self._given(detectors, bit_packed)
        answer = np.zeros(self.needs.observables_size, dtype=np.uint8)
        if out is not None:
            self._check_out(out[None] if isinstance(out, np.ndarray) else out, 1, bit_packed)
        with self._own.lock:
            report = _ffi.decant_report()
            status = function(self._own.address, *_span(shot), *_span(answer), c.byref(report))
            self._conclude(status, report)
        bits = answer if bit_packed else _arrays.unpack(answer, self.image.info.observables)
        if out is None:
            return bits
        out[...] = bits
        return out

    def _given(self, detectors: npt.ArrayLike, bit_packed: bool) -> Packed:
        """One shot as the library wants it."""
        row = _arrays.array(detectors, "detectors")
        if row.ndim != 1:
            raise bad_argument(f"detectors has shape {row.shape}; give one shot, or call decode_batch")
        rows = self._rows(row[None], bit_packed)
        return np.ascontiguousarray((rows if bit_packed else _arrays.pack(rows))[0])

    def _rows(self, shots: npt.ArrayLike, bit_packed: bool) -> npt.NDArray[Any]:
        """Shots whose shape and dtype are as they must be."""
        own = self._own
        if bit_packed:
            return _arrays.packed_rows(shots, own.needs.detectors_size, own.detectors, "detectors")
        return _arrays.unpacked_rows(shots, own.detectors, "detectors")

    def _conclude(self, status: int, report: _ffi.decant_report) -> None:
        """Keeps what one shot's decoding did, or raises why it failed."""
        self._own.refuse(status, "the shot")
        self._report, self._truncated = report, status == _ffi.TRUNCATED

    # ------------------------------------------------------------------------------------------ many shots

    def decode_batch(
        self,
        shots: npt.ArrayLike,
        *,
        bit_packed: bool = False,
        out: npt.NDArray[Any] | None = None,
        threads: int = 1,
    ) -> npt.NDArray[Any]:
        """Decodes many shots.

        Args:
            shots: (shots, detectors) of bool, or packed: (shots, ceil(detectors / 8)) of uint8. Packed rows are read
                where they are, at whatever stride, if their inner axis is contiguous.
            out: receives the answers instead of a new array; shape and dtype as returned (or uint8 in place of bool),
                inner axis contiguous, sharing no memory with `shots`.
            threads: decoders to work at once, on slices of the shots; the answers are the same. This decoder takes the
                first slice, so that `digest` is of that alone; `stats` counts all.

        Returns the predicted flips: (shots, observables) of bool, or packed: (shots, ceil(observables / 8)) of uint8.
        Raises `Error`: IMPOSSIBLE or BAD_ARGUMENT for the first shot at fault, `Error.shot`; those before it in its slice
        are answered in `out`.
        """
        own = self._own
        rows = self._rows(shots, bit_packed)
        if out is None:
            width = own.needs.observables_size if bit_packed else own.observables
            out = np.zeros((len(rows), width), dtype=np.uint8 if bit_packed else np.bool_)
        else:
            self._check_out(out, len(rows), bit_packed)
            _arrays.check_apart(rows, out)
        if threads != 1:
            threads = min(whole("threads", threads, 32, least=1), len(rows), _batch.MAX_THREADS)
        if threads <= 1:
            self._truncated = _batch.decode(own, rows, out, bit_packed)
            return out
        with own.lock:
            while len(self._others) < threads - 1:
                self._others.append(Workspace(own.image, own.config))
            workspaces = [own, *self._others[: threads - 1]]
            self._truncated = _batch.decode_on_threads(workspaces, rows, out, bit_packed)
        return out

    def _check_out(self, out: Any, rows: int, bit_packed: bool) -> None:
        if bit_packed:
            _arrays.output_rows(out, rows, self._own.needs.observables_size, (_arrays.UINT8,))
        else:
            _arrays.output_rows(out, rows, self._own.observables, (_arrays.BOOL, _arrays.UINT8))

    # --------------------------------------------------------------------------------- weights for one shot

    def reweight_next(self, entries: npt.ArrayLike) -> None:
        """Changes weights for the next shot that this decoder decodes, in a batch for its first.

        entries: `REWEIGHT` records, or rows of (a, b, weight), where b may be `BOUNDARY`; or, some times faster,
        `EDGE_REWEIGHT` records, or rows of (edge, weight), of edges by their numbers in `edges`. At most `max_reweights`,
        no edge twice. `Image.weight` makes weights of probabilities. What an earlier call has staged is discarded, so an
        empty list takes it back.

        Raises `Error`: BAD_ARGUMENT (no such edge, an edge twice, an odd weight or one out of range), BUFFER_TOO_SMALL
        (more than `max_reweights`), UNSUPPORTED (`max_reweights` is 0); nothing is staged then.
        """
        records = reweights(entries)
        with self._own.lock:
            stage = _core.decant_reweight_next if records.dtype == REWEIGHT else _core.decant_reweight_edges_next
            status = stage(self._own.address, _arrays.address(records), records.size)
        why = {
            _ffi.UNSUPPORTED: "the decoder was made with max_reweights=0",
            _ffi.BUFFER_TOO_SMALL: f"{records.size} entries are more than max_reweights, "
            f"{self._own.config.max_reweights}",
            _ffi.BAD_ARGUMENT: f"an edge is not in the graph or comes twice, or a weight is odd or beyond {MAX_WEIGHT}",
        }
        check(status, "reweight_next", why.get(status, ""))

    def edges(self) -> npt.NDArray[np.void]:
        """All edges of the matching graph, `EDGE` records, ascending: an edge's number is its place here."""
        ends = np.empty(self.image.info.edges, dtype=EDGE)
        with self._own.lock:
            check(_core.decant_edge_ends(self._own.address, 0, ends.size, _arrays.address(ends)), "edges")
        return ends

    def edge_number(self, a: int, b: int = _ffi.BOUNDARY) -> int:
        """The number of the edge between detectors a and b, or a and the boundary.

        Raises `Error` (BAD_ARGUMENT) if there is no such edge.
        """
        return self._of_edge(_core.decant_edge_number, c.c_uint32(), a, b)

    def edge_weight(self, a: int, b: int = _ffi.BOUNDARY) -> int:
        """The image's weight of the edge between detectors a and b, or a and the boundary.

        Raises `Error` (BAD_ARGUMENT) if there is no such edge.
        """
        return self._of_edge(_core.decant_edge_weight, c.c_int32(), a, b)

    def _of_edge(self, ask: Any, answer: Any, a: int, b: int) -> int:
        ends = [whole(name, end, 32) for name, end in (("a", a), ("b", b))]
        with self._own.lock:
            status = ask(self._own.address, *ends, c.byref(answer))
        what = ask.__name__.removeprefix("decant_")
        check(status, what, f"there is no edge between {a} and {'the boundary' if b == _ffi.BOUNDARY else b}")
        return int(answer.value)

    # --------------------------------------------------------------------------------------------- watching

    def stats(self) -> Stats:
        """Totals since the decoder was made or reset, over all threads of `decode_batch`."""
        with self._own.lock:
            return sum((other.stats() for other in self._others), start=self._own.stats())

    def digest(self) -> int:
        """A 64-bit hash of every shot answered so far: its detection events, observables, weight and work."""
        return self._own.digest()

    def swap(self, image: Image) -> None:
        """Goes on with another image, for noise that has changed: totals and digest go on, staged weights are gone.

        Checks the image first, in this thread, while other threads may decode; only the change itself makes them wait.
        Raises `Error`, and nothing has changed: UNSUPPORTED if the image has other detectors or observables, or lacks the
        correlations or the network that the decoder was made with.
        """
        if not isinstance(image, Image):
            raise bad_argument(f"image is a {type(image).__name__}; give a decant.Image, as decant.compile makes")
        own = self._own
        heirs = [own.heir(image) for _ in range(1 + len(self._others))]
        with own.lock:
            workspaces = [own, *self._others]
            while len(heirs) < len(workspaces):
                heirs.append(own.heir(image))
            for workspace, heir in zip(workspaces, heirs):
                workspace.become(heir)

    def reset(self) -> None:
        """Begins anew: totals, digest and staged weights."""
        with self._own.lock:
            for workspace in (self._own, *self._others):
                workspace.reset()
            self._report, self._truncated = _ffi.decant_report(), False

    # ------------------------------------------------------------------------------------------ life and death

    def copy(self) -> Decoder:
        """A second decoder in the same state, such as a checkpoint: totals, digest and staged weights. What other
        threads of `decode_batch` have counted stays behind."""
        twin = object.__new__(Decoder)
        twin._keywords = dict(self._keywords)
        twin._begin(self._own.copy())
        return twin

    __copy__ = copy

    def __deepcopy__(self, memo: dict[int, Any]) -> Decoder:
        return self.copy()

    def close(self) -> None:
        """Gives the memory back; later calls raise `Error` (BAD_STATE). May be called again."""
        with self._own.lock:
            for workspace in (self._own, *self._others):
                workspace.close()
            self._others = []

    def __enter__(self) -> Decoder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __reduce__(self) -> tuple[Any, ...]:
        return _remake, (self.image, self._keywords)


def _remake(image: Image, keywords: dict[str, Any]) -> Decoder:
    return Decoder(image, **keywords)


def _span(block: Packed) -> tuple[int, int]:
    return _arrays.address(block), block.size
