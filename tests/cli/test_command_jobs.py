"""tests/cli/test_command_jobs.py - jobs that were written down: none that was paid for is ever lost."""
from __future__ import annotations

import os
import re
import signal
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tap  # noqa: E402
from command import (CHELSEA, JSON_NAMES, ROCKET, check_failed_object, check_object, failure, generate, jobs,
                     kept_files, kill, listed, quick, real, small, stubborn, the_job)
from programs import (KEY, PHOTOS, SMALL, Ended, Heard, LyingServer, Picture, Place, Sandbox, end_of,
                      http_answer, make_places, wait_for, write_png)
from providers import IMAROUTER, KEEPING, KEYED, MODELARK, PROVIDERS, Provider

SOON = ["--timeout", "2"]


def submit(place: Place, sandbox: Sandbox, *options: str) -> str:
    """Leaves a job with the service; returns its id."""
    ended = place.seedream("generate", "-p", "a hill", "--no-wait", *quick(sandbox), *options).expect(0)
    assert re.fullmatch("[0-9a-f-]{36}\n", ended.stdout) and ended.stderr == "", ended
    return ended.stdout.strip()


# List, show, forget

def test_no_jobs_are_an_empty_list(place: Place) -> None:
    assert jobs(place).expect(0).stdout == "" and listed(place) == []


@tap.each({"jobs": [], "jobs list": ["list"]})
def test_each_job_is_a_line_and_the_newest_comes_first_in(place: Place, words: list[str]) -> None:
    sandbox = small(place)
    for prompt in ("a hill", "two\nlines\tand a tab " + "x" * 200):
        place.seedream("generate", "-p", prompt, "-o", "x.png", *quick(sandbox)).expect(0)
    newest, oldest = jobs(place, *words).expect(0).stdout.splitlines()
    assert newest.count("\t") == oldest.count("\t") == 5 and len(newest) < 200, newest
    assert oldest.split("\t")[2:] == ["completed", "sandbox", "$0.00", "a hill"]
    assert "two lines and a tab" in newest, newest
    assert [line.split("\t")[0] for line in (newest, oldest)] == [job["id"] for job in listed(place)]


def test_the_list_has_the_same_objects_as_a_run(place: Place) -> None:
    sandbox = small(place)
    told = generate(place, real(sandbox), "-n", "2", "--json").expect(0).json()
    job, = listed(place)
    assert list(job) == JSON_NAMES
    assert {**job, "images": None} == {**told, "images": None}
    assert [Path(image["path"]).read_bytes() for image in job["images"]] == [SMALL, SMALL]


def test_a_job_that_failed_is_listed_with_its_error(place: Place) -> None:
    error = failure(generate(place, real(stubborn(place, "refused")), "--json"), 5, "refused")
    job, = listed(place)
    check_failed_object(job)
    assert job["state"] == "failed" and job["error"] == error, job


def test_show_tells_all_of_a_job(place: Place) -> None:
    sandbox = small(place)
    told = generate(place, real(sandbox), "--json").expect(0).json()
    ended = jobs(place, "show", told["id"]).expect(0)
    for word in (told["id"], told["service_id"], "completed", "imarouter", "seedream-4.5", "$0.04", "a hill",
                 sandbox.url):
        assert word in ended.stdout, (word, ended)
    assert Path(ended.stdout.splitlines()[-1]).read_bytes() == SMALL
    shown = jobs(place, "show", told["id"], "--json").expect(0).json()
    check_object(shown)
    assert shown == listed(place)[0]


@tap.each({"show": ["show"], "wait": ["wait"], "fetch": ["fetch", "-o", "y.png"], "forget": ["forget"]})
def test_a_job_is_named_by_how_its_id_begins_for(place: Place, words: list[str]) -> None:
    told = generate(place, quick(small(place)), "--json").expect(0).json()
    jobs(place, *words, told["id"][:8].upper()).expect(0)


