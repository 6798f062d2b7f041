"""decant.h and decant_host.h, one to one: every constant, struct and function, and nothing besides.

`core` is libdecant.so, opened on import. `host()` is libdecant_host.so, opened when it is first asked for: a machine
that only decodes images never pays for it. Both have their version checked against that of the headers below. Pointers
to bytes are plain addresses (`c_void_p`): whoever calls has checked his arrays, and a cached address costs a tenth of
what numpy's `ndpointer` does. The headers are the manual.
"""

from __future__ import annotations

import ctypes as c
import functools
from typing import Any

from . import _library

# ---------------------------------------------------------------------------------------- decant.h, identity

VERSION_NUMBER = 100
VERSION_STRING = "0.1.0"
ABI_VERSION = 0

OK = 0
PENDING = 1
FULL = 2
EMPTY = 3
TRUNCATED = 4
BAD_ARGUMENT = -1
BUFFER_TOO_SMALL = -2
MISALIGNED = -3
BAD_ABI = -4
BAD_IMAGE = -5
UNSUPPORTED = -6
BAD_STATE = -7
ROUND_LOST = -8
INTERNAL = -9
IMPOSSIBLE = -10

IMAGE_CORRELATED = 1
IMAGE_NETWORK = 2
IMAGE_GRID = 4
IMAGE_STREAM = 8
IMAGE_STRIP = 16

CONFIG_CORRELATED = 1
CONFIG_UNION_FIND = 2
CONFIG_NETWORK = 4
CONFIG_BLOCKS = 8
CONFIG_ERASURES = 16

REPORT_TRUNCATED = 1

BOUNDARY = 0xFFFF_FFFF

STREAM_FRAMES = 4

ROUND_LAST = 1
ROUND_ERASED = 2

FRAME_FINAL = 1
FRAME_TRUNCATED = 2
FRAME_STRAY = 4

WINDOW_SECOND = 1
WINDOW_FINAL = 2

STRIP_SECOND = 1

# ------------------------------------------------------------------------------------ decant_host.h, constants

HOST_NOISE_UNIFORM = 0
HOST_NOISE_SI1000 = 1
HOST_NOISE_SCALAR = 2
HOST_NOISE_PARAMETERS = 3

HOST_LABELS_PLAIN = 0
HOST_LABELS_SPACELIKE = 1
HOST_LABELS_FULL = 2
HOST_LABELS_TEACHER = 16

HOST_WITH_EDGES = 1

HOST_COMPILE_CORRELATED = 1
HOST_COMPILE_DROP_HYPEREDGES = 2
HOST_COMPILE_STREAM = 4
HOST_COMPILE_STRIP = 8

HOST_LEARNER_REPEATING = 1

# ------------------------------------------------------------------------------------------------- structs


class Struct(c.Structure):
    """A struct that knows its own size, as every one that begins with struct_size must."""

    def __init__(self, **fields: Any) -> None:
        super().__init__(struct_size=c.sizeof(type(self)), **fields)


class decant_image_info(Struct):
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


class decant_config(Struct):
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


class decant_requirements(Struct):
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


class decant_report(Struct):
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


class decant_edge(c.Structure):
    _fields_ = [("a", c.c_uint32), ("b", c.c_uint32)]


class decant_reweight(c.Structure):
    _fields_ = [("a", c.c_uint32), ("b", c.c_uint32), ("weight", c.c_int32)]


class decant_edge_reweight(c.Structure):
    _fields_ = [("edge", c.c_uint32), ("weight", c.c_int32)]


class decant_stream_info(Struct):
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


class decant_strip_info(Struct):
    _fields_ = [
        ("struct_size", c.c_uint32),
        ("flags", c.c_uint32),
        ("index", c.c_uint32),
        ("strips", c.c_uint32),
        ("shot_detectors", c.c_uint32),
        ("detectors", c.c_uint32),
        ("committed", c.c_uint32),
        ("before", c.c_uint32),
        ("after", c.c_uint32),
        ("reserved0", c.c_uint32),
        ("reserved", c.c_uint64 * 2),
    ]


