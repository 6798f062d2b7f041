"""Writes patch.dem: python generate.py > patch.dem. See README.md."""

WIDTH, ROUNDS = 12, 3


def main() -> None:
    number: dict[tuple[str, int, int, int], int] = {}
    for t in range(ROUNDS):
        for kind in "AB":
            for x in range(WIDTH):
                for y in range(2):
                    number[kind, x, y, t] = len(number)

    def rate(*key: object) -> float:
        # Any numbers that are unlike each other and the same everywhere.
        state = 0
        for character in repr(key):
            state = (state * 131 + ord(character)) % 999_983
        return round(0.02 + 0.04 * (state % 1000) / 1000, 4)

    def d(kind: str, x: int, y: int, t: int) -> str:
        return f"D{number[kind, x, y, t]}"

    for t in range(ROUNDS):
        for kind in "AB":
            for x in range(WIDTH):
                for y in range(2):
                    here = d(kind, x, y, t)
                    if x + 1 < WIDTH:
                        print(f"error({rate(kind, 'x', x, y)}) {here} {d(kind, x + 1, y, t)}")
                    if y == 0:
                        print(f"error({rate(kind, 'y', x)}) {here} {d(kind, x, 1, t)}")
                    if t + 1 < ROUNDS:
                        print(f"error({rate(kind, 't', x, y)}) {here} {d(kind, x, y, t + 1)}")
                    if kind == "A" and x in (0, WIDTH - 1):
                        print(f"error({rate(kind, 'end', x, y)}) {here} L{0 if x == 0 else 1}")
                    if kind == "B":
                        print(f"error({rate(kind, 'end', x, y)}) {here} L{2 + y}")
        # Errors that flip both kinds.
        for x in range(WIDTH - 1):
            for y in range(2):
                pair = f"{d('A', x, y, t)} {d('A', x + 1, y, t)}"
                print(f"error({rate('both', x, y)}) {pair} ^ {d('B', x, 0, t)} {d('B', x, 1, t)}")
    for (kind, x, y, t), k in number.items():
        print(f"detector({x}, {y}, {0 if kind == 'A' else 1}, {t}) D{k}")


if __name__ == "__main__":
    main()
