"""Images that the package compiles are the command's, byte for byte, whatever the model comes as."""

from __future__ import annotations

import pickle
import subprocess
from pathlib import Path
from typing import Any

import decant_abi as abi
import numpy as np
import pytest
import stim

import decant

WAYS: list[tuple[dict[str, Any], list[str]]] = [
    ({}, []),
    ({"correlated": True}, ["--correlated"]),
    ({"network": "event-small"}, ["--model", "event-small"]),
    ({"network": "event", "correlated": True}, ["--model", "event", "--correlated"]),
    ({"distinct_weights": 1000}, ["--distinct_weights", "1000"]),
]


def commanded(folder: Path, *arguments: str) -> bytes:
    image = folder / "commanded.image"
    subprocess.run([abi.command(), "compile", "-o", image, *arguments], check=True)
    return image.read_bytes()


@pytest.mark.parametrize("keywords, flags", WAYS, ids=lambda way: str(way))
def test_bytes_are_those_of_the_command(
    tmp_path: Path, model: stim.DetectorErrorModel, keywords: dict[str, Any], flags: list[str]
) -> None:
    path = tmp_path / "model.dem"
    path.write_text(str(model))
    expected = commanded(tmp_path, "--dem", str(path), *flags)
    for given in (model, str(model), path, str(path)):
        assert bytes(decant.compile(given, **keywords)) == expected


def test_circuits(tmp_path: Path, circuit: stim.Circuit, model: stim.DetectorErrorModel) -> None:
    path, other = tmp_path / "memory.stim", tmp_path / "memory.txt"
    path.write_text(str(circuit))
    other.write_text(str(circuit))
    told = subprocess.run([abi.command(), "dem", "--circuit", path], check=True, capture_output=True, text=True).stdout
    for given in (str(circuit), path, str(path), other):
        assert decant.error_model(given) == told
        assert bytes(decant.compile(given)) == bytes(decant.compile(told))
    assert decant.error_model(circuit) == decant.error_model(model)  # an object's errors are found by Stim


@pytest.mark.parametrize(
    "experiment, flags",
    [
        (decant.SurfaceCode(5, p=0.004), ["--distance", "5", "--rounds", "5", "--basis", "X", "--noise", "0.004"]),
        (
            decant.SurfaceCode(3, 7, "Z", 0.002, "si1000", "O3"),
            [*"--distance 3 --rounds 7 --basis Z --noise 0.002 --preset si1000 --orientation O3".split()],
        ),
        (
            decant.SurfaceCode(3, 4, "X", 0.01, "scalar"),
            [*"--distance 3 --rounds 4 --basis X --noise 0.01 --circuit_noise scalar".split()],
        ),
    ],
)
def test_experiments(tmp_path: Path, experiment: decant.SurfaceCode, flags: list[str]) -> None:
    image = decant.compile(experiment, network="event")
    assert bytes(image) == commanded(tmp_path, "--code", "surface", "--model", "event", *flags)
    assert bytes(decant.compile(decant.circuit(experiment), network="event")) == bytes(image)
    assert stim.Circuit(decant.circuit(experiment)).num_detectors == image.info.detectors


def test_25_parameters_by_name_and_in_order() -> None:
    values = [0.001 + k * 1e-5 for k in range(25)]
    by_name = decant.SurfaceCode(3, noise=dict(zip(decant.NOISE_PARAMETERS, values)))
    assert decant.compile(by_name) == decant.compile(decant.SurfaceCode(3, noise=values))
    assert decant.compile(by_name) != decant.compile(decant.SurfaceCode(3, p=0.001))


def test_networks_from_files(tmp_path: Path, model: stim.DetectorErrorModel) -> None:
    assert set(decant.networks()) >= {"event", "event-small"}
    shipped = abi.ROOT / "Sources" / "DecantModels" / "event-small.safetensors"
    assert decant.compile(model, network=shipped) == decant.compile(model, network="event-small")


def test_images_are_saved_loaded_and_pickled(tmp_path: Path, model: stim.DetectorErrorModel) -> None:
    image = decant.compile(model, correlated=True, network="event")
    image.save(tmp_path / "saved.image")
    assert [path.name for path in tmp_path.iterdir()] == ["saved.image"]
    for again in (
        decant.Image.load(tmp_path / "saved.image"),
        pickle.loads(pickle.dumps(image)),
        decant.Image(bytes(image) + b"what follows an image in flash"),
        decant.Image(memoryview(bytearray(bytes(image)))),
    ):
        assert again == image and hash(again) == hash(image) and again.info == image.info
    info = image.info
    assert (info.detectors, info.observables) == (model.num_detectors, model.num_observables)
    assert info.correlated and info.network is not None and info.image_size == len(image) == len(bytes(image))
    assert info.network.hidden == 128
    with pytest.raises(AttributeError):
        image.info = info  # type: ignore[misc]


