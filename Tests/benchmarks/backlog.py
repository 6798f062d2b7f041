"""How many workers hold a period of rounds: a discrete-event model of blocks on any number of boards.

    python Tests/benchmarks/backlog.py --distance 31 --period 1000 --round_ns 5200 [--jitter 1.5] [--workers 64]

Windows of two layers (decant.h, "Blocks") become ready when their last round has come, odd ones when their neighbours are
done besides; the first free worker takes the first ready window. A window takes as long as its rounds times --round_ns, the
time that one worker needs for a round (`decant bench --stream --threads 1`, its column "blocks ns/round", times the rounds
that a period has over the rounds that its two windows see), times a factor drawn from 1 to --jitter. Prints, for
numbers of workers, the reaction time behind the last round and whether the wait grows with the experiment.

Beside it stands the condition of B. Terhal, arXiv:1302.3428: unless decoding keeps up with the rounds on average, the wait grows
with the experiment; here, workers * period >= ns of decoding per round.
"""

import argparse
import heapq
import random


def simulate(options: argparse.Namespace, workers: int, windows: int) -> float:
    """Nanoseconds from the last round to the last answer, for an experiment of so many even windows."""
    chance = random.Random(1)
    commit = buffer = options.distance
    gap = commit + 2 * buffer
    period = commit + gap
    even, odd = commit + 2 * buffer, gap

    def work(rounds: int) -> float:
        return rounds * options.round_ns * chance.uniform(1, options.jitter)

    free = [0.0] * workers
    end_of = {}
    tasks = []
    for index in range(windows):
        last = index * period + commit + buffer
        tasks.append((last * options.period, 2 * index, even))
    for index in range(windows - 1):
        tasks.append(((index + 1) * period * options.period, 2 * index + 1, odd))
    ready = [task for task in tasks if task[1] % 2 == 0]
    heapq.heapify(ready)
    while ready:
        at, index, rounds = heapq.heappop(ready)
        start = max(at, heapq.heappop(free))
        end = start + work(rounds)
        heapq.heappush(free, end)
        end_of[index] = end
        if index % 2 == 0:
            for neighbour, other in ((index - 1, index - 2), (index + 1, index + 2)):
                if other in end_of and 0 <= neighbour < 2 * windows - 1:
                    heapq.heappush(ready, (max(end, end_of[other]), neighbour, odd))
    last_round = ((windows - 1) * period + commit + buffer) * options.period
    return max(end_of.values()) - last_round


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--distance", type=int, default=31)
    parser.add_argument("--period", type=float, default=1000, help="ns from round to round")
    parser.add_argument("--round_ns", type=float, required=True, help="ns of a worker for a round of a window")
    parser.add_argument("--jitter", type=float, default=1.5)
    parser.add_argument("--workers", type=int, default=64, help="at most")
    options = parser.parse_args()
    seen_per_round = 1.5  # two windows of 3 d rounds for 4 d rounds of the experiment
    load = seen_per_round * options.round_ns * (1 + options.jitter) / 2 / options.period
    print(f"condition: more than {load:.2f} workers")
    print("workers  wait behind 50 windows (us)  behind 200  verdict")
    workers = 1
    while workers <= options.workers:
        short, long = simulate(options, workers, 50), simulate(options, workers, 200)
        verdict = "holds" if long < 1.5 * short + options.period else "falls behind"
        print(f"{workers:7d}  {short / 1000:27.1f}  {long / 1000:10.1f}  {verdict}")
        workers += 1 if workers < 8 else workers // 4


if __name__ == "__main__":
    main()
