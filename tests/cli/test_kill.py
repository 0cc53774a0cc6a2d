"""tests/cli/test_kill.py - commands die at any moment, and no picture that was paid for is lost or paid for twice.

SEEDREAM_KILLS says how many of them die, over all providers; SEEDREAM_SEED makes the same choices once more.
"""
from __future__ import annotations

import contextlib
import json
import math
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tap  # noqa: E402
from command import CHELSEA, listed  # noqa: E402
from programs import PATIENCE, Picture, Place, end_of, make_places, wait_for, write_png  # noqa: E402
from providers import MODELARK, OPENROUTER, PROVIDERS, Provider  # noqa: E402

KILLS = int(os.environ.get("SEEDREAM_KILLS") or 42)
SEED = int(os.environ.get("SEEDREAM_SEED") or random.SystemRandom().randrange(1 << 32))
AT_ONCE = 3  # commands that share a record and die one after another
SLOWLY = ("--latency-ms", "60", "--job-ms", "120")  # so that there is something to die in
NO, YES, UNKNOWN = range(3)  # what a row says of a charge
COMPLETED = 3  # and of a state: it is the first one that is final

Way = tuple[str, ...]  # a verb and its options
WAYS: list[Way] = [("generate",), ("generate", "-n", "2"), ("edit",)]
STREAMING = (OPENROUTER, MODELARK)


class Fate(Enum):
    """What has become of a command's pictures."""
    NOTHING_SENT = "before anything was sent"
    UNKNOWN = "fate unknown and said so"
    IN_PART = "pictures in part and said so"
    HERE = "pictures recovered"
    LOST = "lost"
    DUPLICATED = "duplicated"


GOOD = (Fate.NOTHING_SENT, Fate.UNKNOWN, Fate.IN_PART, Fate.HERE)


def figures(fates: Counter[Fate], recoveries: int) -> str:
    """One line of them. recoveries: how many of these died besides."""
    counts = ", ".join(f"{fates[fate]} {fate.value}" for fate in Fate)
    return f"{fates.total()} kills: {counts}; and {recoveries} recoveries killed"


def ways_of(provider: Provider) -> list[Way]:
    if provider not in STREAMING:
        return WAYS
    return [(*way, stream) for way in WAYS for stream in ("--stream", "--no-stream")]


@dataclass
class Run:
    """A command that draws."""
    number: int
    way: Way
    picture: bytes  # what comes of it
    process: subprocess.Popen
    begun: float
    moment: float  # seconds after its begin when it is killed, unless it has ended by then
    lived: float = 0  # seconds
    killed: bool = False

    @property
    def prompt(self) -> str:
        return prompt_of(self.number)

    @property
    def count(self) -> int:
        return 2 if "-n" in self.way else 1

    def is_over(self) -> bool:
        """Kills it when it is time."""
        self.lived = time.monotonic() - self.begun
        if self.lived >= self.moment:
            self.process.kill()
        elif self.process.poll() is None:
            assert self.lived < PATIENCE, f"{self.way} hangs"
            return False
        ended = end_of(self.process, self.begun)
        self.killed = ended.status == -signal.SIGKILL
        if not self.killed:
            ended.expect(0)
        return True


def watch(runs: list[Run]) -> None:
    """Until each has come to its end."""
    while runs:
        runs = [run for run in runs if not run.is_over()]
        time.sleep(0.002)


def prompt_of(number: int) -> str:
    """No other run has it."""
    return f"hill {number}"


@dataclass
class Row:
    """What is written down of a run and only the database tells."""
    id: str
    state: int
    charged: int
    delivered: int
    told: int  # pictures whose addresses are known
    in_ledger: int | None  # whether it was charged


@dataclass
class Record:
    """All that is written down of a run."""
    row: Row
    told: dict  # as --json tells it

    def pictures(self) -> list[bytes]:
        return [Path(image["path"]).read_bytes() for image in self.told["images"]]


def is_here(run: Run, record: Record) -> bool:
    """Whether all that was asked for is kept to the byte, and the record says so."""
    return (record.told["state"] == "completed" and record.told["error"] is None and record.row.charged == YES
            and record.pictures() == [run.picture] * run.count
            and all(image["type"] == "image/png" for image in record.told["images"]))


