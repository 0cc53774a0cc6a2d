"""tests/cli/test_command_recovery.py - what a command leaves behind is taken up by the next one, once."""
from __future__ import annotations

import re
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tap  # noqa: E402
from command import (check_failed_object, check_object, failure, generate, jobs, kill, listed, on_terminal, quick,
                     real, small, the_job)
from programs import SMALL, Heard, Place, Sandbox, Tale, end_of, http_answer, make_places, wait_for
from providers import FORGETFUL, IMAROUTER, KEEPING, MODELARK, PROVIDERS, Provider


def leave(place: Place, provider: Provider, *options: str) -> Sandbox:
    """A service that has the job of a command that was killed."""
    sandbox = small(place, *options or ("--job-ms", "600"))
    kill(place, provider.at(sandbox), lambda: [line for line in sandbox.log() if line["method"] == "GET"])
    return sandbox


def recover(place: Place, *options: str) -> list[dict]:
    """The jobs that have changed."""
    return jobs(place, "recover", "--json", *options).expect(0).json()


def line(place: Place, name: str) -> str:
    """What "jobs show" says of the only job; empty: nothing."""
    shown = jobs(place, "show", the_job(place)).expect(0).stdout.splitlines()
    return dict(each.split("\t", 1) for each in shown if "\t" in each).get(name, "")


# What was left behind

@tap.each(KEEPING)
def test_the_picture_of_a_killed_command_comes_without_a_second_create(place: Place, provider: Provider) -> None:
    sandbox = leave(place, provider, "--job-ms", "1500")
    job, = listed(place)
    assert job["state"] in ("queued", "running") and job["images"] == [], job
    assert line(place, "left behind") == "yes"
    ended = jobs(place, "recover").expect(0)
    told = ended.stdout.split("\t")
    assert told[0] == job["id"] and told[2:4] == ["completed", provider.name] and len(told) == 6, ended
    assert ended.stderr == "" and len(sandbox.creates()) == 1, ended
    assert Path(listed(place)[0]["images"][0]["path"]).read_bytes() == SMALL
    jobs(place, "fetch", job["id"], "-o", "y.png").expect(0)
    assert place.read("y.png") == SMALL and len(sandbox.creates()) == 1
    assert line(place, "left behind") == ""


@tap.each(FORGETFUL)
def test_nobody_knows_what_a_service_that_keeps_no_jobs_made_of_a_killed_command(
        place: Place, provider: Provider) -> None:
    sandbox = small(place, "--latency-ms", "60000")
    kill(place, provider.at(sandbox), sandbox.creates)
    job, = recover(place)
    check_failed_object(job)
    assert job["state"] == "unknown" and job["error"]["charged"] is None and job["images"] == [], job
    assert recover(place) == [] and len(sandbox.creates()) == 1


def test_there_may_be_nothing_to_recover(place: Place) -> None:
    sandbox = small(place)
    assert recover(place) == [] and jobs(place, "recover").expect(0).stdout == ""
    generate(place, quick(sandbox)).expect(0)
    asked = len(sandbox.log())
    assert recover(place) == [] and len(sandbox.log()) == asked


def test_a_second_recover_finds_nothing(place: Place) -> None:
    sandbox = leave(place, IMAROUTER)
    job, = recover(place)
    check_object(job)
    asked = len(sandbox.log())
    assert recover(place) == [] and len(sandbox.log()) == asked


def test_two_recover_at_once_and_one_of_them_has_the_job(place: Place) -> None:
    sandbox = leave(place, IMAROUTER, "--job-ms", "2500")
    processes = [place.start("jobs", "recover", "--json") for _ in range(2)]
    told = [end_of(process, time.monotonic()).expect(0).json() for process in processes]
    assert sorted(len(each) for each in told) == [0, 1], told
    assert len(sandbox.creates()) == len(sandbox.fetches()) == 1, sandbox.log()


def test_a_recover_whose_time_is_over_leaves_the_rest_to_the_next(place: Place) -> None:
    sandbox = leave(place, IMAROUTER, "--job-ms", "2500")
    ended = jobs(place, "recover", "--json", "--timeout", "1").expect(0)
    assert ended.json() == [], ended
    assert listed(place)[0]["state"] in ("queued", "running")
    assert len(recover(place)) == 1 and len(sandbox.creates()) == 1


def test_a_job_without_its_key_waits_for_the_next_recover(place: Place) -> None:
    leave(place, IMAROUTER)
    assert jobs(place, "recover", "--json", key=None).expect(0).json() == []
    assert len(recover(place)) == 1


def test_a_picture_whose_address_is_known_comes_as_long_as_the_address_lives(place: Place) -> None:
    """ModelArk keeps no jobs, but pictures for a day."""
    asked: list[str] = []

    def tell(heard: Heard) -> Tale:
        asked.append(heard.method)
        if heard.method == "POST":
            return http_answer(200, {"data": [{"url": f"http://{heard.headers['host']}/picture"}]})
        return http_answer(200, SMALL) if len(asked) > 2 else stalling()
    server = place.server(tell)
    kill(place, MODELARK.at(server), lambda: asked == ["POST", "GET"])
    ends = time.mktime(time.strptime(line(place, "fetch before"), "%Y-%m-%d %H:%M:%S"))
    assert abs(ends - time.time() - 24 * 3600) < 60 and line(place, "left behind") == "yes", ends
    job, = recover(place)
    check_object(job)
    assert Path(job["images"][0]["path"]).read_bytes() == SMALL and asked == ["POST", "GET", "GET"], job
    assert line(place, "fetch before") == line(place, "left behind") == ""