@tap.each({"show": ["show"], "wait": ["wait"], "fetch": ["fetch", "-o", "y.png"], "forget": ["forget"]})
def test_an_unknown_id_is_exit_2_for(place: Place, words: list[str]) -> None:
    told = generate(place, quick(small(place)), "--json").expect(0).json()
    for name in ("00000000-0000-4000-8000-000000000000", "nonsense", told["id"][:3], "%", "", "'"):
        ended = jobs(place, *words, name, "--json")
        assert failure(ended, 2, "invalid")["charged"] is False
        check_failed_object(ended.json())
    assert len(listed(place)) == 1 and place.names(["small.png"]) == ["x.png"]


WRONG = {"an unknown verb": ["paint"], "show without an id": ["show"], "show with two": ["show", "abcd", "efgh"],
         "list with an id": ["list", "abcd"], "wait without an id": ["wait"], "fetch without an id": ["fetch"],
         "fetch without a place": ["fetch", "abcdef"], "forget without an id": ["forget"],
         "a timeout of nothing": ["wait", "abcdef", "--timeout", "0"]}


@tap.each(WRONG)
def test_it_is_exit_2_for(place: Place, words: list[str]) -> None:
    ended = jobs(place, *words).expect(2)
    assert ended.stdout == "" and len(ended.stderr) > 15, ended
    assert failure(jobs(place, *words, "--json"), 2, "invalid")["charged"] is False


def test_a_forgotten_job_leaves_nothing(place: Place) -> None:
    sandbox = small(place)
    for prompt in ("keep me", "forget me not any more"):
        place.seedream("generate", "-p", prompt, "-o", "x.png", *quick(sandbox)).expect(0)
    gone, kept = listed(place)
    ended = jobs(place, "forget", gone["id"]).expect(0)
    assert ended.stdout == ended.stderr == "", ended
    assert [job["id"] for job in listed(place)] == [kept["id"]]
    assert not Path(gone["images"][0]["path"]).exists() and Path(kept["images"][0]["path"]).exists()
    # Whoever closes the record last clears what was erased.
    wait_for(lambda: listed(place) and not any(b"forget me not" in path.read_bytes() for path in kept_files(place)))
    jobs(place, "fetch", gone["id"], "-o", "y.png").expect(2)


# Wait, fetch

@tap.each(KEEPING)
def test_a_job_that_was_left_is_waited_for(place: Place, provider: Provider) -> None:
    sandbox = small(place)
    ended = place.seedream("generate", "-p", "a hill", "--no-wait", "--json", *provider.at(sandbox)).expect(0)
    left = ended.json()
    check_object(left)
    assert left["id"] and left["service_id"] and left["state"] == "queued" and left["error"] is None, left
    assert not sandbox.polls() and not sandbox.fetches() and place.names(["small.png"]) == []
    waited = jobs(place, "wait", left["id"]).expect(0)
    assert [Path(path).read_bytes() for path in waited.paths()] == [SMALL] and waited.stderr == "", waited
    assert listed(place)[0]["state"] == "completed" and len(sandbox.creates()) == 1


@tap.each({"wait": "wait", "fetch": "fetch"})
def test_the_pictures_go_where_they_are_wanted_by(place: Place, verb: str) -> None:
    sandbox = place.sandbox("--picture", ROCKET)
    name = submit(place, sandbox, "-n", "2")
    ended = jobs(place, verb, name, "-o", "y.png").expect(0)
    assert ended.stdout == "y-1.jpg\ny-2.jpg\n" and place.names() == ["y-1.jpg", "y-2.jpg"], ended
    told = jobs(place, verb, name, "-o", "z.jpeg", "--json").expect(0).json()
    assert [image["path"] for image in told["images"]] == ["z-1.jpg", "z-2.jpg"], told
    assert {place.read(path) for path in place.names()} == {(PHOTOS / "rocket.jpg").read_bytes()}


@tap.each(PROVIDERS)
def test_a_picture_is_fetched_again_and_again_when_the_service_is_gone(place: Place, provider: Provider) -> None:
    sandbox = place.sandbox("--picture", CHELSEA)
    told = generate(place, provider.at(sandbox), "--json").expect(0).json()
    sandbox.stop()
    for out in ("y.png", "z.png", "y.png"):
        assert jobs(place, "fetch", told["id"], "-o", out, key=None).expect(0).stdout == out + "\n"
        assert place.read(out) == (PHOTOS / "chelsea.png").read_bytes()


