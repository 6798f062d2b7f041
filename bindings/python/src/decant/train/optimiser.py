"""Lion under a schedule, with its gradients cut down: the published optimiser, which `decant train` has as well.

Chen et al., 2023: w <- w (1 - rate decay) - rate sign(b1 m + (1 - b1) g), then m <- b2 m + (1 - b2) g.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import jax.numpy as jnp
import optax
from jax import Array


@dataclass(frozen=True)
class Schedule:
    """The learning rate of every step: linear to `peak` over `warm_up` steps, then a decay until `steps`, all of them.

    decay: "cosine", down to a hundredth; "steps", times 0.7 at a quarter and at half of them, as published; "constant".
    """

    peak: float
    steps: int
    warm_up: int = 100
    decay: Literal["cosine", "steps", "constant"] = "cosine"

    def __call__(self, step: Array | int) -> Array:
        """The rate of a step, from 0 on."""
        step = jnp.asarray(step, jnp.float32)
        warming = self.peak * (step + 1) / max(1, self.warm_up)
        return jnp.where(step < self.warm_up, warming, self.peak * self._share(step))

    def _share(self, step: Array) -> Array:
        if self.decay == "cosine":
            part = jnp.clip((step - self.warm_up) / max(1, self.steps - self.warm_up), 0, 1)
            return 0.01 + 0.99 * (1 + jnp.cos(jnp.pi * part)) / 2
        if self.decay == "steps":
            return jnp.prod(jnp.stack([jnp.where(step >= share * self.steps, 0.7, 1.0) for share in (0.25, 0.5, 1)]))
        return jnp.ones(())


def optimiser(schedule: Schedule, *, weight_decay: float = 1e-7, clip: float = 1.0) -> optax.GradientTransformation:
    """clip: the length (L2 norm) that gradients are cut down to."""
    return optax.chain(
        optax.clip_by_global_norm(clip),
        optax.lion(schedule, b1=0.9, b2=0.95, weight_decay=weight_decay),
    )
