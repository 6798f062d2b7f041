"""Finds and opens the two libraries, and refuses those of another version.

The environment comes first, since a stale library that lies somewhere on the system must never win over one that was
named; then the package's own folder, where a wheel has them; then `build/lib` of the checkout that this file lies in.
Nowhere else is looked: a library and this package belong to the same version.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Prototypes = Mapping[str, tuple[Any, list[Any]]]
"""Of each function: what it returns and what it takes."""


class LibraryError(ImportError):
    """A library of Decant is missing, cannot be opened, or is not the one that this package needs."""


def candidates(name: str, variable: str) -> list[Path]:
    """Where the library `name` may be, best first. variable: of the environment, a file that ends the search."""
    if named := os.environ.get(variable):
        return [Path(named)]
    package = Path(__file__).resolve().parent
    places = [package / name]
    for folder in package.parents:
        if (folder / "include" / "decant.h").is_file():
            places.append(folder / "build" / "lib" / name)
            break
    return places


def load(name: str, variable: str, prototypes: Prototypes) -> ctypes.CDLL:
    """Opens a library and gives each function its prototype. `CDLL` releases the GIL around every call."""
    tried = candidates(name, variable)
    path = next((place for place in tried if place.is_file()), None)
    if path is None:
        places = "".join(f"\n  {place}" for place in tried)
        said = f" {variable} names no file." if variable in os.environ else ""
        raise LibraryError(
            f"{name} was not found.{said} Tried:{places}\n"
            f"Build it with `make lib lib-host` in the checkout, or name it in {variable}."
        )
    try:
        library = ctypes.CDLL(str(path))
    except OSError as problem:
        raise LibraryError(f"{path} cannot be opened: {problem}") from problem
    for function, (result, arguments) in prototypes.items():
        try:
            bound = getattr(library, function)
        except AttributeError:
            raise LibraryError(
                f"{path} lacks {function}: it is not {name}, or an older one. Build it anew with `make lib lib-host`."
            ) from None
        bound.restype, bound.argtypes = result, arguments
    return library


def check_version(path: str, *, abi: int, version: int, needed_abi: int, needed_version: int) -> None:
    """Refuses a library with another ABI, or one that is older than the headers that the package was written for."""
    if abi == needed_abi and version >= needed_version:
        return
    raise LibraryError(
        f"{path} is version {_text(version)} with ABI {abi}; this package is version {_text(needed_version)} with ABI "
        f"{needed_abi}. It needs a library of the same ABI that is not older: install package and libraries from the "
        "same checkout, and see whether DECANT_LIBRARY or DECANT_HOST_LIBRARY name an old one."
    )


def _text(version: int) -> str:
    return f"{version // 10000}.{version // 100 % 100}.{version % 100}"
