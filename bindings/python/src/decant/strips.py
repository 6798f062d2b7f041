"""Strips: a patch cut across into images of its own, which decode in parallel."""

from __future__ import annotations

import ctypes as c
from collections.abc import Sequence
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt

from . import _arrays, _batch, _blocks, _ffi
from ._arrays import Packed
from ._blocks import BlockAnswer
from ._image import Image
from ._records import Report, Requirements, Stats, StripInfo
from ._status import Error, bad_argument, check, whole
from ._workspace import Config, Workspace

_core = _ffi.core


class Strips:
    """Decoders of all strips of a patch, or of those that this machine has.

    Strips with an even number are the first layer and depend on nothing. Those with an odd number are the second, and want
    the seams that their neighbours have left. The flips of a shot are the exclusive or over its strips.

    Calls of one object wait for each other. Pickling keeps the images and the configuration.
    """

    def __init__(
        self,
        images: Sequence[Image],
        *,
        correlated: bool | None = None,
        union_find: bool = False,
        work_limit: int = 0,
    ) -> None:
        """Makes a decoder for each image.

        Args:
            images: as `compile_strips` makes them, in order; `decode` needs all of a patch.
            correlated: decode in two passes; None for whether the images hold what it takes.
            union_find: instead of matching.
            work_limit: work units after which a strip is cut short; 0 for none.

        Raises `Error`: UNSUPPORTED (an image of no strip, or without correlations), BAD_ARGUMENT.
        """
        images = list(images)
        if not images or not all(isinstance(image, Image) for image in images):
            raise bad_argument("give the decant.Images of strips, as decant.compile_strips makes them")
        for image in images:
            if image.info.strip is None:
                raise Error(_ffi.UNSUPPORTED, f"{image!r} is of no strip; decant.compile_strips makes such")
        correlated = all(image.info.correlated for image in images) if correlated is None else bool(correlated)
        if correlated and not all(image.info.correlated for image in images):
            raise Error(_ffi.UNSUPPORTED, "the images hold no correlations; compile them with correlated=True")
        self._keywords: dict[str, Any] = {
            "correlated": correlated,
            "union_find": bool(union_find),
            "work_limit": whole("work_limit", work_limit, 64),
        }
        flags = (_ffi.CONFIG_CORRELATED if correlated else 0) | (_ffi.CONFIG_UNION_FIND if union_find else 0)
        self._all = [Workspace(image, Config(flags, self._keywords["work_limit"], 0)) for image in images]
        self._numbers = [_numbers(image) for image in images]

    @property
    def images(self) -> list[Image]:
        """The images that it decodes with."""
        return [workspace.image for workspace in self._all]

    @property
    def strips(self) -> list[StripInfo]:
        """What the strips are."""
        return [info for image in self.images if (info := image.info.strip) is not None]

    @property
    def needs(self) -> list[Requirements]:
        """What each strip needs and promises, such as the bytes of a seam."""
        return [workspace.needs for workspace in self._all]

    @property
    def config(self) -> dict[str, Any]:
        """The keywords that make another like this one."""
        return dict(self._keywords)

    def __len__(self) -> int:
        return len(self._all)

    def __repr__(self) -> str:
        keywords = ", ".join(f"{name}={value!r}" for name, value in self._keywords.items())
        return f"<decant.Strips({self.images!r}, {keywords})>"

    # -------------------------------------------------------------------------------------------- one strip

    def detectors(self, place: int) -> npt.NDArray[np.uint32]:
        """The numbers that a strip's detectors have in the shot of the patch, ascending. place: among the images."""
        return self._numbers[self._place(place)].copy()

    def decode_strip(
        self,
        place: int,
        detectors: npt.ArrayLike,
        *,
        before: Packed | None = None,
        after: Packed | None = None,
        bit_packed: bool = False,
    ) -> BlockAnswer:
        """Decodes a strip, on whichever machine.

        Args:
            place: of the strip among the images.
            detectors: those of the strip, in the order of `detectors`: (detectors,) of bool, or packed:
                (ceil(detectors / 8),) of uint8.
            before, after: of the second layer, `after` of the answer of the neighbour with the next lower number, and
                `before` of the next higher one's, if there is one.

        Raises `Error`: BAD_ARGUMENT; IMPOSSIBLE.
        """
        workspace = self._all[self._place(place)]
        info = self.strips[place]
        packed = _blocks.row(detectors, info.detectors, bit_packed, "strip")
        size = workspace.needs.seam_size
        seams = [
            _blocks.seam("before", before, info.second, info.index > 0, size, "strip"),
            _blocks.seam("after", after, info.second, info.index + 1 < info.strips, size, "strip"),
        ]
        observables = np.zeros(workspace.needs.observables_size, dtype=np.uint8)
        report = _ffi.decant_report()
        with workspace.lock:
            status = _core.decant_strip_decode(
                workspace.address,
                *(_arrays.address(packed), packed.size),
                *(None if seam is None else _arrays.address(seam) for seam in seams),
                *(size, _arrays.address(observables), observables.size, c.byref(report)),
            )
        stray = "a bit is set behind the detectors, or in a seam behind those that are on it"
        check(status, f"strip {info.index}", stray if status == _ffi.BAD_ARGUMENT else "")
        flips = observables if bit_packed else _arrays.unpack(observables, workspace.observables)
        left = (None, None) if info.second else (seams[0], seams[1])
        return BlockAnswer(flips, *left, Report.of(report))

    def _place(self, place: int) -> int:
        if whole("place", place, 32) >= len(self._all):
            raise bad_argument(f"place is {place}; there are {len(self._all)} strips here")
        return place

    # ------------------------------------------------------------------------------------------- whole patches

    def decode(
        self, shots: npt.ArrayLike, *, bit_packed: bool = False, threads: int = 1
    ) -> npt.NDArray[Any]:
        """Decodes shots of the whole patch, layer by layer.

        Args:
            shots: (shots, detectors) of bool, or packed: (shots, ceil(detectors / 8)) of uint8.
            threads: to work at once, each on strips of its own; the answers are the same.

        Returns the predicted flips: (shots, observables) of bool, or packed: (shots, ceil(observables / 8)) of uint8.
        Raises `Error`: BAD_ARGUMENT; IMPOSSIBLE.
        """
        strips = self.strips
        count = strips[0].shot_detectors
        if [(s.index, s.strips) for s in strips] != [(k, len(strips)) for k in range(len(strips))]:
            raise bad_argument(f"shots are decoded with all {strips[0].strips} strips of a patch, in order")
        if any(a.after != b.before or b.shot_detectors != count for a, b in zip(strips, strips[1:])):
            raise bad_argument("the strips are not of one patch, cut in one way")
        if bit_packed:
            packed = _arrays.packed_rows(shots, (count + 7) // 8, count, "shots")
            if count % 8 and (packed[:, -1] >> count % 8).any():
                raise bad_argument(f"a bit is set behind the {count} detectors")
            bits = _arrays.unpack(packed, count)
        else:
            bits = _arrays.unpacked_rows(shots, count, "shots")
        size = self.needs[0].seam_size
        answers = np.zeros((len(strips), len(bits), self.needs[0].observables_size), dtype=np.uint8)
        # Seam k is that between strip k and the one before it.
        seams = np.zeros((len(strips) + 1, len(bits), size), dtype=np.uint8)
        threads = min(whole("threads", threads, 32, least=1), max(1, (len(strips) + 1) // 2), _batch.MAX_THREADS)

        def decode_strip(place: int) -> None:
            workspace = self._all[place]
            own = _arrays.pack(bits[:, self._numbers[place]])
            before, after = _arrays.address(seams[place]), _arrays.address(seams[place + 1])
            out, width = _arrays.address(answers[place]), answers.shape[2]
            with workspace.lock:
                for shot in range(len(bits)):
                    status = _core.decant_strip_decode(
                        workspace.address,
                        *(_arrays.address(own) + shot * own.shape[1], own.shape[1]),
                        *(before + shot * size, after + shot * size, size, out + shot * width, width, None),
                    )
                    check(status, f"shot {shot}, strip {place}")

        for layer in (range(0, len(strips), 2), range(1, len(strips), 2)):

            def work(k: int, layer: range = layer) -> None:
                for place in layer[k::threads]:
                    decode_strip(place)

            _batch.on_threads(work, threads)
        flips: Packed = np.bitwise_xor.reduce(answers, axis=0)
        return flips if bit_packed else _arrays.unpack(flips, self._all[0].observables)

    # ------------------------------------------------------------------------------------------ life and death

    def stats(self) -> Stats:
        """Totals since it was made or reset, over all strips, which its shots are."""
        return sum((other.stats() for other in self._all[1:]), start=self._all[0].stats())

    def reset(self) -> None:
        """Begins anew: totals."""
        for workspace in self._all:
            workspace.reset()

    def close(self) -> None:
        """Gives the memory back; later calls raise `Error` (BAD_STATE). May be called again."""
        for workspace in self._all:
            workspace.close()

    def __enter__(self) -> Strips:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __reduce__(self) -> tuple[Any, ...]:
        return _remake, (self.images, self._keywords)


def _remake(images: list[Image], keywords: dict[str, Any]) -> Strips:
    return Strips(images, **keywords)


def _numbers(image: Image) -> npt.NDArray[np.uint32]:
    numbers = np.zeros(image.info.detectors, dtype=np.uint32)
    info = _ffi.decant_strip_info()
    where = (image.address, len(image))
    check(_core.decant_strip_inspect(*where, c.byref(info), _arrays.address(numbers), len(numbers)), "the strip")
    return numbers
