"""Correlated matching in windows, held against its own rule: frame by frame of a stream, block by block.

The reference knows the text of a model, and nothing of how Decant goes about it: it cuts the graph into windows, has each
matched by PyMatching, lowers weights as the matched edges say, has it matched again, and commits. What committed edges
say of edges that a later window decides is kept as a table of weights, by the edges' detectors, without any bound: a stream
carries such weights, and blocks are told edges over seams, but both must come to this.

Errors of each kind have a probability of their own. Where still two corrections of a window are equally light, what follows
from them is free: then the reference says nothing of the window, nor of those that depend on it.
"""

from __future__ import annotations

import random
from typing import NamedTuple

import numpy as np
import pymatching
import pytest
import stim

import decant_abi as abi
from test_correlated import Correlations
from test_stream import Experiment, circuit_dem

Rng = np.random.Generator
Edge = tuple[int, int]
"""Its detectors, counted through the experiment, the lower first; -1 for the boundary comes second."""
Told = dict[Edge, int]


def with_few_ties(dem: stim.DetectorErrorModel) -> stim.DetectorErrorModel:
    """Each kind of error with a probability of its own, the same in all rounds."""
    coordinates = dem.get_detector_coordinates()
    changed, errors = stim.DetectorErrorModel(), dict[tuple, float]()
    for entry in dem.flattened():
        if entry.type != "error":
            changed.append(entry)
            continue
        # Stim lists some errors twice in every other round.
        error = tuple(sorted((tuple(sorted(group, key=str)) for group in entry.target_groups()), key=str))
        p, q = entry.args_copy()[0], errors.get(error, 0.0)
        errors[error] = p * (1 - q) + q * (1 - p)
    for error, p in errors.items():
        groups = [[t.val for t in group if t.is_relative_detector_id()] for group in error]
        first = min(coordinates[k][-1] for group in groups for k in group)
        kind = sorted(sorted((*coordinates[k][:-1], coordinates[k][-1] - first) for k in group) for group in groups)
        targets = [target for group in error for target in (*group, stim.target_separator())][:-1]
        changed.append("error", p * (0.5 + random.Random(str(kind)).random()), targets)
    return changed


class Model(Experiment):
    def __init__(self, dem: stim.DetectorErrorModel) -> None:
        super().__init__(dem)
        self.rule = Correlations(str(dem), None)
        graph = self.rule.graph
        self.ends = np.stack([graph.a, np.where(graph.b == graph.detectors, -1, graph.b)], axis=1)


class Seen(NamedTuple):
    """The graph of a window, its detectors counted from its first."""

    edges: list[Edge]
    weights: np.ndarray
    flips: np.ndarray
    rules: list[list[tuple[int, int]]]
    """For each edge of the model itself, which edges it lowers to what weights. Edges that stand for such as lead to
    rounds not seen know no rules."""
    number: dict[Edge, int]
    detectors: int


class Matched(NamedTuple):
    observables: int
    weight: int
    flipped: frozenset[int]
    told: Told
    """Weights of edges that the window does not commit."""


