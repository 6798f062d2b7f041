"""From a model to a decoder image."""

from __future__ import annotations

import os
import warnings

from . import _ffi
from ._image import Image
from ._models import Model, ModelLike
from ._status import bad_argument, whole


class ModelWarning(UserWarning):
    """Compiling has lost or changed something of the model."""


def compile(
    model: ModelLike,
    *,
    network: str | os.PathLike[str] | None = None,
    correlated: bool = False,
    drop_hyperedges: bool = False,
    distinct_weights: int | None = None,
    stream: bool = False,
    window: tuple[int, int] | None = None,
) -> Image:
    """Makes a decoder image; the same bytes as `decant compile` makes of the same text.

    Args:
        model: a `stim.DetectorErrorModel` or `stim.Circuit`, the text of one, a path, or a `decant.SurfaceCode`.
            A `str` that ends in .dem or .stim is a path. Errors must be decomposed into edges; of a circuit they
            are, as by `detector_error_model(decompose_errors=True, approximate_disjoint_errors=True)`.
        network: event network to hold: one of `decant.networks()`, or the path of a file that `decant train` made.
            Detectors then need coordinates (row, column, round), as those of surface codes in Stim have. Or a grid
            network: "grid-small", or "grid:" and a path; the model is then a `decant.SurfaceCode`.
        correlated: keep what errors say about each other's likelihood, for correlated matching.
        drop_hyperedges: leave out components that flip three or more detectors, instead of refusing the model.
        distinct_weights: absolute weights to tell apart, zero included: 2 to 16777216 (None). For comparisons.
        stream: make the image of a stream, for experiments of any number of rounds: see `Image.stream`. The rounds of
            the model repeat; twelve or more of them are given, told by detectors' last coordinates. No grid network.
        window: (commit, buffer) of a stream: rounds that a window commits, and those that it sees besides, unless
            `Image.stream` says otherwise; None for the distance of the code, which the compiler finds.

    Raises:
        Error: with a sentence that names the line and the value. OSError: a file cannot be read.

    Warns with `ModelWarning` of what of the model was lost.
    """
    if distinct_weights is not None and not 2 <= whole("distinct_weights", distinct_weights, 32) <= 1 << 24:
        raise bad_argument(f"distinct_weights is {distinct_weights}; give 2 to 16777216")
    name = None if network is None else os.fspath(network)
    if name is not None and (not isinstance(name, str) or not name or "\0" in name):
        raise bad_argument(f"network is {network!r}; give a name or a path")
    if window is not None and not stream:
        raise bad_argument(f"window is {window!r}, which is about streams; say stream=True")
    commit, buffer = (0, 0) if window is None else _window(window)
    options = _ffi.decant_host_compile_options(
        flags=(_ffi.HOST_COMPILE_CORRELATED if correlated else 0)
        | (_ffi.HOST_COMPILE_DROP_HYPEREDGES if drop_hyperedges else 0)
        | (_ffi.HOST_COMPILE_STREAM if stream else 0),
        distinct_weights=distinct_weights or 0,
        network=None if name is None else os.fsencode(name),
        commit_rounds=commit,
        buffer_rounds=buffer,
    )
    content, notices = Model(model).compile(options)
    for notice in notices:
        warnings.warn(notice, ModelWarning, stacklevel=2)
    return Image(content)


def compile_strips(
    model: ModelLike,
    commit: int,
    buffer: int,
    *,
    axis: int | None = None,
    correlated: bool = False,
    drop_hyperedges: bool = False,
    distinct_weights: int | None = None,
) -> list[Image]:
    """Makes the images of the strips that a patch is cut into, for `Strips`; those of `decant compile --strips`.

    Args:
        model, correlated, drop_hyperedges, distinct_weights: as for `compile`. Detectors have coordinates.
        commit: columns that a strip of the first layer commits; columns are the values of one coordinate.
        buffer: columns that it sees besides, on each side.
        axis: which coordinate, from 0; None for the one of the most values, the last aside, which is time.

    Raises and warns as `compile`.
    """
    if distinct_weights is not None and not 2 <= whole("distinct_weights", distinct_weights, 32) <= 1 << 24:
        raise bad_argument(f"distinct_weights is {distinct_weights}; give 2 to 16777216")
    options = _ffi.decant_host_compile_options(
        flags=_ffi.HOST_COMPILE_STRIP
        | (_ffi.HOST_COMPILE_CORRELATED if correlated else 0)
        | (_ffi.HOST_COMPILE_DROP_HYPEREDGES if drop_hyperedges else 0),
        distinct_weights=distinct_weights or 0,
        commit_columns=whole("commit", commit, 32, least=1),
        buffer_columns=whole("buffer", buffer, 32, least=1),
        strip_axis=0 if axis is None else whole("axis", axis, 8) + 1,
    )
    read, images = Model(model), list[Image]()
    while not images or len(images) < images[0].info.strip.strips:  # type: ignore[union-attr]
        options.strip = len(images)
        content, notices = read.compile(options)
        for notice in notices if not images else ():
            warnings.warn(notice, ModelWarning, stacklevel=2)
        images.append(Image(content))
    return images


def reweight(image: Image, model: ModelLike) -> Image:
    """Makes an image like another one, with the probabilities of a model: for noise that has changed. `Decoder.swap` and
    `Stream.swap` go on with it.

    Args:
        image: compiled before, without a network. What it was compiled for, the new one is too.
        model: as for `compile`, of the same detectors, edges and observables. Of a stream it may have other numbers of
            rounds, twelve or more.

    Raises:
        Error: with a sentence that names the line, or the first edge that differs. OSError: a file cannot be read.

    Warns as `compile`.
    """
    if not isinstance(image, Image):
        raise bad_argument(f"image is a {type(image).__name__}; give a decant.Image, as decant.compile makes")
    content, notices = Model(model).reweight(image.address, len(image))
    for notice in notices:
        warnings.warn(notice, ModelWarning, stacklevel=2)
    return Image(content)


def _window(window: tuple[int, int]) -> tuple[int, int]:
    try:
        commit, buffer = window
    except (TypeError, ValueError):
        raise bad_argument(f"window is {window!r}; give (commit, buffer), both in rounds") from None
    return whole("commit", commit, 32, least=1), whole("buffer", buffer, 32, least=1)


def networks() -> tuple[str, ...]:
    """Names of the event networks that come along."""
    names: list[str] = []
    while (name := _ffi.host().decant_host_network_name(len(names))) is not None:
        names.append(name.decode())
    return tuple(names)
