"""Whatever is thrown at the package, it answers or raises `decant.Error`. That Python survives is the test."""

from __future__ import annotations

import pickle
import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from package_rig import memory

import decant

RELAXED = settings(
    max_examples=250,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
MODEL = memory(3).detector_error_model(decompose_errors=True)  # 24 detectors in 3 bytes, 1 observable
IMAGE = decant.compile(MODEL, correlated=True, network="event-small")
DTYPES = ["u1", "?", "i1", "<u2", ">u4", "<i8", "<f8", "<c16", "S3", "U2", "O", "V5", "<M8[s]", "u1,u1"]
WHOLE = st.one_of(st.integers(-3, 40), st.integers(), st.floats(), st.none(), st.text(max_size=3), st.booleans())


@st.composite
def arrays(draw: st.DrawFn) -> Any:
    """Arrays of any dtype, shape, order, stride and writability; most of them nearly right."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.one_of(WHOLE, st.lists(WHOLE, max_size=4), st.binary(max_size=30)))
    width = draw(st.sampled_from([3, 24, 1, 0, 2, 4, 23, 25]))
    shape = draw(st.sampled_from([(5, width), (width,), (1, width), (0, width), (5, width, 1), (), (64, width)]))
    dtype = np.dtype(draw(st.sampled_from(DTYPES[:2] * 8 + DTYPES)))
    room = tuple(2 * length + 3 for length in shape)
    if dtype.kind in "ub" and draw(st.booleans()):
        fill = np.random.default_rng(draw(st.integers(0, 9)))
        block = fill.integers(0, draw(st.sampled_from([2, 256])), size=room).astype(dtype)
    else:
        block = np.zeros(room, dtype=dtype)
    if draw(st.booleans()):
        block = np.asfortranarray(block)
    for axis, length in enumerate(shape):
        step = draw(st.sampled_from([1, 1, 1, 2, -1]))
        start = draw(st.integers(0, 2)) if step > 0 else length + 1
        index = [slice(None)] * len(shape)
        index[axis] = slice(start, start + step * length if start + step * length >= 0 else None, step)
        block = block[tuple(index)]
    if block.ndim == 2 and draw(st.integers(0, 9)) == 0:
        block = np.broadcast_to(block[:1], block.shape) if len(block) else block.T
    if draw(st.integers(0, 7)) == 0:
        block.flags.writeable = False
    return block


def survives(call: Any) -> Any:
    try:
        return call()
    except decant.Error as problem:
        assert str(problem) and problem.status < 0
        return None


CONFIGURATIONS = st.fixed_dictionaries(
    {},
    optional={
        "decoder_kind": st.sampled_from(["matching", "union-find", "", None, 3]),
        "correlated": st.sampled_from([True, False, None, "yes"]),
        "network": st.sampled_from([True, False, None]),
        "work_limit": st.one_of(st.integers(0, 500), WHOLE),
        "max_reweights": st.one_of(st.integers(0, 50), st.sampled_from([-1, 1 << 33, 2.5, "3"])),
    },
)
ENTRIES = st.one_of(
    st.lists(st.tuples(st.integers(0, 24), st.integers(0, 24), st.integers(-100, 100).map(lambda half: 2 * half)), max_size=8),
    st.lists(st.tuples(st.integers(0, 24), st.just(decant.BOUNDARY), st.integers(-(1 << 33), 1 << 33)), max_size=3),
    arrays(),
)  # fmt: skip


@RELAXED
@given(st.data())
def test_decoders(data: st.DataObject) -> None:
    """Any calls in any order; then the decoder still decodes as a new one does."""
    decoder = survives(lambda: IMAGE.decoder(**data.draw(CONFIGURATIONS)))
    if decoder is None:
        return
    for _ in range(data.draw(st.integers(1, 12))):
        given_array, packed = data.draw(arrays()), data.draw(st.booleans())
        out = data.draw(st.one_of(st.none(), arrays(), st.just(given_array)))
        threads = data.draw(
            st.one_of(st.integers(1, 5), WHOLE.filter(lambda value: not isinstance(value, int) or value < 9))
        )
        ends = data.draw(WHOLE), data.draw(WHOLE)
        calls = {
            "decode": lambda: decoder.decode(given_array, bit_packed=packed, out=out),
            "match": lambda: decoder.match(given_array, bit_packed=packed, out=out),
            "edges": lambda: decoder.match_edges(given_array, bit_packed=packed),
            "predecode": lambda: decoder.predecode(given_array, bit_packed=packed),
            "batch": lambda: decoder.decode_batch(given_array, bit_packed=packed, out=out, threads=threads),
            "reweight": lambda: decoder.reweight_next(data.draw(ENTRIES)),
            "weight": lambda: decoder.edge_weight(*ends),
            "number": lambda: decoder.edge_number(*ends),
            "stats": decoder.stats,
            "digest": decoder.digest,
            "reset": decoder.reset,
            "copy": lambda: decoder.copy().decode_batch(given_array, bit_packed=packed),
            "pickle": lambda: pickle.loads(pickle.dumps(decoder)).stats(),
            "close": decoder.close,
        }
        survives(calls[data.draw(st.sampled_from(sorted(calls)))])
    shots = np.random.default_rng(1).random((20, 24)) < 0.1
    survives(decoder.reset)
    expected = decant.Decoder(IMAGE, **decoder.config).decode_batch(shots)
    answer = survives(lambda: decoder.decode_batch(shots, threads=2))
    assert answer is None or (answer == expected).all()


@RELAXED
@given(st.data())
def test_images(data: st.DataObject) -> None:
    """Damaged, cut and lengthened images are refused, or are images."""
    content = bytearray(bytes(IMAGE))
    for _ in range(data.draw(st.integers(0, 4))):
        where = data.draw(st.integers(0, len(content) - 1))
        content[where] = data.draw(st.integers(0, 255))
    content = content[: data.draw(st.one_of(st.none(), st.integers(0, len(content))))]
    image = survives(lambda: decant.Image(bytes(content) + data.draw(st.binary(max_size=9))))
    if image is not None:
        survives(lambda: image.decoder().decode_batch(np.ones((3, image.info.detectors), dtype=bool)))


WORDS = st.sampled_from(
    [
        *("error", "detector", "logical_observable", "repeat 3 {", "}", "shift_detectors", "(0.1)", "(2)", "(1, 2, 0)", "D0"),
        *("D1", "D2", "D9999999", "D99999999999999999999", "L0", "L63", "^", "\n", "\n", "\n", "#", "[tag]", "\0", "é", "-1"),
        *("R 0 1 2", "H 0", "CX 0 1", "M 0 1", "MR 1", "X_ERROR(0.1) 0", "DEPOLARIZE2(0.1) 0 1", "DETECTOR rec[-1]"),
        *("DETECTOR(0, 0, 0) rec[-1] rec[-2]", "OBSERVABLE_INCLUDE(0) rec[-1]", "REPEAT 1000000000000 {", "REPEAT 2 {", "TICK"),
    ]
)  # fmt: skip


@RELAXED
@given(st.lists(WORDS, max_size=14), st.data())
def test_models(words: list[str], data: st.DataObject) -> None:
    text = data.draw(st.sampled_from([" ", "\n"])).join(words)
    network = data.draw(st.sampled_from([None, None, "event-small", "nothing", "\0", "."]))
    keywords = {"correlated": data.draw(st.booleans()), "drop_hyperedges": data.draw(st.booleans()), "network": network}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        image = survives(lambda: decant.compile(text, **keywords))
        if image is not None and image.info.detectors < 1000:
            survives(lambda: image.decoder().decode_batch(np.ones((2, image.info.detectors), dtype=bool)))
        sampler = survives(lambda: decant.Sampler(text, edges=data.draw(st.booleans())))
        if sampler is not None and sampler.bits["detectors"] < 1000:
            survives(lambda: sampler.sample(5))


@RELAXED
@given(
    distance=WHOLE,
    rounds=WHOLE,
    p=st.one_of(st.floats(), WHOLE),
    noise=st.one_of(WHOLE, st.lists(st.floats(), max_size=26)),
    basis=st.sampled_from(["X", "Z", "Y", "", None]),
    labels=st.sampled_from(["plain", "full", "", None]),
    data=st.data(),
)
def test_experiments(
    distance: Any, rounds: Any, p: Any, noise: Any, basis: Any, labels: Any, data: st.DataObject
) -> None:
    if isinstance(distance, int) and isinstance(rounds, int) and abs(distance) ** 2 * abs(rounds) > 1 << 16:
        rounds = 2
    experiment = decant.SurfaceCode(
        distance, rounds, basis, p, data.draw(st.sampled_from(["uniform", "scalar", noise]))
    )
    image = survives(lambda: decant.compile(experiment))
    sampler = survives(lambda: decant.Sampler(experiment, labels=labels))
    assert (image is None) == (sampler is None) or labels not in ("plain", "full")
    if sampler is not None:
        survives(lambda: sampler.sample(data.draw(st.integers(-2, 300)), first=data.draw(st.integers(0, 1 << 65))))


@pytest.mark.parametrize("size", [0, 1, 14, 16, 1000])
def test_memory_that_goes_away(size: int) -> None:
    """What a decoder has read and written may be freed at once."""
    decoder = IMAGE.decoder()
    for _ in range(200):
        rows = np.zeros((size, 3), dtype=np.uint8)
        answers = decoder.decode_batch(rows, bit_packed=True, threads=2)
        del rows
        assert not answers.any()
        del answers


STREAMS = decant.compile(memory(3, rounds=12).detector_error_model(decompose_errors=True), stream=True, window=(2, 2))
ROUND = st.one_of(arrays(), st.none(), st.sampled_from([4, 8]).map(lambda bits: np.ones(bits, dtype=bool)))


@RELAXED
@given(st.data())
def test_streams(data: st.DataObject) -> None:
    """Rounds in any order, of any shape; afterwards the stream decodes as a new one."""
    draw = data.draw
    stream = survives(
        lambda: STREAMS.stream(**{draw(st.sampled_from(["commit", "buffer", "work_limit"])): draw(WHOLE)})
    )
    if stream is None:
        stream = STREAMS.stream(erasures=draw(st.booleans()))
    for _ in range(draw(st.integers(1, 8))):
        flags = {name: draw(st.booleans()) for name in ("last", "erased", "keep", "bit_packed") if draw(st.booleans())}
        numbers = {name: draw(WHOLE) for name in ("sequence", "timestamp") if draw(st.integers(0, 4)) == 0}
        one = draw(ROUND)
        survives(lambda: stream.push(one, **flags, **numbers))
        if draw(st.integers(0, 4)) == 0:
            survives(draw(st.sampled_from([stream.finish, stream.pop, stream.copy, stream.close, stream.digest])))
        shots, options = draw(arrays()), {"bit_packed": draw(st.booleans()), "rounds": draw(WHOLE)}
        survives(lambda: stream.decode(shots, **options))
    survives(stream.reset)
    shots = np.random.default_rng(draw(st.integers(0, 99))).integers(0, 2, size=(5, 96)).astype(bool)
    answer = survives(lambda: stream.decode(shots))
    assert answer is None or (answer == decant.Stream(STREAMS, **stream.config).decode(shots)).all()


@RELAXED
@given(st.data())
def test_blocks(data: st.DataObject) -> None:
    draw = data.draw
    blocks = STREAMS.blocks(commit=draw(st.integers(1, 9)), buffer=draw(st.integers(1, 9)))
    for _ in range(4):
        number, index = draw(st.one_of(st.integers(0, 60), WHOLE)), draw(st.one_of(st.integers(0, 9), WHOLE))
        window = survives(lambda: blocks.window(number, index))
        width = 24 if window is None else window.detectors
        detectors = draw(st.one_of(arrays(), st.just(np.ones(width % 1000, dtype=bool))))
        seam = st.one_of(st.none(), arrays(), st.just(np.full(blocks.needs.seam_size, 255, dtype=np.uint8)))
        seams = {name: draw(seam) for name in ("before", "after")}
        survives(lambda: blocks.decode_window(number, index, detectors, **seams, bit_packed=draw(st.booleans())))
        shots, threads = draw(arrays()), draw(WHOLE)
        survives(lambda: blocks.decode(shots, threads=threads, bit_packed=draw(st.booleans())))