class Reference:
    """A decoder of experiments of `model`. Windows are cut out of `long`, where they do not hold both ends."""

    def __init__(self, model: Model, long: Model) -> None:
        assert model.rule.graph.scale == long.rule.graph.scale
        self.model, self.long = model, long
        self._seen: dict[tuple, Seen] = {}

    def _window(self, first: int, end: int, past: str, future: str) -> Seen:
        is_first, is_last, rounds = past == "end", future == "end", end - first
        key = (past, future, rounds)
        if key in self._seen:
            return self._seen[key]
        m = self.model if is_first and is_last else self.long
        begin = 0 if is_first else m.rounds - rounds if is_last else (m.rounds - rounds) // 2
        low, high = int(m.starts[begin]), int(m.starts[begin + rounds])
        best: dict[Edge, tuple[int, int, bool]] = {}
        for number, (a, b) in enumerate(m.ends.tolist()):
            ends = [k for k in (a, b) if k >= 0]
            inside = [k - low for k in ends if low <= k < high]
            if not inside:
                continue
            outside = [k for k in ends if not low <= k < high]
            if any((past if k < low else future) == "committed" for k in outside):
                continue
            place = (inside[0], inside[1] if len(inside) == 2 else -1)
            weight = int(m.rule.graph.weights[number])
            if place not in best or weight < best[place][0]:
                best[place] = (weight, number, not outside)
        number_of = {place: k for k, place in enumerate(best)}
        own = {number: number_of[place] for place, (_, number, is_own) in best.items() if is_own}
        rules: list[list[tuple[int, int]]] = [[] for _ in best]
        for source, target, weight in zip(m.rule.source.tolist(), m.rule.target.tolist(), m.rule.weight.tolist()):
            if source in own and target in own:
                rules[own[source]].append((own[target], weight))
        self._seen[key] = Seen(
            list(best),
            np.array([weight for weight, _, _ in best.values()]),
            np.array([m.rule.graph.flips[number] for _, number, _ in best.values()]),
            rules,
            number_of,
            high - low,
        )
        return self._seen[key]

    @staticmethod
    def _lightest(seen: Seen, weights: np.ndarray, events: np.ndarray) -> list[int] | None:
        """The edges of the lightest correction; None if there are several."""
        found: list[int] = []
        for _ in range(2):
            graph, weights = pymatching.Matching(), weights / weights.max()
            # Whatever else is as light is lighter than what was found, once that weighs a little more.
            weights[found] += 2e-5
            for (a, b), weight in zip(seen.edges, weights):
                graph.add_boundary_edge(a, weight=weight) if b < 0 else graph.add_edge(a, b, weight=weight)
            ends = [(int(min(e)), int(max(e))) for e in graph.decode_to_edges_array(events[: graph.num_detectors])]
            chosen = sorted(seen.number[(high, -1) if low < 0 else (low, high)] for low, high in ends)
            if found and chosen != found:
                return None
            found = chosen
        return found

    def decode(
        self, events: np.ndarray, told: Told, window: tuple[int, int], committed: tuple[int, int], past: str, future: str
    ) -> Matched | None:
        """A window of rounds [first, end), of which it commits some. events: of the experiment. None if that is free."""
        starts = self.model.starts
        seen = self._window(*window, past, future)
        low = int(starts[window[0]])
        part = np.zeros(seen.detectors, dtype=np.uint8)
        part[:] = events[low : low + seen.detectors]
        first = self._lightest(seen, seen.weights, part)
        if first is None:
            return None
        lowered = seen.weights.copy()
        for edge in first:
            for target, weight in seen.rules[edge]:
                lowered[target] = min(lowered[target], weight)
        for (a, b), weight in told.items():
            number = seen.number.get((a - low, b - low if b >= 0 else -1))
            if number is not None:
                lowered[number] = min(lowered[number], weight)
        second = self._lightest(seen, lowered, part)
        if second is None:
            return None
        begin, end = int(starts[committed[0]]) - low, int(starts[committed[1]]) - low

        def is_committed(edge: int) -> bool:
            return any(begin <= k < end for k in seen.edges[edge] if k >= 0)

        observables, weight, flipped, left = 0, 0, frozenset[int](), Told()
        for edge in filter(is_committed, second):
            observables ^= sum(1 << int(k) for k in np.flatnonzero(seen.flips[edge]))
            weight += int(seen.weights[edge])
            flipped ^= {low + k for k in seen.edges[edge] if k >= 0 and not begin <= k < end}
            for target, lower in seen.rules[edge]:
                if not is_committed(target):
                    a, b = seen.edges[target]
                    key = (a + low, b + low if b >= 0 else -1)
                    left[key] = min(left.get(key, lower), lower)
        for key, lower in told.items():
            if not any(low + begin <= k < low + end for k in key if k >= 0):
                left[key] = min(left.get(key, lower), lower)
        return Matched(observables, weight, flipped, left)


def shots_of(model: Model, count: int, rng: Rng) -> np.ndarray:
    """Shots in which errors that flip several edges are more frequent than the model says."""
    changed = stim.DetectorErrorModel()
    for entry in model.dem.flattened():
        if entry.type == "error" and len(entry.target_groups()) > 1:
            changed.append("error", min(0.5, 6 * entry.args_copy()[0]), entry.targets_copy())
        else:
            changed.append(entry)
    return changed.compile_sampler(seed=int(rng.integers(1 << 62))).sample(count)[0]


def flip(events: np.ndarray, detectors: frozenset[int]) -> np.ndarray:
    changed = events.copy()
    changed[list(detectors)] ^= True
    return changed


def models(code: str, rounds: int) -> tuple[Model, Reference]:
    model, long = (Model(with_few_ties(circuit_dem(code, 3, n, 0.006))) for n in (rounds, 44))
    return model, Reference(model, long)


CODES = ["rotated_memory_z", "rotated_memory_x", "surface:X:XV"]


