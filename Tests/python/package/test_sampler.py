"""The package's samplers give the library's shots, in the shapes that they promise."""

from __future__ import annotations

import threading
from typing import Any

import decant_host_abi as host
import numpy as np
import pytest
import stim

import decant


@pytest.mark.parametrize("labels, number", [("plain", 0), ("spacelike", 1), ("full", 2)])
@pytest.mark.parametrize("teacher", [False, True])
def test_surface_codes(labels: Any, number: int, teacher: bool) -> None:
    sampler = decant.Sampler(
        decant.SurfaceCode(3, 4, "Z", 0.02, "si1000", "ZV"), seed=9, labels=labels, teacher=teacher
    )
    other = host.Sampler.surface(3, 4, "Z", 2, 0.02, host.SI1000, labels=number + 16 * teacher, seed=9)
    kinds = ("detectors", "observables", "inputs", "targets")
    assert sampler.kinds == kinds
    packed = sampler.sample(700, first=300, bit_packed=True, threads=2)
    for kind, expected in zip(kinds, other.sample(700, *kinds, first=300)):
        assert (getattr(packed, kind) == expected).all() and expected.any()
    shots = sampler.sample(700, first=300)
    assert shots.edges is None and shots.detectors.dtype == np.bool_
    assert shots.inputs.shape == (700, 2, 4, 3, 3) and shots.targets.shape == (700, 4, 4, 3, 3)
    for kind, bits in sampler.bits.items():
        rows = np.packbits(getattr(shots, kind).reshape(700, bits), axis=1, bitorder="little")
        assert (rows == getattr(packed, kind)).all()


def test_models(circuit: stim.Circuit, model: stim.DetectorErrorModel) -> None:
    other = host.Sampler.model(str(model), seed=3, edges=True)
    expected = other.sample(1000, "detectors", "observables", "edges")
    for given in (model, str(model), circuit):
        sampler = decant.Sampler(given, seed=3, edges=True)
        packed = sampler.sample(1000, bit_packed=True)
        for kind, rows in zip(("detectors", "observables", "edges"), expected):
            assert (getattr(packed, kind) == rows).all()
        assert (sampler.edges() == other.edges()).all()
    only = sampler.sample(10, kinds=("observables",))
    assert only.detectors is None and (only.observables == sampler.sample(10).observables).all()


def test_what_is_sampled_is_decoded() -> None:
    experiment = decant.SurfaceCode(5, p=0.002)
    shots = decant.Sampler(experiment).sample(2000)
    predictions = decant.compile(experiment, network="event").decoder().decode_batch(shots.detectors)
    wrong = (predictions != shots.observables).any(axis=1).mean()
    assert 0 < wrong < shots.observables.mean() / 10


def test_threads_of_python_share_a_sampler() -> None:
    sampler = decant.Sampler(decant.SurfaceCode(3))
    whole = sampler.sample(1024, bit_packed=True).detectors
    parts: dict[int, Any] = {}

    def work(k: int) -> None:
        parts[k] = sampler.sample(256, first=256 * k, bit_packed=True).detectors

    workers = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert (np.concatenate([parts[k] for k in range(4)]) == whole).all()


REFUSED: list[tuple[Any, dict[str, Any], str]] = [
    (decant.SurfaceCode(3), {"labels": "best"}, "labels is 'best'"),
    (decant.SurfaceCode(3), {"edges": True}, "edges are of models"),
    (decant.SurfaceCode(3), {"seed": -1}, "seed is -1"),
    (decant.SurfaceCode(2), {}, "distance 2"),
    ("error(0.1) D0", {"teacher": True}, "labels are of a SurfaceCode"),
    ("error(0.1) D0 D1 D2", {"edges": True}, "decompose"),
    ("nonsense(1) D0", {}, "nonsense"),
]


@pytest.mark.parametrize("model, keywords, sentence", REFUSED, ids=lambda value: str(value)[:30])
def test_refusals(model: Any, keywords: dict[str, Any], sentence: str) -> None:
    with pytest.raises(decant.Error, match=sentence.replace("(", r"\(")):
        decant.Sampler(model, **keywords)


def test_shots_that_there_are_not() -> None:
    sampler = decant.Sampler("error(0.1) D0 L0")
    for keywords, status in (
        ({"kinds": ("edges",)}, decant.Status.UNSUPPORTED),
        ({"kinds": ("colours",)}, decant.Status.UNSUPPORTED),
        ({"first": (1 << 63) + 1}, decant.Status.BAD_ARGUMENT),
        ({"first": -1}, decant.Status.BAD_ARGUMENT),
        ({"threads": 0}, decant.Status.BAD_ARGUMENT),
    ):
        with pytest.raises(decant.Error) as refusal:
            sampler.sample(4, **keywords)
        assert refusal.value.status == status
    with pytest.raises(decant.Error):
        sampler.sample(-1)
    with pytest.raises(decant.Error, match="made without edges"):
        sampler.edges()
    assert sampler.sample(0).detectors.shape == (0, 1)
