"""What the library tells, as records of Python's own numbers."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from . import _ffi
from ._arrays import array
from ._status import bad_argument

BOUNDARY = _ffi.BOUNDARY
"""Stands in place of the second detector of a boundary edge."""

EDGE = np.dtype([("a", np.uint32), ("b", np.uint32)])
"""An edge of the matching graph: two detectors, a below b; or a and `BOUNDARY`."""

REWEIGHT = np.dtype([("a", np.uint32), ("b", np.uint32), ("weight", np.int32)])
EDGE_REWEIGHT = np.dtype([("edge", np.uint32), ("weight", np.int32)])
"""An edge and an even integer weight for it."""

MAX_WEIGHT = 33_554_430
"""The largest absolute weight that an edge can be given."""


class NetworkInfo(NamedTuple):
    """Shape of the network in an image. Of a grid network: its rounds, rows and columns; 0; channels of its widest layer,
    layers, and 4."""

    rounds: int
    """Rounds of the window around an event, in rounds."""
    rows: int
    columns: int
    """... in units of half the distance between checks of one type in a row."""
    features: int
    """Places of a window."""
    hidden: int
    units: int
    outputs: int


@dataclass(frozen=True)
class StreamInfo:
    """What the image of a stream says about rounds."""

    first_detectors: int
    """Detectors of the first round of an experiment,"""
    round_detectors: int
    """... of every other,"""
    last_detectors: int
    """... but the last."""
    commit_rounds: int
    """Rounds that a window commits unless a stream is told otherwise, and those that it sees besides."""
    buffer_rounds: int
    least_buffer: int
    """A window sees no fewer rounds besides: as many as edges reach over."""
    shortest: int
    """Experiments of this many rounds and more can end with a last round,"""
    shortest_open: int
    """... and of this many with `Stream.finish`."""
    least_first_commit: int
    """The first window of an experiment commits no fewer rounds."""

    @classmethod
    def of(cls, info: _ffi.decant_stream_info) -> StreamInfo:
        return cls(**{field.name: getattr(info, field.name) for field in fields(cls)})

    def detectors(self, rounds: int) -> int:
        """Detectors of an experiment of this many rounds, at least two, the last included."""
        return self.first_detectors + (rounds - 2) * self.round_detectors + self.last_detectors


@dataclass(frozen=True)
class StripInfo:
    """Which strip of a patch an image is of."""

    index: int
    """Its number: even in the first layer, odd in the second,"""
    strips: int
    """... of so many."""
    shot_detectors: int
    """Detectors of a shot of the whole patch."""
    detectors: int
    """Detectors that the strip sees."""
    committed: int
    """Of these, detectors that it decides."""
    before: int
    """Detectors on the seam with the strip of the next lower number,"""
    after: int
    """... and of the next higher."""
    second: bool
    """Of the second layer: wants the seams of its neighbours."""

    @classmethod
    def of(cls, info: _ffi.decant_strip_info) -> StripInfo:
        plain = {field.name: getattr(info, field.name) for field in fields(cls) if field.name != "second"}
        return cls(**plain, second=bool(info.flags & _ffi.STRIP_SECOND))


@dataclass(frozen=True)
class ImageInfo:
    """What an image holds; sizes in bytes. Of a stream, detectors and edges are those of each layer that it stores."""

    format_version: int
    image_size: int
    crc32: int
    detectors: int
    observables: int
    edges: int
    boundary_edges: int
    negative_edges: int
    components: int
    closed_components: int
    max_degree: int
    max_weight: int
    weight_scale: float
    """An integer weight is 2 * round(weight_scale * ln((1 - p) / p))."""
    correlated: bool
    """Whether the image holds what correlated matching needs."""
    network: NetworkInfo | None
    grid: bool
    """Whether it is a grid network."""
    stream: StreamInfo | None
    """Of the image of a stream."""
    strip: StripInfo | None
    """Of the image of a strip."""

    @classmethod
    def of(cls, info: _ffi.decant_image_info, stream: StreamInfo | None, strip: StripInfo | None) -> ImageInfo:
        made = ("correlated", "network", "grid", "stream", "strip")
        plain = {field.name: getattr(info, field.name) for field in fields(cls) if field.name not in made}
        shape = NetworkInfo(*(getattr(info, f"network_{name}") for name in NetworkInfo._fields))
        held = bool(info.flags & _ffi.IMAGE_NETWORK)
        correlated = bool(info.flags & _ffi.IMAGE_CORRELATED)
        grid = bool(info.flags & _ffi.IMAGE_GRID)
        network = shape if held else None
        return cls(**plain, correlated=correlated, network=network, grid=grid, stream=stream, strip=strip)


@dataclass(frozen=True)
class Requirements:
    """What a decoder needs and promises; sizes in bytes, work in work units of a shot."""

    workspace_size: int
    image_size: int
    detectors_size: int
    observables_size: int
    max_match_edges: int
    worst_case_work: int
    max_weight_changes: int
    network_multiplications: int
    """Of a grid network, for every shot; not in work."""
    window_size: int
    """Of blocks, most bytes of the detectors of a window,"""
    seam_size: int
    """... and bytes of a seam."""
    carried_size: int
    """Bytes that taking over from another decoder copies."""

    @classmethod
    def of(cls, needs: _ffi.decant_requirements) -> Requirements:
        return cls(**{field.name: getattr(needs, field.name) for field in fields(cls)})


@dataclass(frozen=True)
class Report:
    """What decoding one shot did."""

    weight: int
    """Integer weight of the correction; divide by 2 * weight_scale for a log-likelihood."""
    work: int
    """Work units spent."""
    detection_events: int
    """Detectors that fired."""
    grown_events: int
    """Of these, the events that the (first) warm start could not pair."""
    network_features: int
    """Events that the network saw around events."""
    changed_weights: int
    """Edges whose weights the network changed."""
    accepted_edges: int
    """Edges that a grid network put into the correction by itself; they are not in weight."""
    truncated: bool
    """Whether the work limit cut it short: a valid correction, perhaps not the lightest."""

    @classmethod
    def of(cls, report: _ffi.decant_report) -> Report:
        plain = {field.name: getattr(report, field.name) for field in fields(cls) if field.name != "truncated"}
        return cls(**plain, truncated=bool(report.flags & _ffi.REPORT_TRUNCATED))


@dataclass(frozen=True)
class Stats:
    """Totals since a decoder was made or reset."""

    shots: int
    """Answered."""
    truncated: int
    """Of these, cut short by the work limit."""
    impossible: int
    """Refused as impossible; not in shots."""
    detection_events: int
    grown_events: int
    blossoms: int
    work: int
    max_work: int
    """In one shot."""
    max_detection_events: int
    """In one shot."""

    @classmethod
    def of(cls, stats: _ffi.decant_stats) -> Stats:
        return cls(**{field.name: getattr(stats, field.name) for field in fields(cls)})

    def __add__(self, other: Stats) -> Stats:
        """Totals of two decoders."""

        def both(name: str) -> int:
            combine = max if name.startswith("max_") else sum
            return combine((getattr(self, name), getattr(other, name)))

        return Stats(**{field.name: both(field.name) for field in fields(self)})


@dataclass(frozen=True)
class Window:
    """A window of an experiment that is decoded in blocks."""

    index: int
    """Even in the first layer, odd in the second."""
    first_round: int
    """What it sees: rounds,"""
    rounds: int
    first_detector: int
    """... and their detectors, counted through the experiment."""
    detectors: int
    first_committed: int
    """Rounds that it commits."""
    committed: int
    second: bool
    """Of the second layer: wants the seams of its neighbours."""
    final: bool
    """Whether it is the last of its experiment."""

    @classmethod
    def of(cls, window: _ffi.decant_window, index: int) -> Window:
        made = ("index", "second", "final")
        plain = {field.name: getattr(window, field.name) for field in fields(cls) if field.name not in made}
        second, final = bool(window.flags & _ffi.WINDOW_SECOND), bool(window.flags & _ffi.WINDOW_FINAL)
        return cls(**plain, index=index, second=second, final=final)


@dataclass(frozen=True, eq=False)
class Frame:
    """What became final of a stream: the flips of its observables by all edges with an end in some rounds."""

    first_round: int
    """Sequence numbers of these rounds, both included."""
    last_round: int
    observables: npt.NDArray[np.bool_]
    """The flips: (observables,). Those of an experiment are the exclusive or over its frames."""
    timestamp: int
    """Of the round that completed the window; 0 if `Stream.finish` did."""
    weight: int
    """Integer weight of the edges that became final."""
    work: int
    """Work units that the window took."""
    digest: int
    """`Stream.digest` as it was behind the window."""
    detection_events: int
    """That the window saw, those that final edges have made among them."""
    final: bool
    """Whether it is the last of its experiment."""
    truncated: bool
    """Whether the work limit was reached: a valid correction, perhaps not the lightest."""
    stray: bool
    """Whether a detector has fired that no error flips; that was passed over."""

    @classmethod
    def of(cls, frame: _ffi.decant_frame, observables: npt.NDArray[np.bool_]) -> Frame:
        made = ("observables", "final", "truncated", "stray")
        plain = {field.name: getattr(frame, field.name) for field in fields(cls) if field.name not in made}
        return cls(
            **plain,
            observables=observables,
            final=bool(frame.flags & _ffi.FRAME_FINAL),
            truncated=bool(frame.flags & _ffi.FRAME_TRUNCATED),
            stray=bool(frame.flags & _ffi.FRAME_STRAY),
        )


def reweights(entries: npt.ArrayLike) -> npt.NDArray[np.void]:
    """Such records as they are; of rows of whole numbers (a, b, weight) `REWEIGHT` records, and of rows (edge, weight)
    `EDGE_REWEIGHT` records, checked for their ranges alone."""
    given = array(entries, "entries")
    if given.dtype in (REWEIGHT, EDGE_REWEIGHT) and given.ndim == 1:
        return np.ascontiguousarray(given)
    if given.size == 0:
        return np.empty(0, dtype=REWEIGHT)
    if given.ndim != 2 or given.shape[1] not in (2, 3) or given.dtype.kind not in "iu":
        raise bad_argument(
            f"entries has shape {given.shape} and dtype {given.dtype}; give REWEIGHT or EDGE_REWEIGHT records, or rows of "
            "whole numbers (a, b, weight) or (edge, weight)"
        )
    records = np.empty(len(given), dtype=REWEIGHT if given.shape[1] == 3 else EDGE_REWEIGHT)
    assert records.dtype.names is not None
    for column, name in enumerate(records.dtype.names):
        limits = np.iinfo(records.dtype[name])
        values = given[:, column]
        if values.min() < limits.min or values.max() > limits.max:
            raise bad_argument(f"entries has {name} beyond {limits.min} to {limits.max}")
        records[name] = values
    return records
