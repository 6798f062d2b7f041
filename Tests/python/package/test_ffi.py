"""Holds _ffi.py against the headers: names, arguments, constants, and where each field lies."""

from __future__ import annotations

import ctypes as c
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from package_rig import ROOT, SOURCE

import decant
from decant import _ffi, _library

HEADERS = {"decant.h": _ffi.CORE_PROTOTYPES, "decant_host.h": _ffi.HOST_PROTOTYPES}
PLAIN = {
    "size_t": c.c_size_t,
    "uint8_t": c.c_uint8,
    "uint16_t": c.c_uint16,
    "uint32_t": c.c_uint32,
    "uint64_t": c.c_uint64,
    "int32_t": c.c_int32,
    "int64_t": c.c_int64,
    "double": c.c_double,
    "decant_status": c.c_int32,
    "void": None,
}


def preprocessed(header: str) -> str:
    command = ["gcc", "-E", "-P", f"-I{ROOT / 'include'}", str(ROOT / "include" / header)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def prototypes(header: str) -> dict[str, tuple[str, list[str]]]:
    """Of each function: the type that it returns and those that it takes."""
    prefix = "decant_host_" if header == "decant_host.h" else "decant_"
    text = re.sub(r"__attribute__\s*\(\(.*?\)\)\)?", " ", preprocessed(header))
    found = {}
    for returned, name, arguments in re.findall(r"([\w\s*]+?)\b(decant_\w+)\s*\(([^()]*)\)\s*;", text):
        if name.startswith(prefix) and (header != "decant.h" or not name.startswith("decant_host_")):
            listed = [re.sub(r"\b\w+$", "", one.strip()).strip() for one in arguments.split(",")]
            found[name] = (returned.strip(), [] if arguments.strip() == "void" else listed)
    return found


def stands_for(kind: str, bound: object) -> bool:
    """Whether a ctypes type is a faithful one for a C type."""
    kind = " ".join(kind.replace("const", " ").replace("*", " * ").split())
    if "*" not in kind:
        return bound is PLAIN[kind]
    pointed = kind.removesuffix("*").strip()
    if bound is c.c_void_p:
        return True
    if bound is c.c_char_p:
        return pointed == "char"
    target = getattr(bound, "_type_", None)
    if pointed.endswith("*") or pointed == "decant_decoder *":
        return target in (c.c_void_p, c.c_char_p)
    return target is (getattr(_ffi, pointed, None) or PLAIN.get(pointed))


@pytest.mark.parametrize("header", HEADERS)
def test_every_prototype_is_bound(header: str) -> None:
    declared, bound = prototypes(header), HEADERS[header]
    assert len(declared) >= 15
    assert set(declared) == set(bound)
    for name, (returned, arguments) in declared.items():
        result, taken = bound[name]
        assert stands_for(returned, result), f"{name} returns {returned}, bound as {result}"
        assert len(taken) == len(arguments), name
        for position, (kind, type_) in enumerate(zip(arguments, taken)):
            assert stands_for(kind, type_), f"argument {position} of {name} is {kind}, bound as {type_}"


@pytest.mark.parametrize("header", HEADERS)
def test_every_constant_is_bound(header: str) -> None:
    """What the C compiler makes of each name of an enum or a macro, against the number in _ffi.py."""
    text = (ROOT / "include" / header).read_text()
    names = set(re.findall(r"^\s*(DECANT_[A-Z0-9_]+) = ", text, re.M))
    names |= {name for name in re.findall(r"\b(DECANT_[A-Z0-9_]+) = -?\d", text)}
    names |= set(re.findall(r"^#define (DECANT_\w*(?:NUMBER|VERSION|BOUNDARY)) ", text, re.M))
    lines = "".join(f'printf("{name} %lld\\n", (long long)({name}));' for name in sorted(names))
    for line in run_c(header, lines).splitlines():
        name, value = line.split()
        assert getattr(_ffi, name.removeprefix("DECANT_")) == int(value), name
    assert len(names) > 8
    assert f'"{_ffi.VERSION_STRING}"' in (ROOT / "include" / "decant.h").read_text()


def test_every_field_lies_where_c_puts_it() -> None:
    lines = []
    for struct in _ffi.SIZES:
        name = struct.__name__
        lines.append(f'printf("{name} - %zu 0\\n", sizeof({name}));')
        for field, *_ in struct._fields_:
            where = f"offsetof({name}, {field}), sizeof((({name} *)0)->{field})"
            lines.append(f'printf("{name} {field} %zu %zu\\n", {where});')
    told = [line.split() for line in run_c("decant_host.h", "".join(lines)).splitlines()]
    for name, field, where, size in told:
        struct = getattr(_ffi, name)
        if field == "-":
            assert c.sizeof(struct) == int(where) == _ffi.SIZES[struct], name
        else:
            bound = getattr(struct, field)
            assert (bound.offset, bound.size) == (int(where), int(size)), f"{name}.{field}"
    declared = set()
    for header in HEADERS:
        declared |= set(re.findall(r"^typedef struct (decant_\w+) \{", (ROOT / "include" / header).read_text(), re.M))
    assert declared == {struct.__name__ for struct in _ffi.SIZES}


def run_c(header: str, statements: str) -> str:
    folder = ROOT / "build" / "python-tests"
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / f"facts_{abs(hash(statements))}"
    code = f"#include <{header}>\n#include <stdio.h>\nint main(void) {{ {statements} }}\n"
    compiler = ["gcc", f"-I{ROOT / 'include'}", "-x", "c", "-", "-o", str(program)]
    subprocess.run(compiler, input=code, text=True, check=True)
    try:
        return subprocess.run([program], check=True, capture_output=True, text=True).stdout
    finally:
        program.unlink()


def test_ffi_needs_no_numpy() -> None:
    script = (
        "import sys, types\n"
        "sys.modules['numpy'] = None\n"
        "package = types.ModuleType('decant'); package.__path__ = [sys.argv[1]]\n"
        "sys.modules['decant'] = package\n"
        "from decant import _ffi\n"
        "print(_ffi.core.decant_version_string().decode(), _ffi.host().decant_host_version_number())\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", script, str(SOURCE / "decant")], capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == [_ffi.VERSION_STRING, str(_ffi.VERSION_NUMBER)]


# -------------------------------------------------------------------------------------------- other libraries


def import_with(**environment: str) -> str:
    """What importing the package, and compiling with it, writes to standard error in another environment."""
    script = "import decant; decant.compile('error(0.1) D0 L0')"
    run = subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, **environment}, capture_output=True, text=True
    )
    assert run.returncode != 0
    return run.stderr