class decant_round(Struct):
    _fields_ = [
        ("struct_size", c.c_uint32),
        ("flags", c.c_uint32),
        ("sequence", c.c_uint64),
        ("timestamp", c.c_uint64),
        ("reserved", c.c_uint64 * 1),
    ]


class decant_frame(Struct):
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


class decant_window(Struct):
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


class decant_stats(Struct):
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


class decant_host_surface(Struct):
    _fields_ = [
        ("struct_size", c.c_uint32),
        ("distance", c.c_uint32),
        ("rounds", c.c_uint32),
        ("basis", c.c_uint32),
        ("orientation", c.c_uint32),
        ("noise_kind", c.c_uint32),
        ("p", c.c_double),
        ("parameters", c.POINTER(c.c_double)),
        ("labels", c.c_uint32),
        ("reserved0", c.c_uint32),
        ("reserved", c.c_uint64 * 4),
    ]


class decant_host_layout(Struct):
    _fields_ = [
        ("struct_size", c.c_uint32),
        ("reserved0", c.c_uint32),
        ("detectors", c.c_uint64),
        ("observables", c.c_uint64),
        ("inputs", c.c_uint64),
        ("targets", c.c_uint64),
        ("edges", c.c_uint64),
        ("detectors_size", c.c_uint64),
        ("observables_size", c.c_uint64),
        ("inputs_size", c.c_uint64),
        ("targets_size", c.c_uint64),
        ("edges_size", c.c_uint64),
        ("reserved", c.c_uint64 * 4),
    ]


class decant_host_shots(Struct):
    _fields_ = [
        ("struct_size", c.c_uint32),
        ("reserved0", c.c_uint32),
        ("detectors", c.c_void_p),
        ("detectors_stride", c.c_size_t),
        ("observables", c.c_void_p),
        ("observables_stride", c.c_size_t),
        ("inputs", c.c_void_p),
        ("inputs_stride", c.c_size_t),
        ("targets", c.c_void_p),
        ("targets_stride", c.c_size_t),
        ("edges", c.c_void_p),
        ("edges_stride", c.c_size_t),
        ("reserved", c.c_uint64 * 4),
    ]


class decant_host_compile_options(Struct):
    _fields_ = [
        ("struct_size", c.c_uint32),
        ("flags", c.c_uint32),
        ("distinct_weights", c.c_uint32),
        ("reserved0", c.c_uint32),
        ("network", c.c_char_p),
        ("commit_rounds", c.c_uint32),
        ("buffer_rounds", c.c_uint32),
        ("commit_columns", c.c_uint32),
        ("buffer_columns", c.c_uint32),
        ("strip", c.c_uint32),
        ("strip_axis", c.c_uint32),
        ("reserved", c.c_uint64 * 1),
    ]


class decant_host_learner_options(Struct):
    _fields_ = [
        ("struct_size", c.c_uint32),
        ("flags", c.c_uint32),
        ("half_life", c.c_double),
        ("stretches_per_alarm", c.c_double),
        ("stretch", c.c_uint32),
        ("threads", c.c_uint32),
        ("estimator", c.c_char_p),
        ("reserved", c.c_uint64 * 4),
    ]


class decant_host_change(Struct):
    _fields_ = [
        ("struct_size", c.c_uint32),
        ("reserved0", c.c_uint32),
        ("shots", c.c_uint64),
        ("since", c.c_uint64),
        ("a", c.c_uint32),
        ("b", c.c_uint32),
        ("before", c.c_double),
        ("now", c.c_double),
        ("reserved", c.c_uint64 * 2),
    ]


