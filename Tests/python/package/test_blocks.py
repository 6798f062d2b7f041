"""Blocks of the package: as the command's, on any number of threads, and window by window."""

from __future__ import annotations

import pickle
import subprocess
from pathlib import Path
from typing import Any

import decant_abi as abi
import numpy as np
import pytest
import stim
from package_rig import memory

import decant
from decant import Status

ROUNDS = 41
"""Of the experiments' detectors: enough for windows of both layers in the middle."""


@pytest.fixture(scope="module")
def model() -> stim.DetectorErrorModel:
    return memory(3, 0.008, ROUNDS - 1).detector_error_model(decompose_errors=True)


@pytest.fixture(scope="module")
def image(model: stim.DetectorErrorModel) -> decant.Image:
    return decant.compile(model, stream=True, window=(2, 3))


@pytest.fixture(scope="module")
def shots(model: stim.DetectorErrorModel) -> np.ndarray:
    return model.compile_sampler(seed=9).sample(300)[0]


@pytest.mark.parametrize("window", [(1, 1), (3, 3), (5, 2)], ids=str)
@pytest.mark.parametrize(
    "keywords, flags",
    [
        ({}, []),
        ({"union_find": True}, ["--decoder", "union-find"]),
        ({"correlated": True}, ["--enable_correlations"]),
    ],
    ids=str,
)
def test_blocks_are_those_of_the_command(
    tmp_path: Path,
    model: stim.DetectorErrorModel,
    shots: np.ndarray,
    window: tuple[int, int],
    keywords: dict[str, bool],
    flags: list[str],
) -> None:
    (tmp_path / "model.dem").write_text(str(model))
    packed = np.packbits(shots, axis=1, bitorder="little")
    packed.tofile(tmp_path / "shots.b8")
    command = [
        abi.command(),
        "predict",
        "--dem",
        tmp_path / "model.dem",
        "--in",
        tmp_path / "shots.b8",
        "--blocks",
    ]
    window_flag = f"{window[0]},{window[1]}"
    out = tmp_path / "out.b8"
    subprocess.run(
        [*command, "--out", out, "--out_format", "b8", "--window", window_flag, *flags],
        check=True,
    )
    expected = np.fromfile(out, dtype=np.uint8)[:, None]
    image = decant.compile(model, stream=True, correlated=keywords.get("correlated", False))
    blocks = image.blocks(commit=window[0], buffer=window[1], union_find=keywords.get("union_find", False))
    for threads in (1, 3):
        assert (blocks.decode(packed, bit_packed=True, threads=threads) == expected).all()
    assert (blocks.decode(shots)[:, 0] == expected[:, 0].astype(bool)).all()
    assert expected.any() and blocks.stats().shots == 3 * len(shots) * len(blocks.windows(ROUNDS))


def test_a_window_that_sees_all_decodes_whole_shots(model: stim.DetectorErrorModel, shots: np.ndarray) -> None:
    blocks = decant.compile(model, stream=True).blocks(commit=ROUNDS, buffer=ROUNDS)
    [window] = blocks.windows(ROUNDS)
    assert window.final and (window.rounds, window.detectors) == (
        ROUNDS,
        model.num_detectors,
    )
    assert (blocks.decode(shots) == decant.compile(model).decoder().decode_batch(shots)).all()


def test_windows(image: decant.Image) -> None:
    """Each round is committed once; each window sees what it commits."""
    blocks = image.blocks()
    for rounds in (5, 18, ROUNDS, 1000):
        windows = blocks.windows(rounds)
        assert [window.index for window in windows] == list(range(len(windows)))
        assert [window.final for window in windows].count(True) == 1
        assert all(window.second == window.index % 2 for window in windows)
        committed = sorted(k for w in windows for k in range(w.first_committed, w.first_committed + w.committed))
        assert committed == list(range(rounds))
        for window in windows:
            assert window.first_round <= window.first_committed
            assert window.first_committed + window.committed <= window.first_round + window.rounds
            assert (window.detectors + 7) // 8 <= blocks.needs.window_size
        assert blocks.window(rounds, len(windows)) is None


