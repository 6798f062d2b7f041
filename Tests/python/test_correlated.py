"""Correlated matching, held against its own rule: exact whatever the ties of the first pass.

Two right decoders may part on the second pass, because they part on which of several equally light first matchings
lowers weights (matching.md 2.7). So the first pass's edges are taken from a plain decoder on the same image, whose
first pass a correlated decoder repeats; the rule is applied to them here, from the model's text alone; and
PyMatching says what the lightest correction under the lowered weights weighs. Every shot's integer weight must be
that one, its edges must weigh so much, and explain it.

The default run takes more than 5,000 shots of memory experiments at d = 5, 9 and 13. With --long, also, on shots of
which PyMatching's correlated decoder and ours get different ones wrong, each must win about half.
"""

from __future__ import annotations

import functools
import math
import subprocess

import numpy as np
import pymatching
import pytest
import stim

import decant_abi as abi
import graphs as g
from checking import Subject
from oracle import MergedGraph, rounded
from test_reweighting import changed

Rng = np.random.Generator


@functools.cache
def _can_compile() -> bool:
    text = subprocess.run([abi.command(), "compile", "--help"], capture_output=True, text=True)
    return "--correlated" in text.stdout + text.stderr


pytestmark = pytest.mark.skipif(not _can_compile(), reason="`decant compile` has no --correlated")


class Correlations:
    """What edges imply about each other, from the text of a model: J of matching.md 2.7."""

    def __init__(self, dem: str, distinct_weights: int | None) -> None:
        joint: dict[tuple[int, int], dict[tuple[int, int], float]] = {}
        for error in stim.DetectorErrorModel(dem).flattened():
            if error.type != "error":
                continue
            p = error.args_copy()[0]
            keys = []
            for targets in error.target_groups():
                ends = sorted(t.val for t in targets if t.is_relative_detector_id())
                if ends:
                    keys.append((ends[0], ends[1] if len(ends) == 2 else -1))
            for k, key in enumerate(keys):
                row = joint.setdefault(key, {})
                for other in [key, *keys[:k], *keys[k + 1 :]]:
                    before = row.get(other, 0.0)
                    row[other] = before * (1 - p) + p * (1 - before)

        rules = []
        for key, row in joint.items():
            for other, both in row.items():
                if other != key and both > 0:
                    q = min(0.5, both / row[key])
                    rules.append((key, other, math.log((1 - q) / q)))
        implied = np.array([weight for _, _, weight in rules])
        self.graph = MergedGraph(dem, distinct_weights, implied=implied)

        number = {
            (a, -1 if b == self.graph.detectors else b): k
            for k, (a, b) in enumerate(zip(self.graph.a.tolist(), self.graph.b.tolist()))
        }
        source = np.array([number[key] for key, _, _ in rules], dtype=np.int64)
        order = np.argsort(source, kind="stable")
        self.source = source[order]
        self.target = np.array([number[other] for _, other, _ in rules], dtype=np.int64)[order]
        self.weight = 2 * rounded(implied * self.graph.scale)[order]
        # A rule that would not lower the edge's own weight is none, also for a shot that raises it.
        useful = self.weight < self.graph.weights[self.target]
        self.source, self.target, self.weight = self.source[useful], self.target[useful], self.weight[useful]

    def lowered(self, weights: np.ndarray, edges: np.ndarray) -> np.ndarray:
        """The weights of the second pass, after a first that found these edges. What is negative stays."""
        active = np.isin(self.source, edges)
        result = weights.copy()
        np.minimum.at(result, self.target[active], self.weight[active])
        return np.where(weights < 0, weights, result)


