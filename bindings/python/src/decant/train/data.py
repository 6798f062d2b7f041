"""Labelled shots for training, drawn on the host's threads while the device works on those before.

Rows stay packed until they are on the device: of d = T = 13, a shot with its labels is 1.6 kB instead of 70 kB of
floats.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Self

import jax
import jax.numpy as jnp
import numpy as np
import numpy.typing as npt
from jax import Array

from .. import _surface
from .._surface import SurfaceCode
from ..sampler import Sampler

_BASES = ("X", "Z")
_ORIENTATIONS = ("XV", "XH", "ZV", "ZH")
_BLOCK = 256
"""Samplers make so many shots at a time; a part of a block costs as much as the whole."""
_AHEAD = 2
"""Chunks of batches that are made or lie ready while the device works through one."""


class Batch(NamedTuple):
    """Packed rows of X memories and of Z memories in turns: uint8 of shape (pairs, 2, bytes)."""

    inputs: Any
    targets: Any


@dataclass(frozen=True)
class Memory:
    """The experiment that is trained on, in both bases.

    A step takes half its shots of either. `labels` is as `Sampler` takes it; a `teacher` is what correlated matching
    makes of a shot. Bases have seeds of their own, so the shots of one tell nothing of the other's.
    """

    distance: int
    rounds: int
    p: float
    noise: str = "uniform"
    orientation: str = "XV"
    labels: Literal["plain", "spacelike", "full"] = "full"
    teacher: bool = False

    def code(self, basis: str) -> SurfaceCode:
        return SurfaceCode(self.distance, self.rounds, basis, self.p, self.noise, self.orientation)

    def sampler(self, basis: str, seed: int) -> Sampler:
        own = (2 * seed + _BASES.index(basis)) % (1 << 64)
        return Sampler(self.code(basis), seed=own, labels=self.labels, teacher=self.teacher)

    def presence(self) -> npt.NDArray[np.float32]:
        """Where checks are that the network is shown: (2, T, D, D, 2), for memories of X and of Z.

        1 at the cell of a check on four qubits, 1/2 at that of a check on two, channels by type; nothing in the first
        and last round of the type that is not the memory's basis. A check's cell is told in decant_host.h, "Bits".
        """
        d = self.distance
        shown = np.zeros((len(_BASES), self.rounds, d, d, len(_BASES)), np.float32)
        for channel, kind in enumerate(_BASES):
            for row, column, share in self._checks(kind):
                shown[..., row, column, channel] = share
            shown[1 - channel, [0, -1], :, :, channel] = 0
        return shown

    def unpacked(self, batch: Batch) -> tuple[Array, Array]:
        """What the network sees, (shots, T, D, D, 4), and its labels, alike; float32, of X and of Z in turns."""
        presence = jnp.asarray(self.presence())
        inputs = self._grid(batch.inputs, 2)
        shots = inputs.shape[0] * len(_BASES)
        seen = jnp.concatenate([inputs, jnp.broadcast_to(presence, inputs.shape)], axis=-1)
        return seen.reshape(shots, *seen.shape[2:]), self._grid(batch.targets, 4).reshape(shots, *seen.shape[2:])

    def _grid(self, rows: Any, channels: int) -> Array:
        """(pairs, 2, T, D, D, channels) of packed rows."""
        count = channels * self.rounds * self.distance**2
        bits = jnp.unpackbits(jnp.asarray(rows), axis=-1, count=count, bitorder="little")
        shape = (*bits.shape[:-1], channels, self.rounds, self.distance, self.distance)
        return jnp.moveaxis(bits.reshape(shape), 2, -1).astype(jnp.float32)

    def _checks(self, kind: str) -> Iterator[tuple[int, int, float]]:
        """Row and column of each check's cell, and which share of four qubits it acts on.

        Checks of the orientation's letter are at (0, 0) and every other place from there, between data qubits and
        beyond them; V says that those at the upper and the lower edge are of the other letter.
        """
        d, name = self.distance, _ORIENTATIONS[_surface._ORIENTATIONS[self.orientation]]
        lies_above = (kind != name[0]) == (name[1] == "V")
        for i in range(d + 1):
            for j in range(d + 1):
                above, beside = i in (0, d), j in (0, d)
                missing = (above and beside) or (above and not lies_above) or (beside and lies_above)
                if missing or (kind == name[0]) != ((i + j) % 2 == 0):
                    continue
                column = max(j - 1, 0) if kind == "X" else min(j, d - 1)
                yield max(i - 1, 0), column, 0.5 if above or beside else 1.0


class Feed:
    """Batches by the number of their step, each shot in one of them alone. A context; leaving it ends its thread."""

    def __init__(self, memory: Memory, seed: int, batch: int, threads: int, sharding: jax.sharding.Sharding) -> None:
        """batch: shots of a step, even. threads: that sample. sharding: of pairs, over devices."""
        self._samplers = [memory.sampler(basis, seed) for basis in _BASES]
        self._half, self._threads, self._sharding = batch // 2, threads, sharding
        # So many steps take whole blocks, and one for each thread.
        whole = _BLOCK // math.gcd(_BLOCK, self._half)
        self._steps = whole * -(-_BLOCK * threads // (whole * self._half))
        self._pool = ThreadPoolExecutor(1, "decant-feed")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def batches(self, first: int, last: int) -> Iterator[Batch]:
        """Those of steps `first` to `last - 1`, on the device."""
        coming: deque[Future[list[Batch]]] = deque()
        chunks = iter(range(first // self._steps, -(-last // self._steps)))
        for chunk in chunks:
            coming.append(self._pool.submit(self._chunk, chunk))
            if len(coming) == _AHEAD:
                break
        step = first
        while coming:
            ready = coming.popleft().result()
            for chunk in chunks:
                coming.append(self._pool.submit(self._chunk, chunk))
                break
            for batch in ready[step % self._steps : step % self._steps + last - step]:
                yield jax.device_put(batch, self._sharding)
                step += 1

    def _chunk(self, number: int) -> list[Batch]:
        count = self._half * self._steps
        drawn = [
            sampler.sample(
                count, first=number * count, kinds=("inputs", "targets"), bit_packed=True, threads=self._threads
            )
            for sampler in self._samplers
        ]
        inputs, targets = (np.stack(rows, axis=1) for rows in zip(*[(shots.inputs, shots.targets) for shots in drawn]))
        parts = (slice(k * self._half, (k + 1) * self._half) for k in range(self._steps))
        return [Batch(inputs[part], targets[part]) for part in parts]
