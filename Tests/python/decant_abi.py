"""include/decant.h, one to one, for the tests and benchmarks.

Not the Python package: nothing is hidden or made comfortable here beyond numpy arrays. The library is
$DECANT_LIBRARY or build/lib/libdecant.so; the command that compiles images is $DECANT or the newest build.
`ctypes.CDLL` releases the GIL around every call.
"""

from __future__ import annotations

import ctypes as c
import os
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = Path(os.environ.get("DECANT_LIBRARY", ROOT / "build/lib/libdecant.so"))

OK, PENDING, FULL, EMPTY, TRUNCATED = 0, 1, 2, 3, 4
BAD_ARGUMENT, BUFFER_TOO_SMALL, UNSUPPORTED, IMPOSSIBLE = -1, -2, -6, -10
BOUNDARY = 0xFFFF_FFFF
CONFIG_CORRELATED, CONFIG_UNION_FIND, CONFIG_NETWORK, CONFIG_BLOCKS, CONFIG_ERASURES = 1, 2, 4, 8, 16
IMAGE_CORRELATED, IMAGE_NETWORK, IMAGE_GRID, IMAGE_STREAM = 1, 2, 4, 8
ROUND_LAST, ROUND_ERASED, FRAME_FINAL = 1, 2, 1
WINDOW_SECOND, WINDOW_FINAL = 1, 2
REPORT_TRUNCATED = 1
MAX_WEIGHT = 33_554_430
EDGE = np.dtype([("a", "<u4"), ("b", "<u4")])
REWEIGHT = np.dtype([("a", "<u4"), ("b", "<u4"), ("weight", "<i4")])


class _Struct(c.Structure):
    def __init__(self, **fields: int) -> None:
        super().__init__(struct_size=c.sizeof(type(self)), **fields)


class ImageInfo(_Struct):
    _fields_ = [
        ("struct_size", c.c_uint32),
        ("format_version", c.c_uint32),
        ("image_size", c.c_uint64),
        ("crc32", c.c_uint32),
        ("flags", c.c_uint32),
        ("detectors", c.c_uint32),
        ("observables", c.c_uint32),
        ("edges", c.c_uint32),
        ("boundary_edges", c.c_uint32),
        ("negative_edges", c.c_uint32),
        ("components", c.c_uint32),
        ("closed_components", c.c_uint32),
        ("max_degree", c.c_uint32),
        ("max_weight", c.c_uint32),
        ("reserved0", c.c_uint32),
        ("weight_scale", c.c_double),
        ("network_rounds", c.c_uint16),
        ("network_rows", c.c_uint16),
        ("network_columns", c.c_uint16),
        ("network_features", c.c_uint16),
        ("network_hidden", c.c_uint16),
        ("network_units", c.c_uint16),
        ("network_outputs", c.c_uint16),
        ("reserved1", c.c_uint16),
        ("reserved", c.c_uint64 * 2),
    ]


class Config(_Struct):
    _fields_ = [
        ("struct_size", c.c_uint32),
        ("flags", c.c_uint32),
        ("work_limit", c.c_uint64),
        ("max_reweights", c.c_uint32),
        ("slice_work", c.c_uint32),
        ("commit_rounds", c.c_uint32),
        ("buffer_rounds", c.c_uint32),
        ("reserved", c.c_uint64 * 4),
    ]


class Requirements(_Struct):
    _fields_ = [
        ("struct_size", c.c_uint32),
        ("alignment", c.c_uint32),
        ("workspace_size", c.c_uint64),
        ("image_size", c.c_uint64),
        ("detectors_size", c.c_uint64),
        ("observables_size", c.c_uint64),
        ("max_match_edges", c.c_uint64),
        ("worst_case_work", c.c_uint64),
        ("max_weight_changes", c.c_uint64),
        ("network_multiplications", c.c_uint64),
        ("window_size", c.c_uint64),
        ("seam_size", c.c_uint64),
        ("carried_size", c.c_uint64),
        ("reserved", c.c_uint64 * 1),
    ]