def is_honest(record: Record) -> bool:
    """Whether a record without a picture says that nobody knows what became of it, and could not know more."""
    error = record.told["error"]
    return (record.told["state"] == "unknown" and record.row.charged == UNKNOWN and bool(error)
            and error["charged"] is None and record.row.told == 0 and not record.told["images"])


def is_in_part(run: Run, record: Record) -> bool:
    """Whether a record with some of the pictures says that others are missing, and has all whose address it knew."""
    pictures = record.pictures()
    return (record.told["state"] == "completed" and bool(record.told["error"])
            and max(record.row.told, 1) <= len(pictures) < run.count
            and all(picture == run.picture for picture in pictures))


def fate_of(run: Run, provider: Provider, record: Record | None, ordered: int) -> Fate:
    """ordered: how many pictures the service has heard of."""
    if ordered > run.count:
        return Fate.DUPLICATED
    if record is None:
        return Fate.LOST if ordered else Fate.NOTHING_SENT
    if ordered == 0:
        says_too_much = record.told["images"] or record.row.charged == YES or record.row.state < COMPLETED
        return Fate.LOST if says_too_much else Fate.NOTHING_SENT
    if record.row.state < COMPLETED or record.row.in_ledger not in (YES, UNKNOWN):
        return Fate.LOST
    if is_here(run, record):
        return Fate.HERE
    if is_honest(record) and not (provider.keeps_jobs and record.told["service_id"]):
        return Fate.UNKNOWN
    if is_in_part(run, record) and not provider.keeps_jobs:
        return Fate.IN_PART
    return Fate.LOST


@dataclass
class Total:
    """Of all providers."""
    fates: Counter[Fate]
    recoveries: int = 0


TOTAL = Total(Counter())


