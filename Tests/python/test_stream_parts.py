"""What streams do beside windows of plain matching: blocks, erased rounds, event networks."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
import stim

import decant_abi as abi
from test_stream import Experiment, circuit_dem, frames_of

Rng = np.random.Generator


def decode_blocks(decoders: list[abi.Decoder], experiment: Experiment, shot: np.ndarray, order: random.Random) -> int:
    """All windows of a shot, each layer in any order and each window by any decoder: the flips of the observables."""
    windows = decoders[0].windows(experiment.rounds)
    seams = np.zeros((len(windows) + 1, decoders[0].needs.seam_size), dtype=np.uint8)
    flips = 0
    for second in (False, True):
        layer = [k for k, window in enumerate(windows) if bool(window.flags & abi.WINDOW_SECOND) == second]
        assert layer == list(range(second, len(windows), 2))
        order.shuffle(layer)
        for index in layer:
            window = windows[index]
            bits = shot[window.first_detector : window.first_detector + window.detectors]
            packed = np.packbits(bits, bitorder="little")
            decoder = order.choice(decoders)
            observables, _ = decoder.decode_window(
                experiment.rounds, index, packed, seams[index], seams[index + 1]
            )
            flips ^= observables
    return flips


@pytest.mark.parametrize("window", [(1, 1), (3, 2), (5, 5), (2, 7)], ids=str)
def test_blocks_divide_an_experiment(window: tuple[int, int]) -> None:
    """Every round is committed once, by a window that sees it; odd windows see what they commit, and nothing else."""
    image = abi.compile_image(str(circuit_dem("surface:X:XV", 3, 15, 0.01)), stream=True)
    decoder = abi.Decoder(image, window=window, blocks=True)
    info, (commit, buffer) = abi.stream_info(image), window
    for rounds in range(info.shortest, 90):
        windows = decoder.windows(rounds)
        committed = 0
        for index, w in enumerate(windows):
            assert bool(w.flags & abi.WINDOW_SECOND) == bool(index % 2)
            assert bool(w.flags & abi.WINDOW_FINAL) == (index == len(windows) - 1)
            assert w.first_committed == committed and w.committed > 0
            committed += w.committed
            assert w.first_round <= w.first_committed and w.first_round + w.rounds >= committed
            if index % 2:
                assert (w.first_round, w.rounds) == (w.first_committed, w.committed)
            else:
                assert w.first_round == max(0, w.first_committed - buffer)
                assert w.first_round + w.rounds in (rounds, committed + buffer)
            assert w.detectors <= 8 * decoder.needs.window_size
            starts = [0, info.first_detectors]
            starts += [starts[1] + k * info.round_detectors for k in range(1, rounds - 1)]
            starts += [starts[-1] + info.last_detectors]
            assert w.first_detector == starts[w.first_round]
            assert w.first_detector + w.detectors == starts[w.first_round + w.rounds]
        assert committed == rounds


@pytest.mark.parametrize("options", [{}, {"correlated": True}, {"union_find": True}], ids=str)
def test_blocks_explain_all_events(rng: Rng, many: int, options: dict) -> None:
    """On the ladder each edge to the boundary flips exactly one of two observables, and edges across rounds both or none:
    so their flips count the events, modulo two. Whoever decodes what, and when, is all the same."""
    dem = stim.DetectorErrorModel.from_file(abi.ROOT / "Tests/golden/stream/ladder.dem").flattened()
    experiment = Experiment(dem)
    image = abi.compile_image(str(dem), stream=True, correlated=True)
    for window in [(1, 2), (2, 3), (1, 4)]:
        decoders = [abi.Decoder(image, window=window, blocks=True, **options) for _ in range(3)]
        assert len(decoders[0].windows(experiment.rounds)) > 1
        for shot in experiment.sample(300 * many, int(rng.integers(1 << 62))):
            flips = decode_blocks(decoders[:1], experiment, shot, random.Random(0))
            assert flips.bit_count() % 2 == shot.sum() % 2
            assert decode_blocks(decoders, experiment, shot, random.Random(1)) == flips


@pytest.mark.parametrize("options", [{}, {"correlated": True}, {"union_find": True}], ids=str)
def test_one_block_is_a_whole_shot(rng: Rng, many: int, options: dict) -> None:
    dem = circuit_dem("rotated_memory_x", 3, 14, 0.01).flattened()
    experiment = Experiment(dem)
    image = abi.compile_image(str(dem), stream=True, correlated=True)
    whole = abi.Decoder(abi.compile_image(str(dem), correlated=True), **options)
    block = abi.Decoder(image, window=(14, 14), blocks=True, **options)
    seam = np.zeros(block.needs.seam_size, dtype=np.uint8)
    for shot in experiment.sample(300 * many, int(rng.integers(1 << 62))):
        packed = np.packbits(shot, bitorder="little")
        answer = whole.decode(packed)
        observables, report = block.decode_window(experiment.rounds, 0, packed, seam, seam)
        assert observables == int.from_bytes(answer.observables.tobytes(), "little")
        assert (report.work, report.detection_events) == (answer.report.work, answer.report.detection_events)


def test_blocks_cost_little(rng: Rng, many: int) -> None:
    """At most 3 % more mistakes than whole shots', within three standard errors of the paired difference."""
    dem = circuit_dem("rotated_memory_z", 3, 20, 0.006).flattened()
    experiment = Experiment(dem)
    image = abi.compile_image(str(dem), stream=True)
    whole, blocks = abi.Decoder(abi.compile_image(str(dem))), abi.Decoder(image, window=(3, 3), blocks=True)
    shots, observables, _ = experiment.dem.compile_sampler(seed=int(rng.integers(1 << 62))).sample(4000 * many)
    expected = np.array([whole.decode(np.packbits(shot, bitorder="little")).observables[0] for shot in shots])
    found = np.array([decode_blocks([blocks], experiment, shot, random.Random(0)) for shot in shots])
    truth = observables[:, 0]
    parted = np.count_nonzero(expected != found)
    assert 0 < parted
    assert (expected != truth).sum() > 200
    assert (found != truth).sum() <= 1.03 * (expected != truth).sum() + 3 * np.sqrt(parted)


