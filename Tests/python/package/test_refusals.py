"""What callers can get wrong becomes an exception that says so, and nothing is written."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
import stim

import decant
from decant import Status


@pytest.fixture(scope="module")
def decoder(model: stim.DetectorErrorModel) -> decant.Decoder:
    return decant.compile(model).decoder()


# The model has 120 detectors, 15 bytes; one observable.
SHOTS: list[tuple[Any, dict[str, Any], str]] = [
    (np.zeros((4, 15), np.int8), {"bit_packed": True}, "dtype int8"),
    (np.zeros((4, 15), np.uint16), {"bit_packed": True}, "dtype uint16"),
    (np.zeros((4, 15), bool), {"bit_packed": True}, "dtype bool"),
    (np.zeros((4, 14), np.uint8), {"bit_packed": True}, "shape (4, 14); give (shots, 15)"),
    (np.zeros((4, 120), np.uint8), {"bit_packed": True}, "shape (4, 120)"),
    (np.zeros(15, np.uint8), {"bit_packed": True}, "shape (15,)"),
    (np.zeros((4, 15, 1), np.uint8), {"bit_packed": True}, "shape (4, 15, 1)"),
    (np.zeros((4, 15), np.uint8), {}, "say bit_packed=True"),
    (np.zeros((4, 119), bool), {}, "shape (4, 119); give (shots, 120)"),
    (np.zeros((4, 120)), {}, "dtype float64"),
    (np.zeros((4, 120), np.int64), {}, "dtype int64"),
    (np.full((4, 120), 2, np.uint8), {}, "holds 2; bits are 0 or 1"),
    (np.zeros((4, 120), object), {}, "dtype object"),
    ("shots", {}, "shape ()"),
    (None, {}, "shape ()"),
    ([[1, 0], [1]], {}, "cannot be made an array"),
    (np.zeros((4, 120), bool), {"threads": 0}, "threads is 0"),
    (np.zeros((4, 120), bool), {"threads": -3}, "threads is -3"),
    (np.zeros((4, 120), bool), {"threads": 1 << 70}, "threads is"),
    (np.zeros((4, 120), bool), {"threads": 1.5}, "threads is 1.5"),
    (np.zeros((4, 120), bool), {"out": [0, 0, 0, 0]}, "out is a list"),
    (np.zeros((4, 120), bool), {"out": np.zeros((4, 2), bool)}, "out has shape (4, 2); give (4, 1)"),
    (np.zeros((4, 120), bool), {"out": np.zeros((3, 1), bool)}, "out has shape (3, 1)"),
    (np.zeros((4, 120), bool), {"out": np.zeros((4, 1), int)}, "out has dtype int64; give bool or uint8"),
    (np.zeros((4, 15), np.uint8), {"bit_packed": True, "out": np.zeros((4, 1), bool)}, "give uint8"),
    (np.zeros((4, 15), np.uint8), {"bit_packed": True, "out": np.zeros((4, 1), np.uint8)[::-1]}, "strides (-1, 1)"),
    (
        np.zeros((4, 15), np.uint8),
        {"bit_packed": True, "out": np.lib.stride_tricks.as_strided(np.zeros(1, np.uint8), (4, 1), (0, 1))},
        "rows must not overlap",
    ),
    (
        np.zeros((4, 15), np.uint8),
        {"bit_packed": True, "out": np.broadcast_to(np.zeros((1, 1), np.uint8), (4, 1))},
        "read-only",
    ),
]


@pytest.mark.parametrize("shots, keywords, sentence", SHOTS, ids=lambda value: str(value)[:30])
def test_batches(decoder: decant.Decoder, shots: Any, keywords: dict[str, Any], sentence: str) -> None:
    before = decoder.stats()
    with pytest.raises(decant.Error) as refusal:
        decoder.decode_batch(shots, **keywords)
    assert sentence in str(refusal.value) and refusal.value.status == Status.BAD_ARGUMENT
    assert decoder.stats() == before
    assert isinstance(refusal.value, ValueError)


ONE: list[tuple[Any, dict[str, Any], str]] = [
    (np.zeros(119, bool), {}, "give (shots, 120)"),
    (np.zeros((1, 120), bool), {}, "call decode_batch"),
    (np.zeros(15, np.uint8), {}, "say bit_packed=True"),
    (np.zeros(15, np.int32), {"bit_packed": True}, "dtype int32"),
]


@pytest.mark.parametrize("shot, keywords, sentence", ONE)
def test_single_shots(decoder: decant.Decoder, shot: Any, keywords: dict[str, Any], sentence: str) -> None:
    for call in (decoder.decode, decoder.match, decoder.match_edges, decoder.predecode):
        with pytest.raises(decant.Error) as refusal:
            call(shot, **keywords)
        assert sentence in str(refusal.value)


def test_single_outs(decoder: decant.Decoder) -> None:
    shot = np.zeros(120, bool)
    locked = np.zeros(1, bool)
    locked.flags.writeable = False
    for out, sentence in ((locked, "read-only"), (np.zeros(2, bool), "shape"), (np.zeros(1), "dtype"), (0, "int")):
        with pytest.raises(decant.Error, match=sentence):
            decoder.decode(shot, out=out)  # type: ignore[arg-type]


def test_outs_that_are_ins(decoder: decant.Decoder) -> None:
    block = np.zeros((4, 16), np.uint8)
    with pytest.raises(decant.Error, match="shares memory"):
        decoder.decode_batch(block[:, :15], bit_packed=True, out=block[:, 15:])


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_the_shot_at_fault_is_told(threads: int) -> None:
    """One error mechanism: its two detectors fire together or not at all."""
    decoder = decant.compile("error(0.1) D0 D1 L0").decoder()
    shots = np.zeros((20, 2), bool)
    shots[::3] = True
    shots[13] = [True, False]
    shots[17] = [False, True]
    out = np.zeros((20, 1), bool)
    with pytest.raises(decant.Error, match="shot 13: no set of errors explains") as refusal:
        decoder.decode_batch(shots, out=out, threads=threads)
    assert (refusal.value.status, refusal.value.shot) == (Status.IMPOSSIBLE, 13)
    first = max(20 * k // threads for k in range(threads) if 20 * k // threads <= 13)
    assert (out[first:13, 0] == shots[first:13, 0]).all()
    assert decoder.stats().impossible == len({13 * threads // 20, 17 * threads // 20})
    again = pickle.loads(pickle.dumps(refusal.value))
    assert (again.status, again.shot, str(again)) == (refusal.value.status, 13, str(refusal.value))
    assert decoder.decode(np.array([True, True])).tolist() == [True]


def test_stray_bits(decoder: decant.Decoder) -> None:
    decoder = decant.compile("error(0.1) D0 D1\nerror(0.1) D0").decoder()
    shots = np.zeros((6, 1), np.uint8)
    shots[4] = 4
    for threads in (1, 3):
        with pytest.raises(decant.Error, match="shot 4: a bit is set behind the 2 detectors") as refusal:
            decoder.decode_batch(shots, bit_packed=True, threads=threads)
        assert (refusal.value.status, refusal.value.shot) == (Status.BAD_ARGUMENT, 4)
    with pytest.raises(decant.Error, match="behind the 2 detectors"):
        decoder.match_edges(shots[4], bit_packed=True)


CONFIGURATIONS: list[tuple[dict[str, Any], Status, str]] = [
    ({"decoder_kind": "guess"}, Status.BAD_ARGUMENT, "decoder_kind is 'guess'"),
    ({"work_limit": -1}, Status.BAD_ARGUMENT, "work_limit is -1"),
    ({"work_limit": 1 << 64}, Status.BAD_ARGUMENT, "work_limit is"),
    ({"work_limit": 0.5}, Status.BAD_ARGUMENT, "work_limit is 0.5"),
    ({"max_reweights": 1 << 32}, Status.BAD_ARGUMENT, "max_reweights is"),
    ({"correlated": True}, Status.UNSUPPORTED, "compile it with correlated=True"),
    ({"network": True}, Status.UNSUPPORTED, "compile it with network"),
]


@pytest.mark.parametrize("keywords, status, sentence", CONFIGURATIONS, ids=lambda value: str(value))
def test_configurations(decoder: decant.Decoder, keywords: dict[str, Any], status: Status, sentence: str) -> None:
    with pytest.raises(decant.Error) as refusal:
        decoder.image.decoder(**keywords)
    assert sentence in str(refusal.value) and refusal.value.status == status


def test_a_decoder_of_no_image() -> None:
    with pytest.raises(decant.Error, match="image is a bytes"):
        decant.Decoder(b"image")  # type: ignore[arg-type]


REWEIGHTS: list[tuple[Any, Status, str]] = [
    ([(0, 1, 3)], Status.BAD_ARGUMENT, "odd"),
    ([(0, 119, 2)], Status.BAD_ARGUMENT, "not in the graph"),
    ([(7, 7, 2)], Status.BAD_ARGUMENT, "not in the graph"),
    ([(-1, 0, 2)], Status.BAD_ARGUMENT, "a beyond"),
    ([(0, 1 << 32, 2)], Status.BAD_ARGUMENT, "b beyond"),
    ([(0, 1, 1 << 31)], Status.BAD_ARGUMENT, "weight beyond"),
    ([(0, 1, 33_554_432)], Status.BAD_ARGUMENT, "beyond 33554430"),
    ([(0,)], Status.BAD_ARGUMENT, "shape (1, 1)"),
    ([(0, 1)], Status.BAD_ARGUMENT, "a weight is odd"),
    ([(10**6, 2)], Status.BAD_ARGUMENT, "an edge is not in the graph"),
    ([(3, 2), (4, 2), (3, 4)], Status.BAD_ARGUMENT, "comes twice"),
    ([(-1, 2)], Status.BAD_ARGUMENT, "entries has edge beyond 0"),
    ([(0, 2)] * 9, Status.BUFFER_TOO_SMALL, "9 entries are more than max_reweights, 8"),
    ([(0.0, 1.0, 2.0)], Status.BAD_ARGUMENT, "float64"),
    ("abc", Status.BAD_ARGUMENT, "dtype"),
    ([(0, 1, 2)] * 9, Status.BUFFER_TOO_SMALL, "9 entries are more than max_reweights, 8"),
]


@pytest.mark.parametrize("entries, status, sentence", REWEIGHTS, ids=lambda value: str(value)[:30])
def test_weights(decoder: decant.Decoder, entries: Any, status: Status, sentence: str) -> None:
    with pytest.raises(decant.Error) as refusal:
        decoder.image.decoder(max_reweights=8).reweight_next(entries)
    assert sentence in str(refusal.value) and refusal.value.status == status


def test_what_a_decoder_was_not_made_for(decoder: decant.Decoder) -> None:
    for use, sentence in (
        (lambda: decoder.reweight_next([(0, 1, 2)]), "max_reweights=0"),
        (lambda: decoder.predecode(np.zeros(120, bool)), "uses no network"),
    ):
        with pytest.raises(decant.Error, match=sentence) as refusal:
            use()
        assert refusal.value.status == Status.UNSUPPORTED
    with pytest.raises(decant.Error, match="no edge between 0 and 119"):
        decoder.edge_weight(0, 119)
    with pytest.raises(decant.Error, match="no edge between 0 and 119"):
        decoder.edge_number(0, 119)
    with pytest.raises(decant.Error, match="a is -1"):
        decoder.edge_weight(-1)
    with pytest.raises(decant.Error, match="probability is 1.5"):
        decoder.image.weight(1.5)
