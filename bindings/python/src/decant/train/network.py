"""The grid network in JAX: the layers of the published pre-decoders, with their names, for training.

What `decant evaluate --decoder grid:FILE` runs is the same function; here it is differentiable, and its convolutions
may be of lower precision than its parameters.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import jax
import jax.numpy as jnp
from jax import Array, lax

from .._status import bad_argument

Parameters = dict[str, Array]
"""Tensors by their published names: `net.{3i}.weight` (out, in, k, k, k), `net.{3i}.bias` (out)."""

CHANNELS = 4
"""Of the input: detectors of X-checks and of Z-checks, where these checks are. Of the output: Z errors, X errors, flips
of X-checks and of Z-checks."""

_PUBLISHED = {"1": (128, 4, 3), "2": (256, 4, 3), "3": (128, 4, 5), "4": (128, 6, 3), "5": (256, 6, 3)}
_TINY = (16, 16, 16, CHANNELS)


@dataclass(frozen=True)
class Architecture:
    """Three-dimensional convolutions, zeros beyond the edge; GELU in its tanh form between them."""

    widths: tuple[int, ...]
    """Channels after each layer; the last is 4."""
    kernel: int = 3
    """Extent of every kernel along round, row and column, odd."""

    @classmethod
    def of(cls, name: str) -> Architecture:
        """Of "1" to "5", the published models; "tiny", three layers of 16 channels and the last; or a list of widths.

        Raises `Error` (BAD_ARGUMENT).
        """
        if name in _PUBLISHED:
            width, layers, kernel = _PUBLISHED[name]
            return cls((width,) * (layers - 1) + (CHANNELS,), kernel)
        if name == "tiny":
            return cls(_TINY)
        try:
            widths = tuple(int(width) for width in name.split(","))
        except ValueError:
            raise bad_argument(f"model is {name!r}; give 1 to 5, tiny, or widths such as 128,128,128,4") from None
        if widths[-1] != CHANNELS or not all(1 <= width <= 1024 for width in widths) or len(widths) > 32:
            raise bad_argument(f"model is {name!r}; give up to 32 widths of 1 to 1024, the last one {CHANNELS}")
        return cls(widths)

    @property
    def published(self) -> str | None:
        """The number of the published model of this shape."""
        return next((name for name in _PUBLISHED if Architecture.of(name) == self), None)

    @property
    def metadata(self) -> dict[str, str]:
        """What a published checkpoint tells of its shape."""
        told = {
            "model_version": "predecoder_memory_v1",
            "quant_format": "fp32",
            "receptive_field": str(1 + len(self.widths) * (self.kernel - 1)),
            "num_filters": str(list(self.widths)),
            "kernel_size": str([self.kernel] * len(self.widths)),
        }
        return told if self.published is None else told | {"model_id": self.published}

    def initial(self, key: Array) -> Parameters:
        """Parameters to begin with: uniform between ±1/sqrt(fan-in), the published framework's default."""
        parameters = {}
        for index, (inputs, outputs) in enumerate(pairwise((CHANNELS, *self.widths))):
            bound = (inputs * self.kernel**3) ** -0.5
            shapes = {"weight": (outputs, inputs) + (self.kernel,) * 3, "bias": (outputs,)}
            for part, (name, shape) in enumerate(shapes.items()):
                chosen = jax.random.fold_in(key, 2 * index + part)
                parameters[f"net.{3 * index}.{name}"] = jax.random.uniform(chosen, shape, minval=-bound, maxval=bound)
        return parameters


def logits(
    parameters: Parameters,
    inputs: Array,
    *,
    dtype: jnp.dtype | type = jnp.float32,
    dropout: float = 0.0,
    key: Array | None = None,
) -> Array:
    """The network's answer: float32, positive where it believes in a bit.

    Args:
        inputs: (shots, T, D, D, 4). Channels come last, as accelerators like them, in the answer as well.
        dtype: of convolutions and what is between them.
        dropout: share of channels that each shot loses before each activation, the others being scaled up.
        key: which ones; without a key none are lost.
    """
    layers = len(parameters) // 2
    x = inputs.astype(dtype)
    for index in range(layers):
        weight = parameters[f"net.{3 * index}.weight"].astype(dtype).transpose(2, 3, 4, 1, 0)
        bias = parameters[f"net.{3 * index}.bias"].astype(dtype)
        x = lax.conv_general_dilated(
            x,
            weight,
            window_strides=(1, 1, 1),
            padding="SAME",
            dimension_numbers=("NDHWC", "DHWIO", "NDHWC"),
            # Else matrix units of some accelerators round what shall be exact to fewer bits.
            precision=lax.Precision.HIGHEST if dtype == jnp.float32 else None,
        )
        x = x + bias
        if index + 1 == layers:
            break
        if key is not None and dropout > 0:
            shape = (x.shape[0], 1, 1, 1, x.shape[-1])
            kept = jax.random.bernoulli(jax.random.fold_in(key, index), 1 - dropout, shape)
            x = jnp.where(kept, x / (1 - dropout), 0).astype(dtype)
        x = jax.nn.gelu(x, approximate=True)
    return x.astype(jnp.float32)