class Pair:
    """A correlated decoder, the plain one on its image, and the rule."""

    def __init__(self, dem: str, distinct_weights: int | None = None, *, room: bool = False) -> None:
        self.rule = Correlations(dem, distinct_weights)
        reweights = len(self.rule.graph.weights) if room else 0
        self.subject = Subject(
            dem,
            distinct_weights,
            max_reweights=reweights,
            graph=self.rule.graph,
            correlated=True,
        )
        self.plain = abi.Decoder(self.subject.image, max_reweights=reweights)
        self.lowered = 0

    def check_shot(
        self, shot: np.ndarray, weights: np.ndarray | None = None, entries: np.ndarray | None = None
    ) -> None:
        graph = self.rule.graph
        weights = graph.weights if weights is None else weights
        if entries is not None:
            assert self.plain.reweight(entries) == abi.OK
        first = self.plain.match_edges(shot)
        if first.status == abi.IMPOSSIBLE:
            self.subject.check_reweighted(shot, weights, False, 0, entries=entries)
            assert self.plain.reweight(np.empty(0, abi.REWEIGHT)) == abi.OK
            assert self.subject.decoder.reweight(np.empty(0, abi.REWEIGHT)) == abi.OK
            return
        assert first.status == abi.OK
        second = self.rule.lowered(weights, graph.indices(first.edges))
        self.lowered += bool(np.any(second != weights))
        expected = graph.lightest_weight(second, shot)
        self.subject.check_reweighted(shot, second, True, expected, entries=entries)

    def check(self, shots: np.ndarray) -> None:
        for shot in shots:
            self.check_shot(shot)


@pytest.mark.parametrize("distance, shots", [(5, 1600), (9, 700), (13, 300)])
@pytest.mark.parametrize("p", [0.003, 0.006])
def test_rotated_memory(rng: Rng, many: int, distance: int, shots: int, p: float) -> None:
    dem = str(g.memory_dem(f"surface_code:rotated_memory_{'xz'[distance // 4 % 2]}", distance, distance, p))
    pair = Pair(dem)
    pair.check(g.sample(dem, shots * many, int(rng.integers(1 << 62))))
    assert pair.lowered > shots // 3


@pytest.mark.parametrize(
    "task, distance, rounds, p, shots",
    [
        ("surface_code:rotated_memory_x", 3, 40, 0.01, 100),
        ("surface_code:unrotated_memory_z", 5, 5, 0.008, 150),
        ("repetition_code:memory", 7, 10, 0.03, 200),
        ("surface_code:rotated_memory_z", 21, 3, 0.01, 40),
        pytest.param("surface_code:rotated_memory_z", 21, 21, 0.005, 10, marks=pytest.mark.long),
    ],
)
@pytest.mark.parametrize("distinct_weights", [10001, 50])
def test_other_memories(
    rng: Rng, many: int, task: str, distance: int, rounds: int, p: float, shots: int, distinct_weights: int
) -> None:
    """With weights so coarse that there are ties everywhere."""
    dem = str(g.memory_dem(task, distance, rounds, p))
    Pair(dem, distinct_weights).check(g.sample(dem, shots * many, int(rng.integers(1 << 62))))


def test_random_events_in_a_memory(rng: Rng, many: int) -> None:
    dem = g.memory_dem("surface_code:rotated_memory_z", 5, 5, 0.006)
    Pair(str(dem)).check(g.random_events(rng, dem.num_detectors, 120 * many))


# Models whose errors decompose in any way


def random_model(rng: Rng, graph: g.Graph, errors: int) -> str:
    """Besides the graph's own errors, some that flip two to four of its edges."""
    lines = [graph.dem()]
    texts = [m.text().split(") ")[1] for m in graph.mechanisms]
    unlike = list({(m.a, m.b): text for m, text in zip(graph.mechanisms, texts)}.values())
    for _ in range(errors):
        parts = rng.choice(unlike, size=min(int(rng.integers(2, 5)), len(unlike)), replace=False)
        p = float(rng.choice([10 ** rng.uniform(-6, -0.4), rng.uniform(0.01, 0.2)]))
        lines.append(f"error({p!r}) " + " ^ ".join(parts))
    return "\n".join(lines) + "\n"


SHAPES = {
    "toric": lambda rng, w: g.lattice(rng, (5, 5), w, periodic=True),
    "planar-triangles": lambda rng, w: g.lattice(rng, (5, 6, 2), w, periodic=False, diagonals=True),
    "sparse": lambda rng, w: g.random_multigraph(rng, 60, 90, 6, w),
    "dense": lambda rng, w: g.random_multigraph(rng, 30, 150, 8, w),
    "two parts": lambda rng, w: g.disjoint(
        g.lattice(rng, (5, 5), w, periodic=False), g.Graph(2), g.lattice(rng, (5, 5), w, periodic=False)
    ),
    "boundary-only": lambda rng, w: g.boundary_only(rng, 15, w),
    "many observables": lambda rng, w: g.random_multigraph(rng, 40, 90, 8, w, 100),
    "tiny": lambda rng, w: g.random_multigraph(rng, 3, 3, 1, w, 1),
}
LEVELS = {"usual": g.USUAL, "wide": g.WIDE, "unit": g.UNIT._replace(distinct_weights=10)}


