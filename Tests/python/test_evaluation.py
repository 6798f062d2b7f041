"""`decant evaluate` and `decant export`, from outside: statistics by scipy, files by sinter, Stim and numpy.

Nothing here shares code with the command: what it writes is read again by readers of a few lines, and matched
again by PyMatching.
"""

from __future__ import annotations

import csv
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pymatching
import pytest
import scipy.sparse
import scipy.stats
import sinter
import stim

from test_laboratory import DECANT, decant, random_noise

SURFACE = ["--code", "surface", "--basis", "X"]
Z_99_99 = 3.9  # standard errors that a sound measurement stays within


def evaluate(tmp_path: Path, *flags: object) -> list[dict]:
    """The rows of the JSON file."""
    decant("evaluate", *flags, "--json", tmp_path / "rows.json")
    return json.loads((tmp_path / "rows.json").read_text())["rows"]


# ------------------------------------------------------------------------------------------------ statistics


def test_json(tmp_path: Path) -> None:
    """Every member that the README tells of, and intervals by scipy."""
    flags = [*SURFACE, "--distance", "3,5", "--noise", ".005,.01", "--decoder", "matching,matching:correlated"]
    decant("evaluate", *flags, "--max_shots", 20000, "--latency", "--json", tmp_path / "a.json", "--seed", 7)
    file = json.loads((tmp_path / "a.json").read_text())
    rows = file.pop("rows")
    assert file["artifact"] == "decant_evaluation" and file["schema_version"] == 1
    assert file["interval"] == "wilson" and file["confidence"] == 0.95
    assert file["seed"] == 7 and file["threads"] == 1 and isinstance(file["decant_version"], str)
    assert [(r["distance"], r["noise"], r["decoder"]) for r in rows] == [
        (d, p, m) for d in (3, 5) for p in (0.005, 0.01) for m in ("matching", "matching:correlated")
    ]
    for row in rows:
        assert row["code"] == "surface" and row["basis"] == "X" and row["orientation"] == "XV"
        assert row["rounds"] == row["distance"] and row["circuit_noise"] == "25"
        assert row["detectors"] == row["rounds"] * (row["distance"] ** 2 - 1)
        assert row["shots"] == 20000 and 0 < row["errors"] < 20000
        ci = scipy.stats.binomtest(row["errors"], row["shots"]).proportion_ci(method="wilson")
        shot, each = row["error_rate_per_shot"], row["error_rate_per_round"]
        assert shot["estimate"] == row["errors"] / row["shots"]
        assert np.allclose([shot["low"], shot["high"]], [ci.low, ci.high], rtol=1e-9)
        for key in "estimate", "low", "high":
            expected = sinter.shot_error_rate_to_piece_error_rate(shot[key], pieces=row["rounds"])
            assert np.isclose(each[key], expected, rtol=1e-9)
        assert 0 < row["density"] < row["memory_density"] < 0.2
        latency = row["latency_ns"]
        assert 0 < latency["p50"] <= latency["p99"] <= latency["p99.9"] <= latency["max"]
        assert row["decoding_seconds"] > 0 and row["sampling_seconds"] > 0
        assert np.isclose(row["decoding_ns_per_shot"], row["decoding_seconds"] / row["shots"] * 1e9)
        assert np.isclose(row["decoding_ns_per_round"], row["decoding_ns_per_shot"] / row["rounds"])
        assert len(row["model_sha256"]) == len(row["strong_id"]) == 64
    assert len({row["strong_id"] for row in rows}) == len(rows)
    assert len({row["model_sha256"] for row in rows}) == 4


def test_sinter_reads_csv(tmp_path: Path) -> None:
    flags = [*SURFACE, "--distance", "3,5", "--noise", "0.01", "--decoder", "matching,matching:correlated"]
    for seed in 1, 2:
        decant("evaluate", *flags, "--max_shots", 3000, "--csv", tmp_path / f"{seed}.csv", "--seed", seed)
    stats = sinter.read_stats_from_csv_files(tmp_path / "1.csv")
    rows = list(csv.DictReader((tmp_path / "1.csv").open()))
    assert len(stats) == len(rows) == 4
    for stat, row in zip(stats, rows):
        assert stat.shots == int(row["shots"]) == 3000 and stat.errors == int(row["errors"]) > 0
        assert stat.discards == 0 and stat.seconds >= 0 and stat.decoder == row["decoder"]
        assert stat.json_metadata["code"] == "surface" and stat.json_metadata["noise"] == 0.01
        assert stat.json_metadata["distance"] == stat.json_metadata["rounds"] in (3, 5)
    # Another seed is the same task, so that sinter adds it up.
    merged = sinter.read_stats_from_csv_files(tmp_path / "1.csv", tmp_path / "2.csv")
    second = sinter.read_stats_from_csv_files(tmp_path / "2.csv")
    assert [s.shots for s in merged] == [6000] * 4
    assert sum(s.errors for s in merged) == sum(s.errors for s in [*stats, *second])


