"""Strips of the package: as the command's, on any number of threads, and strip by strip."""

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
from package_rig import ROOT

import decant
from decant import Status, _ffi
from decant._models import Model

sys.path.insert(0, str(ROOT / "Tests" / "benchmarks"))
from wide_patch import wide_patch


@pytest.fixture(scope="module")
def model() -> stim.DetectorErrorModel:
    return wide_patch(21, 3, 3, 0.01).detector_error_model(decompose_errors=True)


@pytest.fixture(scope="module")
def images(model: stim.DetectorErrorModel) -> list[decant.Image]:
    return decant.compile_strips(model, 3, 2)


@pytest.fixture(scope="module")
def shots(model: stim.DetectorErrorModel) -> np.ndarray:
    return model.compile_sampler(seed=9).sample(500)[0]


@pytest.mark.parametrize("widths", [(2, 2), (3, 3), (2, 5), (30, 2)], ids=str)
@pytest.mark.parametrize(
    "keywords, flags",
    [
        ({}, []),
        ({"union_find": True}, ["--decoder", "union-find"]),
        ({"correlated": True}, ["--enable_correlations"]),
    ],
    ids=str,
)
def test_strips_are_those_of_the_command(
    tmp_path: Path,
    model: stim.DetectorErrorModel,
    shots: np.ndarray,
    widths: tuple[int, int],
    keywords: dict[str, bool],
    flags: list[str],
) -> None:
    (tmp_path / "model.dem").write_text(str(model))
    packed = np.packbits(shots, axis=1, bitorder="little")
    packed.tofile(tmp_path / "shots.b8")
    correlated = keywords.get("correlated", False)
    told = f"{widths[0]},{widths[1]}"
    compiled = [abi.command(), "compile", "--dem", tmp_path / "model.dem", "--strips", told]
    subprocess.run([*compiled, *(["--correlated"] if correlated else []), "-o", tmp_path / "patch.image"], check=True)
    images = decant.compile_strips(model, *widths, correlated=correlated)
    saved = [decant.Image.load(tmp_path / f"patch.{k}.image") for k in range(len(images))]
    assert saved == images and not (tmp_path / f"patch.{len(images)}.image").exists()
    predict = [abi.command(), "predict", "--dem", tmp_path / "model.dem", "--in", tmp_path / "shots.b8", "--strips", told]
    out = tmp_path / "out.b8"
    strips = decant.Strips(images, union_find=keywords.get("union_find", False))
    for threads in (1, 3):
        files = ["--out", out, "--out_format", "b8", "--threads", str(threads)]
        subprocess.run([*predict, *files, *flags], check=True)
        expected = np.fromfile(out, dtype=np.uint8)[:, None]
        assert (strips.decode(packed, bit_packed=True, threads=threads) == expected).all()
    assert (strips.decode(shots)[:, 0] == expected[:, 0].astype(bool)).all()
    assert expected.any() and strips.stats().shots == 3 * len(shots) * len(strips)


@pytest.mark.parametrize("correlated", [False, True])
def test_one_strip_decodes_whole_shots(
    model: stim.DetectorErrorModel, shots: np.ndarray, correlated: bool
) -> None:
    strips = decant.Strips(decant.compile_strips(model, 30, 30, correlated=correlated))
    assert len(strips) == 1 and strips.strips[0].detectors == model.num_detectors
    whole = decant.compile(model, correlated=correlated).decoder()
    assert (strips.decode(shots) == whole.decode_batch(shots)).all()


def test_buffers_as_wide_as_the_distance_cost_little(model: stim.DetectorErrorModel) -> None:
    shots, flips, _ = model.compile_sampler(seed=4).sample(20_000)
    whole = (decant.compile(model).decoder().decode_batch(shots) != flips).sum()
    cut = (decant.Strips(decant.compile_strips(model, 4, 4)).decode(shots) != flips).sum()
    assert whole > 2000 and cut < 1.05 * whole


def test_strip_by_strip(images: list[decant.Image], shots: np.ndarray) -> None:
    """As on many machines, each of which has one image: only seams go from one to the other."""
    flipped = decant.Strips(images).decode(shots)
    assert len(images) == 5
    machines = [decant.Strips([image]) for image in images]
    for number, shot in enumerate(shots[:60]):
        answers: dict[int, decant.BlockAnswer] = {}
        for k in (0, 2, 4, 1, 3):
            [info] = machines[k].strips
            seams: dict[str, Any] = {}
            if info.second:
                seams = {"before": answers[k - 1].after, "after": answers[k + 1].before}
            answers[k] = machines[k].decode_strip(0, shot[machines[k].detectors(0)], **seams)
        flips = np.bitwise_xor.reduce([answer.observables for answer in answers.values()])
        assert (flips == flipped[number]).all()
        assert answers[0].before is None and answers[1].after is None
    own = np.packbits(shots[0][machines[0].detectors(0)], bitorder="little")
    packed = machines[0].decode_strip(0, own, bit_packed=True)
    assert packed.observables.dtype == np.uint8 and packed.report.detection_events == shots[0][machines[0].detectors(0)].sum()