def ahead(experiment: Experiment, round: int) -> list[tuple[int, int]]:
    """The edges between detectors of a round and those at the same places in the next."""
    coordinates = experiment.dem.get_detector_coordinates()
    places = {tuple(coordinates[k][:-1]): k for k in np.flatnonzero(experiment.round_of == round + 1)}
    edges = {(a, b) for a, b, _, _ in experiment.edges if b is not None}
    found = []
    for k in np.flatnonzero(experiment.round_of == round):
        next = places.get(tuple(coordinates[k][:-1]))
        if next is not None and ((k, next) in edges or (next, k) in edges):
            found.append((int(k), int(next)))
    return found


@pytest.mark.parametrize("options", [{}, {"correlated": True}, {"union_find": True}], ids=str)
def test_erased_rounds(rng: Rng, many: int, options: dict) -> None:
    """Outcomes of a round are replaced by coin tosses. A stream that is told decodes as whole shots do whose edges ahead of
    the round weigh nothing, exactly; and one that is not told is wrong far more often."""
    dem = circuit_dem("rotated_memory_z", 3, 14, 0.004).flattened()
    experiment = Experiment(dem)
    image = abi.compile_image(str(dem), stream=True, correlated=True)
    whole = abi.Decoder(abi.compile_image(str(dem), correlated=True), max_reweights=1000, **options)
    stream = abi.Decoder(image, window=(14, 14), erasures=True, **options)
    short = abi.Decoder(image, window=(3, 3), erasures=True, **options)
    shots, truths, _ = experiment.dem.compile_sampler(seed=int(rng.integers(1 << 62))).sample(1500 * many)
    wrong = {"told": 0, "told, in windows": 0, "not told": 0}
    for shot, truth in zip(shots, truths[:, 0]):
        erased = sorted({int(k) for k in rng.integers(1, experiment.rounds - 1, size=2)})
        for round in erased:
            for a, b in ahead(experiment, round):
                if rng.random() < 0.5:
                    shot[[a, b]] ^= True

        def play(decoder: abi.Decoder, tells: bool) -> list:
            frames = []
            for round in range(experiment.rounds):
                told = tells and round in erased
                status = decoder.push(experiment.packed(shot, round), round, round == experiment.rounds - 1, told)
                assert status in (abi.OK, abi.PENDING)
                if status == abi.OK:
                    frames.append(decoder.pop())
            return frames

        free = sorted({edge for round in erased for edge in ahead(experiment, round)})
        assert whole.reweight(np.array([(a, b, 0) for a, b in free], dtype=abi.REWEIGHT)) == abi.OK
        answer = whole.decode(np.packbits(shot, bitorder="little"))
        [(frame, observables)] = play(stream, True)
        assert observables == int.from_bytes(answer.observables.tobytes(), "little")
        assert frame.work == answer.report.work
        wrong["told"] += observables != truth
        for name, tells in [("told, in windows", True), ("not told", False)]:
            flips = 0
            for _, observables in play(short, tells):
                flips ^= observables
            wrong[name] += flips != truth
    assert wrong["told, in windows"] <= 1.3 * wrong["told"] + 15
    assert wrong["not told"] > 1.5 * wrong["told"] + 20


