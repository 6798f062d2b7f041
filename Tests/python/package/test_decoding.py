"""Decoders of the package: the command's answers, however the shots lie in memory and on however many threads."""

from __future__ import annotations

import copy
import pickle
import subprocess
import threading
from pathlib import Path
from typing import Any

import decant_abi as abi
import numpy as np
import pytest
import stim
from package_rig import memory

import decant

CONFIGURATIONS: list[tuple[dict[str, Any], dict[str, Any], list[str]]] = [
    ({}, {}, []),
    ({}, {"decoder_kind": "union-find"}, ["--decoder", "union-find"]),
    ({"correlated": True}, {}, ["--enable_correlations"]),
    ({"network": "event"}, {}, ["--model", "event"]),
    ({"network": "event", "correlated": True}, {}, ["--model", "event", "--enable_correlations"]),
]


@pytest.fixture(scope="module")
def shots(circuit: stim.Circuit) -> np.ndarray:
    """Packed."""
    return circuit.compile_detector_sampler(seed=5).sample(3000, bit_packed=True)


def unpack(rows: np.ndarray, bits: int) -> np.ndarray:
    return np.unpackbits(rows, axis=-1, count=bits, bitorder="little").astype(bool)


@pytest.mark.parametrize("made, configured, flags", CONFIGURATIONS, ids=lambda value: str(value))
def test_answers_are_the_commands(
    tmp_path: Path,
    model: stim.DetectorErrorModel,
    shots: np.ndarray,
    made: dict[str, Any],
    configured: dict[str, Any],
    flags: list[str],
) -> None:
    (tmp_path / "model.dem").write_text(str(model))
    shots.tofile(tmp_path / "shots.b8")
    subprocess.run(
        [abi.command(), "predict", "--dem", "model.dem", "--in", "shots.b8", "--out", "out.b8", "--out_format", "b8", *flags],
        cwd=tmp_path,
        check=True,
    )  # fmt: skip
    decoder = decant.compile(model, **made).decoder(**configured)
    answers = decoder.decode_batch(shots, bit_packed=True)
    assert answers.tobytes() == (tmp_path / "out.b8").read_bytes()
    assert answers.any() and not answers.all()
    again = decoder.copy()
    again.reset()
    assert (again.decode_batch(shots, bit_packed=True, threads=2) == answers).all()
    one_by_one = [decoder.decode(shot, bit_packed=True) for shot in shots[:100]]
    assert (np.array(one_by_one) == answers[:100]).all()


def test_every_way_that_shots_can_lie(model: stim.DetectorErrorModel, shots: np.ndarray) -> None:
    decoder = decant.compile(model).decoder()
    detectors = model.num_detectors
    expected = decoder.decode_batch(shots, bit_packed=True)
    bits = unpack(shots, detectors)
    wide = np.full((len(shots), shots.shape[1] + 9), 0xFF, dtype=np.uint8)
    wide[:, 3 : 3 + shots.shape[1]] = shots
    packed_layouts = {
        "as they are": shots,
        "a window of wider rows": wide[:, 3 : 3 + shots.shape[1]],
        "columns first": np.asfortranarray(shots),
        "backwards twice": shots[::-1].copy()[::-1],
        "read-only": np.frombuffer(shots.tobytes(), dtype=np.uint8).reshape(shots.shape),
        "a list": shots.tolist() and [np.array(row) for row in shots],
    }
    for name, rows in packed_layouts.items():
        for threads in (1, 2, 3):
            assert (decoder.decode_batch(rows, bit_packed=True, threads=threads) == expected).all(), name
    for rows in (bits, bits.astype(np.uint8), np.asfortranarray(bits), bits.tolist()):
        answers = decoder.decode_batch(rows)
        assert answers.dtype == np.bool_ and (answers == unpack(expected, 1)).all()
    assert (decoder.decode_batch(shots[::7], bit_packed=True) == expected[::7]).all()
    assert (decoder.decode_batch(np.broadcast_to(shots[3], (50, shots.shape[1])), bit_packed=True) == expected[3]).all()
    for none in (shots[:0], shots[:1]):
        assert (decoder.decode_batch(none, bit_packed=True, threads=4) == expected[: len(none)]).all()


