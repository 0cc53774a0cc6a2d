"""tests/cli/test_command_clock.py - the clock was wrong when a job was written down, and nothing is lost by it."""
from __future__ import annotations

import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tap  # noqa: E402
from command import generate, jobs, kill, listed, quick, real, small, the_job  # noqa: E402
from programs import SMALL, Place, Sandbox, end_of, make_places, wait_for  # noqa: E402

DAY = 24 * 3600 * 1_000_000  # microseconds
JUMPS = {"ahead by a minute": 60_000_000, "ahead by years": 4000 * DAY, "behind by a day": -DAY,
         "behind by years": -4000 * DAY, "before 1970": -40_000 * DAY}


def set_clock(place: Place, jump: int, which: str = "TRUE") -> None:
    """As if the jobs had been written down with the clock so far ahead."""
    with place.record() as store:
        store.execute(f"UPDATE charge SET moment = moment + ? WHERE job IN (SELECT id FROM job WHERE {which})", (jump,))
        store.execute("UPDATE picture SET told = told + ? WHERE told > 0"
                      f" AND job IN (SELECT id FROM job WHERE {which})", (jump,))
        store.execute(f"UPDATE job SET created = created + ? WHERE {which}", (jump,))


def leave(place: Place) -> Sandbox:
    """A service that has the job of a command that was killed."""
    sandbox = small(place, "--job-ms", "600")
    kill(place, real(sandbox), lambda: [line for line in sandbox.log() if line["method"] == "GET"])
    return sandbox


@tap.each(JUMPS)
def test_what_was_left_behind_comes_when_the_clock_was(place: Place, jump: int) -> None:
    sandbox = leave(place)
    set_clock(place, jump)
    job, = jobs(place, "recover", "--json").expect(0).json()
    assert job["state"] == "completed" and Path(job["images"][0]["path"]).read_bytes() == SMALL, job
    assert jobs(place, "recover", "--json").expect(0).json() == [] and len(sandbox.creates()) == 1


@tap.each(JUMPS)
def test_the_newest_comes_first_whatever_the_clock_said(place: Place, jump: int) -> None:
    sandbox = small(place)
    for prompt in ("first", "second", "third"):
        place.seedream("generate", "-p", prompt, "-o", "x.png", *quick(sandbox)).expect(0)
    set_clock(place, jump, "prompt = 'second'")
    generate(place, quick(sandbox)).expect(0)
    lines = jobs(place).expect(0).stdout.splitlines()
    assert [line.split("\t")[-1] for line in lines] == ["a hill", "third", "second", "first"], lines


def test_a_time_that_no_calendar_has_is_listed_all_the_same(place: Place) -> None:
    generate(place, quick(small(place))).expect(0)
    for jump in (1 << 61, -(1 << 62)):
        set_clock(place, jump)
        for ended in (jobs(place), jobs(place, "show", the_job(place)), jobs(place, "recover")):
            assert ended.expect(0).stderr == "" and "null" not in ended.stdout, ended


def test_a_cancelled_job_that_seems_old_comes_when_somebody_asks_for_it(place: Place) -> None:
    sandbox = small(place, "--job-ms", "1500")
    process = place.start("generate", "-p", "a hill", "-o", "x.png", *real(sandbox))
    wait_for(sandbox.polls)
    process.send_signal(signal.SIGINT)
    end_of(process, time.monotonic()).expect(130)
    set_clock(place, -8 * DAY)
    assert jobs(place, "recover", "--json").expect(0).json() == []
    jobs(place, "fetch", the_job(place), "-o", "y.png").expect(0)
    assert place.read("y.png") == SMALL and listed(place)[0]["state"] == "completed" and len(sandbox.creates()) == 1


if __name__ == "__main__":
    sys.exit(tap.main(globals(), make_places(), at_once=3))
