"""The event network in RTL beside the library: weight changes byte for byte, and what the matcher makes of them.

    check_network.py DECANT PREDECODE_FILE SMALL_BINARY EVENT_BINARY ICARUS_COMMAND

Shipped networks on sampled shots; then networks of random numbers up to the extremes of the format, on sampled shots and on
noise, so that sums wrap and clamps clamp. Run by run.sh, in the folder that it builds into."""

from __future__ import annotations

import argparse
import json
import random
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

from check_stream import first_rounds
from cosim import Stream, facts_of, first_difference, memory_words, require, require_same, run, write_memory

STIM_Z = ["--code", "stim:rotated_memory_z"]
SURFACE_X = ["--code", "surface", "--basis", "X"]


@dataclass
class Case:
    name: str
    model: str
    memory: list[str]
    distance: int
    noise: float
    shots: int


CASES = [
    Case("small3", "event-small", STIM_Z, 3, 0.008, 1000),
    Case("small5", "event-small", STIM_Z, 5, 0.006, 1000),
    Case("small7", "event-small", SURFACE_X, 7, 0.006, 400),
    Case("event5", "event", STIM_Z, 5, 0.006, 1000),
    Case("event7", "event", STIM_Z, 7, 0.006, 300),
]


class Shots:
    """Whole shots with an image that holds a network: files for the library, memories for the hardware."""

    def __init__(self, case: Case, decant: Path) -> None:
        self.case = case
        self.image = Path(f"{case.name}.image")
        self.folder = Path(f"{case.name}.memories")
        stream = Stream(case.name, case.memory, case.distance, case.distance, case.noise, case.shots, "")
        experiment = stream.experiment(case.distance)
        run(decant, "compile", *experiment, "--model", case.model, "-o", self.image)
        run(decant, "compile", "--stream", *stream.experiment(16), "-o", "rounds.image")
        facts = json.loads(run(decant, "inspect", "--json", "rounds.image"))
        stream.first, stream.usual, stream.last = facts["stream"]["detectors"]
        run(decant, "sample", *experiment, "--shots", case.shots, "--seed", 8 * case.distance, "--out",
            f"{case.name}.b8", "--out_format", "b8")  # fmt: skip
        self.detectors = json.loads(run(decant, "inspect", "--json", self.image))["detectors"]
        self.decant, self.stream, self.b8 = decant, stream, Path(f"{case.name}.b8")
        self._write()

    def use(self, image: bytes, shots: bytes) -> None:
        """Another image of the same graph, and other shots."""
        self.image, self.b8 = Path("forged.image"), Path("forged.b8")
        self.folder = Path("forged.memories")
        self.image.write_bytes(image)
        self.b8.write_bytes(shots)
        self._write()

    def _write(self) -> None:
        run(self.decant, "memories", self.image, "-o", self.folder)
        content, size = self.b8.read_bytes(), (self.detectors + 7) // 8
        shots = [int.from_bytes(content[k : k + size], "little") for k in range(0, len(content), size)]
        self.words = memory_words(self.stream.rounds_of(shot) for shot in shots)
        self.count = len(shots)

    def expect(self, predecode_file: Path) -> None:
        run(predecode_file, self.image, self.b8, "network.changes", "network.answers")

    def simulate(self, simulator: list[object], words: list[int] | None = None, **settings: object) -> dict[str, int]:
        words = words or self.words
        write_memory(Path("network.hex"), words)
        settings = {"memory": "network.hex", "words": len(words), "image": self.image, "memories": self.folder,
                    "first_detectors": self.stream.first, "round_detectors": self.stream.usual,
                    "changes": "rtl.changes", "answers": "rtl.answers", **settings}  # fmt: skip
        return facts_of(run(*simulator, *(f"+{key}={value}" for key, value in settings.items())))


def check_case(case: Case, decant: Path, predecode_file: Path, binary: Path, icarus: list[str] | None) -> Shots:
    shots = Shots(case, decant)
    shots.expect(predecode_file)
    ways = {"Verilator": {}, "stalled": {"pause": 100, "ready": 60}}
    for way, settings in ways.items():
        told = shots.simulate([binary], **settings)
        require_same(Path("network.changes"), Path("rtl.changes"))
        require_same(Path("network.answers"), Path("rtl.answers"))
        require(told["shots"] == case.shots and told["changes"] > case.shots, f"{case.name}: weights changed")
        print_row(case, way, told)
    if icarus:
        count = 40
        told = shots.simulate(icarus, first_rounds(shots.words, count * shots.stream.rounds_of_shot))
        for kind, marker in (("changes", "shot\n"), ("answers", "")):
            lines = Path(f"network.{kind}").read_text().splitlines(keepends=True)
            ends = [k for k, line in enumerate(lines, 1) if line.endswith(marker or "\n")]
            Path("network.part").write_text("".join(lines[: ends[count - 1]]))
            require_same(Path("network.part"), Path(f"rtl.{kind}"))
        print_row(case, "Icarus", told)
    return shots


def print_row(case: Case, way: str, told: dict[str, int]) -> None:
    print(f"{case.name:9}{case.model:12}{way:11}{told['shots']:6}{told['events']:8}{told['changes']:9}"
          f"{told['asking'] / told['events']:10.1f}{told['telling'] / told['events']:10.1f}")  # fmt: skip