def test_threads_and_limits(tmp_path: Path) -> None:
    """Counts are the same on any number of threads, and a limit of errors ends after a whole block."""
    flags = [*SURFACE, "--distance", "5", "--noise", "0.01", "--max_shots", 200000, "--max_errors", 500, "--seed", 3]
    counts = []
    for threads in 1, 2, 7:
        (row,) = evaluate(tmp_path, *flags, "--threads", threads)
        counts.append((row["shots"], row["errors"], row["density"], row["strong_id"]))
    assert len(set(counts)) == 1
    shots, errors = counts[0][:2]
    assert shots % 1024 == 0 and shots < 200000 and 500 <= errors < 700
    (fewer,) = evaluate(tmp_path, *flags[:-4], "--max_shots", shots - 1024, "--seed", 3)
    assert fewer["shots"] == shots - 1024 and fewer["errors"] < 500
    (other,) = evaluate(tmp_path, *flags[:-1], 4)
    assert other["errors"] != errors or other["shots"] != shots


# ------------------------------------------------------------------------------------- published measurements

# X basis, T = d: logical error rate and its standard error, density of the X-checks' detectors.
PUBLISHED = {
    ("scalar", 5, 0.003): (0.00481, 0.00006, 0.0410),
    ("scalar", 5, 0.006): (0.03019, 0.00019, 0.0782),
    ("scalar", 9, 0.006): (0.02751, 0.00030, 0.0898),
    ("scalar", 13, 0.006): (0.02126, 0.00046, 0.0944),
    ("25", 5, 0.003): (0.00546, 0.00006, 0.0435),
    ("25", 5, 0.006): (0.03460, 0.00020, 0.0830),
    ("25", 9, 0.006): (0.02898, 0.00031, 0.0925),
    ("25", 13, 0.006): (0.02199, 0.00046, 0.0964),
}  # fmt: skip


@pytest.mark.parametrize("noise, distance, p", PUBLISHED)
def test_published_rates(tmp_path: Path, noise: str, distance: int, p: float, many: int) -> None:
    """With fewer shots than the README's table, and room for the errors of both sides."""
    shots = {5: 100_000, 9: 50_000, 13: 25_000}[distance] * many
    flags = [*SURFACE, "--distance", distance, "--noise", p, "--circuit_noise", noise, "--max_shots", shots]
    (row,) = evaluate(tmp_path, *flags, "--threads", 2)
    rate, sigma, density = PUBLISHED[noise, distance, p]
    own = (rate * (1 - rate) / shots) ** 0.5
    # Of the first, other measurements say .00469 and .00465(5).
    slack = 0.00015 if (noise, distance, p) == ("scalar", 5, 0.003) else 0
    assert abs(row["errors"] / shots - rate) < Z_99_99 * np.hypot(sigma, own) + slack
    assert abs(row["memory_density"] / density - 1) < 0.01


@pytest.mark.parametrize("noise, densities", [("scalar", (0.0410, 0.0472, 0.0497)), ("25", (0.0435, 0.0487, 0.0508))])
def test_published_densities(tmp_path: Path, noise: str, densities: tuple[float, ...]) -> None:
    for distance, density in zip((5, 9, 13), densities):
        # As many shots as make chance a small part of 1 %.
        shots = 40_000_000 // distance**3
        flags = [*SURFACE, "--distance", distance, "--noise", 0.003, "--circuit_noise", noise, "--max_shots", shots]
        (row,) = evaluate(tmp_path, *flags)
        assert abs(row["memory_density"] / density - 1) < 0.01


