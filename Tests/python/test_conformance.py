"""Decant's corrections are the lightest: as light as PyMatching's, shot by shot, in exact integers.

Every case decodes its shots twice, to observables and to edges, and checks all that can be checked (see
checking.py). Two decoders may predict different observables for one shot only if both corrections have the same
weight; so equal weights, with observables that are those of the edges, is all there is to demand.

The default run takes more than 20,000 shots; --long takes ten times as many, and larger graphs. Where PyMatching
does not end (paths longer than about 130 heaviest edges) or cannot say, oracle.py knows the answer.
"""

from __future__ import annotations

from typing import Callable

import numpy as np
import pytest

import graphs as g
from checking import Subject
from oracle import IMPOSSIBLE, MergedGraph, lightest, path_weights, walk_weight

Rng = np.random.Generator
RESOLUTIONS = [10001, None]

# Memory experiments: what the decoder is for


@pytest.mark.parametrize("distinct_weights", RESOLUTIONS)
@pytest.mark.parametrize(
    "distance, p, shots",
    [
        (3, 0.003, 500),
        (3, 0.01, 1000),
        (5, 0.001, 1000),
        (5, 0.01, 1000),
        (7, 0.005, 500),
        (9, 0.008, 300),
        (13, 0.003, 150),
        (13, 0.01, 100),
        pytest.param(17, 0.01, 40, marks=pytest.mark.long),
        (21, 0.003, 30),
        (21, 0.01, 30),
    ],
)
def test_rotated_memory(rng: Rng, many: int, distance: int, p: float, shots: int, distinct_weights: int | None) -> None:
    basis = "xz"[distance // 2 % 2]
    dem = str(g.memory_dem(f"surface_code:rotated_memory_{basis}", distance, distance, p))
    Subject(dem, distinct_weights).check(g.sample(dem, shots * many, int(rng.integers(1 << 62))))


@pytest.mark.parametrize("distance, rounds", [(3, 30), (9, 9), (25, 4)])
def test_repetition_code(rng: Rng, many: int, distance: int, rounds: int) -> None:
    dem = str(g.memory_dem("repetition_code:memory", distance, rounds, 0.02))
    Subject(dem).check(g.sample(dem, 300 * many, int(rng.integers(1 << 62))))


def test_unrotated_memory(rng: Rng, many: int) -> None:
    dem = str(g.memory_dem("surface_code:unrotated_memory_x", 5, 7, 0.008))
    Subject(dem, 10001).check(g.sample(dem, 300 * many, int(rng.integers(1 << 62))))


def test_random_events_in_a_memory(rng: Rng, many: int) -> None:
    """Any detectors at all, up to every one: far above threshold, deep blossoms."""
    dem = g.memory_dem("surface_code:rotated_memory_z", 7, 7, 0.004)
    Subject(str(dem), 10001).check(g.random_events(rng, dem.num_detectors, 120 * many))


def test_memory_with_likely_errors(rng: Rng, many: int) -> None:
    """A fifth of the errors happen more often than not: negative weights among circuit-level ones."""
    graph = g.graph_of(g.memory_dem("surface_code:rotated_memory_z", 5, 5, 0.01))
    graph.mechanisms = [
        m._replace(probability=1 - m.probability) if rng.random() < 0.2 else m for m in graph.mechanisms
    ]
    subject = Subject(graph.dem(), 10001)
    assert subject.image.info.negative_edges > 50
    subject.check(g.sample(graph.dem(), 400 * many, int(rng.integers(1 << 62))))


# Graphs of every kind, with weights of every kind

WEIGHTS = {
    "usual": g.USUAL,
    "unit": g.UNIT,
    "integers": g.small_integers(7),
    "wide": g.WIDE,
    "signed": g.SIGNED,
    "signed-fine": g.SIGNED_FINE,
    "signed-integers": g.SIGNED_INTEGERS,
    "zeros": g.WITH_ZEROS,
}

GRAPHS: dict[str, Callable[[Rng, g.Weights], g.Graph]] = {
    "toric": lambda rng, w: g.lattice(rng, (6, 6), w, periodic=True),
    "toric-rounds": lambda rng, w: g.lattice(rng, (4, 4, 5), w, periodic=True),
    "toric-triangles": lambda rng, w: g.lattice(rng, (7, 7), w, periodic=True, diagonals=True),
    "planar": lambda rng, w: g.lattice(rng, (8, 9), w, periodic=False),
    "planar-triangles": lambda rng, w: g.lattice(rng, (6, 8, 3), w, periodic=False, diagonals=True),
    "sparse": lambda rng, w: g.random_multigraph(rng, 80, 100, 6, w),
    "dense": lambda rng, w: g.random_multigraph(rng, 40, 250, 8, w),
    "closed": lambda rng, w: g.random_multigraph(rng, 60, 150, 0, w),
    "complete": lambda rng, w: g.complete(rng, 18, w, boundary=False),
    "complete-open": lambda rng, w: g.complete(rng, 15, w, boundary=True),
    "star": lambda rng, w: g.star(rng, 30, w),
    "boundary-only": lambda rng, w: g.boundary_only(rng, 20, w),
    "components": lambda rng, w: g.disjoint(
        g.Graph(3),
        g.ring(rng, 9, w),
        g.lattice(rng, (4, 4), w, periodic=False),
        g.Graph(1),
        g.complete(rng, 7, w, boundary=False),
        g.boundary_only(rng, 4, w),
        g.random_multigraph(rng, 20, 40, 2, w),
        g.Graph(2),
    ),
}


@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("shape", GRAPHS)
def test_graph(rng: Rng, many: int, shape: str, weights: str) -> None:
    for _ in range(many):
        drawn = WEIGHTS[weights]
        graph = GRAPHS[shape](rng, drawn)
        subject = Subject(graph.dem(), drawn.distinct_weights)
        subject.check(g.random_errors(rng, graph, 60, 0.03))
        subject.check(g.random_errors(rng, graph, 30, 0.2))
        subject.check(g.random_events(rng, graph.detectors, 60))


@pytest.mark.parametrize("shape", ["toric", "closed", "complete"])
def test_odd_parity_is_impossible_and_harmless(rng: Rng, shape: str) -> None:
    """Impossible and possible shots in turn: neither leaves a trace in the other."""
    graph = GRAPHS[shape](rng, g.USUAL)
    subject = Subject(graph.dem(), 10001)
    shots = g.random_events(rng, graph.detectors, 400)
    possible = subject.graph.possible(shots)
    odd, even = shots[~possible], shots[possible]
    turns = min(len(odd), len(even))
    assert turns > 50
    subject.check(np.stack([odd[:turns], even[:turns]], axis=1).reshape(2 * turns, -1))
    stats = subject.decoder.stats()
    assert (stats.shots, stats.impossible) == (2 * turns, 2 * turns)


def test_larger_unweighted_torus(rng: Rng, many: int) -> None:
    graph = g.lattice(rng, (12, 12, 12), g.UNIT, periodic=True)
    Subject(graph.dem(), 2).check(g.random_errors(rng, graph, 60 * many, 0.03))


@pytest.mark.long
@pytest.mark.parametrize("weights", ["unit", "usual", "signed"])
def test_large_lattice(rng: Rng, weights: str) -> None:
    graph = g.lattice(rng, (40, 40, 12), WEIGHTS[weights], periodic=False)
    Subject(graph.dem(), WEIGHTS[weights].distinct_weights).check(g.random_errors(rng, graph, 60, 0.02))


# Many observables


def test_an_observable_for_every_edge(rng: Rng, many: int) -> None:
    """The prediction then names the very edges of the correction."""
    graph = g.graph_of(g.memory_dem("surface_code:rotated_memory_z", 5, 3, 0.01))
    graph.mechanisms = [m._replace(observables=(k,)) for k, m in enumerate(graph.mechanisms)]
    subject = Subject(graph.dem(), 10001)
    assert subject.image.info.observables > 200
    subject.check(g.random_errors(rng, graph, 200 * many, 0.02))


@pytest.mark.parametrize("observables", [1, 63, 64, 65, 130])
def test_sets_of_observables(rng: Rng, many: int, observables: int) -> None:
    graph = g.random_multigraph(rng, 60, 150, 10, g.USUAL, observables)
    graph.add(0.01, 0, 1, *range(observables))
    subject = Subject(graph.dem(), 10001)
    assert subject.image.info.observables == observables
    subject.check(g.random_errors(rng, graph, 100 * many, 0.1))


def test_no_observables(rng: Rng) -> None:
    graph = g.random_multigraph(rng, 30, 60, 4, g.USUAL, 0)
    Subject(graph.dem(), 10001).check(g.random_errors(rng, graph, 100, 0.1))


# Text of detector error models


def test_tags_comments_and_blocks(rng: Rng, many: int) -> None:
    """The same model, as Stim folds it and with tags and comments everywhere, makes the same image."""
    folded = g.memory_dem("surface_code:rotated_memory_z", 3, 100, 0.004)
    text = str(folded)
    assert "repeat" in text and "shift_detectors" in text
    marked = text.replace("error(", "error[a tag, (1) D7 \\C](").replace("shift_detectors(", "shift_detectors[t](")
    marked = "# a comment\n\n" + marked.replace("\n", "  # another [one]\n", 50)
    subject = Subject(marked)
    assert bytes(Subject(text).image.bytes) == bytes(subject.image.bytes)
    assert bytes(Subject(str(folded.flattened())).image.bytes) == bytes(subject.image.bytes)
    subject.check(g.sample(text, 50 * many, int(rng.integers(1 << 62))))


def test_errors_that_are_no_edges() -> None:
    """Those without detectors or with three or more are left out; probability 0 as well. Their observables exist."""
    dem = """
        error(0.1) D0 D1 L0
        error(0.2) D0 D1 L3
        error(0.1) D1
        error(0.1) D3 D4 ^ D5 L1
        error(0.1) D1 D2 D3
        error(0) D7 D8
        error(0.3) L5
        detector(1, 2, 3) D10
        logical_observable L6
    """
    subject = Subject(dem, 10001)
    shots = g.pack(g.unpack(np.arange(1 << 11, dtype="<u2").view(np.uint8).reshape(-1, 2), 11))
    subject.check(shots)


# Small graphs, every syndrome, against all corrections


@pytest.mark.parametrize("weights", WEIGHTS)
def test_every_syndrome_of_small_graphs(rng: Rng, many: int, weights: str) -> None:
    drawn = WEIGHTS[weights]
    for nodes in [1, 2, 3, 4, 5, 6, 7, 8] * many:
        edges = int(rng.integers(0, 3 * nodes)) if nodes > 1 else 0
        graph = g.random_multigraph(rng, nodes, edges, int(rng.integers(0 if edges else 1, 4)), drawn)
        subject = Subject(graph.dem(), drawn.distinct_weights)
        best = lightest(subject.graph)
        shots = np.arange(1 << nodes, dtype=np.uint8)[:, None]
        assert np.array_equal(best != IMPOSSIBLE, subject.graph.possible(shots))
        subject.check(shots, best)


# Rows and rings, whose corrections can be listed: any length, any sign


def row(rng: Rng, nodes: int, weights: g.Weights, ends: str) -> g.Graph:
    graph = g.Graph(nodes)
    if ends == "ring":
        return g.ring(rng, nodes, weights)
    graph.add(weights.draw(rng), 0, None, 0)
    for b in range(1, nodes):
        graph.add(weights.draw(rng), b - 1, b)
    if ends == "both":
        graph.add(weights.draw(rng), nodes - 1)
    return graph


def row_weights(graph: MergedGraph, ends: str) -> np.ndarray:
    """In the order that walk_weight wants."""
    last = graph.detectors - 1
    if ends == "ring":
        closing = (graph.a == 0) & (graph.b == last)
        return np.concatenate([graph.weights[closing], graph.weights[~closing]])
    at_end = (graph.a == last) & (graph.b == graph.detectors)
    return np.concatenate([graph.weights[~at_end], graph.weights[at_end]])


def check_row(rng: Rng, nodes: int, weights: g.Weights, ends: str, shots: np.ndarray) -> None:
    subject = Subject(row(rng, nodes, weights, ends).dem(), weights.distinct_weights)
    ordered = row_weights(subject.graph, ends)
    possible = subject.graph.possible(shots)
    expected = [
        walk_weight(ordered, events, ends) if can else IMPOSSIBLE
        for events, can in zip(g.unpack(shots, nodes), possible)
    ]
    subject.check(shots, np.array(expected))


def few_events(rng: Rng, nodes: int, shots: int) -> np.ndarray:
    """Both ends of a row, and then one to six events anywhere."""
    events = np.zeros((shots, nodes), dtype=np.uint8)
    events[0, [0, -1]] = 1
    for row_of_events in events[1:]:
        row_of_events[rng.choice(nodes, size=int(rng.integers(1, 7)), replace=False)] = 1
    return g.pack(events)


HEAVIEST = g.Weights(lambda rng: g.probability_of(1.5))
"""All weights alike and not integers: each is the heaviest there can be at full resolution."""


@pytest.mark.parametrize("ends", ["left", "both", "ring"])
@pytest.mark.parametrize("nodes", [131, 1000, 20_000, pytest.param(300_000, marks=pytest.mark.long)])
def test_long_chain(rng: Rng, many: int, nodes: int, ends: str) -> None:
    """Paths of thousands of heaviest edges: times beyond 32 bits, where PyMatching 2.4 does not end."""
    for weights in (HEAVIEST, g.WIDE):
        check_row(rng, nodes, weights, ends, few_events(rng, nodes, 15 * many))


@pytest.mark.parametrize("ends", ["left", "both", "ring"])
@pytest.mark.parametrize("weights", WEIGHTS)
def test_row(rng: Rng, many: int, weights: str, ends: str) -> None:
    for nodes in (3, 50):
        check_row(rng, nodes, WEIGHTS[weights], ends, g.random_events(rng, nodes, 50 * many))


@pytest.mark.parametrize("nodes", [3, 4, 21, 64])
def test_ring_of_likely_errors(rng: Rng, many: int, nodes: int) -> None:
    """Every weight is negative: without any event the best correction is the whole ring."""
    weights = g.Weights(lambda rng: rng.uniform(0.55, 0.99))
    shots = g.random_events(rng, nodes, 60 * many)
    shots[0] = 0
    check_row(rng, nodes, weights, "ring", shots)


def test_long_distances_on_a_lattice(rng: Rng, many: int) -> None:
    """A few events hundreds of heaviest edges apart: balls of tens of thousands of detectors that meet."""
    for periodic in (False, True):
        graph = g.lattice(rng, (120, 120), HEAVIEST, periodic=periodic)
        subject = Subject(graph.dem())
        events = [rng.choice(graph.detectors, size=2 * int(rng.integers(1, 4)), replace=False) for _ in range(6 * many)]
        shots = np.zeros((len(events), graph.detectors), dtype=np.uint8)
        for shot, fired in zip(shots, events):
            shot[fired] = 1
        subject.check(g.pack(shots), np.array([path_weights(subject.graph, fired) for fired in events]))


# Batches


def test_batch_answers_as_single_shots_do(rng: Rng, many: int) -> None:
    """With strides wider than a shot, whose gaps stay as they were."""
    dem = str(g.memory_dem("surface_code:rotated_memory_z", 5, 5, 0.008))
    decoder = Subject(dem, 10001).decoder
    shots = g.sample(dem, 1000 * many, int(rng.integers(1 << 62)))
    padded = np.concatenate([shots, np.full((len(shots), 5), 0xA5, dtype=np.uint8)], axis=1)
    answers = np.full((len(shots), 3), 0x5A, dtype=np.uint8)
    assert decoder.decode_batch(padded[:, : shots.shape[1]], answers) == (0, len(shots))
    assert np.all(answers[:, 1:] == 0x5A)
    assert [decoder.decode(shot).observables[0] for shot in shots] == answers[:, 0].tolist()