class Batch:
    """Many commands for one provider, of which many are killed, with one record."""

    def __init__(self, place: Place, provider: Provider) -> None:
        self.place, self.provider = place, provider
        self.dice = random.Random(f"{SEED} {provider.name}")
        self.ways = ways_of(provider)
        self.draws = place.sandbox("--picture", CHELSEA, *SLOWLY)
        self.echoes = place.sandbox("--picture", "echo", *SLOWLY)
        self.runs: list[Run] = []
        self.usual = 0.0  # seconds that a command takes when it is left alone
        self.killed_recoveries = 0

    # What dies

    def start(self, way: Way, left_alone: bool = False) -> Run:
        number = len(self.runs)
        picture, sandbox, inputs = Path(CHELSEA).read_bytes(), self.draws, []
        if way[0] == "edit":
            picture = write_png(Picture.plain(96, 64, (number % 256, number // 256 % 256, 77)))
            sandbox, inputs = self.echoes, [self.place.file(f"in-{number}.png", picture)]
        # Some come too late. Every third one comes rather early, where more is done in less time.
        moment = math.inf if left_alone else 1.2 * self.usual * self.dice.random() ** self.dice.choice((1, 1, 3))
        begun = time.monotonic()
        process = self.place.start(*way, *inputs, "-p", prompt_of(number), "-o", f"out-{number}.png",
                                   *self.provider.at(sandbox))
        self.runs.append(Run(number, way, picture, process, begun, moment))
        return self.runs[-1]

    def measure(self) -> None:
        """How long a command takes with as much going on beside it as later."""
        watch([self.start(self.ways[0], left_alone=True)])  # what runs first takes longer
        runs = [self.start(way, left_alone=True) for way in self.ways[:AT_ONCE]]
        watch(runs)
        self.usual = max(run.lived for run in runs)

    def round(self) -> None:
        """Some commands at once, each of which is killed at a moment of its own, perhaps beside a recovery."""
        beside = self.recovery() if self.dice.random() < 0.2 else None
        runs = [self.start(self.dice.choice(self.ways), left_alone=self.dice.random() < 0.1) for _ in range(AT_ONCE)]
        watch(runs)
        for run in runs:
            if run.moment == math.inf:  # others are busy on this machine, now more, now less
                self.usual = (self.usual + run.lived) / 2
        if beside:
            end_of(beside, time.monotonic()).expect(0)
        if self.dice.random() < 0.8:  # else the next commands find what is left
            self.recover()

    # What takes it up

    def recovery(self) -> subprocess.Popen:
        return self.place.start("jobs", "recover", "--json")

    def recover(self) -> None:
        """By one program or by two at once, after some that were killed at it."""
        while self.dice.random() < 0.4:
            begun, process = time.monotonic(), self.recovery()
            time.sleep(self.usual * self.dice.random() ** 3)  # it is mostly quicker
            process.kill()
            self.killed_recoveries += end_of(process, begun).status == -signal.SIGKILL
        for process in [self.recovery() for _ in range(self.dice.choice((1, 1, 2)))]:
            end_of(process, time.monotonic()).expect(0)

    # What has become of it

    def heard(self) -> list[dict]:
        """What both sandboxes have to say, when they have nothing more to say."""
        before: list[dict] = []

        def is_quiet() -> bool:
            nonlocal before
            time.sleep(0.3)
            now = self.draws.log() + self.echoes.log()
            before, same = now, now == before
            return same
        wait_for(is_quiet, PATIENCE)
        return before

    def rows(self) -> dict[str, Row]:
        """By prompt."""
        with contextlib.closing(sqlite3.connect(self.place.data / "seedream" / "jobs.sqlite")) as store:
            for check, sound in (("integrity_check", [("ok",)]), ("foreign_key_check", [])):
                assert store.execute(f"PRAGMA {check}").fetchall() == sound, check
            rows = store.execute(
                "SELECT prompt, id, state, job.charged, delivered,"
                " (SELECT count(*) FROM picture WHERE job = id AND url <> ''), charge.charged"
                " FROM job LEFT JOIN charge ON charge.job = id").fetchall()
        assert len({prompt for prompt, *_ in rows}) == len(rows), "a prompt has two records"
        return {prompt: Row(*rest) for prompt, *rest in rows}

    def check(self) -> None:
        """Compares what the services have heard with what is written down, and counts the fates of those who died."""
        told = {each["id"]: each for each in listed(self.place)}
        records = {prompt: Record(row, told[row.id]) for prompt, row in self.rows().items()}
        heard = self.heard()
        self.check_requests(heard, records)
        ordered = Counter[str]()
        for line in heard:
            ordered[line.get("prompt", "")] += line.get("ordered", 0)
        fates, bad = Counter[Fate](), []
        for run in self.runs:
            record = records.get(run.prompt)
            fate = fate_of(run, self.provider, record, ordered[run.prompt])
            fates[fate] += run.killed
            if fate not in (GOOD if run.killed else (Fate.HERE,)) or not self.is_where_it_says(run, record):
                bad.append(f"{fate.value}: {run.way} {run.lived:.3f} s of {self.usual:.3f} s, "
                           f"killed: {run.killed}, ordered: {ordered[run.prompt]}, {record}")
        print(f"# {self.provider.name}: {figures(fates, self.killed_recoveries)}", flush=True)
        TOTAL.fates.update(fates)
        TOTAL.recoveries += self.killed_recoveries
        assert not bad, "\n".join(bad)

    @staticmethod
    def check_requests(heard: list[dict], records: dict[str, Record]) -> None:
        """No create is refused, and nothing is asked for that was not written down before."""
        text = json.dumps([record.told["service_id"] for record in records.values()])
        for line in heard:
            assert line["status"] == 200, line
            if line["method"] == "GET" and not line["path"].startswith("/results/"):
                assert line["path"].rpartition("/")[2] in text, line

    def is_where_it_says(self, run: Run, record: Record | None) -> bool:
        """What is delivered stands whole where it was wanted."""
        if not record or not record.row.delivered:
            return run.killed
        names = [f"out-{run.number}.png"] if run.count == 1 else [f"out-{run.number}-{i + 1}.png" for i in range(2)]
        return all(self.place.read(name) == run.picture for name in names)


SHARES = {name: (provider, KILLS // len(PROVIDERS) + (i < KILLS % len(PROVIDERS)))
          for i, (name, provider) in enumerate(PROVIDERS.items())}


@tap.each(SHARES)
def test_no_picture_is_lost_or_paid_for_twice(place: Place, share: tuple[Provider, int]) -> None:
    provider, kills = share
    batch = Batch(place, provider)
    batch.measure()
    while sum(run.killed for run in batch.runs) < kills:
        batch.round()
    batch.recover()
    batch.check()


if __name__ == "__main__":
    print(f"# SEEDREAM_SEED={SEED}", flush=True)
    status = tap.main(globals(), make_places(), at_once=2)
    print(f"# {figures(TOTAL.fates, TOTAL.recoveries)}", flush=True)
    sys.exit(status)
