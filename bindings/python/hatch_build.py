"""Puts the two libraries into the wheel, and tells pip that it is for this platform and any Python 3.

No compiled extension: ctypes opens the libraries, so the wheel knows nothing of CPython's ABI, and one serves all
versions. The libraries come from $DECANT_LIB_DIR or the checkout's build/lib; where they are not built yet, `make` builds
them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LIBRARIES = ("libdecant.so", "libdecant_host.so")


class LibrariesHook(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return  # The package finds build/lib of the checkout that it stays in.
        platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{platform}"
        folder = _built(Path(self.root))
        for library in LIBRARIES:
            build_data["force_include"][str((folder / library).resolve())] = f"decant/{library}"


def _built(package: Path) -> Path:
    """The folder that holds both libraries, built if need be."""
    if named := os.environ.get("DECANT_LIB_DIR"):
        folder = Path(named).resolve()
        if missing := _missing(folder):
            raise SystemExit(f"DECANT_LIB_DIR names {folder}, which has no {missing[0]}.")
        return folder
    checkout = package.parents[1]
    folder = checkout / "build" / "lib"
    if not _missing(folder):
        return folder
    how = "Build them where there is one, and name their folder in DECANT_LIB_DIR."
    if not (checkout / "Makefile").is_file() or not (checkout / "include" / "decant.h").is_file():
        raise SystemExit(f"{folder} lacks Decant's libraries, and {checkout} is no checkout to build them in. {how}")
    if shutil.which("swiftc") is None or shutil.which("make") is None:
        raise SystemExit(
            f"{folder} lacks Decant's libraries, and there is no Swift toolchain (6.3, https://swift.org/install) with "
            f"make in PATH to build them. {how}"
        )
    try:
        subprocess.run(["make", "-C", str(checkout), "lib", "lib-host"], check=True)
    except subprocess.CalledProcessError as problem:
        raise SystemExit(f"`make lib lib-host` in {checkout} failed ({problem}); its output says why.") from problem
    return folder


def _missing(folder: Path) -> list[str]:
    return [library for library in LIBRARIES if not (folder / library).is_file()]