class Report(_Struct):
    _fields_ = [
        ("struct_size", c.c_uint32),
        ("flags", c.c_uint32),
        ("weight", c.c_int64),
        ("work", c.c_uint64),
        ("detection_events", c.c_uint32),
        ("grown_events", c.c_uint32),
        ("network_features", c.c_uint32),
        ("changed_weights", c.c_uint32),
        ("accepted_edges", c.c_uint32),
        ("reserved0", c.c_uint32),
        ("reserved", c.c_uint64 * 2),
    ]


class StreamInfo(_Struct):
    _fields_ = [
        ("struct_size", c.c_uint32),
        ("observables", c.c_uint32),
        ("first_detectors", c.c_uint32),
        ("round_detectors", c.c_uint32),
        ("last_detectors", c.c_uint32),
        ("commit_rounds", c.c_uint32),
        ("buffer_rounds", c.c_uint32),
        ("least_buffer", c.c_uint32),
        ("shortest", c.c_uint32),
        ("shortest_open", c.c_uint32),
        ("least_first_commit", c.c_uint32),
        ("reserved0", c.c_uint32),
        ("reserved", c.c_uint64 * 2),
    ]


class Round(_Struct):
    _fields_ = [
        ("struct_size", c.c_uint32),
        ("flags", c.c_uint32),
        ("sequence", c.c_uint64),
        ("timestamp", c.c_uint64),
        ("reserved", c.c_uint64 * 1),
    ]


class Frame(_Struct):
    _fields_ = [
        ("struct_size", c.c_uint32),
        ("flags", c.c_uint32),
        ("first_round", c.c_uint64),
        ("last_round", c.c_uint64),
        ("timestamp", c.c_uint64),
        ("work", c.c_uint64),
        ("digest", c.c_uint64),
        ("weight", c.c_int64),
        ("detection_events", c.c_uint32),
        ("reserved0", c.c_uint32),
        ("reserved", c.c_uint64 * 3),
    ]


class Window(_Struct):
    _fields_ = [
        ("struct_size", c.c_uint32),
        ("flags", c.c_uint32),
        ("first_round", c.c_uint64),
        ("rounds", c.c_uint64),
        ("first_detector", c.c_uint64),
        ("detectors", c.c_uint64),
        ("first_committed", c.c_uint64),
        ("committed", c.c_uint64),
        ("reserved", c.c_uint64 * 2),
    ]


class Stats(_Struct):
    _fields_ = [
        ("struct_size", c.c_uint32),
        ("max_detection_events", c.c_uint32),
        ("shots", c.c_uint64),
        ("truncated", c.c_uint64),
        ("impossible", c.c_uint64),
        ("detection_events", c.c_uint64),
        ("grown_events", c.c_uint64),
        ("blossoms", c.c_uint64),
        ("work", c.c_uint64),
        ("max_work", c.c_uint64),
        ("reserved", c.c_uint64 * 4),
    ]