def stalling() -> Iterator[bytes]:
    """Half an answer, and then nothing."""
    yield b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
    time.sleep(10)


def test_the_picture_of_a_cancelled_job_arrives_late(place: Place) -> None:
    sandbox = small(place, "--job-ms", "2500")
    process = place.start("generate", "-p", "a hill", "-o", "x.png", *real(sandbox))
    wait_for(sandbox.polls)
    process.send_signal(signal.SIGINT)
    end_of(process, time.monotonic()).expect(130)
    assert line(place, "arrived") == ""
    job, = recover(place)
    assert job["state"] == "completed" and line(place, "arrived") == "late", job
    assert line(place, "delivered") == "not yet" and len(sandbox.creates()) == 1


# Beside other things

@tap.each({"jobs": [], "jobs list": ["list"]})
def test_it_is_found_by(place: Place, words: list[str]) -> None:
    sandbox = leave(place, IMAROUTER)
    ended = jobs(place, *words).expect(0)
    assert ended.stdout.split("\t")[2] == "completed" and ended.stdout.count("\n") == 1, ended
    assert ended.stderr == "seedream: note: A picture of an earlier job has come: seedream jobs list\n", ended
    assert len(sandbox.creates()) == 1
    assert jobs(place, *words).expect(0).stderr == ""


def test_a_quiet_list_says_nothing_of_it(place: Place) -> None:
    leave(place, IMAROUTER)
    assert jobs(place, "-q").expect(0).stderr == ""
    assert listed(place)[0]["state"] == "completed"


def test_a_list_waits_three_seconds_for_what_is_being_drawn(place: Place) -> None:
    sandbox = leave(place, IMAROUTER, "--job-ms", "60000")
    for words in ([], ["--json"]):
        ended = jobs(place, *words).expect(0)
        assert 2.5 < ended.seconds < 9 and ended.stderr == "" and sandbox.log()[-1]["method"] == "GET", ended
    ended = jobs(place, "--timeout", "1").expect(0)
    assert re.search("\t(queued|running)\t", ended.stdout), ended


@tap.each({"list": ["list", "--timeout", "1"], "recover": ["recover"]})
def test_a_terminal_sees_what_is_waited_for_and_then_a_clean_line_by(place: Place, words: list[str]) -> None:
    leave(place, IMAROUTER, "--job-ms", "2500")
    assert on_terminal(place, "jobs", *words) == "\r\033[Kasking for what was left behind\r\033[K"
    assert on_terminal(place, "jobs", "-q") == ""


def test_a_list_survives_that_the_service_is_dead(place: Place) -> None:
    leave(place, IMAROUTER).stop()
    ended = jobs(place).expect(0)
    assert ended.seconds < 12 and ended.stderr == "" and ended.stdout.count("\n") == 1, ended
    assert listed(place)[0]["state"] in ("queued", "running")


def test_a_list_of_ended_jobs_asks_nobody_and_takes_no_time(place: Place) -> None:
    sandbox = small(place)
    generate(place, quick(sandbox)).expect(0)
    sandbox.stop()
    assert jobs(place).expect(0).seconds < 3


def test_a_signal_ends_a_list_that_waits(place: Place) -> None:
    sandbox = leave(place, IMAROUTER, "--job-ms", "60000")
    asked = len(sandbox.log())
    process = place.start("jobs")
    wait_for(lambda: len(sandbox.log()) > asked)
    process.send_signal(signal.SIGINT)
    ended = end_of(process, time.monotonic()).expect(130)
    assert ended.seconds < 4 and ended.stdout == "", ended
    assert listed(place)[0]["state"] in ("queued", "running")


def test_a_signal_ends_a_job_and_what_comes_beside_it(place: Place) -> None:
    sandbox = leave(place, IMAROUTER, "--job-ms", "60000")
    asked = len(sandbox.log())
    process = place.start("generate", "-p", "a hill", "-o", "y.png", *real(sandbox))
    wait_for(lambda: len(sandbox.creates()) == 2 and len(sandbox.log()) > asked + 1)
    process.send_signal(signal.SIGTERM)
    assert end_of(process, time.monotonic()).expect(130).seconds < 4
    assert [job["state"] for job in listed(place)][0] == "cancelled" and listed(place)[1]["error"] is None


