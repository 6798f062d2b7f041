"""The memory experiment that Decant describes itself."""

from __future__ import annotations

import ctypes as c
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from . import _ffi
from ._status import bad_argument, whole

_PAULIS = [a + b for a in "IXYZ" for b in "IXYZ"][1:]

NOISE_PARAMETERS: tuple[str, ...] = (
    *("p_prep_X", "p_prep_Z", "p_meas_X", "p_meas_Z"),
    *(f"p_idle_cnot_{pauli}" for pauli in "XYZ"),
    *(f"p_idle_spam_{pauli}" for pauli in "XYZ"),
    *(f"p_cnot_{pauli}" for pauli in _PAULIS),
)
"""Names of the 25 parameters of noise, in the library's order."""

_KINDS = {
    "uniform": _ffi.HOST_NOISE_UNIFORM,
    "si1000": _ffi.HOST_NOISE_SI1000,
    "scalar": _ffi.HOST_NOISE_SCALAR,
}
_ORIENTATIONS = {"XV": 0, "XH": 1, "ZV": 2, "ZH": 3, "O1": 0, "O2": 1, "O3": 2, "O4": 3}


@dataclass(frozen=True)
class SurfaceCode:
    """A memory experiment on a rotated surface code, with the published pre-decoder's schedule.

    distance: odd, 3 to 255. rounds: of check measurements, at least 2, the last one being the readout; None is as many
    as the distance. basis: "X" or "Z". p: the error rate, a probability. noise: "uniform" (25 parameters made of p),
    "si1000" (likewise, for superconducting hardware), "scalar" (the circuit of one error rate that most published
    figures show), or the 25 parameters themselves, by the names of `NOISE_PARAMETERS` or in their order; then p is not
    looked at. orientation: "XV", "XH", "ZV" or "ZH", also called "O1" to "O4".
    """

    distance: int
    rounds: int | None = None
    basis: str = "X"
    p: float = 0.003
    noise: str | Mapping[str, float] | Sequence[float] = "uniform"
    orientation: str = "XV"

    def _struct(self, labels: int = _ffi.HOST_LABELS_PLAIN) -> _ffi.decant_host_surface:
        """As the library wants it. What only the library can judge is left to it."""
        if self.basis not in ("X", "Z"):
            raise bad_argument(f"basis is {self.basis!r}; give 'X' or 'Z'")
        if not isinstance(self.orientation, str) or self.orientation not in _ORIENTATIONS:
            raise bad_argument(f"orientation is {self.orientation!r}; give XV, XH, ZV or ZH, or O1 to O4")
        surface = _ffi.decant_host_surface(
            distance=whole("distance", self.distance, 32),
            rounds=whole("rounds", self.distance if self.rounds is None else self.rounds, 32),
            basis=ord(self.basis),
            orientation=_ORIENTATIONS[self.orientation],
            p=_number("p", self.p),
            labels=labels,
        )
        if isinstance(self.noise, str):
            if self.noise not in _KINDS:
                raise bad_argument(f"noise is {self.noise!r}; give {', '.join(_KINDS)}, or 25 parameters")
            surface.noise_kind = _KINDS[self.noise]
        else:
            surface.noise_kind = _ffi.HOST_NOISE_PARAMETERS
            surface.parameters = (c.c_double * len(NOISE_PARAMETERS))(*_parameters(self.noise))
        return surface


def _number(name: str, value: float) -> float:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        raise bad_argument(f"{name} is {value!r}; give a number") from None


def _parameters(noise: Mapping[str, float] | Sequence[float]) -> list[float]:
    if isinstance(noise, Mapping):
        if unknown := [name for name in noise if name not in NOISE_PARAMETERS]:
            raise bad_argument(f"noise has {unknown[0]!r}, which is none of NOISE_PARAMETERS")
        if missing := [name for name in NOISE_PARAMETERS if name not in noise]:
            raise bad_argument(f"noise lacks {missing[0]}; give all of NOISE_PARAMETERS")
        return [_number(name, noise[name]) for name in NOISE_PARAMETERS]
    try:
        values = list(noise)
    except TypeError:
        raise bad_argument(f"noise is {noise!r}; give a name or 25 parameters") from None
    if len(values) != len(NOISE_PARAMETERS):
        raise bad_argument(f"noise has {len(values)} numbers; give the {len(NOISE_PARAMETERS)} of NOISE_PARAMETERS")
    return [_number(name, value) for name, value in zip(NOISE_PARAMETERS, values)]
