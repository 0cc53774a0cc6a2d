"""tests/cli/test_command_records.py - what people do with jobs that were written down: find, star, make room."""
from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tap  # noqa: E402
from command import JSON_NAMES, failure, generate, jobs, listed, quick, real, small, the_job
from programs import SMALL, Place, Sandbox, make_places

PROMPTS = ("A hill at dusk", "a HARBOUR at dusk", "a cat")


def draw(place: Place, *prompts: str) -> Sandbox:
    """Jobs that are over."""
    sandbox = small(place)
    for prompt in prompts:
        place.seedream("generate", "-p", prompt, "-o", "x.png", *quick(sandbox)).expect(0)
    return sandbox


def found(place: Place, text: str) -> list[str]:
    """The prompts that a search finds."""
    lines = jobs(place, "list", "--search", text).expect(0).stdout.splitlines()
    return [line.split("\t")[5] for line in lines]


# Search

def test_a_search_finds_all_words_in_any_case(place: Place) -> None:
    draw(place, *PROMPTS)
    assert found(place, "DUSK") == [PROMPTS[1], PROMPTS[0]]
    assert found(place, "dusk harbour") == found(place, "harb") == [PROMPTS[1]]
    assert found(place, "dog") == found(place, "cat dusk") == found(place, "%") == []
    assert found(place, "") == found(place, "sandbox") == list(reversed(PROMPTS))
    told = jobs(place, "--search", "cat", "--json").expect(0).json()
    assert [list(job) for job in told] == [JSON_NAMES] and told == listed(place)[:1]


def test_every_picture_has_a_thumbnail_when_the_command_ends(place: Place) -> None:
    draw(place, "the first", "the second")
    with place.record() as record:
        small = [row[0] for row in record.execute("SELECT bytes FROM thumbnail")]
    assert len(small) == 2 and all(bytes(each[:3]) == b"\xff\xd8\xff" for each in small)


def test_thousands_of_jobs_are_listed_and_searched(place: Place) -> None:
    draw(place, "the first")
    with place.record() as record:
        columns = ", ".join(row[1] for row in record.execute("PRAGMA table_info (job)")
                            if row[1] not in ("id", "prompt", "sequence"))
        for number in range(2500):
            record.execute(f"INSERT INTO job (id, prompt, {columns}) SELECT ?, ?, {columns} FROM job WHERE sequence = 1",
                           (f"{number:08x}-0000-4000-8000-000000000000", f"number {number}"))
    ended = jobs(place, "list").expect(0)
    lines = ended.stdout.splitlines()
    assert len(lines) == len(set(lines)) == 2501 and ended.seconds < 5, (len(lines), ended.seconds)
    assert len(jobs(place, "list", "--json").expect(0).json()) == 2501
    assert len(found(place, "number")) == 2500 and found(place, "number 2444") == ["number 2444"]


@tap.each({"a drawing": ["generate", "-p", "a hill", "-o", "x.png"], "recover": ["jobs", "recover"],
           "a summary": ["jobs", "--summary"], "models": ["models"]})
def test_a_search_is_exit_2_with(place: Place, words: list[str]) -> None:
    place.seedream(*words, "--search", "cat").expect(2)


# Stars

def test_a_star_is_given_and_taken_away(place: Place) -> None:
    draw(place, "a hill")
    name = the_job(place)
    for verb, shown in (("star", True), ("star", True), ("unstar", False), ("unstar", False)):
        ended = jobs(place, verb, name[:8]).expect(0)
        assert ended.stdout == ended.stderr == "", ended
        assert ("starred\tyes" in jobs(place, "show", name).expect(0).stdout) == shown


@tap.each({"star": "star", "unstar": "unstar", "cancel": "cancel"})
def test_an_unknown_id_is_exit_2_for(place: Place, verb: str) -> None:
    for words in (["00000000-0000-4000-8000-000000000000"], [], ["abcd", "efgh"]):
        assert failure(jobs(place, verb, *words, "--json"), 2, "invalid")["charged"] is False


# Room

def originals(place: Place) -> list[Path]:
    return list((place.data / "seedream" / "pictures").iterdir())


def grow(place: Place, days: float = 0, megabytes: float = 0) -> None:
    """As if the pictures were that large, and the jobs that old."""
    for path in originals(place):
        os.truncate(path, int(megabytes * 2**20) or len(SMALL))
    with place.record() as record:
        record.execute("UPDATE job SET created = created - ?", (int(days * 24 * 3600 * 1e6),))


def test_nothing_goes_where_nobody_has_ruled_so(place: Place) -> None:
    draw(place, *PROMPTS)
    grow(place, days=4000, megabytes=2)
    assert jobs(place, "purge").expect(0).stdout == "0 pictures, 0.0 MB\n" and len(originals(place)) == 3
    assert jobs(place, "purge", "--json").expect(0).json() == {"pictures": 0, "bytes": 0}


def test_what_is_old_goes_and_its_record_stays(place: Place) -> None:
    draw(place, "old")
    grow(place, days=31, megabytes=1.5)
    draw(place, "new")
    place.seedream("rules", "keep-days", "30").expect(0)
    for _ in range(2):
        assert jobs(place, "purge", "--dry-run").expect(0).stdout == "1 picture, 1.5 MB\n"
        assert jobs(place, "purge", "--dry-run", "--json").expect(0).json() == {"pictures": 1, "bytes": 3 * 2**19}
    assert len(originals(place)) == 2
    assert jobs(place, "purge").expect(0).stdout == "1 picture, 1.5 MB\n" and len(originals(place)) == 1
    assert [len(job["images"]) for job in listed(place)] == [1, 0]
    assert jobs(place, "purge", "--json").expect(0).json() == {"pictures": 0, "bytes": 0}


def test_the_oldest_go_until_the_others_have_room(place: Place) -> None:
    draw(place, *PROMPTS)
    grow(place, megabytes=4)
    place.seedream("rules", "keep-megabytes", "8").expect(0)
    assert jobs(place, "purge").expect(0).stdout == "1 picture, 4.0 MB\n"
    assert [len(job["images"]) for job in listed(place)] == [1, 1, 0]


def test_what_has_a_star_or_was_not_delivered_stays(place: Place) -> None:
    sandbox = draw(place, "starred", "gone")
    jobs(place, "star", listed(place)[1]["id"]).expect(0)
    place.seedream("generate", "-p", "waits", "--no-wait", *real(sandbox)).expect(0)
    jobs(place, "wait", listed(place)[0]["id"]).expect(0)
    grow(place, days=31)
    place.seedream("rules", "keep-days", "30").expect(0)
    assert jobs(place, "purge").expect(0).stdout.startswith("1 picture, ")
    assert [len(job["images"]) for job in listed(place)] == [1, 0, 1]


@tap.each({"a drawing": ["generate", "-p", "a hill", "-o", "x.png"], "forget": ["jobs", "forget", "abcd"],
           "a list": ["jobs"]})
def test_a_dry_run_is_exit_2_with(place: Place, words: list[str]) -> None:
    assert "--dry-run goes with jobs purge" in place.seedream(*words, "--dry-run").expect(2).stderr


if __name__ == "__main__":
    sys.exit(tap.main(globals(), make_places(), at_once=3))