def test_strided_rows_are_read_where_they_are(model: stim.DetectorErrorModel, shots: np.ndarray) -> None:
    from decant import _arrays

    wide = np.zeros((len(shots), 40), dtype=np.uint8)[::2, 5 : 5 + shots.shape[1]]
    read = _arrays.packed_rows(wide, shots.shape[1], model.num_detectors, "shots")
    assert read is wide
    assert _arrays.stride(read) == 80


def test_out(model: stim.DetectorErrorModel, shots: np.ndarray) -> None:
    decoder = decant.compile(model).decoder()
    expected = decoder.decode_batch(shots, bit_packed=True)
    bits = unpack(shots, model.num_detectors)
    for threads in (1, 2):
        wide = np.full((len(shots), 6), 0x55, dtype=np.uint8)
        window = wide[:, 2:3]
        assert decoder.decode_batch(shots, bit_packed=True, out=window, threads=threads) is window
        assert (window == expected).all() and (np.delete(wide, 2, axis=1) == 0x55).all()
        for dtype in (np.bool_, np.uint8):
            out = np.ones((len(shots), 1), dtype=dtype)
            assert decoder.decode_batch(bits, out=out, threads=threads) is out
            assert (out == unpack(expected, 1)).all()
    one = np.ones(1, dtype=np.uint8)
    assert decoder.decode(shots[0], bit_packed=True, out=one) is one and (one == expected[0]).all()


def test_a_model_without_observables_and_one_without_detectors() -> None:
    without = decant.compile("error(0.1) D0 D1\nerror(0.1) D0").decoder()
    assert without.decode_batch(np.ones((5, 2), dtype=bool), threads=2).shape == (5, 0)
    assert without.decode_batch(np.full((5, 1), 3, dtype=np.uint8), bit_packed=True).shape == (5, 0)
    assert without.decode(np.array([True, False])).shape == (0,)
    nothing = decant.compile("logical_observable L2").decoder()
    assert nothing.decode_batch(np.zeros((5, 0), dtype=bool)).tolist() == [[False] * 3] * 5


def test_reports_and_totals(model: stim.DetectorErrorModel, shots: np.ndarray) -> None:
    image = decant.compile(model)
    alone, threaded = image.decoder(), image.decoder()
    alone.decode_batch(shots, bit_packed=True)
    threaded.decode_batch(shots, bit_packed=True, threads=3)
    assert alone.stats() == threaded.stats()
    assert alone.stats().shots == len(shots)
    assert alone.stats().detection_events == unpack(shots, model.num_detectors).sum()
    weights = []
    for shot in shots[:200]:
        threaded.decode(shot, bit_packed=True)
        report = threaded.report
        assert report.detection_events == unpack(shot, model.num_detectors).sum()
        weights.append(report.weight)
        edges = threaded.match_edges(shot, bit_packed=True)
        assert sum(threaded.edge_weight(a, b) for a, b in edges.tolist()) == report.weight == threaded.report.weight
    assert max(weights) > 0
    alone.reset()
    assert alone.stats().shots == 0 and alone.digest() == image.decoder().digest()
    threaded.reset()
    assert threaded.stats() == alone.stats()


def test_digests_are_the_librarys(model: stim.DetectorErrorModel, shots: np.ndarray) -> None:
    decoder = decant.compile(model).decoder()
    other = abi.Decoder(abi.Image(bytes(decoder.image)))
    decoder.decode_batch(shots, bit_packed=True)
    other.decode_batch(shots, np.zeros((len(shots), 1), dtype=np.uint8))
    assert decoder.digest() == other.digest()


def test_work_limits_are_told_and_no_error(model: stim.DetectorErrorModel, shots: np.ndarray) -> None:
    image = decant.compile(model)
    free, limited = image.decoder(), image.decoder(work_limit=20)
    limited.decode_batch(shots, bit_packed=True)
    assert limited.truncated and 0 < limited.stats().truncated < len(shots)
    assert limited.needs.worst_case_work < free.needs.worst_case_work
    for threads in (1, 2):
        free.decode_batch(shots, bit_packed=True, threads=threads)
        assert not free.truncated
        limited.decode_batch(shots, bit_packed=True, threads=threads)
        assert limited.truncated
    told = set()
    for shot in shots[:300]:
        limited.decode(shot, bit_packed=True)
        assert limited.report.truncated == limited.truncated
        told.add(limited.truncated)
    assert told == {False, True}