def test_what_is_lost_is_told() -> None:
    text = "error(0.1) D0 L0\nerror(0.1) D0\nerror(0.1) D0 D1\n"
    with pytest.warns(decant.ModelWarning, match="on line 2"):
        decant.compile(text)
    with pytest.raises(decant.Error, match="drop"):
        decant.compile("error(0.1) D0 D1 D2\nerror(0.1) D0")
    with pytest.warns(decant.ModelWarning, match="left out"):
        assert decant.compile("error(0.1) D0 D1 D2\nerror(0.1) D0", drop_hyperedges=True).info.edges == 1


REFUSED: list[tuple[Any, dict[str, Any], str]] = [
    ("error(2) D0", {}, "model:1: error probability 2"),
    ("H 0\nH 1\nFOO 2", {}, "circuit:3: 'FOO' is not among the gates"),
    (17, {}, "a int is no model"),
    (None, {}, "a NoneType is no model"),
    ("error(0.1) D0", {"network": "event"}, "D0"),
    ("error(0.1) D0", {"network": "no-such-network"}, "no-such-network"),
    ("error(0.1) D0", {"network": ""}, "give a name or a path"),
    ("error(0.1) D0", {"distinct_weights": 1}, "distinct_weights is 1"),
    ("error(0.6) D0", {"correlated": True}, "error probability 0.6 is above 0.5"),
    (decant.SurfaceCode(4), {}, "distance 4"),
    (decant.SurfaceCode(-1), {}, "distance is -1"),
    (decant.SurfaceCode(2.5), {}, "distance is 2.5"),  # type: ignore[arg-type]
    (decant.SurfaceCode(3, 1), {}, "too few"),
    (decant.SurfaceCode(3, basis="Y"), {}, "basis is 'Y'"),
    (decant.SurfaceCode(3, orientation="O5"), {}, "orientation is 'O5'"),
    (decant.SurfaceCode(3, p=float("nan")), {}, "nan"),
    (decant.SurfaceCode(3, p="much"), {}, "p is 'much'"),  # type: ignore[arg-type]
    (decant.SurfaceCode(3, noise="loud"), {}, "noise is 'loud'"),
    (decant.SurfaceCode(3, noise=[0.1]), {}, "noise has 1 numbers"),
    (decant.SurfaceCode(3, noise={"p_prep_X": 0.1}), {}, "noise lacks p_prep_Z"),
    (decant.SurfaceCode(3, noise={"q": 0.1}), {}, "noise has 'q'"),
    (decant.SurfaceCode(3, noise=[2.0] + [0.0] * 24), {}, "p_prep_X is 2.0"),
]


@pytest.mark.parametrize("given, keywords, sentence", REFUSED, ids=lambda value: str(value)[:40])
def test_refusals_name_what_is_wrong(given: Any, keywords: dict[str, Any], sentence: str) -> None:
    with pytest.raises(decant.Error) as refusal:
        decant.compile(given, **keywords)
    assert refusal.value.status == decant.Status.BAD_ARGUMENT and sentence in str(refusal.value)


def test_files_that_are_not_there() -> None:
    with pytest.raises(FileNotFoundError):
        decant.compile("nowhere.dem")
    with pytest.raises(FileNotFoundError):
        decant.Image.load("nowhere.image")


@pytest.mark.parametrize(
    "content", [b"", b"DCNT", bytes(4096), "text", 12, None, np.zeros((3, 4), dtype=np.uint8)[:, ::2]]
)
def test_bytes_that_are_no_image(content: Any) -> None:
    with pytest.raises(decant.Error):
        decant.Image(content)


def test_damaged_images(model: stim.DetectorErrorModel, rng: np.random.Generator) -> None:
    content = bytes(decant.compile(model))
    for where in rng.integers(len(content), size=50):
        damaged = bytearray(content)
        damaged[where] ^= 1 << rng.integers(8)
        with pytest.raises(decant.Error) as refusal:
            decant.Image(damaged)
        assert refusal.value.status in (decant.Status.BAD_IMAGE, decant.Status.UNSUPPORTED)