@pytest.mark.parametrize("variable", ["DECANT_LIBRARY", "DECANT_HOST_LIBRARY"])
def test_a_missing_library_is_told(variable: str) -> None:
    message = import_with(**{variable: "/nowhere/libdecant.so"})
    assert "LibraryError" in message and "/nowhere/libdecant.so" in message and f"{variable} names no file" in message
    assert "make lib lib-host" in message


def test_decoding_needs_the_small_library_alone(tmp_path: Path) -> None:
    decant.compile("error(0.1) D0 L0").save(tmp_path / "one.image")
    script = (
        "import sys, decant\n"
        "decoder = decant.Image.load(sys.argv[1]).decoder()\n"
        "print(decoder.decode([True]).tolist())\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "one.image")],
        env={**os.environ, "DECANT_HOST_LIBRARY": "/nowhere"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == "[True]\n"


def test_the_search_lists_the_package_and_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DECANT_LIBRARY", raising=False)
    places = _library.candidates("libdecant.so", "DECANT_LIBRARY")
    assert places == [SOURCE / "decant" / "libdecant.so", ROOT / "build" / "lib" / "libdecant.so"]


def test_a_library_that_is_none_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "libdecant.so"
    broken.write_text("no library")
    assert f"{broken} cannot be opened" in import_with(DECANT_LIBRARY=str(broken))


@pytest.mark.parametrize("abi, version, verdict", [(7, 90000, "ABI 7"), (0, 1, "version 0.0.1")])
@pytest.mark.parametrize(
    "variable, prefix, prototypes",
    [
        ("DECANT_LIBRARY", "decant", _ffi.CORE_PROTOTYPES),
        ("DECANT_HOST_LIBRARY", "decant_host", _ffi.HOST_PROTOTYPES),
    ],
)
def test_a_library_of_another_version_is_told(
    tmp_path: Path, variable: str, prefix: str, prototypes: _library.Prototypes, abi: int, version: int, verdict: str
) -> None:
    told = {f"{prefix}_abi_version": abi, f"{prefix}_version_number": version}
    other = stub(tmp_path, {name: 0 for name in prototypes} | told)
    message = import_with(**{variable: str(other)})
    assert verdict in message and str(other) in message and "same checkout" in message


def test_an_older_library_lacks_functions(tmp_path: Path) -> None:
    other = stub(tmp_path, {"decant_abi_version": 0, "decant_version_number": 100})
    assert f"{other} lacks decant_" in import_with(DECANT_LIBRARY=str(other))


def stub(folder: Path, functions: dict[str, int]) -> Path:
    """A library whose functions return numbers."""
    library = folder / "libother.so"
    code = "".join(f"int {name}(void) {{ return {value}; }}\n" for name, value in functions.items())
    command = ["gcc", "-shared", "-fPIC", "-x", "c", "-", "-o", str(library)]
    subprocess.run(command, input=code, text=True, check=True)
    return library
