"""Streams of rounds through RTL and back: frames and digests have to be those of a decoder that reads files.

    check_stream.py DECANT VERILATOR_BINARY ICARUS_COMMAND... DECODE_FILE

Run by run.sh, in the folder that it builds into."""

from __future__ import annotations

import argparse
from pathlib import Path

from cosim import ERASED, LAST, Stream, facts_of, first_difference, require, require_same, run, write_memory

STIM_Z = ["--code", "stim:rotated_memory_z"]
SURFACE_X = ["--code", "surface", "--basis", "X"]

STREAMS = [
    Stream("z3", STIM_Z, 3, 8, 0.010, 4000, "2,3"),
    Stream("z5", STIM_Z, 5, 10, 0.008, 3000, "3,5"),
    Stream("z7", STIM_Z, 7, 12, 0.006, 2000, "1,7"),
    Stream("x5", SURFACE_X, 5, 9, 0.008, 2000, "5,5"),
    Stream("z9", STIM_Z, 9, 12, 0.006, 600, "4,9"),
    Stream("endless5", STIM_Z, 5, 3000, 0.008, 1, "3,5", is_open=True, erased=[41, 1500, 1501]),
]

# How the hardware around the decoder behaves: a period of rounds, cycles of 256 in which no beat is begun or taken.
WAYS = {
    "flowing": {"period": 24},
    "halting": {"period": 0, "pause": 150, "ready": 100},
    "choked": {"period": 0, "ready": 4},
    "working": {"period": 40, "pause": 40, "ready": 200, "unit_cycles": 2},
}


def simulate(simulator: list[str], stream: Stream, tag: str, way: str, memory: Path, words: int) -> dict[str, int]:
    frames, digests = stream.path(f"{tag}.frames"), stream.path(f"{tag}.digests")
    settings = {"memory": memory, "words": words, "image": stream.path("image"), "frames": frames, "digests": digests,
                "config": stream.config, **WAYS[way]}  # fmt: skip
    return facts_of(run(*simulator, *(f"+{key}={value}" for key, value in settings.items())))


def check_against_command(stream: Stream) -> None:
    """The exclusive or of each shot's frames is what `decant predict` said of it."""
    answers, answer = [], 0
    for line in stream.path("frames").read_text().split():
        frame = bytes.fromhex(line)
        answer ^= frame[9]
        if frame[8] & LAST:
            answers.append(f"{answer}\n")
            answer = 0
    require("".join(answers) == stream.path("predicted").read_text(), f"{stream.name}: frames as decant predict")


def check_stream(stream: Stream, decode_file: Path, verilator: list[str], icarus: list[str]) -> None:
    files = [stream.path("frames"), stream.path("digests")]
    extra = ["open", *stream.erased] if stream.is_open else []
    run(decode_file, stream.path("image"), stream.path("b8"), stream.rounds_of_shot, stream.config, *files, *extra)
    if not stream.is_open:
        check_against_command(stream)
    seen = {}
    for way in WAYS:
        seen[way] = simulate(verilator, stream, way, way, stream.path("hex"), len(stream.words))
        for file in files:
            require_same(file, stream.path(f"{way}{file.suffix}"))
        told = seen[way]
        require(told["rounds"] == stream.shots * stream.rounds_of_shot, f"{stream.name}: all rounds were played")
        require(told["frames"] > 0, f"{stream.name}: frames came")
        print(f"{stream.name:9}{way:9}{stream.shots:6}{told['rounds']:8}{told['frames']:8}{told['held_back']:10}"
              f"{told['full']:9}{told['fifo_full']:10}{told['late']:8}"
              f"{told['least']:7}{told['mean']:7}{told['most']:8}")  # fmt: skip
    require(seen["choked"]["full"] > 0, f"{stream.name}: the decoder said FULL")
    require(seen["choked"]["fifo_full"] > 0, f"{stream.name}: the FIFO was full")
    require(seen["choked"]["held_back"] > seen["flowing"]["held_back"], f"{stream.name}: TREADY was low")

    # The same RTL under another simulator, through another interface: as many rounds as do not take too long.
    rounds = 3000 // stream.rounds_of_shot * stream.rounds_of_shot
    words = first_rounds(stream.words, rounds)
    write_memory(stream.path("short.hex"), words)
    told = simulate(icarus, stream, "icarus", "halting", stream.path("short.hex"), len(words))
    require(told["rounds"] == rounds, f"{stream.name}: all rounds were played under Icarus")
    require_beginning(stream, rounds, stream.path("icarus.frames"), stream.path("icarus.digests"))
    print(f"{stream.name:9}{'Icarus':9}{rounds // stream.rounds_of_shot:6}{rounds:8}{told['frames']:8}"
          f"{told['held_back']:10}{told['full']:9}{told['fifo_full']:10}{told['late']:8}"
          f"{told['least']:7}{told['mean']:7}{told['most']:8}")  # fmt: skip


def require_beginning(stream: Stream, rounds: int, frames: Path, digests: Path) -> None:
    """Frames and digests of the first rounds of a stream are what they are in the whole of it."""
    lines = stream.path("digests").read_text().splitlines(keepends=True)[:rounds]
    windows = sum(line.split()[1] != "1" for line in lines)  # DECANT_PENDING
    stream.path("part.digests").write_text("".join(lines))
    stream.path("part.frames").write_text("".join(stream.path("frames").read_text().splitlines(True)[:windows]))
    require_same(stream.path("part.frames"), frames)
    require_same(stream.path("part.digests"), digests)


def first_rounds(words: list[int], count: int) -> list[int]:
    place = 0
    for _ in range(count):
        place += 1 + ((words[place] & 0xFF) + 3) // 4
    return [*words[:place], words[-1]]


def check_mutations(stream: Stream, verilator: list[str]) -> None:
    """One flipped bit must be noticed, or the checks above show nothing."""
    header = len(first_rounds(stream.words, stream.shots * stream.rounds_of_shot // 2)) - 1
    mutants = {"syndrome": (header + 1, 1)}
    if stream.erased:
        header = len(first_rounds(stream.words, stream.erased[0])) - 1
        mutants["flag ERASED"] = (header, ERASED << 8)
    for what, (place, flip) in mutants.items():
        words = list(stream.words)
        words[place] ^= flip
        write_memory(stream.path("mutant.hex"), words)
        simulate(verilator, stream, "mutant", "flowing", stream.path("mutant.hex"), len(words))
        difference = first_difference(stream.path("digests"), stream.path("mutant.digests"))
        require(difference is not None, f"{stream.name}: one flipped bit of {what} is noticed")
        print(f"one bit of {what} flipped on purpose: {difference}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("decant", type=Path)
    parser.add_argument("verilator", type=Path)
    parser.add_argument("icarus")
    parser.add_argument("decode_file", type=Path)
    options = parser.parse_args()
    icarus = options.icarus.split()
    print("                                             cycles held back by            cycles to the frame")
    print("stream   way       shots  rounds  frames   TREADY     FULL FIFO full    late  least   mean    most")
    for stream in STREAMS:
        stream.make(options.decant)
        check_stream(stream, options.decode_file, [options.verilator], icarus)
    for stream in STREAMS:
        check_mutations(stream, [options.verilator])
    total = sum(stream.shots for stream in STREAMS if not stream.is_open)
    require(total >= 10000, "there are 10,000 shots")
    print(f"{total} shots, and {STREAMS[-1].rounds} rounds without an end: frames and digests are the same everywhere")


if __name__ == "__main__":
    main()
