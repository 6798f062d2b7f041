"""Streams: frames as an independent decoder in windows gives them, and as whole shots do where windows are long.

The reference cuts PyMatching's graph into windows by hand, by the rules of L. Skoric et al., arXiv:2209.08552. Where two
corrections of a window are equally light, which of them is committed is free and changes all that follows. So each kind of
edge is given a weight of its own, the same in every round; and where still two are equally light, as those that differ
only in their rounds, any of them will do that leads to all frames.
"""

from __future__ import annotations

import math
import random
import subprocess
from pathlib import Path
from typing import Iterator, NamedTuple

import numpy as np
import pymatching
import pytest
import stim

import decant_abi as abi

Rng = np.random.Generator


def circuit_dem(code: str, distance: int, rounds: int, p: float) -> stim.DetectorErrorModel:
    """A memory experiment: stim's by the name of its code, or ours as surface:BASIS:ORIENTATION."""
    if code.startswith("surface:"):
        _, basis, orientation = code.split(":")
        experiment = ["--code", "surface", "--distance", str(distance), "--rounds", str(rounds), "--basis", basis]
        experiment += ["--orientation", orientation, "--noise", str(p), "--circuit_noise", "scalar"]
        text = subprocess.run([abi.command(), "dem", *experiment], check=True, capture_output=True, text=True).stdout
        return stim.DetectorErrorModel(text)
    noise = {
        "after_clifford_depolarization": p,
        "before_measure_flip_probability": p,
        "after_reset_flip_probability": p,
        "before_round_data_depolarization": p,
    }
    if not code.startswith("repetition"):
        code = "surface_code:" + code
    circuit = stim.Circuit.generated(code, distance=distance, rounds=rounds, **noise)
    return circuit.detector_error_model(decompose_errors=True)


class Experiment:
    """A model cut into rounds, with the edges of its graph."""

    def __init__(self, dem: stim.DetectorErrorModel) -> None:
        self.dem = dem
        coordinates = dem.get_detector_coordinates()
        times = sorted({place[-1] for place in coordinates.values()})
        self.round_of = np.array([times.index(coordinates[k][-1]) for k in range(dem.num_detectors)])
        self.rounds = len(times)
        self.starts = np.searchsorted(self.round_of, np.arange(self.rounds + 1))
        graph = pymatching.Matching.from_detector_error_model(dem)
        self.edges = [
            (a, b, data["weight"], sum(1 << k for k in data["fault_ids"]))
            for a, b, data in graph.edges()
        ]

    def sample(self, shots: int, seed: int) -> np.ndarray:
        return self.dem.compile_sampler(seed=seed).sample(shots)[0]

    def packed(self, shot: np.ndarray, round: int) -> np.ndarray:
        return np.packbits(shot[self.starts[round] : self.starts[round + 1]], bitorder="little")


def with_fewer_ties(dem: stim.DetectorErrorModel) -> stim.DetectorErrorModel:
    """The edges of a model, each kind with a weight of its own; edges of one kind differ in their rounds alone."""
    coordinates = dem.get_detector_coordinates()
    changed = stim.DetectorErrorModel()
    for a, b, weight, observables in Experiment(dem).edges:
        ends = [k for k in (a, b) if k is not None]
        first = min(coordinates[k][-1] for k in ends)
        kind = sorted((*coordinates[k][:-1], coordinates[k][-1] - first) for k in ends)
        weight *= 0.8 + 0.4 * random.Random(str(kind)).random()
        targets = [stim.target_relative_detector_id(k) for k in ends]
        targets += [stim.target_logical_observable_id(k) for k in range(8) if observables >> k & 1]
        changed.append("error", 1 / (1 + math.exp(weight)), targets)
    for k in range(dem.num_detectors):
        changed.append("detector", coordinates[k], [stim.target_relative_detector_id(k)])
    return changed


class Committed(NamedTuple):
    first_round: int
    last_round: int
    observables: int
    weight: float
    detection_events: int