# ---------------------------------------------------------------------------------------------- random networks


def sections(image: bytes) -> dict[int, tuple[int, int]]:
    """Offset and size of each section; ImageLayout.swift has the format, and a reader that knows another refuses it."""
    table = {}
    for k in range(struct.unpack_from("<I", image, 72)[0]):
        kind, size, offset, count = struct.unpack_from("<IIQQ", image, 128 + 32 * k)
        table[kind] = (offset, size * count)
    return table


def forged(image: bytes, whim: random.Random, wild: bool) -> bytes:
    """The same image with a network of random numbers: any that the reader admits, or such that few outputs clamp."""
    result = bytearray(image)
    parts = sections(image)
    record = parts[14][0]
    hidden, units = struct.unpack_from("<II", image, record)
    shifts = [whim.randint(0, 15) if wild else 8, whim.randint(1, 40) if wild else 20, whim.randint(1, 40) if wild else 12]
    struct.pack_into("<IIII", result, record + 40, *shifts, 2)
    for kind in (16, 17):
        offset, size = parts[kind]
        result[offset : offset + size] = whim.randbytes(size)
    dense = parts[18][0]

    def biases(offset: int, count: int, most: int) -> int:
        edges = [0, most, -most, most - 1] if wild else [0]
        for k in range(count):
            value = whim.choice([*edges, whim.randint(-most, most)])
            struct.pack_into("<i", result, offset + 4 * k, value)
        return offset + 4 * count

    def multipliers(offset: int, count: int, usual: int) -> int:
        for k in range(count):
            any_one = whim.choice([-1 << 31, (1 << 31) - 1, 0, -1, whim.randint(-1 << 31, (1 << 31) - 1)])
            struct.pack_into("<i", result, offset + 4 * k, any_one if wild else whim.randint(-usual, usual))
        return offset + 4 * count

    def weights(offset: int, count: int) -> int:
        for k in range(count):
            value = whim.choice([-127, 127]) if wild and whim.random() < 0.3 else whim.randint(-127, 127)
            struct.pack_into("<b", result, offset + k, value)
        return offset + count

    most = 1 << 24
    next_layer = weights(multipliers(biases(dense, units, most if wild else 1 << 12), units, 1 << 10), hidden * units)
    weights(multipliers(biases(next_layer, 16, most if wild else 1 << 12), 16, 1 << 16), 16 * units)
    struct.pack_into("<I", result, 24, 0)
    struct.pack_into("<I", result, 24, zlib.crc32(result))
    return bytes(result)


def check_forged(shots: Shots, predecode_file: Path, binary: Path, count: int) -> None:
    whim = random.Random(7)
    image, sampled = shots.image.read_bytes(), shots.b8.read_bytes()
    size = (shots.detectors + 7) // 8
    seen, clamped, changes, events = set(), 0, 0, 0
    for k in range(count):
        noise = b"".join(whim.getrandbits(shots.detectors).to_bytes(size, "little") for _ in range(6))
        shots.use(forged(image, whim, wild=k % 2 == 0), sampled[: 20 * size] + noise)
        shots.expect(predecode_file)
        told = shots.simulate([binary])
        require_same(Path("network.changes"), Path("rtl.changes"))
        require_same(Path("network.answers"), Path("rtl.answers"))
        weights = [line.split()[2] for line in Path("rtl.changes").read_text().splitlines() if line != "shot"]
        seen.update(weights)
        clamped += sum(weight in ("00000002", "01fffffe") for weight in weights)
        changes += len(weights)
        events += told["events"]
    print(f"{count} networks of random numbers, {events} events: {changes} weights, {len(seen)} different, {clamped} at"
          " their least or most")  # fmt: skip
    require(len(seen) > 1000 and 0 < clamped < changes // 10 * 9, "random networks say all sorts of things")


def check_mutation(shots: Shots, predecode_file: Path, binary: Path) -> None:
    """One flipped bit in one row must be noticed."""
    shots.expect(predecode_file)
    file = shots.folder / "rows.hex"
    lines = file.read_text().splitlines()
    middle = len(lines) // 2
    lines[middle] = f"{int(lines[middle], 16) ^ 1 << 7:0{len(lines[middle])}x}"
    file.write_text("\n".join(lines) + "\n")
    shots.simulate([binary])
    difference = first_difference(Path("network.changes"), Path("rtl.changes"))
    require(difference is not None, "a flipped bit of a row is noticed")
    print(f"one bit of rows.hex flipped on purpose: {difference}")


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("decant", "predecode_file", "small", "event"):
        parser.add_argument(name, type=Path)
    parser.add_argument("icarus")
    options = parser.parse_args()
    binaries = {"event-small": options.small, "event": options.event}
    print("                                                          cycles for an event")
    print("case     network     way         shots  events  changes   weights   telling")
    for case in CASES:
        icarus = options.icarus.split() if case.name == "small5" else None
        shots = check_case(case, options.decant, options.predecode_file, binaries[case.model], icarus)
        if case.name == "small5":
            check_forged(Shots(case, options.decant), options.predecode_file, options.small, 16)
            check_mutation(shots, options.predecode_file, options.small)
    print("weight changes, and what the matcher makes of them, are the library's everywhere")


if __name__ == "__main__":
    main()