def test_refusals(images: list[decant.Image], model: stim.DetectorErrorModel, shots: np.ndarray) -> None:
    strips = decant.Strips(images)
    seam = np.zeros(strips.needs[0].seam_size, np.uint8)
    zeros, more = np.zeros(strips.strips[0].detectors, bool), np.zeros(strips.strips[1].detectors, bool)
    told = {"before": seam, "after": seam}
    other = decant.compile_strips(wide_patch(21, 3, 2, 0.01).detector_error_model(decompose_errors=True), 3, 2)[4]
    bare = stim.DetectorErrorModel("error(0.1) D0\nerror(0.1) D0 D1\nerror(0.1) D1 L0")
    ring = "\n".join(f"error(0.1) D{k} D{(k + 1) % 12}\ndetector({k}, 0) D{k}" for k in range(12))
    calls = [
        (lambda: strips.decode_strip(9, zeros), "there are 5 strips"),
        (lambda: strips.decode_strip(0, zeros[1:]), "shape"),
        (lambda: strips.decode_strip(0, zeros[None]), "one strip"),
        (lambda: strips.decode_strip(0, zeros, before=seam), "reads no seam"),
        (lambda: strips.decode_strip(1, more, before=seam), "after is no seam"),
        (lambda: strips.decode_strip(1, more, before=seam, after=seam[1:]), "after is no seam"),
        (lambda: strips.decode_strip(1, more, **{**told, "before": ~seam}), "behind those that are on it"),
        (lambda: strips.decode(shots[:, 1:]), "shape"),
        (lambda: strips.decode(shots, threads=0), "threads is 0"),
        (lambda: decant.Strips(images[1:]).decode(shots), "all 5 strips"),
        (lambda: decant.Strips(images[::-1]).decode(shots), "in order"),
        (lambda: decant.Strips([*images[:4], other]).decode(shots), "not of one patch"),
        (lambda: decant.Strips(images, correlated=True), "compile them with correlated=True"),
        (lambda: decant.Strips([decant.compile(model)]), "of no strip"),
        (lambda: decant.Strips([]), "give the decant.Images"),
        (lambda: decant.compile_strips(model, 1, 1), "edges reach over 2 columns"),
        (lambda: decant.compile_strips(model, 0, 2), "commit is 0"),
        (lambda: decant.compile_strips(model, 2, 2, axis=3), "has 3 coordinates"),
        (lambda: decant.compile_strips(bare, 2, 2), "D0 has no coordinates"),
        (lambda: decant.compile_strips(ring, 3, 3, axis=0), "edges reach over 11 columns"),
    ]
    for call, sentence in calls:
        with pytest.raises(decant.Error) as refusal:
            call()
        assert sentence in str(refusal.value)
    assert strips.stats().shots == 0
    assert strips.decode(shots[:0]).shape == (0, 1)


def test_a_part_without_a_boundary_is_not_cut() -> None:
    chain = "\n".join(f"error(0.1) D{k} D{k + 1}\ndetector({k}, 0) D{k}" for k in range(11)) + "\ndetector(11, 0) D11"
    with pytest.raises(decant.Error, match="no boundary"):
        decant.compile_strips(chain, 1, 1, axis=0)


def test_one_model_is_cut_in_many_ways(model: stim.DetectorErrorModel) -> None:
    """A model keeps how it was last cut, for the strips to come; another cut, or other options, begin anew."""
    kept = Model(model)
    for widths in [(3, 2), (2, 2), (3, 2)]:
        for correlated in (False, True, False):
            for axis in (None, 1):
                if axis == 1 and widths != (3, 2):
                    continue
                fresh = decant.compile_strips(model, *widths, axis=axis, correlated=correlated)
                for k, image in enumerate(fresh):
                    options = _ffi.decant_host_compile_options(
                        flags=_ffi.HOST_COMPILE_STRIP | (_ffi.HOST_COMPILE_CORRELATED if correlated else 0),
                        commit_columns=widths[0],
                        buffer_columns=widths[1],
                        strip=k,
                        strip_axis=0 if axis is None else axis + 1,
                    )
                    assert kept.compile(options)[0] == bytes(image)


def test_life_and_death(images: list[decant.Image], shots: np.ndarray) -> None:
    with decant.Strips(images, work_limit=9) as strips:
        twin = pickle.loads(pickle.dumps(strips))
        assert twin.config == strips.config and "work_limit=9" in repr(twin)
        assert (twin.decode(shots, threads=2) == strips.decode(shots)).all() and twin.stats() == strips.stats()
        assert twin.stats().truncated > 0
        twin.reset()
        assert twin.stats().shots == 0
    for call in (lambda: strips.decode(shots), strips.stats):
        with pytest.raises(decant.Error, match="closed") as refusal:
            call()
        assert refusal.value.status == Status.BAD_STATE
    strips.close()
