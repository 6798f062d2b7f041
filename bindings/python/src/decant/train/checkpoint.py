"""Files of training: its state, from which it goes on as if it had never stopped, and the network that it has made.

Both are SafeTensors, and both are whole at any moment: they are written beside their place and moved there.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import jax
import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save as packed

from .._status import bad_argument
from .network import Architecture, Parameters
from .training import State

_ARTIFACT = "decant_jax_training"
_NAME = "state.safetensors"


def export(path: Path, architecture: Architecture, parameters: Parameters, told: dict[str, str]) -> None:
    """Writes a network that `decant evaluate` and `decant quantize` take, under the published names.

    told: what its metadata says besides its shape.
    """
    _write(path, {name: np.asarray(values) for name, values in parameters.items()}, told | architecture.metadata)


def save(folder: Path, state: State, recipe: str) -> None:
    """Writes the state into a folder that is there, in place of what it held."""
    tensors = {name: np.asarray(leaf) for name, leaf in _leaves(state).items()}
    _write(folder / _NAME, tensors, {"artifact": _ARTIFACT, "recipe": recipe})


def load(folder: Path, like: State, recipe: str) -> State:
    """Reads the state of a folder, in arrays on the host.

    like: any state of this training; shapes and types are its. recipe: all that the weights depend on, in words.
    Raises `Error` (BAD_ARGUMENT) for a folder without a state, and for that of another training.
    """
    path = folder / _NAME
    try:
        with safe_open(path, framework="numpy") as file:
            told = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118, it is no dict
    except FileNotFoundError:
        raise bad_argument(f"{path} is not there; without --resume, training begins anew") from None
    except SafetensorError as problem:
        raise bad_argument(f"{path} is no SafeTensors file ({problem})") from None
    if told.get("artifact") != _ARTIFACT:
        raise bad_argument(f"{path} is no state of this training")
    if told.get("recipe") != recipe:
        raise bad_argument(f"{path} was trained as {told.get('recipe')!r}, not as {recipe!r}; to go on, say the same")
    expected = _leaves(like)
    for name, leaf in expected.items():
        if name not in tensors or tensors[name].shape != leaf.shape or tensors[name].dtype != leaf.dtype:
            raise bad_argument(f"{path} has no {name} of shape {leaf.shape}; it is damaged")
    state: State = jax.tree.unflatten(jax.tree.structure(like), [tensors[name] for name in expected])
    return state


def _leaves(state: State) -> dict[str, jax.Array]:
    """Each array of a state by where it stands."""
    return {jax.tree_util.keystr(place): leaf for place, leaf in jax.tree_util.tree_leaves_with_path(state)}


def _write(path: Path, tensors: dict[str, np.ndarray], metadata: dict[str, str]) -> None:
    beside = path.with_name(path.name + ".part")
    beside.write_bytes(_ordered(packed(tensors, metadata)))
    os.replace(beside, path)


def _ordered(file: bytes) -> bytes:
    """The file with its header in order: safetensors writes metadata in another one each time."""
    values = 8 + int.from_bytes(file[:8], "little")
    header = json.dumps(json.loads(file[8:values]), sort_keys=True).encode()
    header += b" " * (-len(header) % 8)
    return len(header).to_bytes(8, "little") + header + file[values:]
