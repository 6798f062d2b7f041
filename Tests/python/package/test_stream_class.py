"""Streams of the package: as the command's windows, as whole shots, and what callers can get wrong."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import decant_abi as abi
import numpy as np
import pytest
import stim
from package_rig import ROOT, memory

import decant
from decant import Status, _ffi
from decant._models import Model

ROUNDS = 15
"""Of the experiments; detectors form one round more."""


@pytest.fixture(scope="module")
def model() -> stim.DetectorErrorModel:
    return memory(3, 0.008, ROUNDS).detector_error_model(decompose_errors=True)


@pytest.fixture(scope="module")
def image(model: stim.DetectorErrorModel) -> decant.Image:
    return decant.compile(model, stream=True, window=(2, 3))


@pytest.fixture(scope="module")
def shots(model: stim.DetectorErrorModel) -> np.ndarray:
    return model.compile_sampler(seed=7).sample(400)[0]


def rounds_of(image: decant.Image, shot: np.ndarray) -> list[np.ndarray]:
    """A shot cut by what the image says about rounds."""
    info = image.info.stream
    count = (len(shot) - info.first_detectors - info.last_detectors) // info.round_detectors + 2
    assert info.detectors(count) == len(shot)
    return np.split(shot, info.first_detectors + info.round_detectors * np.arange(count - 1))


def facts(frame: decant.Frame) -> tuple[Any, ...]:
    """What of a frame can be compared at once."""
    return tuple(value.tolist() if isinstance(value, np.ndarray) else value for value in vars(frame).values())


# ------------------------------------------------------------------------------------------------ compiling


@pytest.mark.parametrize(
    "keywords, flags",
    [
        ({}, []),
        ({"window": (2, 5)}, ["--window", "2,5"]),
        ({"correlated": True}, ["--correlated"]),
        (
            {"network": "event-small", "window": (3, 3)},
            ["--model", "event-small", "--window", "3,3"],
        ),
    ],
    ids=str,
)
def test_bytes_are_those_of_the_command(
    tmp_path: Path,
    model: stim.DetectorErrorModel,
    keywords: dict[str, Any],
    flags: list[str],
) -> None:
    (tmp_path / "model.dem").write_text(str(model))
    paths = ["--dem", tmp_path / "model.dem", "-o", tmp_path / "stream.image"]
    subprocess.run([abi.command(), "compile", "--stream", *paths, *flags], check=True)
    image = decant.compile(model, stream=True, **keywords)
    assert bytes(image) == (tmp_path / "stream.image").read_bytes()
    info = image.info.stream
    assert (info.first_detectors, info.round_detectors, info.last_detectors) == (
        4,
        8,
        4,
    )
    assert (info.commit_rounds, info.buffer_rounds) == keywords.get("window", (3, 3))
    assert decant.compile(model).info.stream is None


def test_grid_networks(tmp_path: Path) -> None:
    """Those of an experiment that Decant describes, as the command compiles them."""
    experiment = decant.SurfaceCode(3, 4, p=0.004)
    flags = [
        "--code",
        "surface",
        "--distance",
        "3",
        "--rounds",
        "4",
        "--basis",
        "X",
        "--noise",
        "0.004",
    ]
    path = tmp_path / "grid.image"
    subprocess.run(
        [abi.command(), "compile", "--model", "grid-small", *flags, "-o", path],
        check=True,
    )
    image = decant.compile(experiment, network="grid-small")
    assert bytes(image) == path.read_bytes()
    assert image.info.grid and image.info.network.rounds == 4
    decoder = image.decoder()
    assert decoder.needs.network_multiplications > 0
    shots = decant.Sampler(experiment).sample(500).detectors
    accepted = 0
    for shot in shots:
        decoder.decode(shot)
        accepted += decoder.report.accepted_edges
    assert accepted > 0
    with pytest.raises(decant.Error, match="must know where detectors are"):
        decant.compile(decant.circuit(experiment), network="grid-small")
    with pytest.raises(decant.Error, match="a stream cannot hold a grid network"):
        decant.compile(decant.SurfaceCode(3, 14), network="grid-small", stream=True)


def test_what_is_no_stream(model: stim.DetectorErrorModel, image: decant.Image) -> None:
    with pytest.raises(decant.Error, match="say stream=True"):
        decant.compile(model, window=(2, 2))
    for window in ((0, 3), (3,), 3, (3, -1), (1.5, 2)):
        with pytest.raises(decant.Error, match="window|commit|buffer"):
            decant.compile(model, stream=True, window=window)  # type: ignore[arg-type]
    with pytest.raises(decant.Error, match="cannot commit 60000 rounds and see 60000 more"):
        decant.compile(model, stream=True, window=(60000, 60000))
    with pytest.raises(decant.Error, match="commit_rounds 3 and buffer_rounds 0 are of a stream"):
        Model(model).compile(_ffi.decant_host_compile_options(commit_rounds=3))
    with pytest.raises(decant.Error, match="rounds"):
        decant.compile(memory(3, rounds=3), stream=True)
    with pytest.raises(decant.Error, match="is for streams") as refusal:
        image.decoder()
    assert refusal.value.status == Status.UNSUPPORTED
    with pytest.raises(decant.Error, match="for whole shots"):
        decant.compile(model).stream()
    assert "of a stream" in repr(image) and "commit=2, buffer=3" in repr(image.stream())


# ------------------------------------------------------------------------------------------------- decoding


@pytest.mark.parametrize("window", [(1, 1), (3, 3), (4, 2)], ids=str)
@pytest.mark.parametrize(
    "keywords, flags",
    [
        ({}, []),
        ({"union_find": True}, ["--decoder", "union-find"]),
        ({"correlated": True}, ["--enable_correlations"]),
        ({"network": "event-small"}, ["--model", "event-small"]),
    ],
    ids=str,
)
def test_windows_are_those_of_the_command(
    tmp_path: Path,
    model: stim.DetectorErrorModel,
    shots: np.ndarray,
    window: tuple[int, int],
    keywords: dict[str, Any],
    flags: list[str],
) -> None:
    (tmp_path / "model.dem").write_text(str(model))
    np.packbits(shots, axis=1, bitorder="little").tofile(tmp_path / "shots.b8")
    command = [
        abi.command(),
        "predict",
        "--dem",
        tmp_path / "model.dem",
        "--in",
        tmp_path / "shots.b8",
    ]
    out = tmp_path / "out.b8"
    window_flag = f"{window[0]},{window[1]}"
    subprocess.run(
        [*command, "--out", out, "--out_format", "b8", "--window", window_flag, *flags],
        check=True,
    )
    expected = np.fromfile(out, dtype=np.uint8)[:, None]
    held = {name: value for name, value in keywords.items() if name in ("correlated", "network")}
    stream = decant.compile(model, stream=True, **held).stream(
        commit=window[0], buffer=window[1], union_find=keywords.get("union_find", False)
    )
    packed = np.packbits(shots, axis=1, bitorder="little")
    assert (stream.decode(packed, bit_packed=True) == expected).all()
    assert (stream.decode(shots)[:, 0] == expected[:, 0].astype(bool)).all()
    assert expected.any() and stream.stats().shots > 2 * len(shots)


@pytest.mark.parametrize("union_find", [False, True])
@pytest.mark.parametrize("correlated", [False, True])
def test_long_buffers_decode_whole_shots(
    model: stim.DetectorErrorModel,
    shots: np.ndarray,
    union_find: bool,
    correlated: bool,
) -> None:
    kind = "union-find" if union_find else "matching"
    whole = decant.compile(model, correlated=correlated).decoder(decoder_kind=kind)
    stream = decant.compile(model, stream=True, correlated=correlated).stream(buffer=ROUNDS + 1, union_find=union_find)
    assert (stream.decode(shots) == whole.decode_batch(shots)).all()
    assert stream.stats().work == whole.stats().work
    assert correlated or stream.digest() == whole.digest()


def test_frames(image: decant.Image, shots: np.ndarray) -> None:
    """Round by round, what comes out covers each round once and adds up to what `decode` says."""
    stream, other = image.stream(), image.stream()
    flipped = other.decode(shots)
    for number, shot in enumerate(shots[:50]):
        rounds = rounds_of(image, shot)
        frames = []
        for k, round in enumerate(rounds):
            assert stream.sequence == k
            frame = stream.push(round, sequence=k, timestamp=1000 + k, last=k == len(rounds) - 1)
            if frame is not None:
                assert frame.timestamp == 1000 + k
                frames.append(frame)
        assert stream.sequence == 0 and stream.pop() is None
        assert [frame.first_round for frame in frames] == [
            0,
            *(frame.last_round + 1 for frame in frames[:-1]),
        ]
        assert [frame.final for frame in frames] == [False] * (len(frames) - 1) + [True]
        assert frames[0].last_round >= 1 and frames[-1].last_round == len(rounds) - 1
        assert (np.bitwise_xor.reduce([frame.observables for frame in frames]) == flipped[number]).all()
    frames = list(stream.frames(rounds_of(image, shots[50])))
    assert (np.bitwise_xor.reduce([frame.observables for frame in frames]) == flipped[50]).all()
    assert frames[-1].digest == stream.digest()


def test_frames_that_wait(image: decant.Image, shots: np.ndarray) -> None:
    """More than the library has room for; in their order; packed rounds and omitted zeros."""
    stream, other = image.stream(commit=1, buffer=1), image.stream(commit=1, buffer=1)
    rounds = rounds_of(image, shots[0])
    expected = [facts(frame) for frame in other.frames(rounds)]
    assert len(expected) > 2 * _ffi.STREAM_FRAMES
    for k, round in enumerate(rounds):
        packed = np.packbits(round, bitorder="little") if round.any() else None
        assert stream.push(packed, bit_packed=True, last=k == len(rounds) - 1, keep=True) is None
    assert [facts(frame) for frame in stream.frames()] == expected
    assert stream.pop() is None and stream.digest() == other.digest()


def test_experiments_that_are_given_up(image: decant.Image, shots: np.ndarray) -> None:
    stream = image.stream()
    assert stream.finish() is None
    rounds = rounds_of(image, shots[1])
    for round in rounds[:3]:
        assert stream.push(round) is None
    frame = stream.finish()
    assert frame is not None and frame.final and (frame.first_round, frame.last_round, frame.timestamp) == (0, 2, 0)
    assert stream.sequence == 0
    assert (stream.decode(shots) == image.stream().decode(shots)).all()


def test_erased_rounds(image: decant.Image, rng: np.random.Generator) -> None:
    """Measurements that come out in any way flip nothing in erased rounds, and often something in others."""
    info = image.info.stream
    stream = image.stream(erasures=True)
    flipped = {True: 0, False: 0}
    for _ in range(100):
        rounds = rounds_of(image, np.zeros(info.detectors(16), bool))
        outcomes = rng.integers(0, 2, (2, info.round_detectors)).astype(bool)
        rounds[5] ^= outcomes[0]
        rounds[6] ^= outcomes[0] ^ outcomes[1]
        rounds[7] ^= outcomes[1]
        for erased in flipped:
            flips = np.zeros(image.info.observables, bool)
            for k, round in enumerate(rounds):
                frame = stream.push(round, erased=erased and k in (5, 6), last=k == 15)
                if frame is not None:
                    flips ^= frame.observables
            flipped[erased] += int(flips.any())
    assert flipped[True] == 0 and flipped[False] > 0
    stream.push(None)
    with pytest.raises(decant.Error, match="cannot be erased"):
        stream.push(None, erased=True, last=True)
    plain = image.stream()
    plain.push(None)
    with pytest.raises(decant.Error, match="without erasures=True") as refusal:
        plain.push(None, erased=True)
    assert refusal.value.status == Status.UNSUPPORTED and plain.sequence == 1


# ----------------------------------------------------------------------------------------- what can go wrong


def test_a_lost_round(image: decant.Image, shots: np.ndarray) -> None:
    stream, rounds = image.stream(), rounds_of(image, shots[0])
    stream.push(rounds[0], sequence=0)
    with pytest.raises(decant.Error, match="round 0: it was taken before; round 1 is to come") as refusal:
        stream.push(rounds[0], sequence=0)
    assert refusal.value.status == Status.BAD_ARGUMENT
    stream.push(rounds[1], sequence=1)
    with pytest.raises(decant.Error, match="round 3: round 2 was to come") as refusal:
        stream.push(rounds[3], sequence=3)
    assert refusal.value.status == Status.ROUND_LOST
    for call in (lambda: stream.push(rounds[2]), stream.finish):
        with pytest.raises(decant.Error, match="lost") as refusal:
            call()
        assert refusal.value.status == Status.ROUND_LOST
    stream.reset()
    assert (stream.decode(shots) == image.stream().decode(shots)).all()


REFUSED: list[tuple[Any, dict[str, Any], str]] = [
    (np.zeros(8, bool), {}, "shape (8,); give (4,)"),
    (np.zeros((1, 4), bool), {}, "shape (1, 4)"),
    (np.zeros(1, np.uint8), {}, "say bit_packed=True"),
    (np.zeros(4), {}, "dtype float64"),
    (np.full(4, 2, np.uint8), {}, "holds 2"),
    (np.zeros(1, bool), {"bit_packed": True}, "dtype bool"),
    (np.full(1, 16, np.uint8), {"bit_packed": True}, "behind the 4 detectors"),
    (None, {"sequence": -1}, "sequence is -1"),
    (None, {"timestamp": 1 << 64}, "timestamp is"),
    (None, {"erased": True}, "cannot be erased"),
    (None, {"last": True}, "at least"),
]


@pytest.mark.parametrize("round, keywords, sentence", REFUSED, ids=lambda value: str(value)[:30])
def test_rounds(image: decant.Image, round: Any, keywords: dict[str, Any], sentence: str) -> None:
    stream = image.stream(erasures=True)
    with pytest.raises(decant.Error) as refusal:
        stream.push(round, **keywords)
    assert sentence in str(refusal.value) and stream.sequence == 0
    assert stream.push(None) is None and stream.sequence == 1


def test_whole_experiments(image: decant.Image, shots: np.ndarray) -> None:
    stream = image.stream()
    for given, keywords, sentence in (
        (shots[0], {}, "give (shots, detectors)"),
        (shots[:, :-1], {}, "no number of rounds makes that many"),
        (shots[:, :2], {}, "no number of rounds"),
        (shots, {"rounds": 5}, "shape"),
        (shots, {"rounds": 1}, "rounds is 1"),
        (np.full((3, 16), 255, np.uint8), {"bit_packed": True, "rounds": 15}, "shape"),
        (shots.astype(float), {}, "dtype"),
    ):
        with pytest.raises(decant.Error) as refusal:
            stream.decode(given, **keywords)
        assert sentence in str(refusal.value)
    stream.push(None)
    with pytest.raises(decant.Error, match="an experiment goes on") as refusal:
        stream.decode(shots)
    assert refusal.value.status == Status.BAD_STATE
    stream.reset()
    assert stream.decode(shots[:0]).shape == (0, 1)
    assert stream.stats().shots == 0


@pytest.mark.parametrize(
    "keywords, sentence",
    [
        ({"commit": 0}, "commit is 0"),
        ({"buffer": -1}, "buffer is -1"),
        (
            {"commit": 60000, "buffer": 60000},
            "cannot commit 60000 rounds and see 60000 more",
        ),
        ({"work_limit": -1}, "work_limit is -1"),
        ({"correlated": True}, "compile it with correlated=True"),
        ({"network": True}, "compile it with network"),
    ],
    ids=str,
)
def test_configurations(image: decant.Image, keywords: dict[str, Any], sentence: str) -> None:
    with pytest.raises(decant.Error) as refusal:
        image.stream(**keywords)
    assert sentence in str(refusal.value)


# -------------------------------------------------------------------------------------------- life and death


def test_checkpoints(image: decant.Image, shots: np.ndarray) -> None:
    """A copy goes on from where it was made, with the rounds and the frames that wait."""
    stream, rounds = image.stream(commit=1, buffer=2), rounds_of(image, shots[3])
    for round in rounds[:9]:
        stream.push(round, keep=True)
    twin = stream.copy()

    def rest(one: decant.Stream) -> list[tuple[Any, ...]]:
        for k, round in enumerate(rounds[9:], 9):
            one.push(round, keep=True, last=k == len(rounds) - 1)
        return [facts(frame) for frame in one.frames()]

    told = rest(stream)
    assert len(told) > 8 and rest(twin) == told and twin.digest() == stream.digest()


def test_pickles(model: stim.DetectorErrorModel, shots: np.ndarray) -> None:
    image = decant.compile(model, stream=True, correlated=True)
    again = pickle.loads(pickle.dumps(image))
    assert again == image and again.info == image.info
    stream = image.stream(commit=2, buffer=4, union_find=True, work_limit=100)
    twin = pickle.loads(pickle.dumps(stream))
    assert twin.config == stream.config
    assert (twin.decode(shots) == stream.decode(shots)).all() and twin.digest() == stream.digest()


def test_work_limits_and_closing(image: decant.Image, shots: np.ndarray) -> None:
    busiest = shots[shots.sum(axis=1).argmax()]
    with image.stream(work_limit=1) as stream:
        assert any(frame.truncated for frame in stream.frames(rounds_of(image, busiest)))
        assert stream.stats().truncated > 0
    for call in (
        lambda: stream.push(None),
        stream.finish,
        stream.pop,
        lambda: stream.decode(shots),
    ):
        with pytest.raises(decant.Error, match="closed") as refusal:
            call()
        assert refusal.value.status == Status.BAD_STATE
    stream.close()


# ---------------------------------------------------------------------------------------------- another image


@pytest.fixture(scope="module")
def drifted() -> decant.Image:
    noisier = memory(3, 0.03, ROUNDS).detector_error_model(decompose_errors=True)
    return decant.compile(noisier, stream=True, window=(2, 3))


def test_swap_goes_on_with_another_image(image: decant.Image, drifted: decant.Image, shots: np.ndarray) -> None:
    """Windows before are the old image's, those behind the new one's; totals, digest and frames that wait go on."""
    weights, done = [], 0
    for change in (None, 9, 0):
        stream, frames = decant.Stream(image), []
        for k, round in enumerate(rounds_of(image, shots[3])):
            if k == change:
                before = stream.stats(), stream.digest(), stream.sequence
                done = done or before[0].shots
                stream.swap(drifted)
                assert (stream.stats(), stream.digest(), stream.sequence) == before
                assert stream.image is drifted and stream.info == drifted.info.stream
            frames.append(stream.push(round, last=k == ROUNDS))
        frames = [frame for frame in frames if frame is not None]
        assert stream.stats().shots == len(frames)
        weights.append([frame.weight for frame in frames])
    none, middle, last = weights
    assert 1 < done < len(none) - 1 and middle[:done] == none[:done]
    assert all(ours != theirs for ours, theirs in zip(middle[done:], none[done:]) if theirs)
    assert middle != last
    fresh = decant.Stream(drifted)
    parts = [fresh.push(r, last=k == ROUNDS) for k, r in enumerate(rounds_of(image, shots[3]))]
    assert last == [frame.weight for frame in parts if frame is not None]


@pytest.mark.parametrize("network", [None, "event-small"], ids=str)
def test_swap_to_the_same_image_changes_no_frame(
    model: stim.DetectorErrorModel, shots: np.ndarray, network: str | None
) -> None:
    """A network looks back on events that were committed before."""
    image = decant.compile(model, stream=True, window=(2, 3), network=network)
    plain, swapped = decant.Stream(image), decant.Stream(image)
    for shot in shots[:5]:
        for k, round in enumerate(rounds_of(image, shot)):
            swapped.swap(image)
            ours, theirs = plain.push(round, last=k == ROUNDS), swapped.push(round, last=k == ROUNDS)
            assert (ours is None) == (theirs is None)
            assert ours is None or facts(ours) == facts(theirs)
    assert plain.digest() == swapped.digest() and plain.stats() == swapped.stats()


def test_swap_refuses(image: decant.Image, drifted: decant.Image, model: stim.DetectorErrorModel) -> None:
    stream = decant.Stream(image)
    stream.push(None)
    other = memory(5, 0.008, ROUNDS).detector_error_model(decompose_errors=True)
    with pytest.raises(decant.Error, match="not for the same experiment") as caught:
        stream.swap(decant.compile(other, stream=True))
    assert caught.value.status == Status.UNSUPPORTED
    with pytest.raises(decant.Error, match="whole shots"):
        stream.swap(decant.compile(model))
    with pytest.raises(decant.Error, match="give a decant.Image"):
        stream.swap(b"image")  # type: ignore[arg-type]
    assert stream.image is image and stream.sequence == 1
    with pytest.raises(decant.Error):
        decant.Stream(decant.compile(model, stream=True, correlated=True, window=(2, 3))).swap(drifted)
    stream.close()
    with pytest.raises(decant.Error):
        stream.swap(drifted)


def test_many_rounds() -> None:
    """The benchmark of a million rounds, in small: it fails if cutting or spreading changes a frame, or if memory grows."""
    script = str(ROOT / "Tests" / "benchmarks" / "million_rounds.py")
    few = ["--rounds", "5000", "--d", "5", "--p", ".006", "--slice_work", "7"]
    told = subprocess.run([sys.executable, script, *few], check=True, capture_output=True, text=True).stdout
    rows = [line.split("|") for line in told.splitlines()[2:]]
    # Windows commit five rounds, the first and the last more.
    assert len(rows) == 4 and all(990 < int(row[2]) < 1000 for row in rows)
    assert [int(row[4]) > 20 for row in rows] == [False, True, False, True]