SIZES: dict[type[c.Structure], int] = {
    decant_image_info: 104,
    decant_config: 64,
    decant_requirements: 104,
    decant_report: 64,
    decant_edge: 8,
    decant_reweight: 12,
    decant_edge_reweight: 8,
    decant_stream_info: 64,
    decant_strip_info: 56,
    decant_round: 32,
    decant_frame: 88,
    decant_window: 72,
    decant_stats: 104,
    decant_host_surface: 80,
    decant_host_layout: 120,
    decant_host_shots: 120,
    decant_host_compile_options: 56,
    decant_host_learner_options: 72,
    decant_host_change: 64,
}
"""Bytes of each struct where pointers have 8, as the ABI fixes them."""

# ----------------------------------------------------------------------------------------------- functions

_status = c.c_int32
_address = c.c_void_p
_size = c.c_size_t

CORE_PROTOTYPES: _library.Prototypes = {
    "decant_version_number": (c.c_uint32, []),
    "decant_version_string": (c.c_char_p, []),
    "decant_abi_version": (c.c_uint32, []),
    "decant_status_name": (c.c_char_p, [_status]),
    "decant_image_inspect": (_status, [_address, _size, c.POINTER(decant_image_info)]),
    "decant_decoder_measure": (
        _status,
        [_address, _size, c.POINTER(decant_config), c.POINTER(decant_requirements)],
    ),
    "decant_decoder_init": (
        _status,
        [_address, _size, _address, _size, c.POINTER(decant_config), c.POINTER(c.c_void_p)],
    ),
    "decant_decoder_reset": (_status, [_address]),
    "decant_decode": (_status, [_address, _address, _size, _address, _size, c.POINTER(decant_report)]),
    "decant_decode_batch": (
        _status,
        [_address, _size, _address, _size, _address, _size, c.POINTER(c.c_size_t)],
    ),
    "decant_match": (_status, [_address, _address, _size, _address, _size, c.POINTER(decant_report)]),
    "decant_match_edges": (
        _status,
        [_address, _address, _size, _address, _size, c.POINTER(c.c_size_t), c.POINTER(decant_report)],
    ),
    "decant_reweight_next": (_status, [_address, _address, _size]),
    "decant_reweight_edges_next": (_status, [_address, _address, _size]),
    "decant_edge_number": (_status, [_address, c.c_uint32, c.c_uint32, c.POINTER(c.c_uint32)]),
    "decant_edge_ends": (_status, [_address, c.c_uint32, _size, _address]),
    "decant_edge_weight": (_status, [_address, c.c_uint32, c.c_uint32, c.POINTER(c.c_int32)]),
    "decant_predecode": (
        _status,
        [
            *[_address, _address, _size, _address, _size, _address, _size, _address, _size],
            *[c.POINTER(c.c_size_t), c.POINTER(decant_report)],
        ],
    ),
    "decant_stream_inspect": (_status, [_address, _size, c.POINTER(decant_stream_info)]),
    "decant_stream_push": (_status, [_address, c.POINTER(decant_round), _address, _size]),
    "decant_stream_finish": (_status, [_address]),
    "decant_stream_pop": (_status, [_address, c.POINTER(decant_frame), _address, _size]),
    "decant_decoder_take_over": (_status, [_address, _address]),
    "decant_window_plan": (_status, [_address, c.c_uint64, c.c_uint64, c.POINTER(decant_window)]),
    "decant_window_decode": (
        _status,
        [
            *[_address, c.c_uint64, c.c_uint64, _address, _size, _address, _address, _size, _address, _size],
            c.POINTER(decant_report),
        ],
    ),
    "decant_strip_inspect": (_status, [_address, _size, c.POINTER(decant_strip_info), _address, _size]),
    "decant_strip_gather": (_status, [_address, _address, _size, _address, _size]),
    "decant_strip_decode": (
        _status,
        [*[_address, _address, _size, _address, _address, _size, _address, _size], c.POINTER(decant_report)],
    ),
    "decant_stats_read": (_status, [_address, c.POINTER(decant_stats)]),
    "decant_digest": (_status, [_address, c.POINTER(c.c_uint64)]),
}

