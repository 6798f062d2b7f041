"""Models that the package's tests decode."""

from __future__ import annotations

import pytest
import stim
from package_rig import memory


@pytest.fixture(scope="session")
def circuit() -> stim.Circuit:
    return memory(5)


@pytest.fixture(scope="session")
def model(circuit: stim.Circuit) -> stim.DetectorErrorModel:
    return circuit.detector_error_model(decompose_errors=True)