def test_predecoding_and_changed_weights_are_decoding_with_the_network(
    model: stim.DetectorErrorModel, shots: np.ndarray
) -> None:
    image = decant.compile(model, network="event")
    network = image.decoder()
    plain = image.decoder(network=False, max_reweights=network.needs.max_weight_changes)
    expected = network.decode_batch(shots[:1500], bit_packed=True)
    parted = 0
    for shot, answer in zip(shots[:1500], expected):
        made = network.predecode(shot, bit_packed=True)
        assert (made.residual == shot).all() and not made.frame.any()
        assert made.report.changed_weights == len(made.changes)
        plain.reweight_next(made.changes)
        assert (plain.decode(shot, bit_packed=True) == answer).all()
        parted += bool((plain.decode(shot, bit_packed=True) != answer).any())
        rows = [(int(a), int(b), int(weight)) for a, b, weight in made.changes]
        plain.reweight_next(rows)
        assert (plain.match(shot, bit_packed=True) == answer).all()
    assert parted > 0
    bits = unpack(shots[0], model.num_detectors)
    assert (network.predecode(bits).residual == bits).all()


def test_weights_of_probabilities() -> None:
    text = "error(0.125) D0 D1\nerror(0.01) D0 L0\nerror(0.3) D1"
    decoder = decant.compile(text).decoder(max_reweights=2)
    image = decoder.image
    for p, edge in ((0.125, (0, 1)), (0.01, (0,)), (0.3, (1, decant.BOUNDARY))):
        assert image.weight(p) == decoder.edge_weight(*edge)
    assert image.weight(0.5) == 0 and image.weight(1.0) == -image.weight(0.0) < 0
    assert image.weight(5e-324) == image.weight(0.0)
    both = np.array([True, True])
    assert not decoder.decode(both)[0]
    decoder.reweight_next([(0, decant.BOUNDARY, image.weight(0.5)), (1, decant.BOUNDARY, image.weight(0.5))])
    assert decoder.decode(both)[0]
    assert not decoder.decode(both)[0]
    decoder.reweight_next([(0, decant.BOUNDARY, image.weight(0.5)), (1, decant.BOUNDARY, image.weight(0.5))])
    assert decoder.decode_batch(both[None].repeat(4, axis=0), threads=2)[:, 0].tolist() == [True, False, False, False]
    decoder.reweight_next([(0, decant.BOUNDARY, image.weight(0.5))])
    decoder.reweight_next([])
    assert not decoder.decode(both)[0]


def test_weights_by_the_numbers_of_edges() -> None:
    circuit = stim.Circuit.generated("surface_code:rotated_memory_x", distance=5, rounds=5, after_clifford_depolarization=0.01)
    image = decant.compile(circuit)
    by_ends, by_number = (image.decoder(max_reweights=image.info.edges) for _ in range(2))
    edges = by_ends.edges()
    assert edges.dtype == decant.EDGE and len(edges) == image.info.edges
    assert edges.tolist() == sorted(edges.tolist(), key=lambda edge: (edge[0], (edge[1] + 1) % 2**32))
    assert [by_ends.edge_number(a, b) for a, b in edges[::7].tolist()] == list(range(len(edges)))[::7]
    a, b = edges[20].tolist()
    assert b == decant.BOUNDARY or by_ends.edge_number(b, a) == 20
    rng = np.random.default_rng(3)
    for shot in circuit.compile_detector_sampler(seed=4).sample(50):
        numbers = rng.permutation(len(edges))[: rng.integers(1, len(edges))]
        weights = rng.integers(-1000, 1_000_000, size=len(numbers)) * 2
        by_ends.reweight_next(np.column_stack([edges["a"][numbers], edges["b"][numbers], weights]))
        rows = np.column_stack([numbers, weights])
        records = np.array([tuple(row) for row in rows], dtype=decant.EDGE_REWEIGHT)
        by_number.reweight_next(records if rng.random() < 0.5 else rows)
        assert (by_ends.decode(shot) == by_number.decode(shot)).all()
        assert by_ends.report == by_number.report
    assert by_ends.digest() == by_number.digest()


# -------------------------------------------------------------------------------------------- life and death


def test_pickles_begin_anew(model: stim.DetectorErrorModel, shots: np.ndarray) -> None:
    decoder = decant.compile(model, correlated=True).decoder(decoder_kind="union-find", work_limit=500, max_reweights=3)
    expected = decoder.decode_batch(shots, bit_packed=True)
    again = pickle.loads(pickle.dumps(decoder))
    assert again.config == decoder.config and again.image == decoder.image
    assert again.stats().shots == 0
    assert (again.decode_batch(shots, bit_packed=True) == expected).all()
    assert again.digest() == decoder.digest() and again.stats() == decoder.stats()