def test_sampled_as_stim_samples(tmp_path: Path) -> None:
    """The same model decoded on Stim's shots and on ours: rates and densities agree."""
    flags = [*SURFACE, "--distance", 5, "--rounds", 5, "--noise", 0.008]
    model = stim.DetectorErrorModel(decant("dem", *flags))
    model.to_file(tmp_path / "model.dem")
    detectors, observables, _ = model.compile_sampler(seed=5).sample(100_000, bit_packed=True)
    detectors.tofile(tmp_path / "dets.b8")
    observables.tofile(tmp_path / "obs.b8")
    recorded = ["--in", tmp_path / "dets.b8", "--obs_in", tmp_path / "obs.b8"]
    decoders = ["--decoder", "matching,matching:correlated"]
    theirs = evaluate(tmp_path, "--dem", tmp_path / "model.dem", *recorded, *decoders, "--rounds", 5)
    ours = evaluate(tmp_path, *flags, *decoders, "--max_shots", 100_000)
    matching = pymatching.Matching(model)
    wrong = matching.decode_batch(detectors, bit_packed_shots=True, bit_packed_predictions=True) != observables
    # Ties may fall either way.
    assert abs(int(wrong.any(axis=1).sum()) - theirs[0]["errors"]) <= 20
    density = np.unpackbits(detectors, axis=1, bitorder="little")[:, : model.num_detectors].mean()
    assert np.isclose(theirs[0]["density"], density, rtol=1e-12)
    for a, b in zip(ours, theirs):
        assert a["shots"] == b["shots"] == 100_000 and b["error_rate_per_round"] is not None
        assert abs(a["errors"] - b["errors"]) < Z_99_99 * (a["errors"] + b["errors"]) ** 0.5
        assert abs(a["density"] / b["density"] - 1) < 0.01


# ------------------------------------------------------------------------------------------------ data sets


def read_bits(path: Path, dtype: str = "<i4") -> np.ndarray:
    shots, bits = np.fromfile(path, "<u4", 2)
    values = np.fromfile(path, dtype, offset=8)
    assert len(values) == int(shots) * int(bits)
    return values.reshape(shots, bits)


def read_csr(path: Path) -> scipy.sparse.csr_matrix:
    rows, cols, nnz = map(int, np.fromfile(path, "<u4", 3))
    numbers = np.fromfile(path, "<i4", offset=12)
    assert len(numbers) == rows + 1 + nnz
    return scipy.sparse.csr_matrix((np.ones(nnz, np.uint8), numbers[rows + 1 :], numbers[: rows + 1]), (rows, cols))


def read_priors(path: Path) -> np.ndarray:
    priors = np.fromfile(path, "<f8", offset=4)
    assert len(priors) == np.fromfile(path, "<u4", 1)[0]
    return priors


def components(error: stim.DemInstruction) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    for group in error.target_groups():
        detectors = tuple(sorted(t.val for t in group if t.is_relative_detector_id()))
        yield detectors, tuple(t.val for t in group if t.is_logical_observable_id())


def test_cudaq(tmp_path: Path) -> None:
    """What export writes, read by numpy: shots, matrices and priors of the model, and predictions as PyMatching's."""
    flags = [*SURFACE, "--distance", 5, "--rounds", 4, "--orientation", "O2", "--noise", 0.006]
    decant("export", "--format", "cudaq", *flags, "--shots", 3000, "-o", tmp_path / "set")
    files = tmp_path / "set"
    H, O = read_csr(files / "H_csr.bin"), read_csr(files / "O_csr.bin")
    priors = read_priors(files / "priors.bin")
    detectors, observables = read_bits(files / "detectors.bin"), read_bits(files / "observables.bin")
    predictions = read_bits(files / "pymatching_predictions.bin")
    assert set(np.unique(detectors)) == set(np.unique(observables)) == {0, 1}
    metadata = dict(line.split("=", 1) for line in (files / "metadata.txt").read_text().splitlines())
    assert metadata["noise_model_sha256"].startswith("6c87e174f260") and metadata["H_shape"] == str(H.shape)
    assert {key: metadata[key] for key in list(metadata)[:8]} == {
        "distance": "5", "n_rounds": "4", "basis": "X", "code_rotation": "XH", "p_error": "0.006",
        "num_samples": "3000", "num_detectors": "96", "num_observables": "1",
    }  # fmt: skip
    assert metadata["noise_model"] == "25-param"

    model = stim.DetectorErrorModel(decant("dem", *flags))
    sums: dict[tuple[int, ...], float] = {}
    logicals: dict[tuple[int, ...], tuple[int, ...]] = {}
    for error in model.flattened():
        if error.type == "error":
            for key, flipped in set(components(error)):
                sums[key] = sums.get(key, 0) + error.args_copy()[0]
                logicals.setdefault(key, flipped)
    columns = [tuple(map(int, H[:, k].nonzero()[0])) for k in range(H.shape[1])]
    assert len(set(columns)) == len(columns) and set(columns) == set(sums)
    assert np.allclose(priors, [sums[key] for key in columns], rtol=1e-12)
    for k, key in enumerate(columns):
        assert tuple(map(int, O[:, k].nonzero()[0])) == logicals[key]

    # A matcher that knows nothing but these files.
    matching = pymatching.Matching(H, weights=np.log((1 - priors) / priors), faults_matrix=O)
    theirs = matching.decode_batch(detectors.astype(np.uint8))
    rows = evaluate(tmp_path, "--data", files)
    assert [row["decoder"] for row in rows] == ["matching", "recorded:pymatching"]
    assert rows[1]["errors"] == int((predictions != observables).any(axis=1).sum())
    assert abs(rows[0]["errors"] - int((theirs != observables).any(axis=1).sum())) <= 5
    assert np.isclose(rows[0]["density"], detectors.mean())
    assert (predictions != theirs).mean() < 0.01


