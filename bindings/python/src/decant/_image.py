"""Decoder images: compile once, decode anywhere."""

from __future__ import annotations

import ctypes as c
import math
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from . import _arrays, _ffi
from ._records import MAX_WEIGHT, ImageInfo, StreamInfo, StripInfo
from ._status import bad_argument, check

if TYPE_CHECKING:
    from .blocks import Blocks
    from .decoder import Decoder
    from .stream import Stream


class Image:
    """A decoder image: the matching graph of one code, one noise model and one number of rounds; or, for streams, of any.

    Immutable, and shared by all decoders made of it, on any number of threads. It pickles as its bytes.
    """

    __slots__ = ("_content", "_info", "__weakref__")

    def __init__(self, content: bytes | bytearray | memoryview) -> None:
        """Takes a copy of the bytes of an image, and checks them all. Bytes behind the image are left out.

        Raises `Error`: BAD_IMAGE, or UNSUPPORTED for an image that needs a newer library.
        """
        try:
            given = np.frombuffer(content, dtype=np.uint8)
        except (TypeError, ValueError, BufferError) as problem:
            raise bad_argument(f"an image is made of bytes: {problem}") from problem
        block = _arrays.aligned(given.size)
        block[:] = given
        info = _ffi.decant_image_info()
        check(_ffi.core.decant_image_inspect(_arrays.address(block), block.size, c.byref(info)), "the image")
        self._content = block[: info.image_size]
        self._content.flags.writeable = False
        where = (_arrays.address(block), block.size)
        stream, strip = _ffi.decant_stream_info(), _ffi.decant_strip_info()
        if is_stream := info.flags & _ffi.IMAGE_STREAM:
            check(_ffi.core.decant_stream_inspect(*where, c.byref(stream)), "the image of a stream")
        if is_strip := info.flags & _ffi.IMAGE_STRIP:
            check(_ffi.core.decant_strip_inspect(*where, c.byref(strip), None, 0), "the image of a strip")
        self._info = ImageInfo.of(
            info, StreamInfo.of(stream) if is_stream else None, StripInfo.of(strip) if is_strip else None
        )

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Image:
        """Reads an image from a file. Raises OSError, and `Error` as the constructor."""
        return cls(Path(path).read_bytes())

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the image to a file, which appears all at once. Raises OSError."""
        path = Path(path)
        part = path.with_name(f"{path.name}.{os.getpid()}.part")
        try:
            part.write_bytes(bytes(self))
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    @property
    def address(self) -> int:
        """Where the bytes are, 64-byte aligned, for as long as the image lives."""
        return _arrays.address(self._content)

    @property
    def info(self) -> ImageInfo:
        """What the image holds."""
        return self._info

    def decoder(
        self,
        *,
        decoder_kind: Literal["matching", "union-find"] = "matching",
        correlated: bool | None = None,
        network: bool | None = None,
        work_limit: int = 0,
        max_reweights: int = 0,
    ) -> Decoder:
        """A new decoder for this image; `Decoder` tells what the keywords mean."""
        from .decoder import Decoder

        return Decoder(
            self,
            decoder_kind=decoder_kind,
            correlated=correlated,
            network=network,
            work_limit=work_limit,
            max_reweights=max_reweights,
        )

    def stream(
        self,
        *,
        commit: int | None = None,
        buffer: int | None = None,
        correlated: bool | None = None,
        network: bool | None = None,
        union_find: bool = False,
        erasures: bool = False,
        work_limit: int = 0,
        slice_work: int = 0,
    ) -> Stream:
        """A new decoder of rounds, for an image compiled with stream=True; `Stream` tells what the keywords mean."""
        from .stream import Stream

        return Stream(
            self,
            commit=commit,
            buffer=buffer,
            correlated=correlated,
            network=network,
            union_find=union_find,
            erasures=erasures,
            work_limit=work_limit,
            slice_work=slice_work,
        )

    def blocks(
        self,
        *,
        commit: int | None = None,
        buffer: int | None = None,
        correlated: bool | None = None,
        network: bool | None = None,
        union_find: bool = False,
        work_limit: int = 0,
    ) -> Blocks:
        """A new decoder of windows in parallel, for an image compiled with stream=True; see `Blocks`."""
        from .blocks import Blocks

        return Blocks(
            self,
            commit=commit,
            buffer=buffer,
            correlated=correlated,
            network=network,
            union_find=union_find,
            work_limit=work_limit,
        )

    def weight(self, probability: float) -> int:
        """The even integer weight, for `Decoder.reweight_next`, of an edge that flips with this probability.

        Probabilities nearer to 0 or 1 than weights can tell give the weights furthest out.
        """
        if not 0 <= probability <= 1:
            raise bad_argument(f"probability is {probability}; give a number from 0 to 1")
        if probability in (0, 1):
            return MAX_WEIGHT if probability == 0 else -MAX_WEIGHT
        scaled = self._info.weight_scale * (math.log1p(-probability) - math.log(probability))
        return max(-MAX_WEIGHT, min(MAX_WEIGHT, 2 * round(scaled))) if math.isfinite(scaled) else 0

    def __bytes__(self) -> bytes:
        return self._content.tobytes()

    def __len__(self) -> int:
        return len(self._content)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Image) and bytes(self) == bytes(other)

    def __hash__(self) -> int:
        return hash((len(self), self._info.crc32))

    def __reduce__(self) -> tuple[Any, ...]:
        return Image, (bytes(self),)

    def __repr__(self) -> str:
        info = self._info
        extras = (", correlated" if info.correlated else "") + (", with a network" if info.network else "")
        if info.stream is not None:
            each = f"{info.stream.round_detectors} detectors a round"
            return f"<decant.Image of a stream, {each}{extras}, {len(self)} bytes>"
        if info.strip is not None:
            which = f"strip {info.strip.index} of {info.strip.strips}"
            return f"<decant.Image of {which}, {info.detectors} detectors{extras}, {len(self)} bytes>"
        return f"<decant.Image of {info.detectors} detectors, {info.edges} edges{extras}, {len(self)} bytes>"