_PROTOTYPES = {
    "decant_version_number": (c.c_uint32, []),
    "decant_version_string": (c.c_char_p, []),
    "decant_abi_version": (c.c_uint32, []),
    "decant_status_name": (c.c_char_p, [c.c_int32]),
    "decant_image_inspect": (c.c_int32, [c.c_void_p, c.c_size_t, c.POINTER(ImageInfo)]),
    "decant_decoder_measure": (
        c.c_int32,
        [c.c_void_p, c.c_size_t, c.POINTER(Config), c.POINTER(Requirements)],
    ),
    "decant_decoder_init": (
        c.c_int32,
        [c.c_void_p, c.c_size_t, c.c_void_p, c.c_size_t, c.POINTER(Config), c.POINTER(c.c_void_p)],
    ),
    "decant_decoder_reset": (c.c_int32, [c.c_void_p]),
    "decant_decode": (
        c.c_int32,
        [c.c_void_p, c.c_void_p, c.c_size_t, c.c_void_p, c.c_size_t, c.POINTER(Report)],
    ),
    "decant_decode_batch": (
        c.c_int32,
        [c.c_void_p, c.c_size_t, c.c_void_p, c.c_size_t, c.c_void_p, c.c_size_t, c.POINTER(c.c_size_t)],
    ),
    "decant_match": (
        c.c_int32,
        [c.c_void_p, c.c_void_p, c.c_size_t, c.c_void_p, c.c_size_t, c.POINTER(Report)],
    ),
    "decant_match_edges": (
        c.c_int32,
        [
            c.c_void_p,
            c.c_void_p,
            c.c_size_t,
            c.c_void_p,
            c.c_size_t,
            c.POINTER(c.c_size_t),
            c.POINTER(Report),
        ],
    ),
    "decant_predecode": (
        c.c_int32,
        [
            c.c_void_p,
            c.c_void_p,
            c.c_size_t,
            c.c_void_p,
            c.c_size_t,
            c.c_void_p,
            c.c_size_t,
            c.c_void_p,
            c.c_size_t,
            c.POINTER(c.c_size_t),
            c.POINTER(Report),
        ],
    ),
    "decant_reweight_next": (c.c_int32, [c.c_void_p, c.c_void_p, c.c_size_t]),
    "decant_reweight_edges_next": (c.c_int32, [c.c_void_p, c.c_void_p, c.c_size_t]),
    "decant_edge_number": (c.c_int32, [c.c_void_p, c.c_uint32, c.c_uint32, c.POINTER(c.c_uint32)]),
    "decant_edge_ends": (c.c_int32, [c.c_void_p, c.c_uint32, c.c_size_t, c.c_void_p]),
    "decant_edge_weight": (c.c_int32, [c.c_void_p, c.c_uint32, c.c_uint32, c.POINTER(c.c_int32)]),
    "decant_stream_inspect": (c.c_int32, [c.c_void_p, c.c_size_t, c.POINTER(StreamInfo)]),
    "decant_stream_push": (c.c_int32, [c.c_void_p, c.POINTER(Round), c.c_void_p, c.c_size_t]),
    "decant_stream_finish": (c.c_int32, [c.c_void_p]),
    "decant_stream_pop": (c.c_int32, [c.c_void_p, c.POINTER(Frame), c.c_void_p, c.c_size_t]),
    "decant_decoder_take_over": (c.c_int32, [c.c_void_p, c.c_void_p]),
    "decant_window_plan": (c.c_int32, [c.c_void_p, c.c_uint64, c.c_uint64, c.POINTER(Window)]),
    "decant_window_decode": (
        c.c_int32,
        [c.c_void_p, c.c_uint64, c.c_uint64, c.c_void_p, c.c_size_t, c.c_void_p, c.c_void_p, c.c_size_t]
        + [c.c_void_p, c.c_size_t, c.POINTER(Report)],
    ),
    "decant_stats_read": (c.c_int32, [c.c_void_p, c.POINTER(Stats)]),
    "decant_digest": (c.c_int32, [c.c_void_p, c.POINTER(c.c_uint64)]),
}


def _load() -> c.CDLL:
    library = c.CDLL(str(LIBRARY))
    for name, (result, arguments) in _PROTOTYPES.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


library = _load()


class DecantError(Exception):
    """A call that the tests expect to succeed did not."""


def _check(status: int) -> None:
    if status != OK:
        raise DecantError(library.decant_status_name(status).decode())


def _aligned(size: int, alignment: int = 64) -> np.ndarray:
    block = np.zeros(size + alignment, dtype=np.uint8)
    start = -block.ctypes.data % alignment
    return block[start : start + size]


class Image:
    """A decoder image in aligned memory."""

    def __init__(self, content: bytes) -> None:
        self.bytes = _aligned(len(content))
        self.bytes[:] = np.frombuffer(content, dtype=np.uint8)
        self.info = ImageInfo()
        _check(library.decant_image_inspect(self.bytes.ctypes.data, self.bytes.size, c.byref(self.info)))


