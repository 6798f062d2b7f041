"""Decoders for sinter, as it is: `sinter.collect(custom_decoders=decant.sinter_decoders(), ...)`.

sinter hands a decoder to its worker processes by pickling, and there the decoder compiles an image of each task's model.
Predictions are those of `decant.compile` and `Decoder.decode_batch` on the same model and shots.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt
import sinter

from ._status import Error
from .compiler import compile as compile_image
from .decoder import Decoder

if TYPE_CHECKING:
    import stim


class CompiledSinterDecoder(sinter.CompiledDecoder):
    """A `Decoder`, as sinter calls it."""

    def __init__(self, decoder: Decoder) -> None:
        self.decoder = decoder

    def decode_shots_bit_packed(
        self, *, bit_packed_detection_event_data: npt.NDArray[np.uint8]
    ) -> npt.NDArray[np.uint8]:
        """(shots, ceil(detectors / 8)) of packed detection events, to (shots, ceil(observables / 8)) of packed flips."""
        return self.decoder.decode_batch(bit_packed_detection_event_data, bit_packed=True)


@dataclass(frozen=True)
class SinterDecoder(sinter.Decoder):
    """How to decode a task; fields as the arguments of `decant.compile` and of `Decoder`.

    drop_hyperedges: leave out what matching cannot see, instead of refusing the task.
    """

    network: str | None = None
    correlated: bool = False
    decoder_kind: Literal["matching", "union-find"] = "matching"
    work_limit: int = 0
    drop_hyperedges: bool = False

    def compile_decoder_for_dem(self, *, dem: stim.DetectorErrorModel) -> CompiledSinterDecoder:
        """Raises `decant.Error` for a model that cannot be decoded so, and says how else."""
        try:
            image = compile_image(
                dem, network=self.network, correlated=self.correlated, drop_hyperedges=self.drop_hyperedges
            )
        except Error as problem:
            if self.network is None:
                raise
            raise Error(
                problem.status,
                f"the event network {self.network!r} does not fit the task: {problem} It needs a surface code whose "
                "detectors have coordinates (row, column, round), as Stim's generated circuits have; the decoders "
                "'decant' and 'decant-correlated' need none.",
            ) from problem
        return CompiledSinterDecoder(Decoder(image, decoder_kind=self.decoder_kind, work_limit=self.work_limit))


def decoders() -> dict[str, SinterDecoder]:
    """The usual decoders, by the names that sinter's `decoder` column will show."""
    variants: dict[str, dict[str, Any]] = {
        "decant": {},
        "decant-correlated": {"correlated": True},
        "decant-union-find": {"decoder_kind": "union-find"},
        "decant-event": {"network": "event"},
        "decant-event-small": {"network": "event-small"},
        "decant-event-correlated": {"network": "event", "correlated": True},
    }
    return {name: SinterDecoder(**fields) for name, fields in variants.items()}