class Window(NamedTuple):
    """The graph of a window; for each of its edges, the rounds of its ends, its observables and its weight."""

    graphs: list[pymatching.Matching]
    """With its weights, and others that tell equally light corrections apart."""
    edges: dict[tuple[int, int], tuple[list[int], int, float]]


class Correction(NamedTuple):
    """What a window commits: the events that its far ends make are numbered in the experiment."""

    observables: int
    weight: float
    flipped: tuple[int, ...]


class WindowReference:
    """Windowed decoding by PyMatching.

    A window knows no more of an experiment than whether it holds its first and its last round. So its graph is cut out of a
    long experiment: from the beginning, the middle, or the end. Only a window that holds both is cut out of its own.
    """

    def __init__(
        self, experiment: Experiment, long: Experiment, commit: int, buffer: int, least_first_commit: int
    ) -> None:
        self.experiment, self.long, self.commit, self.buffer = experiment, long, commit, buffer
        self.first_commit = max(commit, least_first_commit)
        self._windows: dict[tuple[bool, bool, int], Window] = {}

    def _window(self, is_first: bool, is_last: bool, rounds: int) -> Window:
        key = (is_first, is_last, rounds)
        if key in self._windows:
            return self._windows[key]
        e = self.experiment if is_first and is_last else self.long
        first = 0 if is_first else e.rounds - rounds if is_last else e.rounds // 2 - rounds // 2
        end, is_open = first + rounds, not is_last
        assert 0 <= first and end <= e.rounds
        origin = int(e.starts[first])
        numbers: dict[tuple[int, int], int] = {}
        for number, (a, b, weight, _) in enumerate(e.edges):
            ends = [k for k in (a, b) if k is not None]
            if min(e.round_of[k] for k in ends) < first:
                continue  # its fate is settled
            seen = [k for k in ends if e.round_of[k] < end]
            if not seen or (len(seen) < len(ends) and not is_open):
                continue
            place = (min(seen) - origin, max(seen) - origin if len(seen) == 2 else -1)
            if place not in numbers or weight < e.edges[numbers[place]][2]:
                numbers[place] = number
        edges = {}
        for place, number in numbers.items():
            a, b, weight, observables = e.edges[number]
            edges[place] = ([int(e.round_of[k]) - first for k in (a, b) if k is not None], observables, weight)
        graphs = []
        for variant in range(24):
            chance, graph = random.Random(variant), pymatching.Matching()
            for (a, b), (_, _, weight) in edges.items():
                weight *= 1 + 1e-5 * chance.random() * (variant > 0)
                graph.add_boundary_edge(a, weight=weight) if b < 0 else graph.add_edge(a, b, weight=weight)
            graphs.append(graph)
        self._windows[key] = Window(graphs, edges)
        return self._windows[key]

    def corrections(self, events: np.ndarray, first: int, end: int, committed: int, is_last: bool) -> Iterator[Correction]:
        """What may be committed up to before round `committed`, of the lightest corrections of a window."""
        e, window = self.experiment, self._window(first == 0, is_last, end - first)
        origin = int(e.starts[first])
        seen = np.zeros(window.graphs[0].num_detectors, dtype=np.uint8)
        part = events[origin : e.starts[end]][: len(seen)]
        seen[: len(part)] = part
        told, lightest = set(), None
        for graph in window.graphs:
            chosen = []
            for a, b in graph.decode_to_edges_array(seen):
                low, high = int(min(a, b)), int(max(a, b))
                chosen.append((high, *window.edges[(high, -1) if low < 0 else (low, high)], low < 0))
            weight = sum(cost for _, _, _, cost, _ in chosen)
            lightest = weight if lightest is None else lightest
            if weight > lightest + 1e-5:
                continue
            observables, weight, flipped = 0, 0.0, set()
            for high, rounds, flips, cost, ends_here in chosen:
                if first + min(rounds) < committed:
                    observables ^= flips
                    weight += cost
                    if not ends_here and first + max(rounds) >= committed:
                        flipped ^= {origin + high}
            correction = Correction(observables, weight, tuple(sorted(flipped)))
            if correction.flipped + (correction.observables, round(weight, 4)) not in told:
                told.add(correction.flipped + (correction.observables, round(weight, 4)))
                yield correction

    def plan(self, rounds: int | None) -> list[tuple[int, int, int, bool]]:
        """For each frame: the first round of its window, the round behind its last, that behind those committed, and
        whether the window ends with the experiment. rounds: how many there are before the stream is finished; None for
        all, the last of them flagged so."""
        count = self.experiment.rounds if rounds is None else rounds
        frames, first = [], 0
        for end in range(1, count + 1):
            if end == count and rounds is None:
                frames.append((first, end, end, True))
                continue
            commit = self.first_commit if first == 0 else self.commit
            if end - first == commit + self.buffer:
                frames.append((first, end, first + commit, False))
                first += commit
        if rounds is not None:
            frames.append((first, count, count, False))
        return frames

    def explains(self, frames: list, shot: np.ndarray, scale: float, rounds: int | None = None) -> bool:
        """Whether some choice among equally light corrections leads to these frames."""
        plan = self.plan(rounds)
        assert [(f.first_round, f.last_round + 1) for f, _ in frames] == [(first, to) for first, _, to, _ in plan]
        assert [f.flags for f, _ in frames] == [0] * (len(frames) - 1) + [abi.FRAME_FINAL]

        def follows(number: int, events: np.ndarray) -> bool:
            if number == len(plan):
                return True
            (frame, observables), (first, end, _, _) = frames[number], plan[number]
            if frame.detection_events != events[self.experiment.starts[first] : self.experiment.starts[end]].sum():
                return False
            for correction in self.corrections(events, *plan[number]):
                if correction.observables != observables or abs(frame.weight / (2 * scale) - correction.weight) > 1e-4:
                    continue
                rest = events.copy()
                for detector in correction.flipped:
                    rest[detector] ^= True
                if follows(number + 1, rest):
                    return True
            return False

        return follows(0, shot)


