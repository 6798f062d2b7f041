"""A step of training, and the state that it changes.

The loss is that of `decant train`: binary cross-entropy summed over a shot's 4TD² labels, its gradient divided by the
shots. With several devices, pairs of shots lie on all of them and the state on each; XLA adds up the gradients.
"""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from jax import Array
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from .data import Batch, Memory
from .network import Architecture, Parameters, logits

_MEAN_FROM = 10.0
"""A mean over steps is over a tenth of those before, as long as these are few."""


class State(NamedTuple):
    """All that a step depends on, besides its shots."""

    step: Array
    """Steps done, int32."""
    parameters: Parameters
    """float32."""
    mean: Parameters
    """Their exponential moving average, which is what is exported."""
    optimiser: Any


class Trainer:
    """Takes steps. The state that a step is given is used up."""

    def __init__(
        self,
        memory: Memory,
        rule: optax.GradientTransformation,
        *,
        dtype: Any = jnp.bfloat16,
        dropout: float = 0.05,
        averaging: float = 0.999,
        seed: int = 0,
    ) -> None:
        """Args:
        dtype: of convolutions. Parameters, their moments, the loss and the sum of gradients are float32.
        averaging: decay of the moving average.
        seed: of parameters and of which channels drop out.
        """
        self._memory, self._rule, self._averaging = memory, rule, averaging
        self._logits = partial(logits, dtype=dtype, dropout=dropout)
        self._keys = jax.random.split(jax.random.key(seed % (1 << 63)))
        mesh = Mesh(jax.devices(), ("shots",))
        self.of_shots = NamedSharding(mesh, PartitionSpec("shots"))  # type: ignore[no-untyped-call]
        """Where batches go: pairs over devices, which divide their number."""
        self._of_state = NamedSharding(mesh, PartitionSpec())  # type: ignore[no-untyped-call]
        self.step = jax.jit(self._step, donate_argnums=0, out_shardings=self._of_state)
        """State and batch to state and loss, in nats per shot before the update. Returns before it is done."""

    def begin(self, architecture: Architecture) -> State:
        """The state before the first step."""
        parameters = architecture.initial(self._keys[0])
        # Copied, since a step uses up its state's every array once.
        mean = jax.tree.map(jnp.copy, parameters)
        return self.placed(State(jnp.zeros((), jnp.int32), parameters, mean, self._rule.init(parameters)))

    def placed(self, state: State) -> State:
        """A state on every device."""
        placed: State = jax.device_put(state, self._of_state)
        return placed

    def _step(self, state: State, batch: Batch) -> tuple[State, Array]:
        inputs, labels = self._memory.unpacked(batch)
        key = jax.random.fold_in(self._keys[1], state.step)

        def loss(parameters: Parameters) -> Array:
            answers = self._logits(parameters, inputs, key=key)
            total: Array = optax.sigmoid_binary_cross_entropy(answers, labels).sum()
            return total / len(labels)

        value, gradient = jax.value_and_grad(loss)(state.parameters)
        updates, rule = self._rule.update(gradient, state.optimiser, state.parameters)
        parameters = optax.apply_updates(state.parameters, updates)
        share = jnp.minimum(self._averaging, (1 + state.step) / (_MEAN_FROM + state.step))
        mean = jax.tree.map(lambda old, new: share * old + (1 - share) * new, state.mean, parameters)
        return State(state.step + 1, parameters, mean, rule), value
