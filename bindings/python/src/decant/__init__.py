"""Decant decodes surface codes.

    image = decant.compile(circuit, network="event")
    predictions = image.decoder().decode_batch(detectors)

`compile` makes an image of a model, a circuit or a `SurfaceCode`; an `Image` makes `Decoder`s, or `Stream`s
where rounds come one by one. `Sampler` draws labelled shots. `sinter_decoders()` is for
`sinter.collect(custom_decoders=...)`. What fails raises `Error`, with a `Status`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._blocks import BlockAnswer
from ._ffi import VERSION_STRING as __version__
from ._image import Image
from ._library import LibraryError
from ._models import ModelLike, circuit, error_model
from ._records import (
    BOUNDARY,
    EDGE,
    EDGE_REWEIGHT,
    REWEIGHT,
    Frame,
    ImageInfo,
    NetworkInfo,
    Report,
    Requirements,
    Stats,
    StreamInfo,
    StripInfo,
    Window,
)
from ._status import Error, Status
from ._surface import NOISE_PARAMETERS, SurfaceCode
from .blocks import Blocks
from .compiler import ModelWarning, compile, compile_strips, networks, reweight
from .learner import Change, Learner
from .decoder import Decoder, PreDecoding
from .sampler import Sampler, Shots
from .stream import Stream
from .strips import Strips

if TYPE_CHECKING:
    from .sinter import SinterDecoder


def sinter_decoders() -> dict[str, SinterDecoder]:
    """Decoders for `sinter.collect(custom_decoders=decant.sinter_decoders())`; needs sinter. See `decant.sinter`."""
    from . import sinter

    return sinter.decoders()


__all__ = [
    "BOUNDARY",
    "BlockAnswer",
    "Blocks",
    "Change",
    "Decoder",
    "EDGE",
    "EDGE_REWEIGHT",
    "Error",
    "Frame",
    "Image",
    "ImageInfo",
    "Learner",
    "LibraryError",
    "ModelLike",
    "ModelWarning",
    "NOISE_PARAMETERS",
    "NetworkInfo",
    "PreDecoding",
    "REWEIGHT",
    "Report",
    "Requirements",
    "Sampler",
    "Shots",
    "Stats",
    "Status",
    "Stream",
    "StreamInfo",
    "StripInfo",
    "Strips",
    "SurfaceCode",
    "Window",
    "circuit",
    "compile",
    "compile_strips",
    "error_model",
    "networks",
    "reweight",
    "sinter_decoders",
    "__version__",
]