@tap.each(PROVIDERS)
def test_what_is_kept_is_told_as_it_was_by(place: Place, provider: Provider) -> None:
    told = generate(place, provider.at(small(place)), "-n", "2", "--format", "jpeg", "--json").expect(0).json()
    assert len(told["notes"]) == 1 and len(told["images"]) == 2, told
    assert jobs(place, "fetch", told["id"], "-o", "y.png", "--json").expect(0).json() == {
        **told, "images": [{**image, "path": image["path"].replace("x-", "y-")} for image in told["images"]]}


@tap.each({"imarouter": IMAROUTER, "modelark": MODELARK})
def test_a_picture_that_could_not_be_fetched_is_fetched_later(place: Place, provider: Provider) -> None:
    sandbox = stubborn(place, "gone-picture:1")
    told = generate(place, provider.at(sandbox), "-n", "3", "--json").expect(0).json()
    assert told["error"]["charged"] is True and len(told["images"]) == 2, told
    again = jobs(place, "fetch", told["id"], "-o", "y.png", "--json").expect(0).json()
    assert again["error"] is None and again["state"] == "completed", again
    assert [image["path"] for image in again["images"]] == ["y-1.png", "y-2.png", "y-3.png"], again
    assert again["cost_usd"] == told["cost_usd"] == 0.12 and len(sandbox.creates()) == 1, again


@tap.each({"imarouter": IMAROUTER, "modelark": MODELARK})
def test_a_picture_that_stays_missing_does_no_harm_to_the_others(place: Place, provider: Provider) -> None:
    sandbox = stubborn(place, "gone-picture:2")
    told = generate(place, provider.at(sandbox), "-n", "3", "--json").expect(0).json()
    assert told["error"]["charged"] is True and len(told["images"]) == 1, told
    sandbox.stop()
    for _ in range(2):
        again = jobs(place, "fetch", told["id"], "-o", "y.png", "--json", *SOON).expect(0).json()
        assert again["error"]["charged"] is True and again["state"] == "completed", again
        assert [image["path"] for image in again["images"]] == ["y-1.png"], again
        os.unlink(place.folder / "y-1.png")


def test_a_job_is_asked_for_where_it_was_made(place: Place) -> None:
    sandbox, elsewhere = small(place), place.server(lambda heard: http_answer(404))
    place.seedream("generate", "-p", "a hill", "--no-wait", *real(sandbox)).expect(0)
    elsewhere_too = {"IMAROUTER_BASE_URL": elsewhere.url, "SEEDREAM_SANDBOX_URL": elsewhere.url}
    jobs(place, "fetch", the_job(place), "-o", "y.png", **elsewhere_too).expect(0)
    assert place.read("y.png") == SMALL and not elsewhere.heard


def test_the_command_line_says_where_a_job_has_moved(place: Place) -> None:
    sandbox = small(place)
    submit(place, sandbox)
    heard: list[str] = []

    def pass_on(request: Heard) -> bytes:
        heard.append(request.path)
        status, body = sandbox.ask(request.method, request.path)
        return http_answer(status, body.replace(sandbox.url.encode(), moved.url.encode()))
    moved = place.server(pass_on)
    jobs(place, "fetch", the_job(place), "-o", "y.png", "--base-url", moved.url + "/v1/").expect(0)
    assert heard and heard[0].startswith("/v1/jobs/"), heard


def test_an_unfinished_job_wants_the_key_again(place: Place) -> None:
    sandbox = small(place)
    place.seedream("generate", "-p", "a hill", "--no-wait", *real(sandbox)).expect(0)
    name = the_job(place)
    assert failure(jobs(place, "wait", name, "--json", key=None), 3, "sign-in")["charged"] is None
    jobs(place, "wait", name).expect(0)


