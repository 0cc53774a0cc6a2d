"""tests/cli/test_command_rules.py - what the user rules, and that no history is kept where none is wanted."""
from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tap  # noqa: E402
from command import failure, generate, jobs, kept_files, kill, listed, quick, real, small, stubborn
from programs import SMALL, Ended, Place, end_of, make_places, wait_for
from providers import IMAROUTER, PROVIDERS, Provider

PROMPT = "a lighthouse nobody may read of"


def rules(place: Place, *words: str) -> Ended:
    return place.seedream("rules", *words)


def told(place: Place) -> dict:
    """All rules as --json tells them."""
    return rules(place, "--json").expect(0).json()


# What they are

def test_at_first_everything_is_kept_and_anything_may_be_spent(place: Place) -> None:
    ended = rules(place).expect(0)
    assert ended.stdout == "history\ton\nkeep-days\tforever\nkeep-megabytes\tany\nmonthly-budget\tnone\n", ended
    assert told(place) == {"history": True, "keep_days": None, "keep_megabytes": None, "monthly_budget_usd": None}


VALUES = {"history off": ("history", False), "keep-days 30": ("keep_days", 30),
          "keep-megabytes 500": ("keep_megabytes", 500), "monthly-budget 2.5": ("monthly_budget_usd", 2.5),
          "monthly-budget 0": ("monthly_budget_usd", 0), "monthly-budget 1.005": ("monthly_budget_usd", 1.005)}
AT_FIRST = {"history": "on", "keep-days": "forever", "keep-megabytes": "any", "monthly-budget": "none"}


@tap.each({words: words for words in VALUES})
def test_a_rule_is_set_and_taken_back(place: Place, words: str) -> None:
    before, (name, value) = told(place), VALUES[words]
    ended = rules(place, *words.split()).expect(0)
    assert ended.stdout == ended.stderr == "" and told(place) == {**before, name: value}, ended
    rule = words.split()[0]
    shown = dict(line.split("\t") for line in rules(place).expect(0).stdout.splitlines())
    rules(place, rule, shown[rule]).expect(0)  # what is shown can be set
    assert told(place) == {**before, name: value}
    assert rules(place, rule, AT_FIRST[rule], "--json").expect(0).json() == before


WRONG = {"history maybe": "on or off", "history ON": "on or off", "keep-days 0": "forever", "keep-days -1": "forever",
         "keep-days 1.5": "forever", "keep-days 99999999999": "forever", "keep-megabytes lots": "any",
         "keep-megabytes 0": "any", "monthly-budget -1": "none", "monthly-budget ten": "none",
         "monthly-budget 0x10": "none", "monthly-budget 1e3": "none", "monthly-budget .": "none",
         "monthly-budget 1.2.3": "none", "monthly-budget inf": "none", "keep-weeks 3": "keep-days",
         "history": "a rule and its value", "history on off": "a rule and its value"}


@tap.each({words: words for words in WRONG})
def test_it_is_exit_2_and_nothing_changes_for(place: Place, words: str) -> None:
    before = told(place)
    ended = rules(place, *(["--"] if "-1" in words else []), *words.split()).expect(2)
    assert ended.stdout == "" and WRONG[words] in ended.stderr, ended
    assert failure(rules(place, "--json", "--", *words.split()), 2, "invalid")["charged"] is False
    assert told(place) == before


def test_rules_that_cannot_be_kept_are_exit_1(place: Place) -> None:
    place.seedream("rules", XDG_DATA_HOME="/proc/nowhere").expect(1)


# No history

def without_history(place: Place) -> None:
    rules(place, "history", "off").expect(0)


def check_nothing_is_left(place: Place) -> None:
    """Neither a record nor a word nor a picture."""
    for path in kept_files(place):
        content = path.read_bytes()
        assert PROMPT.encode() not in content and SMALL not in content, path
        assert path.name in ("jobs.sqlite", "jobs.sqlite-wal", "jobs.sqlite-shm", "jobs.lock"), path


def draw(place: Place, to: list[str], *options: str) -> Ended:
    return place.seedream("generate", "-p", PROMPT, "-o", "x.png", *to, *options)


@tap.each(PROVIDERS)
def test_nothing_is_left_of_a_job_but_its_cost(place: Place, provider: Provider) -> None:
    without_history(place)
    sandbox = small(place)
    ended = draw(place, provider.at(sandbox), "-n", "2", "--json").expect(0).json()
    assert [image["path"] for image in ended["images"]] == ["x-1.png", "x-2.png"], ended
    assert place.read("x-1.png") == place.read("x-2.png") == SMALL
    check_nothing_is_left(place)
    assert listed(place) == []
    total = jobs(place, "--summary", "--json").expect(0).json()["total"]
    assert total["pictures"] == 2 and abs(total["cost_usd"] - 2 * provider.price) < 1e-9, total


@tap.each({"wait": "wait", "fetch": "fetch"})
def test_nothing_is_left_of_a_job_that_was_left_to_its_service_after(place: Place, verb: str) -> None:
    without_history(place)
    name = place.seedream("generate", "-p", PROMPT, "--no-wait", *quick(small(place))).expect(0).stdout.strip()
    assert jobs(place, "wait", name).expect(0).paths() and len(listed(place)) == 1
    assert jobs(place, verb, name, "-o", "y.png").expect(0).stdout == "y.png\n"
    assert place.read("y.png") == SMALL
    check_nothing_is_left(place)


def test_nothing_is_left_while_another_program_has_the_record_open(place: Place) -> None:
    without_history(place)
    slow = small(place, "--job-ms", "4000")
    process = place.start("generate", "-p", "something else", "-o", "z.png", *real(slow))
    wait_for(slow.polls)
    draw(place, quick(small(place))).expect(0)
    assert process.poll() is None
    check_nothing_is_left(place)
    end_of(process, time.monotonic()).expect(0)
    check_nothing_is_left(place)


@tap.each({"a refusal": "refused", "a refused key": "bad-key", "a failed job": "job-fails"})
def test_nothing_is_left_after(place: Place, fault: str) -> None:
    without_history(place)
    assert draw(place, real(stubborn(place, fault))).status in (3, 5)
    check_nothing_is_left(place)


def test_a_killed_command_is_remembered_until_its_picture_is_delivered(place: Place) -> None:
    without_history(place)
    sandbox = small(place, "--job-ms", "600")
    kill(place, IMAROUTER.at(sandbox), sandbox.polls)
    jobs(place, "recover").expect(0)
    job, = listed(place)
    assert Path(job["images"][0]["path"]).read_bytes() == SMALL
    jobs(place, "fetch", job["id"], "-o", "y.png").expect(0)
    assert place.read("y.png") == SMALL and listed(place) == [] and len(sandbox.creates()) == 1
    check_nothing_is_left(place)


def test_a_picture_that_is_missing_yet_keeps_its_job_remembered(place: Place) -> None:
    without_history(place)
    sandbox = stubborn(place, "gone-picture:1")
    draw(place, IMAROUTER.at(sandbox), "-n", "2").expect(0)
    job, = listed(place)
    jobs(place, "fetch", job["id"], "-o", "y.png").expect(0)
    assert place.read("y-1.png") == place.read("y-2.png") == SMALL and len(sandbox.creates()) == 1
    check_nothing_is_left(place)


def test_what_was_remembered_before_stays(place: Place) -> None:
    generate(place, quick(small(place))).expect(0)
    without_history(place)
    assert len(listed(place)) == 1


if __name__ == "__main__":
    sys.exit(tap.main(globals(), make_places(), at_once=3))
