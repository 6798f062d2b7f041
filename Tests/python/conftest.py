"""Options of the Python tests, and an end to tests that hang."""

from __future__ import annotations

import faulthandler
import os
import zlib
from typing import Iterator, TextIO

import numpy as np
import pytest

import checking

HANG_SECONDS = 300


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="ten times the shots, and the large graphs")
    parser.addoption("--seed", type=int, default=1, help="draw other graphs and shots (default: 1)")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "long: runs with --long only")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--long"):
        for item in items:
            if item.get_closest_marker("long"):
                item.add_marker(pytest.mark.skip(reason="needs --long"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.write_line(f"{checking.shots_checked} shots held against the lightest correction")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Each process that takes a part of the tests has counted for itself: tells the one that adds up."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["shots_checked"] = checking.shots_checked


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    checking.shots_checked += getattr(node, "workeroutput", {}).get("shots_checked", 0)


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """Seeded by the test's name and --seed, so that each test can be repeated alone."""
    return np.random.default_rng([request.config.getoption("--seed"), zlib.crc32(request.node.name.encode())])


@pytest.fixture
def many(request: pytest.FixtureRequest) -> int:
    """How many times the usual number of shots to take."""
    return 10 if request.config.getoption("--long") else 1


@pytest.fixture(autouse=True)
def _end_of_hangs(request: pytest.FixtureRequest) -> Iterator[None]:
    """A call into the library cannot be interrupted: say where it hangs, and end the process."""
    copy_of_stderr = request.config.stash.get(_STDERR, None)
    if copy_of_stderr is None:
        copy_of_stderr = request.config.stash[_STDERR] = os.fdopen(os.dup(2), "w")
    faulthandler.dump_traceback_later(HANG_SECONDS, exit=True, file=copy_of_stderr)
    yield
    faulthandler.cancel_dump_traceback_later()


_STDERR = pytest.StashKey[TextIO]()