def test_a_deadline_leaves_a_job_that_can_be_waited_for(place: Place) -> None:
    sandbox = small(place, "--job-ms", "3500")
    name = submit(place, sandbox)
    ended = jobs(place, "wait", name, "--timeout", "1", "--json")
    assert failure(ended, 7, "deadline")["charged"] is None and 0.9 < ended.seconds < 3, ended
    assert ended.json()["state"] in ("queued", "running"), ended
    jobs(place, "fetch", name, "-o", "y.png").expect(0)
    assert place.read("y.png") == SMALL and len(sandbox.creates()) == 1


def test_a_job_that_the_service_has_failed_stays_failed(place: Place) -> None:
    sandbox = stubborn(place, "job-fails")
    name = submit(place, sandbox)
    first = failure(jobs(place, "wait", name, "--json"), 5, "refused")
    assert first["charged"] is False
    sandbox.stop()
    assert failure(jobs(place, "fetch", name, "-o", "y.png", "--json"), 5, "refused") == first


def test_a_place_that_takes_no_picture_is_exit_2_and_nothing_is_asked(place: Place) -> None:
    sandbox = small(place)
    name = submit(place, sandbox)
    ended = jobs(place, "fetch", name, "-o", "nowhere/y.png", "--json")
    failure(ended, 2, "invalid")
    assert not sandbox.polls() and ended.json()["state"] == "queued", ended


def test_a_damaged_picture_stays_damaged(place: Place) -> None:
    sandbox = stubborn(place, "not-a-picture")
    told = generate(place, quick(sandbox), "--json").expect(6).json()
    sandbox.stop()
    again = jobs(place, "fetch", told["id"], "-o", "y.png", "--json", *SOON)
    assert failure(again, 6, "bad-answer")["charged"] is True
    assert place.read("y.png.damaged") == b"This is not a picture.\n"


def test_four_programs_wait_for_one_job(place: Place) -> None:
    sandbox = small(place, "--job-ms", "400")
    name = submit(place, sandbox)
    processes = [place.start("jobs", "wait", name, "-o", f"{i}.png") for i in range(4)]
    for i, process in enumerate(processes):
        assert end_of(process, time.monotonic()).expect(0).stdout == f"{i}.png\n"
        assert place.read(f"{i}.png") == SMALL
    assert len(sandbox.creates()) == 1 and len(listed(place)[0]["images"]) == 1


def test_four_programs_draw_at_once(place: Place) -> None:
    sandbox = small(place)
    processes = [place.start("generate", "-p", f"hill {i}", "-o", f"{i}.png", *quick(sandbox))
                 for i in range(4)]
    for process in processes:
        assert end_of(process, time.monotonic()).expect(0).stderr == ""
    assert [job["state"] for job in listed(place)] == ["completed"] * 4


# Ends that nobody wants

@tap.each(KEEPING)
def test_a_command_that_is_killed_leaves_its_job_to_be_fetched_without_a_second_create(
        place: Place, provider: Provider) -> None:
    sandbox = small(place, "--job-ms", "1500")
    kill(place, provider.at(sandbox), lambda: [line for line in sandbox.log() if line["method"] == "GET"])
    job, = listed(place)
    assert job["state"] in ("queued", "running") and job["service_id"], job
    assert jobs(place, "fetch", job["id"], "-o", "y.png").expect(0).stdout == "y.png\n"
    assert place.read("y.png") == SMALL and len(sandbox.creates()) == 1
    assert place.names(["small.png"]) == ["y.png"]


@tap.each(PROVIDERS)
def test_nobody_knows_what_became_of_a_create_when_its_command_is_killed(place: Place, provider: Provider) -> None:
    sandbox = small(place, "--latency-ms", "20000")
    kill(place, provider.at(sandbox), sandbox.creates)
    check_lost(place, sandbox)


@tap.each(PROVIDERS)
def test_nobody_knows_what_became_of_a_create_whose_answer_was_lost(place: Place, provider: Provider) -> None:
    sandbox = stubborn(place, "lost-answer")
    assert failure(generate(place, provider.at(sandbox), "--json"), 6, "unavailable")["charged"] is None
    check_lost(place, sandbox)