@pytest.mark.parametrize("weights", LEVELS)
@pytest.mark.parametrize("shape", SHAPES)
def test_random_model(rng: Rng, many: int, shape: str, weights: str) -> None:
    for _ in range(2 * many):
        graph = SHAPES[shape](rng, LEVELS[weights])
        dem = random_model(rng, graph, int(rng.integers(1, len(graph.mechanisms) + 2)))
        pair = Pair(dem, LEVELS[weights].distinct_weights)
        pair.check(g.random_errors(rng, graph, 30, 0.08))
        pair.check(g.random_events(rng, graph.detectors, 10))


def test_certain_company(rng: Rng) -> None:
    """An error that is the only cause of two edges: either of them makes the other free."""
    dem = "error(0.001) D0 L0 ^ D1\nerror(0.01) D1 D2\nerror(0.02) D2\n"
    pair = Pair(dem)
    pair.check(g.pack(np.array([[1, 1, 0], [1, 0, 0], [0, 1, 0], [1, 0, 1], [0, 0, 1], [1, 1, 1]])))
    assert pair.subject.decoder.decode(np.array([0b011], np.uint8)).report.weight == 0


@pytest.mark.parametrize("shape", ["toric", "two parts", "dense"])
def test_with_weights_for_one_shot(rng: Rng, many: int, shape: str) -> None:
    """Both passes under the staged weights; the second lowers them further, but none that is negative."""
    graph = SHAPES[shape](rng, g.USUAL)
    pair = Pair(random_model(rng, graph, 60), 10001, room=True)
    kinds = ["few", "many", "around the events", "all", "ties", "signs", "extreme"]
    for k, shot in enumerate(g.random_errors(rng, graph, 140 * many, 0.06)):
        weights, entries = changed(rng, pair.rule.graph, shot, kinds[k % len(kinds)])
        pair.check_shot(shot, weights, entries)
        pair.check_shot(shot)


def test_memory_with_weights_for_one_shot(rng: Rng, many: int) -> None:
    dem = str(g.memory_dem("surface_code:rotated_memory_z", 7, 7, 0.005))
    pair = Pair(dem, room=True)
    for shot in g.sample(dem, 100 * many, int(rng.integers(1 << 62))):
        pair.check_shot(shot, *changed(rng, pair.rule.graph, shot, "around the events"))
        pair.check_shot(shot)


# Limits, copies, repetition


def test_enough_work_is_enough(rng: Rng) -> None:
    """The stated worst case is one: a limit of that much changes nothing. Anything less may cut short, never
    to something that is no correction."""
    dem = str(g.memory_dem("surface_code:rotated_memory_z", 5, 5, 0.01))
    shots = g.sample(dem, 60, int(rng.integers(1 << 62)))
    image = abi.compile_image(dem, correlated=True)
    free = abi.Decoder(image, correlated=True)
    limited = abi.Decoder(image, work_limit=free.needs.worst_case_work, correlated=True)
    works = []
    for shot in shots:
        a, b = free.decode(shot), limited.decode(shot)
        assert a.status == b.status == abi.OK
        assert bytes(a.observables) == bytes(b.observables)
        assert bytes(a.report) == bytes(b.report)
        works.append(a.report.work)
    assert free.digest() == limited.digest()

    graph = MergedGraph(dem, None)
    for limit in (1, 10, int(np.median(works)), max(works)):
        short = abi.Decoder(image, work_limit=limit, correlated=True)
        for shot in shots:
            answer, correction = short.decode(shot), short.match_edges(shot)
            assert answer.status == correction.status
            assert answer.status in (abi.OK, abi.TRUNCATED)
            edges = graph.indices(correction.edges)
            syndrome = np.bincount(np.concatenate([graph.a[edges], graph.b[edges]]), minlength=graph.detectors + 1) & 1
            assert np.array_equal(syndrome[:-1], g.unpack(shot[None], graph.detectors)[0])
            flips = np.bitwise_xor.reduce(graph.flips[edges], axis=0)
            assert np.array_equal(flips, g.unpack(answer.observables[None], graph.observables)[0])
            assert answer.report.work <= short.needs.worst_case_work
        assert short.stats().truncated > 0 or limit == max(works)