def test_published_file_sizes(tmp_path: Path) -> None:
    """Sizes and counts of the published set for d = 13 and 104 rounds."""
    flags = [*SURFACE, "--distance", 13, "--rounds", 104, "--noise", 0.003, "--circuit_noise", "scalar"]
    decant("export", "--format", "cudaq", *flags, "--shots", 20, "-o", tmp_path)
    sizes = {path.name: path.stat().st_size for path in tmp_path.iterdir()}
    assert sizes["H_csr.bin"] == 808_944 and sizes["O_csr.bin"] == 2_932 and sizes["priors.bin"] == 750_916
    assert sizes["detectors.bin"] == 8 + 20 * (698_880_008 - 8) // 10_000
    H, O = read_csr(tmp_path / "H_csr.bin"), read_csr(tmp_path / "O_csr.bin")
    assert H.shape == (17_472, 93_864) and H.nnz == 184_760 and O.nnz == 728
    assert "noise_model=simple\n" in (tmp_path / "metadata.txt").read_text()


def test_predecoded(tmp_path: Path) -> None:
    """A pre-decoder that finds some single errors: its residuals, matched, and its frame give the answer."""
    flags = [*SURFACE, "--distance", 3, "--rounds", 3, "--noise", 0.01]
    decant("export", "--format", "cudaq", *flags, "--shots", 2000, "-o", tmp_path)
    H, O = read_csr(tmp_path / "H_csr.bin").toarray(), read_csr(tmp_path / "O_csr.bin").toarray()
    detectors, observables = read_bits(tmp_path / "detectors.bin"), read_bits(tmp_path / "observables.bin")
    rng = np.random.default_rng(1)
    edges = rng.random((2000, H.shape[1])) < 0.01
    residual = (detectors + edges @ H.T) % 2
    frame = (edges @ O.T) % 2
    outputs = np.concatenate([frame, residual], axis=1).astype(np.uint8)
    with (tmp_path / "predecoder_outputs.bin").open("wb") as file:
        file.write(np.array(outputs.shape, "<u4").tobytes() + outputs.tobytes())
    rows = {row["decoder"]: row for row in evaluate(tmp_path, "--data", tmp_path, "--max_shots", 1500)}
    priors = read_priors(tmp_path / "priors.bin")
    matching = pymatching.Matching(H, weights=np.log((1 - priors) / priors), faults_matrix=O)
    final = (matching.decode_batch(residual) + frame) % 2
    wrong = int((final != observables)[:1500].any(axis=1).sum())
    row = rows["recorded:predecoder+matching"]
    assert row["shots"] == 1500 and abs(row["errors"] - wrong) <= 8
    assert np.isclose(row["density"], residual[:1500].mean())


