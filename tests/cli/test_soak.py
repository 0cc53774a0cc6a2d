"""tests/cli/test_soak.py - many jobs with all kinds of trouble through one process: nothing grows, none is forgotten.

SEEDREAM_SOAK says how many jobs; SEEDREAM_SEED makes the same choices once more.
"""
from __future__ import annotations

import contextlib
import os
import random
import sqlite3
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tap  # noqa: E402
from clients import Client, Contract, Drawn, Measures, quarters_png  # noqa: E402
from programs import Place, Sandbox, make_places  # noqa: E402

JOBS = int(os.environ.get("SEEDREAM_SOAK") or 100)
SEED = int(os.environ.get("SEEDREAM_SEED") or random.SystemRandom().randrange(1 << 32))
AT_ONCE = 12 if JOBS < 1000 else 40
DEADLINE = 15  # seconds
# By which the process may grow in the last third of the jobs: what is allocated and not freed by half a KiB for each,
# and by the pages of the record that SQLite keeps at hand, 2 MiB, which it takes some thousand jobs to fill. What is
# resident besides is how the allocator lays things out; of a few jobs not all have met every trouble by then.
MANY = JOBS >= 6000
MOST_KIB = JOBS // 6 + (0 if MANY else 2 << 10)
MOST_RESIDENT_KIB = (16 if MANY else 64) << 10
NO, YES, UNKNOWN = range(3)  # what the ledger says of a charge

CONTRACTS = (Contract("imarouter-v1"), Contract("sandbox"), Contract("openrouter", "no"), Contract("openrouter", "yes"),
             Contract("openrouter-images"), Contract("modelark", "no"), Contract("modelark", "yes"))
# What may strike; a job meets one of them, or none.
FAULTS = ("reset-at=0", "reset-at=190", "cut-at=190", "reset-at=300@picture:3", "cut-at=300@picture",
          "wrong-length=-20", "redirect", "redirect@picture:40", "no-credit", "moderated", "bad-key", "broken",
          "bad-gateway", "busy:3", "html", "deep-json", "bad-utf8", "lost-answer", "no-output", "job-fails",
          "error-in-body", "cut-stream", "cut-after-picture", "double-picture", "not-a-picture", "cut-picture",
          "bad-checksum", "rotated-picture", "cmyk-picture", "interlaced-picture", "huge-string:2", "gone-picture:1")
SPOILT = "job-fails"  # the service does not charge what it failed to draw
TROUBLES = ("",) * 12 + FAULTS  # so many go well


@dataclass
class Order:
    trouble: str
    contract: Contract

    @staticmethod
    def prompt(number: int) -> str:
        return f"hill {number}"


class Soak:
    """One process, a sandbox for every fault, and a folder in which all is written down."""

    def __init__(self, place: Place) -> None:
        picture = place.file("quarters.png", quarters_png())
        usual = ("--picture", picture, "--job-ms", "0")
        self.sandboxes = {fault: place.sandbox(*usual, *(("--fault", fault) if fault else ()))
                          for fault in ("", *FAULTS)}
        self.folder = place.data / "soak"
        self.client = Client(place)
        dice = random.Random(SEED)
        self.orders = [Order(dice.choice(TROUBLES), dice.choice(CONTRACTS)) for _ in range(JOBS)]
        self.ends: dict[int, Drawn] = {}
        self.descriptors = 64  # that it may hold when it rests; at first more than there are

    def begin(self, number: int) -> None:
        order = self.orders[number]
        sandbox: Sandbox = self.sandboxes[order.trouble]
        self.client.order(number, order.contract, sandbox.url, DEADLINE, order.prompt(number), self.folder)

    def run(self, numbers: range) -> Measures:
        """Until each has ended, some at once; what is held then."""
        waiting = iter(numbers)
        for number in [number for _, number in zip(range(AT_ONCE), waiting)]:
            self.begin(number)
        for _ in numbers:
            number, drawn = self.client.drawn()
            assert number not in self.ends, f"job {number} ended twice"
            self.ends[number] = drawn
            if (following := next(waiting, None)) is not None:
                self.begin(following)
        return self.client.settled(self.descriptors)

    def charged_by_services(self) -> Counter[str]:
        """Pictures, by prompt."""
        return Counter({line["prompt"]: line["ordered"] for fault, sandbox in self.sandboxes.items()
                        if fault != SPOILT for line in sandbox.log() if line.get("ordered")})

    def ledger(self) -> dict[str, int | None]:
        """Whether each was charged, by prompt."""
        with contextlib.closing(sqlite3.connect(self.folder / "jobs.sqlite")) as store:
            assert store.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            return dict(store.execute("SELECT prompt, charge.charged FROM job LEFT JOIN charge ON charge.job = id"))


def test_nothing_grows_and_no_job_is_forgotten(place: Place) -> None:
    soak = Soak(place)
    third = JOBS // 3
    soak.descriptors = soak.run(range(min(AT_ONCE, third))).descriptors + 2  # a thread's wake-up or two come later
    first = soak.run(range(min(AT_ONCE, third), third))
    early = soak.run(range(third, 2 * third))
    late = soak.run(range(2 * third, JOBS))
    charged, ledger = soak.charged_by_services(), soak.ledger()
    codes = Counter(drawn.code for drawn in soak.ends.values())
    fates = Counter(ledger.get(Order.prompt(number)) for number in range(JOBS))
    print(f"# soak: {JOBS} jobs, seed {SEED}: {', '.join(f'{n} {code}' for code, n in codes.most_common())}; "
          f"{sum(charged.values())} charged by the services, {fates[YES]} by the ledger and {fates[UNKNOWN]} perhaps; "
          f"{first.allocated}, {early.allocated} and {late.allocated} KiB allocated and {first.resident}, "
          f"{early.resident} and {late.resident} KiB resident after each third; "
          f"{early.descriptors} and {late.descriptors} descriptors", flush=True)
    assert codes.total() == len(ledger) == JOBS, (codes.total(), len(ledger))
    wrong = [f"{number}: {soak.orders[number]}, charged {charged[prompt]}, ledger {ledger[prompt]}, {soak.ends[number]}"
             for number in range(JOBS) if (prompt := Order.prompt(number)) is not None
             and ledger[prompt] not in ((YES, UNKNOWN) if charged[prompt] else (NO, UNKNOWN, None))]
    assert not wrong, "\n".join(wrong)
    assert late.allocated - early.allocated < MOST_KIB, (early, late)
    assert late.resident - early.resident < MOST_RESIDENT_KIB, (early, late)
    assert late.living == 0 and late.descriptors <= soak.descriptors, (early, late)
    assert soak.client.stop() == 0


if __name__ == "__main__":
    sys.exit(tap.main(globals(), make_places()))