def test_window_by_window(image: decant.Image, shots: np.ndarray) -> None:
    """As on many machines: only seams go from one to the other."""
    blocks, flipped = image.blocks(), image.blocks().decode(shots)
    windows = blocks.windows(ROUNDS)
    assert len(windows) > 4
    for number, shot in enumerate(shots[:60]):
        answers: dict[int, decant.BlockAnswer] = {}
        for window in (*windows[::2], *windows[1::2]):
            seams: dict[str, Any] = {}
            if window.second:
                seams["before"] = answers[window.index - 1].after
                seams["after"] = None if window.final else answers[window.index + 1].before
            detectors = shot[window.first_detector : window.first_detector + window.detectors]
            machine = image.blocks()
            answers[window.index] = machine.decode_window(ROUNDS, window.index, detectors, **seams)
        flips = np.bitwise_xor.reduce([answer.observables for answer in answers.values()])
        assert (flips == flipped[number]).all()
        assert answers[0].before is None and sum(answer.report.detection_events for answer in answers.values()) > 0


def test_refusals(image: decant.Image, model: stim.DetectorErrorModel, shots: np.ndarray) -> None:
    blocks = image.blocks()
    first, second = blocks.windows(ROUNDS)[:2]
    seam = np.zeros(blocks.needs.seam_size, np.uint8)
    zeros, more = np.zeros(first.detectors, bool), np.zeros(second.detectors, bool)
    calls = [
        (lambda: blocks.window(1, 0), "too short"),
        (lambda: blocks.window(0, 0), "rounds is 0"),
        (lambda: blocks.windows(1 << 64), "rounds is"),
        (lambda: blocks.decode_window(ROUNDS, 999, zeros), "no window 999"),
        (lambda: blocks.decode_window(ROUNDS, 0, zeros[1:]), "shape"),
        (lambda: blocks.decode_window(ROUNDS, 0, zeros[None]), "one window"),
        (lambda: blocks.decode_window(ROUNDS, 0, zeros, before=seam), "reads no seam"),
        (
            lambda: blocks.decode_window(ROUNDS, 1, more, before=seam),
            "after is no seam",
        ),
        (
            lambda: blocks.decode_window(ROUNDS, 1, more, before=seam, after=seam[1:]),
            "after is no seam",
        ),
        (lambda: blocks.decode(shots[:, 1:]), "no number of rounds"),
        (lambda: blocks.decode(shots, threads=0), "threads is 0"),
        (lambda: image.blocks(commit=60000, buffer=60000), "cannot commit 60000"),
        (lambda: image.blocks(correlated=True), "compile it with correlated=True"),
        (lambda: decant.compile(model).blocks(), "for whole shots"),
    ]
    for call, sentence in calls:
        with pytest.raises(decant.Error) as refusal:
            call()
        assert sentence in str(refusal.value)
    assert blocks.stats().shots == 0
    assert blocks.decode(shots[:0]).shape == (0, 1)


def test_life_and_death(image: decant.Image, shots: np.ndarray) -> None:
    with image.blocks(commit=1, buffer=4) as blocks:
        twin = pickle.loads(pickle.dumps(blocks))
        assert twin.config == blocks.config and "commit=1, buffer=4" in repr(twin)
        assert (twin.decode(shots, threads=2) == blocks.decode(shots)).all() and twin.stats() == blocks.stats()
        twin.reset()
        assert twin.stats().shots == 0
    for call in (
        lambda: blocks.decode(shots),
        lambda: blocks.window(ROUNDS, 0),
        blocks.stats,
    ):
        with pytest.raises(decant.Error, match="closed") as refusal:
            call()
        assert refusal.value.status == Status.BAD_STATE
    blocks.close()