def check_lost(place: Place, sandbox: Sandbox) -> None:
    """What is told of a job that nobody can ask for, and that it is not sent again."""
    job, = listed(place)
    check_failed_object(job)
    assert job["state"] == "unknown" and job["error"]["charged"] is None, job
    assert jobs(place, "show", job["id"]).expect(0).stdout.count("unknown") == 2
    for words in (["wait", job["id"]], ["fetch", job["id"], "-o", "y.png"]):
        ended = jobs(place, *words, "--json")
        assert failure(ended, 6, "unavailable")["charged"] is None
        assert ended.json()["state"] == "unknown" and ended.json()["images"] == [], ended
    assert len(sandbox.creates()) == 1 and place.names(["small.png"]) == []


def test_a_picture_that_was_not_fetched_in_time_is_fetched_without_asking_for_it_again(place: Place) -> None:
    server = ark_with_a_slow_picture(place)
    kill(place, MODELARK.at(server), lambda: len(server.heard) == 2)
    job, = listed(place)
    assert job["state"] == "running", job
    assert jobs(place, "fetch", job["id"], "-o", "y.png").expect(0).stdout == "y.png\n"
    assert place.read("y.png") == SMALL and len(server.creates()) == 1


def test_a_deadline_during_the_download_is_exit_7_for_it_can_be_fetched_later(place: Place) -> None:
    server = ark_with_a_slow_picture(place)
    ended = generate(place, MODELARK.at(server), "--timeout", "1", "--json")
    assert failure(ended, 7, "deadline")["charged"] is True
    jobs(place, "fetch", the_job(place), "-o", "y.png").expect(0)
    assert place.read("y.png") == SMALL and len(server.creates()) == 1


def ark_with_a_slow_picture(place: Place) -> LyingServer:
    """A service that keeps no jobs, and whose picture comes the second time only."""
    fetched: list[str] = []

    def tell(heard: Heard):
        if heard.method == "POST":
            return http_answer(200, {"data": [{"url": f"http://{heard.headers['host']}/picture"}]})
        fetched.append(heard.path)
        return http_answer(200, SMALL) if len(fetched) > 1 else stalling()
    return place.server(tell)


def test_a_picture_that_is_here_stays_when_its_command_is_killed(place: Place) -> None:
    """Of several, where the service keeps no jobs."""
    fetched: list[str] = []

    def tell(heard: Heard):
        root = f"http://{heard.headers['host']}"
        if heard.method == "POST":
            return http_answer(200, {"data": [{"url": f"{root}/{i}"} for i in range(3)]})
        fetched.append(heard.path)
        return stalling() if fetched == ["/0", "/1"] else http_answer(200, coloured(int(heard.path[1:])))
    server = place.server(tell)
    kill(place, [*MODELARK.at(server), "-n", "3"], lambda: len(fetched) == 2)
    job, = listed(place)
    assert job["state"] == "running" and len(job["images"]) == 1 and job["error"] is None, job
    told = jobs(place, "fetch", job["id"], "-o", "y.png", "--json").expect(0).json()
    assert told["state"] == "completed" and told["error"] is None and told["cost_usd"] == 0.12, told
    assert [place.read(f"y-{i + 1}.png") for i in range(3)] == [coloured(i) for i in range(3)]
    assert fetched == ["/0", "/1", "/1", "/2"] and len(server.creates()) == 1
    server.stop()
    jobs(place, "fetch", job["id"], "-o", "z.png").expect(0)
    assert [place.read(f"z-{i + 1}.png") for i in range(3)] == [coloured(i) for i in range(3)]


def coloured(number: int) -> bytes:
    """A picture of its own."""
    return write_png(Picture.plain(4, 2, (10 + number, 200, 30)))


def stalling() -> Iterator[bytes]:
    """Half an answer, and then nothing."""
    yield b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
    time.sleep(10)


def test_a_cancelled_job_can_be_fetched_all_the_same(place: Place) -> None:
    sandbox = small(place, "--job-ms", "1500")
    process = place.start("generate", "-p", "a hill", "-o", "x.png", *real(sandbox))
    wait_for(sandbox.polls)
    process.send_signal(signal.SIGINT)
    end_of(process, time.monotonic()).expect(130)
    job, = listed(place)
    assert job["state"] == "cancelled" and job["error"]["code"] == "cancelled", job
    jobs(place, "fetch", job["id"], "-o", "y.png").expect(0)
    assert place.read("y.png") == SMALL and len(sandbox.creates()) == 1
    assert listed(place)[0]["state"] == "completed"


