"""Whatever tells a detector error model, and the library's handle of one."""

from __future__ import annotations

import ctypes as c
import os
import re
import sys
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Union

from . import _ffi
from ._status import Error, bad_argument, check
from ._surface import SurfaceCode

if TYPE_CHECKING:
    import stim

ModelLike = Union["stim.DetectorErrorModel", "stim.Circuit", SurfaceCode, str, "os.PathLike[str]"]
"""A model or a circuit of Stim, as an object, as text or in a file; or an experiment.

A `str` that ends in .dem or .stim is a path, and any other is text; an `os.PathLike` is always a path. Files that end in
.dem hold models, in .stim circuits; of other files, and of text, the instructions tell which.
"""

_ONLY_IN_MODELS = re.compile(
    r"^\s*(?:(?:error|logical_observable|shift_detectors)\b|detector\b[^\n]*\sD\d)", re.IGNORECASE | re.MULTILINE
)


class Model:
    """A decant_host_model that holds a detector error model. One thread at a time."""

    def __init__(self, model: ModelLike) -> None:
        """Raises `Error` with the library's sentence, which names the line; and OSError for a file."""
        self._host = _ffi.host()
        self._handle = self._host.decant_host_model_new()
        if not self._handle:
            raise MemoryError("there is no memory for a model")
        weakref.finalize(self, self._host.decant_host_model_free, self._handle)
        if isinstance(model, SurfaceCode):
            struct = model._struct()
            self.check(self._host.decant_host_model_set_surface(self._handle, c.byref(struct)), "the surface code")
            return
        text, name, is_circuit = _read(model)
        set_text = self._host.decant_host_model_set_circuit if is_circuit else self._host.decant_host_model_set_text
        data = text.encode()
        self.check(
            set_text(self._handle, data, len(data), name.encode()), "the circuit" if is_circuit else "the error model"
        )

    def check(self, status: int, what: str) -> None:
        if status < 0:
            sentence = self._host.decant_host_model_error(self._handle).decode(errors="replace")
            if sentence:
                raise Error(status, sentence)
        check(status, what)

    def text(self) -> str:
        """The detector error model, an instruction a line."""
        return self._text(self._host.decant_host_model_text)

    def circuit(self) -> str:
        """The circuit that the model came from. Raises `Error` (UNSUPPORTED) if it came from none."""
        return self._text(self._host.decant_host_model_circuit)

    def compile(self, options: _ffi.decant_host_compile_options) -> tuple[bytes, list[str]]:
        """An image, and what was lost on the way, a sentence each."""
        self.check(self._host.decant_host_compile(self._handle, c.byref(options)), "compile")
        return self._image()

    def reweight(self, address: int, size: int) -> tuple[bytes, list[str]]:
        """The same, like an image that was compiled before."""
        self.check(self._host.decant_host_reweight(self._handle, address, size), "reweight")
        return self._image()

    def _image(self) -> tuple[bytes, list[str]]:
        address, size = c.c_void_p(), c.c_size_t()
        check(self._host.decant_host_model_image(self._handle, c.byref(address), c.byref(size)), "the image")
        notices = self._host.decant_host_model_notices(self._handle).decode(errors="replace")
        return c.string_at(address.value or 0, size.value), notices.splitlines()

    def _text(self, function: c._NamedFuncPointer) -> str:
        address, size = c.c_void_p(), c.c_size_t()
        check(function(self._handle, c.byref(address), c.byref(size)), "the text", "the model has no circuit")
        return c.string_at(address.value or 0, size.value).decode()


def _read(model: ModelLike) -> tuple[str, str, bool]:
    """Its text, how errors name it, and whether it is a circuit."""
    stim = sys.modules.get("stim")  # Who has an object of Stim has imported Stim.
    if stim is not None and isinstance(model, stim.DetectorErrorModel):
        return str(model), "model", False
    if stim is not None and isinstance(model, stim.Circuit):
        # Stim knows all of its gates, Decant those of surface codes. Where both do, they agree.
        try:
            analysed = model.detector_error_model(decompose_errors=True, approximate_disjoint_errors=True)
        except ValueError as problem:
            raise bad_argument(f"Stim finds no error model of the circuit: {problem}") from problem
        return str(analysed), "model", False
    if isinstance(model, os.PathLike) or (isinstance(model, str) and model.endswith((".dem", ".stim"))):
        path = Path(model)
        text = path.read_text(encoding="utf-8", errors="surrogateescape")
        known = {".dem": False, ".stim": True}.get(path.suffix)
        return text, str(path), _is_circuit(text) if known is None else known
    if isinstance(model, str):
        is_circuit = _is_circuit(model)
        return model, "circuit" if is_circuit else "model", is_circuit
    raise bad_argument(
        f"a {type(model).__name__} is no model; give a stim.DetectorErrorModel, a stim.Circuit, their text, a path, or "
        "a decant.SurfaceCode"
    )


def _is_circuit(text: str) -> bool:
    return bool(text.strip()) and _ONLY_IN_MODELS.search(text) is None


def error_model(model: ModelLike) -> str:
    """The detector error model of a circuit or an experiment, in Stim's language, decomposed for matching.

    Raises `Error`, naming the line; OSError for a file that cannot be read.
    """
    return Model(model).text()


def circuit(experiment: SurfaceCode) -> str:
    """The circuit of an experiment, in Stim's language."""
    return Model(experiment).circuit()
