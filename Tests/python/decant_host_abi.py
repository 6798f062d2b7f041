"""include/decant_host.h, one to one, for the tests and benchmarks: samplers of labelled shots, as numpy arrays.

The library is $DECANT_HOST_LIBRARY or build/lib/libdecant_host.so. Rows stay packed bits; `unpack` unpacks them.
"""

from __future__ import annotations

import ctypes as c
import os
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = Path(os.environ.get("DECANT_HOST_LIBRARY", ROOT / "build/lib/libdecant_host.so"))

OK, BAD_ARGUMENT, BUFFER_TOO_SMALL, BAD_ABI, UNSUPPORTED, BAD_STATE = 0, -1, -2, -4, -6, -7
UNIFORM, SI1000, SCALAR, PARAMETERS = range(4)
PLAIN, SPACELIKE, FULL, TEACHER = 0, 1, 2, 16
WITH_EDGES = 1
EDGE = np.dtype([("a", "<u4"), ("b", "<u4")])
KINDS = ["detectors", "observables", "inputs", "targets", "edges"]


class _Struct(c.Structure):
    def __init__(self, **fields: object) -> None:
        super().__init__(struct_size=c.sizeof(type(self)), **fields)


class Surface(_Struct):
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


class Layout(_Struct):
    _fields_ = [
        ("struct_size", c.c_uint32),
        ("reserved0", c.c_uint32),
        *[(kind, c.c_uint64) for kind in KINDS],
        *[(f"{kind}_size", c.c_uint64) for kind in KINDS],
        ("reserved", c.c_uint64 * 4),
    ]


class Shots(_Struct):
    _fields_ = [
        ("struct_size", c.c_uint32),
        ("reserved0", c.c_uint32),
        *[field for kind in KINDS for field in ((kind, c.c_void_p), (f"{kind}_stride", c.c_size_t))],
        ("reserved", c.c_uint64 * 4),
    ]


_PROTOTYPES = {
    "decant_host_sampler_new": (c.c_void_p, []),
    "decant_host_sampler_free": (None, [c.c_void_p]),
    "decant_host_sampler_error": (c.c_char_p, [c.c_void_p]),
    "decant_host_sampler_set_surface": (c.c_int32, [c.c_void_p, c.POINTER(Surface), c.c_uint64]),
    "decant_host_sampler_set_model": (c.c_int32, [c.c_void_p, c.c_char_p, c.c_size_t, c.c_uint64, c.c_uint32]),
    "decant_host_sampler_layout": (c.c_int32, [c.c_void_p, c.POINTER(Layout)]),
    "decant_host_sampler_edges": (c.c_int32, [c.c_void_p, c.c_void_p, c.c_size_t]),
    "decant_host_sample": (c.c_int32, [c.c_void_p, c.c_uint64, c.c_size_t, c.c_uint32, c.POINTER(Shots)]),
}
lib = c.CDLL(str(LIBRARY))
for _name, (_result, _arguments) in _PROTOTYPES.items():
    getattr(lib, _name).restype = _result
    getattr(lib, _name).argtypes = _arguments


class HostError(Exception):
    """A refusal, in the library's words."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class Sampler:
    """A sampler of a surface code's shots (`Sampler.surface`) or of a model's (`Sampler.model`)."""

    def __init__(self) -> None:
        self.handle = lib.decant_host_sampler_new()

    def __del__(self) -> None:
        lib.decant_host_sampler_free(self.handle)

    def _check(self, status: int) -> None:
        if status != OK:
            raise HostError(status, lib.decant_host_sampler_error(self.handle).decode())

    @classmethod
    def surface(
        cls, distance: int, rounds: int, basis: str, orientation: int = 0, p: float = 0.0, noise: int = UNIFORM,
        parameters: list[float] | None = None, labels: int = FULL, seed: int = 0,
    ) -> Sampler:  # fmt: skip
        sampler = cls()
        values = (c.c_double * 25)(*parameters) if parameters else None
        surface = Surface(
            distance=distance, rounds=rounds, basis=ord(basis), orientation=orientation, p=p, labels=labels,
            noise_kind=PARAMETERS if parameters else noise, parameters=values,
        )  # fmt: skip
        sampler._check(lib.decant_host_sampler_set_surface(sampler.handle, c.byref(surface), seed))
        return sampler

    @classmethod
    def model(cls, text: str, seed: int = 0, edges: bool = False) -> Sampler:
        sampler, data = cls(), text.encode()
        flags = WITH_EDGES if edges else 0
        sampler._check(lib.decant_host_sampler_set_model(sampler.handle, data, len(data), seed, flags))
        return sampler

    @property
    def layout(self) -> Layout:
        layout = Layout()
        assert lib.decant_host_sampler_layout(self.handle, c.byref(layout)) == OK
        return layout

    def edges(self) -> np.ndarray:
        edges = np.empty(self.layout.edges, dtype=EDGE)
        assert lib.decant_host_sampler_edges(self.handle, edges.ctypes.data, len(edges)) == OK
        return edges

    def buffers(self, shots: int, *kinds: str) -> dict[str, np.ndarray]:
        layout = self.layout
        return {kind: np.zeros((shots, getattr(layout, f"{kind}_size")), dtype=np.uint8) for kind in kinds}

    def fill(self, buffers: dict[str, np.ndarray], first: int = 0, threads: int = 1) -> None:
        out = Shots()
        shots = 0
        for kind, rows in buffers.items():
            assert rows.dtype == np.uint8 and rows.ndim == 2 and (rows.strides[1] == 1 or not rows.size)
            setattr(out, kind, rows.ctypes.data)
            setattr(out, f"{kind}_stride", rows.strides[0])
            shots = len(rows)
        status = lib.decant_host_sample(self.handle, first, shots, threads, c.byref(out))
        if status != OK:
            raise HostError(status, "")

    def sample(self, shots: int, *kinds: str, first: int = 0, threads: int = 1) -> list[np.ndarray]:
        """Packed rows of each kind."""
        buffers = self.buffers(shots, *kinds)
        self.fill(buffers, first, threads)
        return list(buffers.values())


def unpack(rows: np.ndarray, count: int) -> np.ndarray:
    """One byte, 0 or 1, for each bit."""
    return np.unpackbits(rows, axis=1, count=count, bitorder="little")