@tap.each({"plain": [], "quiet": ["-q"], "json": ["--json"]})
def test_it_comes_while_another_job_is_drawn(place: Place, options: list[str]) -> None:
    sandbox = leave(place, IMAROUTER, "--job-ms", "300")
    slow = small(place, "--job-ms", "1500")
    ended = generate(place, real(slow), *options, out="y.png").expect(0)
    note = "A picture of an earlier job has come: seedream jobs list"
    if options == ["--json"]:
        check_object(ended.json())
        assert ended.json()["notes"] == [note], ended
    else:
        assert ended.stderr == ("" if options else f"seedream: note: {note}\n") and ended.stdout == "y.png\n", ended
    assert [job["state"] for job in listed(place)] == ["completed"] * 2
    assert len(sandbox.creates()) == len(slow.creates()) == 1


def test_a_job_does_not_wait_for_what_was_left_behind(place: Place) -> None:
    leave(place, IMAROUTER, "--job-ms", "60000")
    dead = leave(place, IMAROUTER, "--job-ms", "60001")
    dead.stop()
    sandbox = small(place)
    for options in ([], ["--no-wait"]):
        ended = generate(place, real(sandbox), *options, out="y.png").expect(0)
        assert ended.seconds < 15 and ended.stderr == "", ended
    assert all(job["state"] in ("queued", "running") for job in listed(place)[2:]), listed(place)


def test_what_came_is_told_though_more_was_left_behind(place: Place) -> None:
    leave(place, IMAROUTER, "--job-ms", "60000")
    leave(place, IMAROUTER, "--job-ms", "300")
    ended = generate(place, real(small(place, "--job-ms", "1500")), out="y.png").expect(0)
    assert "note: A picture of an earlier job has come: " in ended.stderr and ended.seconds < 15, ended


def test_several_pictures_of_several_jobs_are_counted(place: Place) -> None:
    sandbox = small(place, "--job-ms", "700")
    for count in ("2", "1"):
        place.seedream("generate", "-p", "a hill", "--no-wait", "-n", count, *quick(sandbox)).expect(0)
    time.sleep(1)
    assert "note: 3 pictures of earlier jobs have come: " in jobs(place).expect(0).stderr


# Delivery

def test_a_picture_that_was_written_is_delivered(place: Place) -> None:
    generate(place, quick(small(place))).expect(0)
    assert line(place, "delivered").startswith("20")


@tap.each({"wait": "wait", "fetch": "fetch"})
def test_a_picture_is_delivered_when_it_is_written_by(place: Place, verb: str) -> None:
    place.seedream("generate", "-p", "a hill", "--no-wait", *quick(small(place))).expect(0)
    assert line(place, "delivered") == ""
    jobs(place, "wait", the_job(place)).expect(0)
    assert line(place, "delivered") == "not yet"
    jobs(place, verb, the_job(place), "-o", "y.png").expect(0)
    assert line(place, "delivered").startswith("20")


def test_a_picture_that_cannot_be_written_is_not_delivered(place: Place) -> None:
    sandbox = place.sandbox("--picture", str(place.folder / place.file("small.png", SMALL)))
    place.seedream("generate", "-p", "a hill", "--no-wait", "-n", "2", *quick(sandbox)).expect(0)
    jobs(place, "wait", the_job(place)).expect(0)
    (place.folder / "y.png").mkdir()
    jobs(place, "fetch", the_job(place), "-o", "y.png").expect(2)
    assert line(place, "delivered") == "not yet"


# Cancel

@tap.each(PROVIDERS)
def test_any_command_is_cancelled_by_another(place: Place, provider: Provider) -> None:
    sandbox = small(place, *(["--job-ms"] if provider.keeps_jobs else ["--latency-ms"]), "60000")
    process = place.start("generate", "-p", "a hill", "-o", "x.png", "--json", *provider.at(sandbox))
    wait_for(sandbox.creates)
    begun = time.monotonic()
    ended = jobs(place, "cancel", the_job(place)).expect(0)
    assert ended.stdout == ended.stderr == "", ended
    told = end_of(process, begun)
    assert failure(told, 130, "cancelled")["charged"] is None and told.seconds < 6, told
    assert told.json()["state"] == "cancelled" and listed(place)[0]["state"] == "cancelled"


def test_what_was_left_behind_can_be_cancelled(place: Place) -> None:
    leave(place, IMAROUTER, "--job-ms", "60000")
    jobs(place, "cancel", the_job(place)).expect(0)
    job, = listed(place)
    assert job["state"] == "cancelled" and job["error"]["code"] == "cancelled", job


def test_what_has_ended_stays_as_it_is_when_it_is_cancelled(place: Place) -> None:
    generate(place, quick(small(place))).expect(0)
    jobs(place, "cancel", the_job(place)).expect(0)
    assert listed(place)[0]["state"] == "completed"


def test_a_job_that_runs_cannot_be_forgotten(place: Place) -> None:
    sandbox = small(place, "--job-ms", "1500")
    process = place.start("generate", "-p", "a hill", "-o", "x.png", *real(sandbox))
    wait_for(sandbox.polls)
    ended = jobs(place, "forget", the_job(place), "--json")
    assert "Cancel it first" in failure(ended, 2, "invalid")["message"], ended
    assert end_of(process, time.monotonic()).expect(0).stdout == "x.png\n"
    jobs(place, "forget", the_job(place)).expect(0)
    assert listed(place) == []


if __name__ == "__main__":
    sys.exit(tap.main(globals(), make_places(), at_once=3))
