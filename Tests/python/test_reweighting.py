"""Weights for one shot: decoding with them is decoding on a graph that has them, and then they are gone.

Each shot gets entries of its own, from one edge to every edge: raised, lowered, made negative or zero, drawn to
the ends of the range. The answer is judged as in test_conformance.py, under the changed weights, beside PyMatching
on a graph made with them, and beside an image compiled with them. Between such shots the same decoder takes shots
without entries.
"""

from __future__ import annotations


import numpy as np
import pytest

import decant_abi as abi
import graphs as g
from checking import Subject
from oracle import MergedGraph
from test_conformance import GRAPHS, WEIGHTS

Rng = np.random.Generator
KINDS = ["few", "around the events", "many", "all", "signs", "ties", "extreme"]


def entries_for(graph: MergedGraph, weights: np.ndarray, edges: np.ndarray) -> np.ndarray:
    entries = np.empty(len(edges), dtype=abi.REWEIGHT)
    entries["a"], entries["b"] = graph.a[edges], np.where(graph.b == graph.detectors, abi.BOUNDARY, graph.b)[edges]
    entries["weight"] = weights[edges]
    return entries


def changed(rng: Rng, graph: MergedGraph, shot: np.ndarray, kind: str) -> tuple[np.ndarray, np.ndarray]:
    """Weights of all edges for one shot, and the entries that lead to them, with either end of an edge first."""
    count, weights = len(graph.weights), graph.weights.copy()
    if kind == "around the events":
        fired = np.append(g.unpack(shot[None], graph.detectors)[0].astype(bool), False)
        edges = np.flatnonzero(fired[graph.a] | fired[graph.b])
    elif kind == "few":
        edges = rng.choice(count, size=min(count, 3), replace=False)
    elif kind == "extreme":
        edges = rng.choice(count, size=min(count, 8), replace=False)
    else:
        edges = rng.permutation(count)[: count if kind == "all" else max(count // 3, 1)]

    largest = max(int(np.abs(weights).max()), 20)
    if kind == "extreme":
        new = rng.choice([-abi.MAX_WEIGHT, -2, 0, 2, abi.MAX_WEIGHT], size=len(edges))
    elif kind == "signs":
        new = -weights[edges]
    elif kind == "ties":
        new = rng.integers(0, 4, size=len(edges)) * (largest // 4)
    else:
        factors = rng.choice([0, 0.3, 0.9, 1, 1.1, 2, -0.3], size=len(edges))
        new = np.clip(weights[edges] * factors + rng.integers(-4, 5, size=len(edges)), -largest, largest)
    weights[edges] = np.clip(np.asarray(new, dtype=np.int64) // 2 * 2, -abi.MAX_WEIGHT, abi.MAX_WEIGHT)
    entries = entries_for(graph, weights, edges)
    swapped = (entries["b"] != abi.BOUNDARY) & (rng.random(len(entries)) < 0.5)
    entries["a"][swapped], entries["b"][swapped] = entries["b"][swapped], entries["a"][swapped]
    return weights, entries


def subject_of(dem: str, distinct_weights: int | None, **options: int) -> Subject:
    graph = MergedGraph(dem, distinct_weights)
    return Subject(dem, distinct_weights, graph=graph, max_reweights=max(len(graph.weights), 1), **options)


def check(rng: Rng, subject: Subject, shots: np.ndarray, kinds: list[str] = KINDS) -> None:
    """Every shot under weights of its own; then all of them under the image's, in turn with the first way."""
    graph = subject.graph
    for k, (shot, possible) in enumerate(zip(shots, graph.possible(shots))):
        weights, entries = changed(rng, graph, shot, kinds[k % len(kinds)])
        expected = graph.lightest_weight(weights, shot) if possible else 0
        subject.check_reweighted(shot, weights, possible, expected, entries=entries)
        # What an impossible shot leaves staged is taken back by the next staging; so it is by none.
        if not possible:
            assert subject.decoder.reweight(entries[:0]) == abi.OK
        if k % 10 == 0:
            subject.check(shots[k : k + 1])
    subject.check(shots)


@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("shape", GRAPHS)
def test_graph(rng: Rng, many: int, shape: str, weights: str) -> None:
    for _ in range(many):
        drawn = WEIGHTS[weights]
        graph = GRAPHS[shape](rng, drawn)
        subject = subject_of(graph.dem(), drawn.distinct_weights)
        check(rng, subject, g.random_errors(rng, graph, 14, 0.05))
        check(rng, subject, g.random_events(rng, graph.detectors, 14))


@pytest.mark.parametrize(
    "distance, p, shots",
    [
        (3, 0.01, 300),
        (5, 0.003, 200),
        (7, 0.008, 150),
        (13, 0.003, 30),
        pytest.param(21, 0.005, 10, marks=pytest.mark.long),
    ],
)
def test_rotated_memory(rng: Rng, many: int, distance: int, p: float, shots: int) -> None:
    dem = str(g.memory_dem("surface_code:rotated_memory_z", distance, distance, p))
    # Not all kinds: where whole rows of edges weigh nothing or the most there is, PyMatching takes seconds.
    subject = subject_of(dem, 10001 if distance % 4 == 1 else None)
    check(rng, subject, g.sample(dem, shots * many, int(rng.integers(1 << 62))), ["around the events", *KINDS[:4]])


@pytest.mark.parametrize("observables", [8, 9, 64, 65, 200])
def test_many_observables(rng: Rng, many: int, observables: int) -> None:
    """A change of sign flips observables before anything is matched."""
    graph = g.random_multigraph(rng, 30, 90, 8, g.SIGNED, observables)
    graph.add(0.1, 0, None, observables - 1)
    subject = subject_of(graph.dem(), 10001)
    check(rng, subject, g.random_errors(rng, graph, 60 * many, 0.1))


# Compiled with the same weights


def recompiled(graph: MergedGraph, weights: np.ndarray) -> abi.Image:
    """An image whose edges have exactly these weights."""
    largest = int(np.abs(weights).max())
    model = g.Graph(graph.detectors)
    for a, b, weight, flips in zip(graph.a, graph.b, weights, graph.flips):
        probability = g.probability_of(4.5 * int(weight) / largest)
        model.add(probability, a, None if b == graph.detectors else b, *np.flatnonzero(flips).tolist())
    if graph.observables:
        text = model.dem() + f"logical_observable L{graph.observables - 1}\n"
    else:
        text = model.dem()
    return abi.compile_image(text, largest // 2 + 1)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", ["planar-triangles", "dense", "components", "memory"])
def test_as_if_compiled_with_these_weights(rng: Rng, many: int, shape: str, kind: str) -> None:
    """One set of weights for many shots, by staging and by compiling: the same status and weight."""
    if shape == "memory":
        graph = g.graph_of(g.memory_dem("surface_code:rotated_memory_z", 5, 5, 0.008))
    else:
        graph = GRAPHS[shape](rng, g.SIGNED if kind == "many" else g.USUAL)
    subject = subject_of(graph.dem(), 10001)
    shots = g.random_errors(rng, graph, 40 * many, 0.04)
    weights, entries = changed(rng, subject.graph, shots[0], kind)
    other = abi.Decoder(recompiled(subject.graph, weights))
    for a, b, weight in zip(subject.graph.a, subject.graph.b, weights):
        assert other.edge_weight(a, abi.BOUNDARY if b == subject.graph.detectors else b) == weight
    for shot in shots:
        compiled = other.decode(shot)
        subject.check_reweighted(
            shot, weights, compiled.status == abi.OK, compiled.report.weight, entries=entries
        )


# What stays staged, and what does not


@pytest.fixture
def memory(rng: Rng) -> tuple[Subject, np.ndarray, np.ndarray, np.ndarray]:
    """A subject, shots, and weights with entries that change every answer's weight."""
    dem = str(g.memory_dem("surface_code:rotated_memory_z", 5, 5, 0.01))
    subject = subject_of(dem, 10001)
    shots = g.sample(dem, 100, int(rng.integers(1 << 62)))
    shots = shots[np.any(shots, axis=1)]
    weights = subject.graph.weights + 2
    return subject, shots, weights, entries_for(subject.graph, weights, np.arange(len(weights)))


def weights_of(decoder: abi.Decoder, shots: np.ndarray) -> list[int]:
    return [decoder.decode(shot).report.weight for shot in shots]


def test_edge_weights_are_those_of_the_image(rng: Rng) -> None:
    for weights in (g.SIGNED, g.WIDE, g.WITH_ZEROS):
        subject = Subject(GRAPHS["dense"](rng, weights).dem())
        graph, decoder = subject.graph, subject.decoder
        present = set()
        for a, b, weight in zip(graph.a.tolist(), graph.b.tolist(), graph.weights):
            b = abi.BOUNDARY if b == graph.detectors else b
            present.add((a, b))
            assert decoder.edge_weight(a, b) == weight
            if b != abi.BOUNDARY:
                assert decoder.edge_weight(b, a) == weight
        for a in range(graph.detectors + 2):
            for b in [*range(a, graph.detectors + 2), abi.BOUNDARY]:
                if (a, b) not in present:
                    with pytest.raises(abi.DecantError, match="BAD_ARGUMENT"):
                        decoder.edge_weight(a, b)


def test_errors_stage_nothing(rng: Rng, memory: tuple[Subject, np.ndarray, np.ndarray, np.ndarray]) -> None:
    """Not even what an earlier call had staged."""
    subject, shots, _, entries = memory
    decoder, graph = subject.decoder, subject.graph
    plain = weights_of(decoder, shots)
    detectors = graph.detectors
    pairs = {(a, b) for a, b in zip(graph.a.tolist(), graph.b.tolist())}
    absent = next((0, b) for b in range(1, detectors) if (0, b) not in pairs)
    inner = next(a for a in range(detectors) if (a, detectors) not in pairs)
    bad = {
        "no such edge": (*absent, 2),
        "no such boundary edge": (inner, abi.BOUNDARY, 2),
        "no such detector": (detectors, abi.BOUNDARY, 2),
        "no such second detector": (0, detectors, 2),
        "a detector far away": (0x8000_0000, 1, 2),
        "the boundary first": (abi.BOUNDARY, 0, 2),
        "the boundary twice": (abi.BOUNDARY, abi.BOUNDARY, 2),
        "an edge to itself": (0, 0, 2),
        "odd": (entries["a"][0], entries["b"][0], 3),
        "odd and negative": (entries["a"][0], entries["b"][0], -1),
        "too heavy": (entries["a"][0], entries["b"][0], abi.MAX_WEIGHT + 2),
        "too light": (entries["a"][0], entries["b"][0], -abi.MAX_WEIGHT - 2),
        "lightest integer": (entries["a"][0], entries["b"][0], -(1 << 31)),
    }
    inside = entries[entries["b"] != abi.BOUNDARY]
    turned = inside[:1].copy()
    turned["a"], turned["b"] = inside["b"][0], inside["a"][0]
    cases = {name: np.concatenate([entries[1:], np.array([entry], abi.REWEIGHT)]) for name, entry in bad.items()}
    cases["the first is bad"] = np.concatenate([np.array([bad["odd"]], abi.REWEIGHT), entries[1:]])
    cases["an edge twice"] = np.concatenate([entries[:-1], entries[:1]])
    cases["an edge twice, turned round"] = np.concatenate([inside, turned])
    for name, case in cases.items():
        for before in (entries[:0], entries[: len(entries) // 2]):
            assert decoder.reweight(before) == abi.OK
            assert decoder.reweight(case) == abi.BAD_ARGUMENT, name
            assert weights_of(decoder, shots[:5]) == plain[:5], name

    assert decoder.reweight(entries) == abi.OK
    assert decoder.reweight(np.concatenate([entries, entries[:1]])) == abi.BUFFER_TOO_SMALL
    assert weights_of(decoder, shots) == plain
    assert decoder.reweight(entries) == abi.OK
    assert abi.library.decant_reweight_next(decoder.handle, None, 1) == abi.BAD_ARGUMENT
    assert weights_of(decoder, shots) == plain

    without = abi.Decoder(subject.image)
    assert without.reweight(entries[:1]) == abi.UNSUPPORTED
    assert without.reweight(entries[:0]) == abi.OK
    assert weights_of(without, shots) == plain


def test_for_one_shot_only(rng: Rng, memory: tuple[Subject, np.ndarray, np.ndarray, np.ndarray]) -> None:
    subject, shots, weights, entries = memory
    decoder, graph = subject.decoder, subject.graph
    plain = weights_of(decoder, shots)
    expected = [graph.lightest_weight(weights, shot) for shot in shots]
    assert all(a != b for a, b in zip(plain, expected))

    assert decoder.reweight(entries) == abi.OK
    assert weights_of(decoder, shots) == [expected[0], *plain[1:]]
    # Staged anew, or taken back.
    assert decoder.reweight(entries) == decoder.reweight(entries[:1]) == decoder.reweight(entries) == abi.OK
    assert weights_of(decoder, shots) == [expected[0], *plain[1:]]
    assert decoder.reweight(entries) == decoder.reweight(entries[:0]) == abi.OK
    assert weights_of(decoder, shots) == plain
    # A reset takes back.
    assert decoder.reweight(entries) == abi.OK
    decoder.reset()
    assert weights_of(decoder, shots) == plain
    # A copy of the workspace has what was staged.
    assert decoder.reweight(entries) == abi.OK
    twin = decoder.copy()
    assert weights_of(twin, shots) == weights_of(decoder, shots) == [expected[0], *plain[1:]]


def test_the_first_of_a_batch(rng: Rng) -> None:
    graph = g.lattice(rng, (6, 6), g.USUAL, periodic=True)
    subject = subject_of(graph.dem(), 10001)
    decoder = subject.decoder
    shots = g.random_errors(rng, graph, 30, 0.1)
    # A change of sign everywhere turns answers over.
    weights = -subject.graph.weights
    entries = entries_for(subject.graph, weights, np.arange(len(weights)))
    plain = [bytes(decoder.decode(shot).observables) for shot in shots]
    assert decoder.reweight(entries) == abi.OK
    turned = decoder.decode(shots[0])
    assert turned.report.weight == subject.graph.lightest_weight(weights, shots[0])
    assert decoder.reweight(entries) == abi.OK
    answers = np.zeros((len(shots), 1), dtype=np.uint8)
    assert decoder.decode_batch(shots, answers) == (abi.OK, len(shots))
    assert [bytes(row) for row in answers] == [bytes(turned.observables), *plain[1:]]


def test_refused_shots_leave_weights_staged(rng: Rng) -> None:
    graph = g.lattice(rng, (6, 6), g.USUAL, periodic=True)
    subject = subject_of(graph.dem(), 10001)
    decoder = subject.decoder
    shot = g.random_errors(rng, graph, 20, 0.2)
    shot = shot[np.any(shot, axis=1)][0]
    odd = shot.copy()
    odd[0] ^= 1
    stray = shot.copy()
    stray[-1] |= 0x80
    weights, entries = changed(rng, subject.graph, shot, "all")
    expected = subject.graph.lightest_weight(weights, shot)
    plain = decoder.decode(shot).report.weight
    assert decoder.reweight(entries) == abi.OK
    assert decoder.decode(odd).status == abi.IMPOSSIBLE
    assert decoder.match_edges(odd).status == abi.IMPOSSIBLE
    assert decoder.decode_batch(odd.reshape(1, -1), np.zeros((1, 1), np.uint8)) == (abi.IMPOSSIBLE, 0)
    assert decoder.decode(stray).status == abi.BAD_ARGUMENT
    assert decoder.decode(shot[:-1]).status == abi.BAD_ARGUMENT
    assert decoder.decode(shot).report.weight == expected
    assert decoder.decode(shot).report.weight == plain

    assert decoder.reweight(entries) == abi.OK
    whole, decoder._edges = decoder._edges, decoder._edges[:0]
    assert decoder.match_edges(shot).status == abi.BUFFER_TOO_SMALL
    decoder._edges = whole
    assert decoder.match_edges(shot).report.weight == plain


def test_room_for_fewer_than_all(rng: Rng) -> None:
    dem = str(g.memory_dem("surface_code:rotated_memory_z", 3, 3, 0.01))
    for room in (1, 2, 7):
        subject = Subject(dem, 10001, max_reweights=room)
        graph = subject.graph
        for shot in g.sample(dem, 40, int(rng.integers(1 << 62))):
            edges = rng.choice(len(graph.weights), size=room, replace=False)
            weights = graph.weights.copy()
            weights[edges] = rng.integers(-1000, 20000, size=room) * 2
            entries = entries_for(graph, weights, edges)
            subject.check_reweighted(shot, weights, True, graph.lightest_weight(weights, shot), entries=entries)
        assert subject.decoder.reweight(np.repeat(entries, 2)) == abi.BUFFER_TOO_SMALL


def test_under_a_work_limit(rng: Rng, many: int) -> None:
    """Cut short, but a correction under these weights, and the next shot knows nothing of them."""
    graph = GRAPHS["planar-triangles"](rng, g.SIGNED)
    for limit in (1, 10, 100, 1000):
        subject = subject_of(graph.dem(), 10001, work_limit=limit)
        for k, shot in enumerate(g.random_errors(rng, graph, 40 * many, 0.1)):
            weights, entries = changed(rng, subject.graph, shot, KINDS[k % len(KINDS)])
            expected = subject.graph.lightest_weight(weights, shot)
            subject.check_reweighted(shot, weights, True, expected, entries=entries, limited=True)
            subject.check(shot[None], limited=True)


def test_an_erasure(rng: Rng) -> None:
    """What reweighting is for: an edge known to be a coin toss costs nothing."""
    graph = g.lattice(rng, (9, 3), g.UNIT, periodic=False)
    subject = subject_of(graph.dem(), 2)
    shot = g.pack(np.zeros((1, graph.detectors)))[0]
    path = np.flatnonzero((subject.graph.b == subject.graph.detectors) | (subject.graph.b - subject.graph.a == 3))
    entries = entries_for(subject.graph, np.zeros_like(subject.graph.weights), path)
    shot[0] = 0b1
    assert subject.decoder.reweight(entries) == abi.OK
    assert subject.decoder.decode(shot).report.weight == 0
    assert subject.decoder.decode(shot).report.weight == 2
