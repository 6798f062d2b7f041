"""Makes a failing shot small: `shrink.py build/conformance/NAME.json` (written by checking.py).

Drops mechanisms and detection events while the shot still fails, then unused detectors, and prints the small
model and shot. Each trial runs in a child process, so that traps, crashes and hangs are failures too.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Callable, TypeVar

import numpy as np
import stim

import checking
import graphs as g
from oracle import lightest, path_weights

TRIAL_SECONDS = 10
Item = TypeVar("Item")


@dataclass(frozen=True)
class Failure:
    graph: g.Graph
    events: list[int]
    distinct_weights: int | None

    def check(self) -> None:
        """Raises if the shot is decoded wrongly."""
        subject = checking.Subject(self.graph.dem(), self.distinct_weights)
        bits = np.zeros((1, self.graph.detectors), dtype=np.uint8)
        bits[0, self.events] = 1
        expected = None
        if self.graph.detectors <= 16:
            expected = lightest(subject.graph)[bits[0] @ (1 << np.arange(self.graph.detectors))][None]
        elif len(self.events) <= 10 and np.all(subject.graph.weights >= 0):
            expected = np.array([path_weights(subject.graph, np.array(self.events, dtype=int))])
        subject.check(g.pack(bits), expected)

    def fails(self) -> bool:
        child = os.fork()
        if child == 0:
            checking.Subject._dump = lambda self, shot: ""
            signal.alarm(TRIAL_SECONDS)
            sys.stderr = open(os.devnull, "w")
            os.dup2(sys.stderr.fileno(), 2)
            try:
                self.check()
            except BaseException:
                os._exit(1)
            os._exit(0)
        return os.waitpid(child, 0)[1] != 0


def minimal(items: list[Item], fails: Callable[[list[Item]], bool]) -> list[Item]:
    """Items of which none can be left out, found by leaving out halves, then quarters, and so on."""
    size = len(items) // 2
    while size > 0:
        start, before = 0, len(items)
        while start < len(items):
            fewer = items[:start] + items[start + size :]
            if fails(fewer):
                items = fewer
            else:
                start += size
        if size > 1 or len(items) == before:
            size //= 2
    return items


def compacted(failure: Failure) -> Failure:
    """Without detectors that have no mechanism and no event."""
    ends = {end for m in failure.graph.mechanisms for end in (m.a, m.b) if end is not None}
    number = {detector: k for k, detector in enumerate(sorted(ends | set(failure.events)))}
    mechanisms = [m._replace(a=number[m.a], b=None if m.b is None else number[m.b]) for m in failure.graph.mechanisms]
    return replace(
        failure, graph=g.Graph(len(number), mechanisms), events=[number[event] for event in failure.events]
    )


def shrunk(failure: Failure) -> Failure:
    def without(mechanisms: list[g.Mechanism]) -> Failure:
        return replace(failure, graph=g.Graph(failure.graph.detectors, mechanisms))

    def undone(mechanisms: list[g.Mechanism]) -> Failure:
        """Those left out happened, and their detection events went with them: this takes pairs away."""
        events = set(failure.events)
        for mechanism in set(failure.graph.mechanisms) - set(mechanisms):
            events ^= {end for end in (mechanism.a, mechanism.b) if end is not None}
        return replace(without(mechanisms), events=sorted(events))

    def quiet(events: list[int]) -> Failure:
        return replace(failure, events=events)

    size = None
    while size != (size := (len(failure.graph.mechanisms), len(failure.events))):
        failure = without(minimal(failure.graph.mechanisms, lambda some: without(some).fails()))
        failure = undone(minimal(failure.graph.mechanisms, lambda some: undone(some).fails()))
        failure = quiet(minimal(failure.events, lambda some: quiet(some).fails()))
    small = compacted(failure)
    return small if small.fails() else failure


def main() -> None:
    saved = json.loads(Path(sys.argv[1]).read_text())
    graph = g.graph_of(stim.DetectorErrorModel(saved["dem"]))
    failure = Failure(graph, saved["events"], saved["distinct_weights"])
    if not failure.fails():
        sys.exit("this shot does not fail (or only in company of the shots before it)")
    small = shrunk(failure)
    print(small.graph.dem())
    print(f"# distinct weights: {small.distinct_weights}\n# detection events: {small.events}", flush=True)
    try:
        small.check()
    except checking.Wrong as wrong:
        print(wrong)


if __name__ == "__main__":
    main()
