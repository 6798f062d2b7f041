"""Learning beside a decoder: images like others, noise that drifts, and the way from one to the other."""

from __future__ import annotations

import math
import re
import subprocess
from pathlib import Path

import decant_abi as abi
import numpy as np
import pytest
import stim
from package_rig import memory

import decant
from decant import Status


def model(p: float, distance: int = 3, rounds: int | None = None) -> stim.DetectorErrorModel:
    return memory(distance, p, rounds).detector_error_model(decompose_errors=True, approximate_disjoint_errors=True)


def shots(p: float, count: int, seed: int = 1) -> np.ndarray:
    return memory(3, p).compile_detector_sampler(seed=seed).sample(count)


def probabilities(text: str) -> dict[str, float]:
    found = {}
    for instruction in stim.DetectorErrorModel(text).flattened():
        if instruction.type == "error":
            found[str(instruction.targets_copy())] = instruction.args_copy()[0]
    return found


@pytest.mark.parametrize("keywords", [{}, {"correlated": True}], ids=str)
def test_reweighted_images_are_those_of_compiling(tmp_path: Path, keywords: dict[str, bool]) -> None:
    old, new = decant.compile(model(0.002), **keywords), model(0.02)
    made = decant.reweight(old, new)
    assert bytes(made) == bytes(decant.compile(new, **keywords)) != bytes(old)
    (tmp_path / "old.image").write_bytes(bytes(old))
    (tmp_path / "new.dem").write_text(str(new))
    paths = ["--reweight", tmp_path / "old.image", "--dem", tmp_path / "new.dem", "-o", tmp_path / "new.image"]
    subprocess.run([abi.command(), "compile", *paths], check=True)
    assert (tmp_path / "new.image").read_bytes() == bytes(made)


def test_reweighted_streams_keep_their_windows() -> None:
    old = decant.compile(model(0.002, rounds=15), stream=True, correlated=True, window=(2, 5))
    made = decant.reweight(old, model(0.02, rounds=17))
    assert bytes(made) == bytes(decant.compile(model(0.02, rounds=17), stream=True, correlated=True, window=(2, 5)))
    stream = old.stream()
    stream.push(None)
    stream.swap(made)
    assert stream.image is made


def test_statistics_add_up() -> None:
    rows = shots(0.01, 6000)
    sums = {"half_life": math.inf, "stretches_per_alarm": math.inf}
    halves, whole = [decant.Learner(model(0.01), **sums) for _ in range(2)], decant.Learner(model(0.01), **sums)
    for learner, part in ((halves[0], rows[:2500]), (halves[1], rows[2500:]), (whole, rows)):
        learner.push(part)
    halves[0].merge(halves[1].statistics())
    assert halves[0].statistics() == whole.statistics()
    other = decant.Learner(model(0.01, rounds=4))
    for bad in (whole.statistics(), whole.statistics()[:-1], b""):
        with pytest.raises(decant.Error) as refused:
            other.merge(bad)
        assert refused.value.status == Status.BAD_ARGUMENT


def test_reweight_refuses() -> None:
    old = decant.compile(model(0.002))
    with pytest.raises(decant.Error, match="not the model of the image with other probabilities: it has 120 detectors"):
        decant.reweight(old, model(0.002, 5))
    with pytest.raises(decant.Error, match="holds a network"):
        decant.reweight(decant.compile(model(0.002), network="event-small"), model(0.02))
    with pytest.raises(decant.Error, match="give a decant.Image"):
        decant.reweight(b"", model(0.02))  # type: ignore[arg-type]


