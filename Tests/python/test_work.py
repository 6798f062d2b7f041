"""Work limits, determinism and checkpoints: what a control loop relies on besides the weight."""

from __future__ import annotations

import numpy as np
import pytest

import decant_abi as abi
import graphs as g
from checking import Subject

Rng = np.random.Generator
SHAPES = ["memory", "toric", "complete", "signed", "row"]


def model(rng: Rng, shape: str, shots: int) -> tuple[str, np.ndarray]:
    """A model and shots that are hard enough to be cut short."""
    if shape == "memory":
        dem = str(g.memory_dem("surface_code:rotated_memory_z", 7, 7, 0.01))
        return dem, g.sample(dem, shots, int(rng.integers(1 << 62)))
    if shape == "toric":
        graph = g.lattice(rng, (6, 6, 6), g.UNIT, periodic=True)
        return graph.dem(), g.random_errors(rng, graph, shots, 0.1)
    if shape == "complete":
        graph = g.complete(rng, 16, g.small_integers(3), boundary=False)
        return graph.dem(), g.random_errors(rng, graph, shots, 0.3)
    if shape == "row":
        # One event far from the boundary, in a shot of its own: the longest way out there is.
        graph = g.Graph(70)
        for node in range(70):
            graph.add(g.USUAL.draw(rng), node, node - 1 if node else None)
        far = np.zeros((1, 9), dtype=np.uint8)
        far[0, 69 // 8] = 1 << 69 % 8
        return graph.dem(), np.concatenate([far, g.random_errors(rng, graph, shots - 1, 0.5)])
    graph = g.random_multigraph(rng, 100, 300, 5, g.SIGNED)
    return graph.dem(), g.random_errors(rng, graph, shots, 0.1)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_truncated_answer_is_still_a_correction(rng: Rng, many: int, shape: str) -> None:
    """It explains every detection event, and is never lighter than the lightest."""
    dem, shots = model(rng, shape, 60 * many)
    unlimited = Subject(dem, 10001)
    ways = (unlimited.decoder.decode, unlimited.decoder.match_edges)
    works = [max(way(shot).report.work for way in ways) for shot in shots]
    for limit in (1, 2, 10, 50, int(np.median(works)), max(works)):
        limited = Subject(dem, 10001, work_limit=limit)
        limited.check(shots, limited=True)
        truncated = limited.decoder.stats().truncated
        assert truncated > 0 or limit == max(works)
        if limit == 1:
            # Each shot was decoded twice. Only those that the warm start finishes can be answered at once.
            assert truncated > len(shots)
    assert truncated == 0, "the limit is what the hardest shot takes"


@pytest.mark.parametrize("shape", SHAPES)
def test_enough_work_gives_the_same_answer(rng: Rng, shape: str) -> None:
    dem, shots = model(rng, shape, 60)
    image = abi.compile_image(dem, 10001)
    free = abi.Decoder(image)
    limited = abi.Decoder(image, work_limit=free.needs.worst_case_work)
    for shot in shots:
        a, b = free.decode(shot), limited.decode(shot)
        assert a.status == b.status == abi.OK
        assert bytes(a.observables) == bytes(b.observables)
        assert bytes(a.report) == bytes(b.report)
    assert free.digest() == limited.digest()


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("work_limit", [0, 30])
def test_same_shots_same_digest_and_work(rng: Rng, shape: str, work_limit: int) -> None:
    """Again after a reset, in another decoder, and on from a copy of the workspace's bytes."""
    dem, shots = model(rng, shape, 60)
    image = abi.compile_image(dem)
    decoder = abi.Decoder(image, work_limit)
    fresh = decoder.digest()

    def run(decoder: abi.Decoder, part: np.ndarray) -> list[tuple[bytes, bytes, int]]:
        answers = (decoder.decode(shot) for shot in part)
        return [(bytes(a.observables), bytes(a.report), decoder.digest()) for a in answers]

    first = run(decoder, shots)
    assert len({digest for _, _, digest in first} | {fresh}) == len(shots) + 1
    decoder.reset()
    assert decoder.digest() == fresh
    assert decoder.stats().shots == 0
    assert run(decoder, shots) == first

    other = abi.Decoder(image, work_limit)
    assert run(other, shots[:30]) == first[:30]
    checkpoint = other.copy()
    assert run(other, shots[30:]) == first[30:]
    assert run(checkpoint, shots[30:]) == first[30:]
    assert bytes(checkpoint.stats()) == bytes(other.stats()) == bytes(decoder.stats())


def test_statistics_are_the_sums_of_the_reports(rng: Rng) -> None:
    dem, shots = model(rng, "memory", 100)
    decoder = abi.Decoder(abi.compile_image(dem))
    reports = [decoder.decode(shot).report for shot in shots]
    stats = decoder.stats()
    assert stats.shots == len(shots)
    assert stats.detection_events == sum(r.detection_events for r in reports)
    assert stats.max_detection_events == max(r.detection_events for r in reports)
    assert stats.grown_events == sum(r.grown_events for r in reports)
    assert stats.work == sum(r.work for r in reports)
    assert stats.max_work == max(r.work for r in reports)
    assert (stats.truncated, stats.impossible) == (0, 0)
