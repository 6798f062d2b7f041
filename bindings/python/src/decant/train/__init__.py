"""Training grid networks with JAX: `pip install "decant-qec[train]"`, then `python -m decant.train --help`.

One source for CPUs, GPUs and TPUs. Shots come from Decant's sampler on the host, as many as are wanted and none twice;
what is exported has the published names, for `decant evaluate --decoder grid:FILE` and `decant quantize`.
"""

from __future__ import annotations

try:
    import jax as _jax  # noqa: F401
    import optax as _optax  # noqa: F401
    import safetensors as _safetensors  # noqa: F401
except ModuleNotFoundError as missing:
    raise ModuleNotFoundError(
        f'decant.train needs {missing.name}: pip install "decant-qec[train]"', name=missing.name
    ) from missing

from .data import Batch, Feed, Memory
from .network import Architecture, Parameters, logits
from .optimiser import Schedule, optimiser
from .training import State, Trainer

__all__ = [
    "Architecture",
    "Batch",
    "Feed",
    "Memory",
    "Parameters",
    "Schedule",
    "State",
    "Trainer",
    "logits",
    "optimiser",
]