HOST_PROTOTYPES: _library.Prototypes = {
    "decant_host_version_number": (c.c_uint32, []),
    "decant_host_abi_version": (c.c_uint32, []),
    "decant_host_sampler_new": (c.c_void_p, []),
    "decant_host_sampler_free": (None, [_address]),
    "decant_host_sampler_error": (c.c_char_p, [_address]),
    "decant_host_sampler_set_surface": (_status, [_address, c.POINTER(decant_host_surface), c.c_uint64]),
    "decant_host_sampler_set_model": (_status, [_address, c.c_char_p, _size, c.c_uint64, c.c_uint32]),
    "decant_host_sampler_layout": (_status, [_address, c.POINTER(decant_host_layout)]),
    "decant_host_sampler_edges": (_status, [_address, _address, _size]),
    "decant_host_sample": (_status, [_address, c.c_uint64, _size, c.c_uint32, c.POINTER(decant_host_shots)]),
    "decant_host_model_new": (c.c_void_p, []),
    "decant_host_model_free": (None, [_address]),
    "decant_host_model_error": (c.c_char_p, [_address]),
    "decant_host_model_set_text": (_status, [_address, c.c_char_p, _size, c.c_char_p]),
    "decant_host_model_set_circuit": (_status, [_address, c.c_char_p, _size, c.c_char_p]),
    "decant_host_model_set_surface": (_status, [_address, c.POINTER(decant_host_surface)]),
    "decant_host_model_text": (_status, [_address, c.POINTER(c.c_void_p), c.POINTER(c.c_size_t)]),
    "decant_host_model_circuit": (_status, [_address, c.POINTER(c.c_void_p), c.POINTER(c.c_size_t)]),
    "decant_host_compile": (_status, [_address, c.POINTER(decant_host_compile_options)]),
    "decant_host_reweight": (_status, [_address, _address, _size]),
    "decant_host_model_image": (_status, [_address, c.POINTER(c.c_void_p), c.POINTER(c.c_size_t)]),
    "decant_host_model_notices": (c.c_char_p, [_address]),
    "decant_host_network_name": (c.c_char_p, [c.c_uint32]),
    "decant_host_learner_new": (c.c_void_p, []),
    "decant_host_learner_free": (None, [_address]),
    "decant_host_learner_error": (c.c_char_p, [_address]),
    "decant_host_learner_set": (_status, [_address, _address, c.POINTER(decant_host_learner_options)]),
    "decant_host_learner_push": (_status, [_address, _size, _address, _size]),
    "decant_host_learner_learn": (_status, [_address, _address]),
    "decant_host_learner_statistics": (_status, [_address, c.POINTER(c.c_void_p), c.POINTER(_size)]),
    "decant_host_learner_merge": (_status, [_address, _address, _size]),
    "decant_host_learner_change": (_status, [_address, c.POINTER(decant_host_change)]),
}


def _open_core() -> c.CDLL:
    library = _library.load("libdecant.so", "DECANT_LIBRARY", CORE_PROTOTYPES)
    _check(library._name, library.decant_abi_version(), library.decant_version_number())
    return library


@functools.cache
def host() -> c.CDLL:
    """libdecant_host.so."""
    library = _library.load("libdecant_host.so", "DECANT_HOST_LIBRARY", HOST_PROTOTYPES)
    _check(library._name, library.decant_host_abi_version(), library.decant_host_version_number())
    return library


def _check(path: str, abi: int, version: int) -> None:
    _library.check_version(path, abi=abi, version=version, needed_abi=ABI_VERSION, needed_version=VERSION_NUMBER)


def _check_sizes() -> None:
    for struct, size in SIZES.items():
        if c.sizeof(struct) != size:
            raise _library.LibraryError(
                f"{struct.__name__} takes {c.sizeof(struct)} bytes here where the ABI says {size}; Decant's Python "
                "package is made for 64-bit machines."
            )


_check_sizes()
core = _open_core()