@pytest.mark.parametrize("how", [decant.Decoder.copy, copy.copy, copy.deepcopy])
def test_copies_go_on(model: stim.DetectorErrorModel, shots: np.ndarray, how: Any) -> None:
    decoder = decant.compile(model).decoder()
    decoder.decode_batch(shots[:1000], bit_packed=True)
    twin = how(decoder)
    assert twin.digest() == decoder.digest() and twin.stats() == decoder.stats()
    decoder.decode_batch(shots[1000:], bit_packed=True)
    assert twin.digest() != decoder.digest()
    twin.decode_batch(shots[1000:], bit_packed=True)
    assert twin.digest() == decoder.digest()


def test_an_image_outlives_its_names(model: stim.DetectorErrorModel, shots: np.ndarray) -> None:
    decoder = decant.Decoder(decant.Image(bytes(decant.compile(model))))
    expected = decant.compile(model).decoder().decode_batch(shots, bit_packed=True)
    rubbish = [np.full(100_000, 0xAA, dtype=np.uint8) for _ in range(50)]
    assert (decoder.decode_batch(shots, bit_packed=True) == expected).all() and rubbish


def test_closed_decoders_refuse(model: stim.DetectorErrorModel, shots: np.ndarray) -> None:
    with decant.compile(model, network="event").decoder(max_reweights=1) as decoder:
        decoder.decode_batch(shots, bit_packed=True, threads=2)
    decoder.close()
    shot = shots[0]
    uses = [
        lambda: decoder.decode(shot, bit_packed=True),
        lambda: decoder.match(shot, bit_packed=True),
        lambda: decoder.match_edges(shot, bit_packed=True),
        lambda: decoder.predecode(shot, bit_packed=True),
        lambda: decoder.decode_batch(shots, bit_packed=True),
        lambda: decoder.decode_batch(shots, bit_packed=True, threads=2),
        lambda: decoder.decode_batch(shots[:0], bit_packed=True),
        lambda: decoder.reweight_next([]),
        lambda: decoder.edge_weight(0),
        decoder.stats,
        decoder.digest,
        decoder.reset,
        decoder.copy,
    ]
    for use in uses:
        with pytest.raises(decant.Error, match="closed") as refusal:
            use()
        assert refusal.value.status == decant.Status.BAD_STATE
    assert pickle.loads(pickle.dumps(decoder)).decode(shot, bit_packed=True).shape == (1,)


def test_one_decoder_on_many_threads(model: stim.DetectorErrorModel, shots: np.ndarray) -> None:
    """Its calls wait for each other."""
    decoder = decant.compile(model).decoder()
    expected = decoder.decode_batch(shots, bit_packed=True)
    wrong = []

    def work() -> None:
        for _ in range(5):
            wrong.append((decoder.decode_batch(shots, bit_packed=True) != expected).any())
            wrong.append((decoder.decode(shots[0], bit_packed=True) != expected[0]).any())

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(wrong) == 40 and not any(wrong)
    assert decoder.stats().shots == len(shots) * 21 + 20


def test_swap_goes_on_with_another_image(circuit: stim.Circuit, model: stim.DetectorErrorModel) -> None:
    """Answers are those of the new image, on all threads; totals go on."""
    noisier = memory(5, 0.03).detector_error_model(decompose_errors=True)
    shots = noisier.compile_sampler(seed=3).sample(600)[0]
    decoder, old, new = (decant.Decoder(decant.compile(m)) for m in (model, model, noisier))
    assert (decoder.decode_batch(shots, threads=2) == old.decode_batch(shots)).all()
    decoder.swap(new.image)
    assert decoder.stats().shots == len(shots) and decoder.image is new.image
    assert (decoder.decode_batch(shots, threads=3) == new.decode_batch(shots)).all()
    assert (old.decode_batch(shots) != new.decode_batch(shots)).any()
    assert decoder.stats().shots == 2 * len(shots)
    with pytest.raises(decant.Error, match="not for the same experiment"):
        decoder.swap(decant.compile(memory(3).detector_error_model(decompose_errors=True)))
    assert decoder.image is new.image