@pytest.mark.parametrize("window", [(1, 4), (3, 3), (2, 5)], ids=str)
@pytest.mark.parametrize("code", CODES)
def test_frames(rng: Rng, many: int, code: str, window: tuple[int, int]) -> None:
    model, reference = models(code, 17)
    image = abi.compile_image(str(model.dem), correlated=True, stream=True)
    assert image.info.weight_scale == model.rule.graph.scale
    decoder, least = abi.Decoder(image, window=window, correlated=True), abi.stream_info(image).least_first_commit
    checked = mattered = 0
    for shot in shots_of(model, 60 * many, rng):
        decoder.reset()
        events, told, first, expected = shot, Told(), 0, None
        for round in range(model.rounds):
            is_last = round == model.rounds - 1
            if decoder.push(model.packed(shot, round), round, is_last) == abi.PENDING:
                continue
            frame, observables = decoder.pop()
            until = model.rounds if is_last else first + (max(window[0], least) if first == 0 else window[0])
            assert (frame.first_round, frame.last_round) == (first, until - 1)
            where = ((first, round + 1), (first, until), "committed" if first else "end", "end" if is_last else "open")
            expected = reference.decode(events, told, *where)
            if expected is None:
                break
            assert (observables, frame.weight) == (expected.observables, expected.weight), (first, until)
            checked += 1
            if told:
                deaf = reference.decode(events, {}, *where)
                mattered += deaf is None or deaf[:3] != expected[:3]
            events, told, first = flip(events, expected.flipped), expected.told, until
    assert checked > 100 * many and mattered > 0


@pytest.mark.parametrize("window", [(1, 3), (3, 3)], ids=str)
@pytest.mark.parametrize("code", CODES)
def test_blocks(rng: Rng, many: int, code: str, window: tuple[int, int]) -> None:
    model, reference = models(code, 33)
    image = abi.compile_image(str(model.dem), correlated=True, stream=True)
    info = abi.stream_info(image)
    decoder = abi.Decoder(image, window=window, blocks=True, correlated=True)
    windows = decoder.windows(model.rounds)
    detectors = (info.least_buffer * info.round_detectors + 7) // 8
    assert len(windows) > 4 and decoder.needs.seam_size > detectors
    checked = mattered = 0
    for shot in shots_of(model, 120 * many, rng):
        seams = np.zeros((len(windows) + 1, decoder.needs.seam_size), dtype=np.uint8)
        said: dict[int, Matched | None] = {}
        for index in (*range(0, len(windows), 2), *range(1, len(windows), 2)):
            w = windows[index]
            bits = np.packbits(shot[w.first_detector : w.first_detector + w.detectors], bitorder="little")
            answer = decoder.decode_window(model.rounds, index, bits, seams[index], seams[index + 1])
            events, told, sides = shot, Told(), ["open", "open"]
            if index % 2:
                sides = ["committed", "committed"]
                neighbours = [said[k] for k in (index - 1, index + 1) if k < len(windows)]
                if None in neighbours:
                    continue
                for neighbour in neighbours:
                    low, high = w.first_detector, w.first_detector + w.detectors
                    events = flip(events, frozenset(k for k in neighbour.flipped if low <= k < high))
                    told |= {edge: weight for edge, weight in neighbour.told.items() if low <= edge[0] < high}
            if index == 0:
                sides[0] = "end"
            if w.flags & abi.WINDOW_FINAL:
                sides[1] = "end"
            committed = (w.first_committed, w.first_committed + w.committed)
            where = ((w.first_round, w.first_round + w.rounds), committed, *sides)
            said[index] = expected = reference.decode(events, told, *where)
            if expected is None:
                continue
            observables, report = answer
            assert (observables, report.weight) == (expected.observables, expected.weight), index
            checked += 1
            if told:
                deaf = reference.decode(events, {}, *where)
                mattered += deaf is None or deaf[:3] != expected[:3]
            if index % 2 == 0:
                begin, end = int(model.starts[committed[0]]), int(model.starts[min(committed[1], model.rounds)])
                behind = [end, end + info.least_buffer * info.round_detectors]
                before = [begin - info.least_buffer * info.round_detectors, begin]
                for seam, (low, high), there in [
                    (seams[index], before, index > 0),
                    (seams[index + 1], behind, not w.flags & abi.WINDOW_FINAL),
                ]:
                    flipped = np.flatnonzero(np.unpackbits(seam[:detectors], bitorder="little"))
                    assert not there or {low + int(k) for k in flipped} == {k for k in expected.flipped if low <= k < high}
    assert checked > 300 * many and mattered > 0