def frames_of(decoder: abi.Decoder, experiment: Experiment, shot: np.ndarray, rounds: int | None = None) -> list:
    """Pushes a shot, taking frames as they come; with `rounds`, only its first, and finishes."""
    frames = []
    count = experiment.rounds if rounds is None else rounds
    for round in range(count):
        last = rounds is None and round == count - 1
        status = decoder.push(experiment.packed(shot, round), round, last)
        assert status in (abi.OK, abi.PENDING)
        if status == abi.OK:
            frames.append(decoder.pop())
    if rounds is not None:
        assert decoder.finish() == abi.OK
        frames.append(decoder.pop())
    assert decoder.pop() is None
    return frames


CODES = [
    ("rotated_memory_x", 3),
    ("rotated_memory_z", 3),
    ("rotated_memory_z", 5),
    ("unrotated_memory_x", 3),
    ("repetition_code:memory", 5),
    ("surface:X:XV", 3),
    ("surface:Z:ZH", 3),
    ("surface:X:XH", 5),
]


@pytest.mark.parametrize("window", [(1, 1), (1, 5), (3, 3), (5, 2), (4, 1)], ids=str)
@pytest.mark.parametrize("code, distance", CODES)
def test_windows(rng: Rng, many: int, code: str, distance: int, window: tuple[int, int]) -> None:
    """Frame by frame: rounds, events, weight, observables; experiments of other lengths than the model's."""
    p = 0.04 if code.startswith("repetition") else 0.008
    image = abi.compile_image(str(with_fewer_ties(circuit_dem(code, distance, 15, p))), stream=True)
    decoder, long = abi.Decoder(image, window=window), Experiment(with_fewer_ties(circuit_dem(code, distance, 40, p)))
    flipped = 0
    for rounds in (4, 9, 22):
        experiment = Experiment(with_fewer_ties(circuit_dem(code, distance, rounds, p)))
        reference = WindowReference(experiment, long, *window, abi.stream_info(image).least_first_commit)
        for shot in experiment.sample(25 * many, int(rng.integers(1 << 62))):
            frames = frames_of(decoder, experiment, shot)
            assert reference.explains(frames, shot, image.info.weight_scale)
            flipped += any(observables for _, observables in frames)
            cut = int(rng.integers(1, experiment.rounds))
            frames = frames_of(decoder, experiment, shot, cut)
            assert reference.explains(frames, shot, image.info.weight_scale, cut)
    assert flipped > 0