class Answer(NamedTuple):
    status: int
    observables: np.ndarray
    """uint8, bit-packed; all ones where nothing was written."""
    report: Report


class Correction(NamedTuple):
    status: int
    edges: np.ndarray
    """EDGE records."""
    report: Report


def stream_info(image: Image) -> StreamInfo:
    info = StreamInfo()
    _check(library.decant_stream_inspect(image.bytes.ctypes.data, image.bytes.size, c.byref(info)))
    return info


class Decoder:
    """A decoder and its workspace."""

    def __init__(
        self,
        image: Image,
        work_limit: int = 0,
        *,
        correlated: bool = False,
        union_find: bool = False,
        network: bool = False,
        max_reweights: int = 0,
        window: tuple[int, int] = (0, 0),
        blocks: bool = False,
        erasures: bool = False,
    ) -> None:
        self.image = image
        self.needs = Requirements()
        flags = (CONFIG_CORRELATED if correlated else 0) | (CONFIG_UNION_FIND if union_find else 0)
        flags |= CONFIG_NETWORK if network else 0
        flags |= (CONFIG_BLOCKS if blocks else 0) | (CONFIG_ERASURES if erasures else 0)
        config = Config(
            flags=flags,
            work_limit=work_limit,
            max_reweights=max_reweights,
            commit_rounds=window[0],
            buffer_rounds=window[1],
        )
        where = (image.bytes.ctypes.data, image.bytes.size)
        _check(library.decant_decoder_measure(*where, c.byref(config), c.byref(self.needs)))
        self.workspace = _aligned(self.needs.workspace_size)
        handle = c.c_void_p()
        _check(
            library.decant_decoder_init(
                self.workspace.ctypes.data, self.workspace.size, *where, c.byref(config), c.byref(handle)
            )
        )
        assert handle.value == self.workspace.ctypes.data
        self._edges = np.empty(self.needs.max_match_edges, dtype=EDGE)

    def copy(self) -> Decoder:
        """A second decoder in the same state, by copying the workspace's bytes."""
        twin = object.__new__(Decoder)
        twin.image, twin.needs = self.image, self.needs
        twin.workspace = _aligned(self.workspace.size)
        twin.workspace[:] = self.workspace
        twin._edges = np.empty_like(self._edges)
        return twin

    def take_over(self, other: Decoder) -> int:
        """Goes on where another decoder stands: the status."""
        return library.decant_decoder_take_over(self.handle, other.handle)

    @property
    def handle(self) -> int:
        return self.workspace.ctypes.data

    def decode(self, shot: np.ndarray) -> Answer:
        """One shot, bit-packed."""
        observables = np.full(self.needs.observables_size, 0xFF, dtype=np.uint8)
        report = Report()
        status = library.decant_decode(
            self.handle, shot.ctypes.data, shot.size, observables.ctypes.data, observables.size, c.byref(report)
        )
        return Answer(status, observables, report)

    def reweight(self, entries: np.ndarray) -> int:
        """Stages REWEIGHT records for the next shot: the status."""
        return library.decant_reweight_next(self.handle, entries.ctypes.data if len(entries) else None, len(entries))

    def edge_weight(self, a: int, b: int) -> int:
        weight = c.c_int32()
        _check(library.decant_edge_weight(self.handle, a, b, c.byref(weight)))
        return weight.value

    def match_edges(self, shot: np.ndarray) -> Correction:
        """The edges of one bit-packed shot's correction."""
        count, report = c.c_size_t(), Report()
        status = library.decant_match_edges(
            self.handle,
            shot.ctypes.data,
            shot.size,
            self._edges.ctypes.data,
            self._edges.size,
            c.byref(count),
            c.byref(report),
        )
        return Correction(status, self._edges[: count.value].copy(), report)

    def decode_batch(self, shots: np.ndarray, observables: np.ndarray) -> tuple[int, int]:
        """Rows of bit-packed shots into rows of bit-packed observables: (status, shots done)."""
        done = c.c_size_t()
        status = library.decant_decode_batch(
            self.handle,
            len(shots),
            shots.ctypes.data,
            shots.strides[0],
            observables.ctypes.data,
            observables.strides[0],
            c.byref(done),
        )
        return status, done.value

    def push(self, detectors: np.ndarray, sequence: int, last: bool = False, erased: bool = False) -> int:
        """One bit-packed round into a stream: the status."""
        flags = (ROUND_LAST if last else 0) | (ROUND_ERASED if erased else 0)
        entry = Round(sequence=sequence, flags=flags)
        return library.decant_stream_push(self.handle, c.byref(entry), detectors.ctypes.data, detectors.size)

    def finish(self) -> int:
        return library.decant_stream_finish(self.handle)

    def pop(self) -> tuple[Frame, int] | None:
        """The oldest frame that waits, and its observables, bit k for observable k."""
        frame, observables = Frame(), np.zeros(self.needs.observables_size, dtype=np.uint8)
        status = library.decant_stream_pop(self.handle, c.byref(frame), observables.ctypes.data, observables.size)
        if status == EMPTY:
            return None
        _check(status)
        return frame, int.from_bytes(observables.tobytes(), "little")

    def windows(self, rounds: int) -> list[Window]:
        """The blocks of an experiment."""
        windows: list[Window] = []
        while True:
            window = Window()
            status = library.decant_window_plan(self.handle, rounds, len(windows), c.byref(window))
            if status == EMPTY:
                return windows
            _check(status)
            windows.append(window)

    def decode_window(
        self, rounds: int, index: int, detectors: np.ndarray, before: np.ndarray, after: np.ndarray
    ) -> tuple[int, Report]:
        """A block, with the seams beside it: its observables, bit k for observable k."""
        observables, report = np.zeros(self.needs.observables_size, dtype=np.uint8), Report()
        size = self.needs.seam_size
        where = (detectors.ctypes.data, detectors.size, before.ctypes.data, after.ctypes.data, size)
        _check(
            library.decant_window_decode(
                self.handle, rounds, index, *where, observables.ctypes.data, observables.size, c.byref(report)
            )
        )
        return int.from_bytes(observables.tobytes(), "little"), report

    def reset(self) -> None:
        _check(library.decant_decoder_reset(self.handle))

    def stats(self) -> Stats:
        stats = Stats()
        _check(library.decant_stats_read(self.handle, c.byref(stats)))
        return stats

    def digest(self) -> int:
        digest = c.c_uint64()
        _check(library.decant_digest(self.handle, c.byref(digest)))
        return digest.value


