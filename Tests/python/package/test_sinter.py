"""sinter as it is, with this library's decoders: the command's counts, in one process and in several."""

from __future__ import annotations

import csv
import io
import pickle
import subprocess
from pathlib import Path

import decant_abi as abi
import numpy as np
import pytest
import sinter
import stim
from package_rig import memory

import decant

FLAGS = {
    "decant": [],
    "decant-correlated": ["--enable_correlations"],
    "decant-union-find": ["--decoder", "union-find"],
    "decant-event": ["--model", "event"],
    "decant-event-small": ["--model", "event-small"],
    "decant-event-correlated": ["--model", "event", "--enable_correlations"],
}


@pytest.mark.parametrize("distance", [3, 5, 7])
def test_mistakes_are_the_commands(tmp_path: Path, distance: int) -> None:
    """A sweep over distances and decoders: the same shots through sinter's door and through the command's."""
    circuit = memory(distance)
    model = circuit.detector_error_model(decompose_errors=True, approximate_disjoint_errors=True)
    shots, flips = circuit.compile_detector_sampler(seed=distance).sample(
        4000, separate_observables=True, bit_packed=True
    )
    (tmp_path / "model.dem").write_text(str(model))
    shots.tofile(tmp_path / "shots.b8")
    flips.tofile(tmp_path / "flips.b8")
    counts = {}
    for name, decoder in decant.sinter_decoders().items():
        compiled = pickle.loads(pickle.dumps(decoder)).compile_decoder_for_dem(dem=model)
        predictions = compiled.decode_shots_bit_packed(bit_packed_detection_event_data=shots)
        assert predictions.dtype == np.uint8 and predictions.shape == flips.shape
        counts[name] = int((predictions != flips).any(axis=1).sum())
        command = [abi.command(), "count_mistakes", "--dem", "model.dem", "--in", "shots.b8", "--in_format", "b8"]
        told = subprocess.run(
            [*command, "--obs_in", "flips.b8", "--obs_in_format", "b8", *FLAGS[name]],
            cwd=tmp_path, check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
        assert told.split()[:3] == [str(counts[name]), "/", "4000"], (name, told)
    assert counts.keys() == FLAGS.keys() and min(counts.values()) > 0


def test_two_workers_and_sinters_csv() -> None:
    tasks = [sinter.Task(circuit=memory(d), json_metadata={"d": d}) for d in (3, 5)]
    names = list(FLAGS)
    found = sinter.collect(
        num_workers=2, tasks=tasks, decoders=names, custom_decoders=decant.sinter_decoders(), max_shots=3000
    )
    assert {(row.decoder, row.json_metadata["d"]) for row in found} == {(name, d) for name in names for d in (3, 5)}
    for row in found:
        assert row.shots == 3000 and row.discards == 0 and 0 < row.errors < 600
    table = "\n".join([sinter.CSV_HEADER, *(row.to_csv_line() for row in found)])
    assert len(list(csv.DictReader(io.StringIO(table)))) == len(found)


def test_files_as_sinters_older_interface_has_them(tmp_path: Path, model: stim.DetectorErrorModel) -> None:
    shots = model.compile_sampler(seed=2).sample(100, bit_packed=True)[0]
    model.to_file(tmp_path / "model.dem")
    shots.tofile(tmp_path / "shots.b8")
    decoder = decant.sinter_decoders()["decant"]
    decoder.decode_via_files(
        num_shots=100, num_dets=model.num_detectors, num_obs=1, dem_path=tmp_path / "model.dem",
        dets_b8_in_path=tmp_path / "shots.b8", obs_predictions_b8_out_path=tmp_path / "out.b8", tmp_dir=tmp_path,
    )  # fmt: skip
    expected = decant.compile(model).decoder().decode_batch(shots, bit_packed=True)
    assert (tmp_path / "out.b8").read_bytes() == expected.tobytes()


def test_networks_say_what_they_need() -> None:
    bare = stim.DetectorErrorModel("error(0.1) D0 D1\nerror(0.1) D0 L0")
    for name, decoder in decant.sinter_decoders().items():
        if "event" not in name:
            decoder.compile_decoder_for_dem(dem=bare)
            continue
        with pytest.raises(decant.Error, match="detectors have coordinates") as refusal:
            decoder.compile_decoder_for_dem(dem=bare)
        assert refusal.value.status == decant.Status.BAD_ARGUMENT


def test_hyperedges_are_refused_or_dropped() -> None:
    from decant.sinter import SinterDecoder

    model = stim.DetectorErrorModel("error(0.1) D0 D1 D2\nerror(0.1) D0 D1\nerror(0.1) D2 L0")
    with pytest.raises(decant.Error, match="D0 D1 D2"):
        SinterDecoder().compile_decoder_for_dem(dem=model)
    with pytest.warns(decant.ModelWarning):
        compiled = SinterDecoder(drop_hyperedges=True).compile_decoder_for_dem(dem=model)
    shots = np.array([[0b100]], dtype=np.uint8)
    assert compiled.decode_shots_bit_packed(bit_packed_detection_event_data=shots).tolist() == [[1]]