@pytest.mark.parametrize("window", [(1, 2), (2, 3), (4, 4)], ids=str)
def test_windows_of_a_ladder(rng: Rng, many: int, window: tuple[int, int]) -> None:
    """Edges over two rounds, two observables, detectors that nothing flips."""
    dem = stim.DetectorErrorModel.from_file(abi.ROOT / "Tests/golden/stream/ladder.dem").flattened()
    image = abi.compile_image(str(dem), stream=True)
    decoder, experiment = abi.Decoder(image, window=window), Experiment(dem)
    reference = WindowReference(experiment, experiment, *window, abi.stream_info(image).least_first_commit)
    for shot in experiment.sample(400 * many, int(rng.integers(1 << 62))):
        assert reference.explains(frames_of(decoder, experiment, shot), shot, image.info.weight_scale)
        cut = int(rng.integers(1, experiment.rounds))
        frames = frames_of(decoder, experiment, shot, cut)
        assert reference.explains(frames, shot, image.info.weight_scale, cut)


@pytest.mark.parametrize("union_find", [False, True], ids=["matching", "union-find"])
@pytest.mark.parametrize("correlated", [False, True], ids=["plain", "correlated"])
@pytest.mark.parametrize("code, distance", [("rotated_memory_x", 3), ("surface:Z:XV", 5), ("unrotated_memory_z", 3)])
def test_long_buffers_decode_whole_shots(
    rng: Rng, many: int, code: str, distance: int, correlated: bool, union_find: bool
) -> None:
    """Observables, work and, where weights are the image's, weight and digest: exactly."""
    dem = circuit_dem(code, distance, 14, 0.01).flattened()
    experiment = Experiment(dem)
    options = {"correlated": correlated, "union_find": union_find}
    whole = abi.Decoder(abi.compile_image(str(dem), correlated=correlated), **options)
    stream = abi.Decoder(abi.compile_image(str(dem), correlated=correlated, stream=True), window=(2, 14), **options)
    for shot in experiment.sample(300 * many, int(rng.integers(1 << 62))):
        answer = whole.decode(np.packbits(shot, bitorder="little"))
        [(frame, observables)] = frames_of(stream, experiment, shot)
        assert observables == int.from_bytes(answer.observables.tobytes(), "little")
        assert frame.work == answer.report.work
        assert correlated or frame.weight == answer.report.weight
    assert correlated or stream.digest() == whole.digest()


def errors_in_company(rounds: int, delay: int) -> str:
    """Rounds of A, B and C. A's edge comes with one of B `delay` rounds later, which flips L0; alone, B takes the way over C."""
    lines = []
    for t in range(rounds):
        a, b, c = 3 * t, 3 * t + 1, 3 * t + 2
        lines += [f"error(0.1) D{b} D{c}", f"error(0.1) D{c}"]
        if t + delay < rounds:
            lines.append(f"error(0.01) D{a} ^ D{b + 3 * delay} L0")
        lines += [f"detector({k}, 0, {t}) D{3 * t + k}" for k in range(3)]
    return "\n".join(lines)