def test_erasures_are_refused_where_they_mean_nothing() -> None:
    image = abi.compile_image(str(circuit_dem("rotated_memory_z", 3, 14, 0.004)), stream=True)
    info = abi.stream_info(image)
    bits = np.zeros((info.round_detectors + 7) // 8, dtype=np.uint8)
    first = np.zeros((info.first_detectors + 7) // 8, dtype=np.uint8)
    plain, told = abi.Decoder(image), abi.Decoder(image, erasures=True)
    assert plain.push(first, 0) == told.push(first, 0) == abi.PENDING
    assert plain.push(bits, 1, erased=True) == abi.UNSUPPORTED
    assert told.push(bits, 1, erased=True) == abi.PENDING
    assert told.push(np.zeros((info.last_detectors + 7) // 8, dtype=np.uint8), 2, True, True) == abi.BAD_ARGUMENT
    told.reset()
    assert told.push(first, 0, erased=True) == abi.BAD_ARGUMENT


@pytest.mark.parametrize("correlated", [False, True], ids=["plain", "correlated"])
@pytest.mark.parametrize("code", ["rotated_memory_x", "surface:Z:XV"])
def test_event_networks_see_windows_as_whole_shots(rng: Rng, many: int, code: str, correlated: bool) -> None:
    """Exactly where the window is longer than the experiment; nearly where it is not."""
    dem = circuit_dem(code, 5, 20, 0.008).flattened()
    experiment = Experiment(dem)
    images = [
        abi.compile_image(str(dem), network="event-small", correlated=True, stream=stream) for stream in (False, True)
    ]
    options = {"network": True, "correlated": correlated}
    whole, long = abi.Decoder(images[0], **options), abi.Decoder(images[1], window=(20, 20), **options)
    short, blind = abi.Decoder(images[1], window=(5, 5), **options), abi.Decoder(images[1], window=(5, 5))
    parted = {"short": 0, "blind": 0}
    for shot in experiment.sample(400 * many, int(rng.integers(1 << 62))):
        answer = whole.decode(np.packbits(shot, bitorder="little"))
        expected = int.from_bytes(answer.observables.tobytes(), "little")
        [(frame, observables)] = frames_of(long, experiment, shot)
        assert observables == expected
        assert frame.work == answer.report.work
        for name, decoder in [("short", short), ("blind", blind)]:
            flips = 0
            for _, observables in frames_of(decoder, experiment, shot):
                flips ^= observables
            parted[name] += flips != expected
    assert parted["blind"] > 0 and parted["short"] < 0.3 * parted["blind"] + 3


@pytest.mark.parametrize("correlated", [False, True], ids=["plain", "correlated"])
def test_event_networks_see_what_is_around_a_block(rng: Rng, many: int, correlated: bool) -> None:
    """Windows with a network begin earlier and end later than others; what is shown there makes blocks more like whole
    shots, and is not decoded."""
    dem = circuit_dem("rotated_memory_x", 5, 40, 0.008).flattened()
    experiment = Experiment(dem)
    images = [
        abi.compile_image(str(dem), network="event-small", correlated=True, stream=stream) for stream in (False, True)
    ]
    options = {"network": True, "correlated": correlated}
    whole, blocks = abi.Decoder(images[0], **options), abi.Decoder(images[1], window=(5, 5), blocks=True, **options)
    blind = abi.Decoder(images[1], window=(5, 5), blocks=True, correlated=correlated)
    shown, own = blocks.windows(experiment.rounds), blind.windows(experiment.rounds)
    radius = shown[0].rounds - own[0].rounds
    assert radius > 0 and len(shown) == len(own) > 3
    for wide, narrow in zip(shown, own):
        assert (wide.first_committed, wide.committed) == (narrow.first_committed, narrow.committed)
        assert wide.first_round == max(0, narrow.first_round - radius)
        assert wide.first_round + wide.rounds == min(experiment.rounds, narrow.first_round + narrow.rounds + radius)
        assert wide.detectors <= 8 * blocks.needs.window_size

    def around_is_hidden(shot: np.ndarray) -> int:
        seams, flips = np.zeros((len(own) + 1, blocks.needs.seam_size), dtype=np.uint8), 0
        for index in (*range(0, len(own), 2), *range(1, len(own), 2)):
            wide, narrow = shown[index], own[index]
            bits = np.zeros(wide.detectors, dtype=bool)
            begin = narrow.first_detector - wide.first_detector
            bits[begin : begin + narrow.detectors] = shot[narrow.first_detector :][: narrow.detectors]
            packed = np.packbits(bits, bitorder="little")
            flips ^= blocks.decode_window(experiment.rounds, index, packed, seams[index], seams[index + 1])[0]
        return flips

    order, parted = random.Random(1), {"shown": 0, "hidden": 0, "blind": 0}
    for shot in experiment.sample(700 * many, int(rng.integers(1 << 62))):
        answer = whole.decode(np.packbits(shot, bitorder="little"))
        expected = int.from_bytes(answer.observables.tobytes(), "little")
        parted["shown"] += decode_blocks([blocks], experiment, shot, order) != expected
        parted["hidden"] += around_is_hidden(shot) != expected
        parted["blind"] += decode_blocks([blind], experiment, shot, order) != expected
    assert parted["shown"] <= parted["hidden"] + 2 * math.sqrt(parted["hidden"])
    assert parted["hidden"] < parted["blind"] and parted["shown"] < 0.3 * parted["blind"] + 3


def test_events_around_a_block_are_not_decoded() -> None:
    """A lone event beside a window's own rounds: the network sees it, nobody matches it."""
    dem = circuit_dem("rotated_memory_x", 3, 30, 0.008).flattened()
    image = abi.compile_image(str(dem), network="event-small", stream=True)
    blocks, blind = (abi.Decoder(image, window=(3, 3), blocks=True, network=network) for network in (True, False))
    rounds = Experiment(dem).rounds
    seams = np.zeros((2, blocks.needs.seam_size), dtype=np.uint8)
    for index, (wide, narrow) in enumerate(zip(blocks.windows(rounds), blind.windows(rounds))):
        begin = narrow.first_detector - wide.first_detector
        for detector in range(wide.detectors):
            bits = np.zeros(wide.detectors, dtype=bool)
            bits[detector] = True
            seams[:] = 0
            _, report = blocks.decode_window(rounds, index, np.packbits(bits, bitorder="little"), seams[0], seams[1])
            is_own = begin <= detector < begin + narrow.detectors
            assert report.detection_events == is_own
            assert is_own or (report.weight == 0 and not seams.any())