# Where it is kept

@tap.each({"a home that is a file": {"HOME": "small.png", "XDG_DATA_HOME": ""},
           "a data folder that is a file": {"XDG_DATA_HOME": "small.png"},
           "a data folder that cannot be made": {"XDG_DATA_HOME": "/proc/nowhere"}})
def test_a_job_runs_unprotected_with(place: Place, names: dict[str, str]) -> None:
    sandbox = small(place)
    homeless = {name: value and str(place.folder / value) for name, value in names.items()}
    ended = generate(place, quick(sandbox), **homeless).expect(0)
    assert ended.stdout == "x.png\n" and place.read("x.png") == SMALL
    note, = own_lines(ended)
    assert re.fullmatch("seedream: note: .*not protected against a crash.*", note), ended
    assert own_lines(generate(place, quick(sandbox), "-q", **homeless).expect(0)) == []
    told = generate(place, quick(sandbox), "--json", **homeless).expect(0).json()
    assert len(told["notes"]) == 1 and "protected" in told["notes"][0], told


def own_lines(ended: Ended) -> list[str]:
    """What the command says itself: libraries complain about such a home, too."""
    return [line for line in ended.stderr.splitlines() if line.startswith("seedream: ")]


def test_a_job_that_nobody_writes_down_is_not_left(place: Place) -> None:
    sandbox = small(place)
    ended = place.seedream("generate", "-p", "a hill", "--no-wait", "--json", *quick(sandbox),
                           XDG_DATA_HOME="/proc/nowhere")
    assert failure(ended, 2, "invalid")["charged"] is False and sandbox.log() == []


@tap.each({"list": ["list"], "show": ["show", "abcdef"], "forget": ["forget", "abcdef"]})
def test_no_record_is_exit_1_with_a_sentence_for(place: Place, words: list[str]) -> None:
    ended = jobs(place, *words, XDG_DATA_HOME="/proc/nowhere").expect(1)
    assert "/proc/nowhere/seedream" in ended.stderr and ended.stdout == "", ended


def test_nobody_else_may_read_what_is_kept(place: Place) -> None:
    old = os.umask(0)
    try:
        generate(place, real(place.sandbox("--picture", CHELSEA)), "-n", "2").expect(0)
    finally:
        os.umask(old)
    files = kept_files(place)
    assert len([path for path in files if path.suffix == ".png"]) == 2, files
    for path in [*files, *(file.parent for file in files)]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


KEY_CASES = {"a success": "refused:0", "a refusal": "refused", "a refused key": "bad-key",
             "a lost answer": "lost-answer", "a damaged picture": "not-a-picture"}


@tap.each(KEY_CASES)
def test_the_key_is_nowhere_in_what_is_kept_after(place: Place, fault: str) -> None:
    for provider in PROVIDERS.values():
        generate(place, provider.at(stubborn(place, fault)))
    check_no_key(place)


def test_the_key_is_nowhere_in_what_is_kept_when_the_service_says_it(place: Place) -> None:
    server = place.server(lambda heard: http_answer(400, {"error": {"message": f"not with {KEY}!", "code": "x"}}))
    for provider in KEYED.values():
        generate(place, provider.at(server)).expect(5)
    check_no_key(place)


def test_the_key_is_nowhere_in_what_a_killed_command_leaves(place: Place) -> None:
    sandbox = small(place, "--job-ms", "5000")
    kill(place, IMAROUTER.at(sandbox), sandbox.polls)
    assert any(path.name.endswith("-wal") for path in kept_files(place))
    check_no_key(place)


def check_no_key(place: Place) -> None:
    files = kept_files(place)
    assert any(path.name == "jobs.sqlite" for path in files), files
    for path in files:
        assert KEY.encode() not in path.read_bytes(), path
    for job in listed(place):
        assert KEY not in str(job), job


if __name__ == "__main__":
    sys.exit(tap.main(globals(), make_places(), at_once=3))