def command() -> str:
    """The `decant` command: $DECANT, or the most recent of the builds."""
    if "DECANT" in os.environ:
        return os.environ["DECANT"]
    places = (ROOT / place / "decant" for place in ("build/bin", ".build/release", ".build/debug"))
    built = [place for place in places if place.exists()]
    if not built:
        raise FileNotFoundError("no `decant` command: build it, or name it in $DECANT")
    return str(max(built, key=lambda place: place.stat().st_mtime))


def compile_image(
    dem: str,
    distinct_weights: int | None = None,
    *,
    correlated: bool = False,
    network: str | None = None,
    stream: bool = False,
) -> Image:
    """An image of a detector error model's text, made by `decant compile`. What matching cannot use is dropped."""
    with tempfile.TemporaryDirectory(prefix="decant-") as folder:
        model, image = Path(folder, "model.dem"), Path(folder, "model.image")
        model.write_text(dem)
        options = ["--correlated"] if correlated else ["--drop_hyperedges"]
        if distinct_weights is not None:
            options += ["--distinct_weights", str(distinct_weights)]
        if network is not None:
            options += ["--model", network]
        if stream:
            options += ["--stream"]
        subprocess.run([command(), "compile", "--dem", model, "-o", image, *options], check=True)
        return Image(image.read_bytes())