@pytest.mark.parametrize("window", [(1, 3), (1, 5), (2, 3), (3, 4)], ids=str)
@pytest.mark.parametrize("delay", [0, 1, 2])
def test_committed_errors_speak_in_the_next_window(delay: int, window: tuple[int, int]) -> None:
    rounds = 24
    dem = errors_in_company(rounds, delay)
    decoder = abi.Decoder(abi.compile_image(dem, correlated=True, stream=True), correlated=True, window=window)
    experiment = Experiment(stim.DetectorErrorModel(dem))
    for t in range(rounds - delay):
        shot = np.zeros(3 * rounds, dtype=bool)
        shot[[3 * t, 3 * (t + delay) + 1]] = True
        assert sum(observables for _, observables in frames_of(decoder, experiment, shot)) == 1, t
        shot[3 * t] = False
        assert not any(observables for _, observables in frames_of(decoder, experiment, shot)), t


@pytest.mark.parametrize("options", [[], ["--enable_correlations"], ["--decoder", "union-find"]], ids=str)
def test_buffers_as_long_as_the_distance_cost_little(tmp_path: Path, rng: Rng, many: int, options: list[str]) -> None:
    """At most 2 % more mistakes than whole shots', within three standard errors of the paired difference."""
    dem, shots = circuit_dem("rotated_memory_z", 5, 30, 0.006), 8000 * many
    (tmp_path / "model.dem").write_text(str(dem))
    detectors, observables, _ = dem.compile_sampler(seed=int(rng.integers(1 << 62))).sample(shots, bit_packed=True)
    detectors.tofile(tmp_path / "shots.b8")

    def wrong(*window: str) -> np.ndarray:
        command = [abi.command(), "predict", "--dem", tmp_path / "model.dem", "--in", tmp_path / "shots.b8"]
        subprocess.run([*command, "--out", tmp_path / "out.b8", "--out_format", "b8", *options, *window], check=True)
        return (np.fromfile(tmp_path / "out.b8", dtype=np.uint8) ^ observables[:, 0]) != 0

    whole, windows = wrong(), wrong("--window", "5,5")
    parted = np.count_nonzero(whole != windows)
    assert whole.sum() > 300
    assert windows.sum() <= 1.02 * whole.sum() + 3 * np.sqrt(parted)
    assert wrong("--window", "5,1").sum() > 1.05 * whole.sum()  # else this test could not fail


def test_a_long_stream(rng: Rng) -> None:
    """200,000 rounds in a workspace of fixed size, whatever is taken when and wherever the decoder is."""
    distance, rounds = 5, 200_000
    image = abi.compile_image(str(circuit_dem("rotated_memory_x", distance, 15, 0.004)), stream=True)
    noise = {"after_clifford_depolarization": 0.004, "before_measure_flip_probability": 0.004}
    circuit = stim.Circuit.generated("surface_code:rotated_memory_x", distance=distance, rounds=rounds, **noise)
    events = circuit.compile_detector_sampler(seed=int(rng.integers(1 << 62))).sample(1)[0]
    info = abi.stream_info(image)
    first, usual = info.first_detectors, info.round_detectors
    assert len(events) == first + (rounds - 1) * usual + info.last_detectors
    middle = np.packbits(events[first : -info.last_detectors].reshape(-1, usual), axis=1, bitorder="little")
    parts = [np.packbits(events[:first], bitorder="little"), *middle]
    parts.append(np.packbits(events[-info.last_detectors :], bitorder="little"))

    def play(chooses: random.Random | None) -> list:
        decoder, frames = abi.Decoder(image), []
        size = decoder.workspace.size
        for round, bits in enumerate(parts):
            while (status := decoder.push(bits, round, round == rounds)) == abi.FULL:
                frames.append(decoder.pop())
            assert status in (abi.OK, abi.PENDING)
            if status == abi.OK and (chooses is None or chooses.random() < 0.3):
                frames.append(decoder.pop())
            if chooses is not None and chooses.random() < 0.001:
                decoder = decoder.copy()
        while (frame := decoder.pop()) is not None:
            frames.append(frame)
        assert decoder.workspace.size == size
        return [bytes(frame) + bytes([observables]) for frame, observables in frames]

    frames = play(None)
    assert len(frames) > rounds // info.commit_rounds - 5
    assert play(random.Random(1)) == frames
