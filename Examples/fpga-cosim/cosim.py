"""What the checks share: running programs, shots as memories of the syndrome player, files that have to be the same."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

LAST, ERASED = 1, 2
ERASURES = 16  # DECANT_CONFIG_ERASURES
END = 0xFFFF_FFFF


def run(*command: object, stdin: str | None = None) -> str:
    """Runs a program, and gives what it printed; what it printed on failure is told."""
    words = [str(word) for word in command]
    result = subprocess.run(words, input=stdin, capture_output=True, text=True)
    if result.returncode != 0:
        raise SystemExit(f"{' '.join(words)}\n{result.stdout}{result.stderr}\nfailed ({result.returncode})")
    return result.stdout


@dataclass
class Stream:
    """Shots of one experiment, decoded round by round: in a file for the decoder, in a memory for the player."""

    name: str
    memory: list[str]  # arguments for decant that name the experiment
    distance: int
    rounds: int  # of checks; the readout comes on top
    noise: float
    shots: int
    window: str
    is_open: bool = False
    erased: list[int] = field(default_factory=list)

    @property
    def config(self) -> int:
        return ERASURES if self.erased else 0

    def path(self, suffix: str) -> Path:
        return Path(f"{self.name}.{suffix}")

    def experiment(self, rounds: int) -> list[object]:
        return [*self.memory, "--distance", self.distance, "--rounds", rounds, "--noise", self.noise]

    def make(self, decant: Path) -> None:
        """Image, shots, the player's memory, and what the command predicts."""
        run(decant, "compile", "--stream", *self.experiment(16), "--window", self.window, "-o", self.path("image"))
        facts = json.loads(run(decant, "inspect", "--json", self.path("image")))
        self.first, self.usual, self.last = facts["stream"]["detectors"]
        run(decant, "sample", *self.experiment(self.rounds), "--shots", self.shots, "--seed", self.distance,
            "--out", self.path("b8"), "--out_format", "b8")  # fmt: skip
        content = self.path("b8").read_bytes()
        detectors = self.first + self.usual * (self.rounds - 1) + self.last
        size = (detectors + 7) // 8
        assert len(content) == size * self.shots, "the rounds that the image tells of are not those of the shots"
        shots = [int.from_bytes(content[k : k + size], "little") for k in range(0, len(content), size)]
        if self.is_open:
            shots = [self._erase(shot & ~(-1 << detectors - self.last)) for shot in shots]
            size = (detectors - self.last + 7) // 8
            self.path("b8").write_bytes(b"".join(shot.to_bytes(size, "little") for shot in shots))
        else:
            run(decant, "predict", "--image", self.path("image"), "--rounds", self.rounds_of_shot, "--in",
                self.path("b8"), "--out", self.path("predicted"))  # fmt: skip
        self.words = memory_words(self.rounds_of(shot) for shot in shots)
        write_memory(self.path("hex"), self.words)

    @property
    def rounds_of_shot(self) -> int:
        return self.rounds + (not self.is_open)

    def rounds_of(self, shot: int) -> list[tuple[int, int, int]]:
        """Of each round its flags, bytes and bits."""
        result = []
        for number in range(self.rounds_of_shot):
            is_last = number == self.rounds
            width = self.first if number == 0 else self.last if is_last else self.usual
            flags = LAST * is_last | ERASED * (number in self.erased)
            result.append((flags, (width + 7) // 8, shot & (1 << width) - 1))
            shot >>= width
        return result

    def _erase(self, shot: int) -> int:
        """As if the measurements of erased rounds repeated those before: their detectors move into the next round."""
        for number in self.erased:
            begin = self.first + (number - 1) * self.usual
            bits = shot >> begin & (1 << self.usual) - 1
            shot ^= bits << begin | bits << begin + self.usual
        return shot


def memory_words(shots) -> list[int]:
    """Rounds as syndrome_player reads them."""
    words = []
    for shot in shots:
        for flags, size, bits in shot:
            words.append(flags << 8 | size)
            words += [bits >> 32 * k & 0xFFFF_FFFF for k in range((size + 3) // 4)]
    return [*words, END]


def write_memory(path: Path, words: list[int]) -> None:
    path.write_text("".join(f"{word:08x}\n" for word in words))


def facts_of(output: str) -> dict[str, int]:
    """The key=value line that a test bench prints."""
    line = next(line for line in output.splitlines() if line.startswith("cycles="))
    return {key: int(value) for key, value in (pair.split("=") for pair in line.split())}


def first_difference(expected: Path, found: Path) -> str | None:
    """Where two files part, in words; None if they are the same, byte for byte."""
    if expected.read_bytes() == found.read_bytes():
        return None
    pairs = zip([*expected.open(), ""], [*found.open(), ""])
    for number, (want, have) in enumerate(pairs, 1):
        if want != have:
            return f"{found}:{number}: {have.strip() or 'nothing'}, but {expected} has {want.strip() or 'nothing'}"
    return f"{found}: parts from {expected}"


def require_same(expected: Path, found: Path) -> None:
    difference = first_difference(expected, found)
    if difference:
        raise SystemExit(f"NOT THE SAME: {difference}")


def require(condition: bool, what: str) -> None:
    if not condition:
        raise SystemExit(f"NOT AS IT SHOULD BE: {what}")