@pytest.mark.parametrize("structure", [memory(3, 0.001), str(model(0.001))], ids=["circuit", "model"])
def test_learns_from_detection_events(structure: stim.Circuit | str) -> None:
    """Twice the noise that is assumed: probabilities within some percent, and an image that a decoder goes on with."""
    learner = decant.Learner(structure, half_life=math.inf)
    learner.push(shots(0.004, 100_000))
    true, learned = probabilities(str(model(0.004))), probabilities(learner.model())
    assert true.keys() == learned.keys()
    whole = sum(true.values())
    assert abs(sum(learned.values()) / whole - 1) < 0.05
    assert sum(abs(learned[key] - true[key]) for key in true) < 0.2 * whole
    image = decant.compile(model(0.001))
    decoder = image.decoder()
    better = learner.image(like=image)
    decoder.swap(better)
    assert bytes(better) == bytes(decant.compile(learner.model()))
    assert learner.changes() == []


def test_follows_changes() -> None:
    """A change is told within a few stretches; what is learned then is what is new."""
    learner = decant.Learner(memory(3, 0.004), half_life=1e6, stretch=2048)
    learner.push(np.packbits(shots(0.003, 60_000), axis=1, bitorder="little"), bit_packed=True)
    assert learner.changes() == []
    learner.push(shots(0.006, 40_000, seed=2))
    changes = learner.changes()
    assert changes and changes[0].shots < 60_000 + 5 * 2048
    assert abs(changes[0].since - 60_000) < 2 * 2048 and changes[0].now > changes[0].before
    assert all(change.detectors == tuple(sorted(change.detectors)) for change in changes)
    assert learner.changes() == []
    learned = sum(probabilities(learner.model()).values()) / sum(probabilities(str(model(0.006))).values())
    assert abs(learned - 1) < 0.05


def test_a_learner_refuses() -> None:
    learner = decant.Learner(model(0.002))
    with pytest.raises(decant.Error, match="0 shots were pushed") as caught:
        learner.model()
    assert caught.value.status == Status.BAD_STATE
    learner.push(shots(0.002, 5000))
    with pytest.raises(decant.Error):
        learner.push(np.zeros((5, 3), dtype=np.bool_))
    stray = np.zeros((5, 3), dtype=np.uint8)
    stray[4, 2] = 0x80
    if learner._detectors % 8:
        with pytest.raises(decant.Error, match="behind the"):
            learner.push(np.resize(np.uint8(255), (1, (learner._detectors + 7) // 8)), bit_packed=True)
    for wrong in ({"half_life": 0}, {"half_life": math.nan}, {"stretch": 100}, {"estimator": "guess"}):
        with pytest.raises(decant.Error):
            decant.Learner(model(0.002), **wrong)
    with pytest.raises(decant.Error, match="2:"):
        decant.Learner("error(0.1) D0\nerror(2) D1")


def test_follow_writes_again_and_again(tmp_path: Path) -> None:
    (tmp_path / "old.dem").write_text(str(model(0.002)))
    bits = np.packbits(np.vstack([shots(0.003, 60_000), shots(0.006, 60_000, 2)]), axis=1, bitorder="little")
    bits.tofile(tmp_path / "shots.b8")
    (tmp_path / "old.image").write_bytes(bytes(decant.compile(model(0.002), correlated=True)))
    where = ["--dem", "old.dem", "--in", "shots.b8", "-o", "learned.dem", "--image", "new.image"]
    follow = ["--follow", "--reweight", "old.image", "--every", "50000", "--half_life", "50000"]
    told = subprocess.run(
        [abi.command(), "learn", *where, *follow], cwd=tmp_path, check=True, capture_output=True, text=True
    ).stderr
    told_after, since = map(int, re.match(r"Change: told after (\d+) shots, began after about (\d+): D", told).groups())
    assert 60_000 < told_after <= 60_000 + 4 * 4096 and abs(since - 60_000) < 3 * 4096
    learned = (tmp_path / "learned.dem").read_text()
    share = sum(probabilities(learned).values()) / sum(probabilities(str(model(0.006))).values())
    assert abs(share - 1) < 0.05
    assert (tmp_path / "new.image").read_bytes() == bytes(decant.compile(learned, correlated=True))
