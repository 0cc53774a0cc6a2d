"""How long the edit dialog takes to be on the screen, from its process's start, beside a plug-in whose dialog is empty.

bench_start.py [ROUNDS] - the two take turns in one GIMP; the first round, which warms, does not count.
"""

import os
import sys

from bench_support import Gates, Session, median, median_ratio
from desktop import PHOTOS

EMPTY = os.environ["SEEDREAM_BENCH_EMPTY_DIALOG"]
MOST = 1.5  # of the edit dialog's time over the empty one's
MOST_GAP = 16  # ms


def times(process) -> dict:
    """In milliseconds since the process's start; and how long its main loop stood still while the dialog was there."""
    begun = process.first("exec")
    words = {"libraries": f"program:{process.program}", "main loop": "loop", "mapped": "mapped"}
    return {name: (process.first(word) - begun) / 1000 for name, word in words.items()} | {
        "longest gap": process.longest_gap_ms(begun, process.first("end"))}


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    words = [str(rounds + 1), str(PHOTOS / "coffee.png"), "plug-in-seedream-edit", "plug-in-empty-dialog"]
    with Session("bench_start", words, {"empty-dialog": EMPTY}, SEEDREAM_BENCH_CLOSE="300", OPENROUTER_API_KEY="test",
                 SEEDREAM_PROVIDER="openrouter", OPENROUTER_BASE_URL="http://127.0.0.1:9") as session:
        answer = session.wait(240)
        assert answer.get("done"), answer
        found = {name: [times(p) for p in session.processes() if p.program == name][1:]
                 for name in ("seedream", "empty-dialog")}
    assert all(len(each) == rounds for each in found.values()), {name: len(each) for name, each in found.items()}
    ratio = lambda stage: median_ratio(found["seedream"], found["empty-dialog"], stage)  # noqa: E731
    print(f"{'ms since the process began':28}{'edit dialog':>14}{'empty dialog':>14}{'ratio':>8}")
    for stage in found["seedream"][0]:
        ours, empty = (median(each[stage] for each in found[name]) for name in ("seedream", "empty-dialog"))
        print(f"{stage:28}{ours:14.1f}{empty:14.1f}{ratio(stage):8.2f}")
    gates = Gates()
    gates.check("edit dialog mapped, over the empty one", ratio("mapped"), MOST)
    gates.check("edit dialog's longest gap ms", median(each["longest gap"] for each in found["seedream"]), MOST_GAP)
    return gates.status()


if __name__ == "__main__":
    sys.exit(main())