@pytest.mark.parametrize("noise", [["--noise", 0.004], ["--noise", 0.004, "--circuit_noise", "scalar"], None])
def test_dets(tmp_path: Path, rng: np.random.Generator, noise: list[object] | None) -> None:
    """Stim reads the shots; the JSON has every key; evaluate needs nothing but the directory."""
    if noise is None:
        (tmp_path / "noise.json").write_text(json.dumps(random_noise(rng, 0.006)))
        noise = ["--noise_model", tmp_path / "noise.json"]
    files = tmp_path / "set"
    flags = ["--code", "surface", "--distance", 5, "--rounds", 3, "--orientation", "ZH", *noise]
    for basis in "XZ":
        decant("export", "--format", "dets", *flags, "--basis", basis, "--shots", 2000, "-o", files, "--seed", 5)
    rows = evaluate(tmp_path, "--data", files, "--decoder", "matching,matching:correlated")
    assert [row["basis"] for row in rows] == ["X", "X", "Z", "Z"]
    for basis, row in zip("XZ", rows[::2]):
        metadata = json.loads((files / f"metadata_{basis}.json").read_text())
        assert metadata["schema_version"] == 2 and metadata["artifact"] == "stim_detector_samples"
        assert metadata["format"] == "dets" and metadata["append_observables"] is True
        assert (metadata["distance"], metadata["n_rounds"], metadata["num_shots"]) == (5, 3, 2000)
        assert (metadata["basis"], metadata["code_rotation"]) == (basis, "ZH")
        assert (metadata["num_detectors"], metadata["num_observables"]) == (72, 1)
        shots = stim.read_shot_data_file(
            path=files / f"samples_{basis}.dets", format="dets", num_detectors=72, num_observables=1
        )
        assert shots.shape == (2000, 73)
        model = stim.DetectorErrorModel(decant("dem", *flags, "--basis", basis))
        predictions = pymatching.Matching(model).decode_batch(shots[:, :72])
        assert abs(int((predictions[:, 0] != shots[:, 72]).sum()) - row["errors"]) <= 5
        # The same flags and seed sample the same shots.
        (sampled,) = evaluate(tmp_path, *flags, "--basis", basis, "--max_shots", 2000, "--seed", 5)
        assert sampled["errors"] == row["errors"] and sampled["density"] == row["density"]


def test_dets_of_other_programs(tmp_path: Path) -> None:
    """Shots that Stim sampled from the circuit, in the flat layout, with the least that the metadata may say."""
    flags = [*SURFACE, "--distance", 3, "--rounds", 3, "--noise", 0.01]
    circuit = stim.Circuit(decant("circuit", *flags))
    circuit.compile_detector_sampler(seed=2).sample_write(
        3000, filepath=str(tmp_path / "samples.dets"), format="dets", append_observables=True
    )
    metadata = dict(artifact="stim_detector_samples", format="dets", append_observables=True, distance=3, n_rounds=3)
    metadata |= dict(basis="X", code_rotation="o1", num_detectors=24, num_observables=1, num_shots=3000)
    (tmp_path / "metadata.json").write_text(json.dumps(metadata))
    run = subprocess.run([DECANT, "evaluate", "--data", tmp_path], capture_output=True, text=True)
    assert run.returncode == 1 and "the metadata does not say the noise" in run.stderr
    (row,) = evaluate(tmp_path, "--data", tmp_path, "--noise", 0.01)
    (other,) = evaluate(tmp_path, *flags, "--max_shots", 100_000)
    p = other["errors"] / other["shots"]
    assert abs(row["errors"] - 3000 * p) < Z_99_99 * (3000 * p) ** 0.5


def test_recorded_shots_are_exported(tmp_path: Path) -> None:
    flags = [*SURFACE, "--distance", 3, "--rounds", 3, "--noise", 0.01]
    decant("export", "--format", "dets", *flags, "--shots", 1500, "-o", tmp_path / "a")
    recorded = ["--in", tmp_path / "a" / "samples_X.dets", "--in_format", "dets"]
    decant("export", "--format", "dets", *flags, *recorded, "-o", tmp_path / "b")
    decant("export", "--format", "cudaq", *flags, *recorded, "-o", tmp_path / "c")
    for name in "samples_X.dets", "metadata_X.json":
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    shots = stim.read_shot_data_file(
        path=tmp_path / "a" / "samples_X.dets", format="dets", num_detectors=24, num_observables=1
    )
    both = np.concatenate([read_bits(tmp_path / "c" / f"{k}.bin") for k in ("detectors", "observables")], axis=1)
    assert np.array_equal(both.astype(bool), shots)