def test_same_shots_same_digest(rng: Rng) -> None:
    dem = str(g.memory_dem("surface_code:rotated_memory_z", 7, 7, 0.006))
    shots = g.sample(dem, 100, int(rng.integers(1 << 62)))
    decoder = abi.Decoder(abi.compile_image(dem, correlated=True), correlated=True)

    def run(decoder: abi.Decoder, part: np.ndarray) -> list[tuple[bytes, bytes, int]]:
        answers = (decoder.decode(shot) for shot in part)
        return [(bytes(a.observables), bytes(a.report), decoder.digest()) for a in answers]

    first = run(decoder, shots)
    decoder.reset()
    assert run(decoder, shots[:50]) == first[:50]
    twin = decoder.copy()
    assert run(decoder, shots[50:]) == run(twin, shots[50:]) == first[50:]
    decoder.reset()
    batch = np.zeros((len(shots), 1), dtype=np.uint8)
    assert decoder.decode_batch(shots, batch) == (abi.OK, len(shots))
    assert [bytes(row) for row in batch] == [observables for observables, _, _ in first]


def test_a_plain_image_does_not_do() -> None:
    image = abi.compile_image("error(0.1) D0 L0\n")
    with pytest.raises(abi.DecantError, match="UNSUPPORTED"):
        abi.Decoder(image, correlated=True)


def test_a_plain_decoder_on_a_correlated_image(rng: Rng, many: int) -> None:
    """The correlations are there, and not looked at: the lightest correction, on the image's own scale."""
    dem = str(g.memory_dem("surface_code:rotated_memory_z", 7, 7, 0.006))
    pair = Pair(dem)
    for shot in g.sample(dem, 100 * many, int(rng.integers(1 << 62))):
        expected = pair.rule.graph.lightest_weight(pair.rule.graph.weights, shot)
        assert pair.plain.decode(shot).report.weight == expected


# Mistakes


@pytest.mark.long
@pytest.mark.parametrize(
    "distance, p, shots",
    [(5, 0.003, 400_000), (5, 0.006, 200_000), (9, 0.003, 200_000), (9, 0.006, 100_000), (13, 0.006, 30_000)],
)
def test_as_many_mistakes_as_pymatching(rng: Rng, distance: int, p: float, shots: int) -> None:
    """McNemar's test on shots that exactly one of the two gets wrong: fair coins within 4.5 sigma."""
    circuit = g.memory_circuit("surface_code:rotated_memory_z", distance, distance, p)
    dem = circuit.detector_error_model(decompose_errors=True)
    decoder = abi.Decoder(abi.compile_image(str(dem), correlated=True), correlated=True)
    other = pymatching.Matching.from_detector_error_model(dem, enable_correlations=True)
    sampler = circuit.compile_detector_sampler(seed=int(rng.integers(1 << 62)))
    detectors, actual = sampler.sample(shots, separate_observables=True, bit_packed=True)
    ours = np.zeros_like(actual)
    assert decoder.decode_batch(detectors, ours) == (abi.OK, shots)
    theirs = other.decode_batch(
        detectors, bit_packed_shots=True, bit_packed_predictions=True, enable_correlations=True
    )
    wrong, wrong_there = np.any(ours != actual, axis=1), np.any(theirs != actual, axis=1)
    only_here, only_there = int(np.sum(wrong & ~wrong_there)), int(np.sum(wrong_there & ~wrong))
    print(f"d={distance} p={p}: {wrong.sum()} and {wrong_there.sum()} of {shots}; alone {only_here} and {only_there}")
    assert abs(only_here - only_there) <= 4.5 * math.sqrt(only_here + only_there) + 1
