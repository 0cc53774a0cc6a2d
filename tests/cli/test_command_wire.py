"""tests/cli/test_command_wire.py - what the seedream command does when a service errs, lies or sends it elsewhere."""
from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tap  # noqa: E402
from command import CHELSEA, ROCKET, check_failed_object, failure, generate, quick, real, stubborn
from programs import (KEY, PHOTOS, PNG_SIGNATURE, SMALL, Place, completed, end_of, http_answer, imarouter,
                      make_places, png_chunk, png_header)

# Keys

@tap.each({"none": None, "an empty one": ""})
def test_a_missing_key_is_exit_3_and_nothing_is_sent(place: Place, key: str | None) -> None:
    sandbox = place.sandbox()
    ended = generate(place, real(sandbox), key=key).expect(3)
    assert "IMAROUTER_API_KEY" in ended.stderr and ended.stdout == "", ended
    assert failure(generate(place, real(sandbox), "--json", key=key), 3, "sign-in")["charged"] is False
    assert sandbox.log() == []


def test_a_key_with_a_line_break_is_not_sent(place: Place) -> None:
    sandbox = place.sandbox()
    ended = generate(place, real(sandbox), key="sk-1\r\nX-Evil: 1").expect(3)
    assert sandbox.log() == [] and "X-Evil" not in ended.stderr


def test_the_sandbox_with_a_key_of_its_own_takes_that_one(place: Place) -> None:
    sandbox = place.sandbox("--api-key", KEY, "--picture", CHELSEA)
    generate(place, real(sandbox)).expect(0)
    generate(place, real(sandbox), key="sk-other").expect(3)


@tap.each({"a success": ("refused:0", 0), "a refused key": ("bad-key", 3), "a refusal": ("refused", 5),
           "a broken service": ("broken", 6)})
def test_the_key_is_shown_nowhere_after(place: Place, case: tuple[str, int]) -> None:
    sandbox = stubborn(place, case[0])
    ended = generate(place, real(sandbox), "-v", "--json").expect(case[1])
    assert KEY not in ended.stdout + ended.stderr, ended
    assert KEY not in sandbox.log_path.read_text()


def test_the_key_is_not_shown_when_the_service_says_it(place: Place) -> None:
    server = place.server(imarouter(create=[http_answer(401, {"error": f"Incorrect API key: {KEY}."})] * 2))
    shown = generate(place, real(server), "-v").expect(3)
    assert KEY not in shown.stderr + shown.stdout, shown
    told = generate(place, real(server), "--json").expect(3)
    assert KEY not in told.stderr + told.stdout, told


def test_a_picture_is_fetched_without_the_key(place: Place) -> None:
    server = place.server(imarouter())
    generate(place, real(server)).expect(0)
    fetch, = server.fetches()
    assert "authorization" not in fetch.headers and KEY not in str(fetch)
    assert all(heard.headers["authorization"] == f"Bearer {KEY}" for heard in server.heard if heard is not fetch)
    assert place.read("x.png") == SMALL


def test_another_server_on_this_machine_is_not_asked_for_a_picture(place: Place) -> None:
    other = place.server(lambda heard: http_answer(200, SMALL))
    server = place.server(imarouter(polls=[completed(other.url + "/p.png")]))
    failure(generate(place, real(server), "--json"), 6, "bad-answer")
    assert not other.heard


@tap.each({"301": 301, "302": 302, "307": 307, "308": 308})
def test_a_create_is_not_redirected(place: Place, status: int) -> None:
    other = place.server(imarouter())
    moved = http_answer(status, {"error": "moved"}, location=other.url + "/v1/image/seedream-4.5/generate")
    server = place.server(imarouter(create=[moved] * 9))
    failure(generate(place, real(server), "--json", "--timeout", "4"), 6, "bad-answer")
    assert not other.heard and len(server.creates()) == 1


def test_a_poll_is_not_redirected(place: Place) -> None:
    other = place.server(imarouter())
    moved = http_answer(302, {"error": "moved"}, location=other.url + "/v1/jobs/job_1")
    server = place.server(imarouter(polls=[moved] * 9))
    generate(place, real(server), "--timeout", "4").expect(6)
    assert not other.heard


# Repeats

def test_a_busy_service_is_asked_again(place: Place) -> None:
    sandbox = stubborn(place, "busy:1")
    ended = generate(place, quick(sandbox)).expect(0)
    assert [line["status"] for line in sandbox.creates()] == [429, 200]
    assert ended.seconds >= 1 and ended.stderr == "", ended


def test_a_service_out_of_order_is_asked_again_after_the_time_it_names(place: Place) -> None:
    server = place.server(imarouter(create=[http_answer(503, retry_after="1")]))
    ended = generate(place, quick(server)).expect(0)
    assert len(server.creates()) == 2 and ended.seconds >= 1


def test_a_service_that_stays_busy_is_exit_6_and_asked_five_times(place: Place) -> None:
    server = place.server(lambda heard: http_answer(429, {"error": "busy"}, retry_after="0"))
    assert failure(generate(place, quick(server), "--json"), 6, "wait")["charged"] is False
    assert len(server.creates()) == 5


@tap.each({str(status): status for status in (408, 500, 502, 504, 529)})
def test_a_create_is_made_once_after(place: Place, status: int) -> None:
    server = place.server(imarouter(create=[http_answer(status, {"error": "sorry"}, retry_after="0")]))
    assert failure(generate(place, quick(server), "--json"), 6, "unavailable")["charged"] is None
    assert len(server.creates()) == 1


@tap.each({"after the request": b"",
           "in the headers": b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n",
           "in the answer": b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"id": "jo'})
def test_a_create_is_made_once_when_the_connection_is_cut(place: Place, tale: bytes) -> None:
    server = place.server(imarouter(create=[tale]))
    told = generate(place, quick(server), "--json").expect(6).json()
    assert told["error"]["charged"] is None and len(server.creates()) == 1, told


def test_a_create_is_repeated_after_a_refused_connection(place: Place) -> None:
    server = place.server(imarouter(), listen=False)
    process = place.start("generate", "-p", "a hill", "-o", "x.png", *quick(server))
    begun = time.monotonic()
    time.sleep(0.4)  # until then connections are refused
    server.listen()
    end_of(process, begun).expect(0)
    assert len(server.creates()) == 1


POLLS = {"a cut connection": None, "404, just created": http_answer(404, {"error": "no such job"}),
         "408": http_answer(408, retry_after="0"), "429": http_answer(429, retry_after="0"),
         "500": http_answer(500, retry_after="0"), "503": http_answer(503, retry_after="0")}


@tap.each(POLLS)
def test_a_poll_is_repeated_after(place: Place, tale: bytes | None) -> None:
    server = place.server(imarouter(polls=[tale]))
    generate(place, quick(server)).expect(0)
    assert len(server.creates()) == 1


@tap.each({"a cut connection": None, "500": http_answer(500, retry_after="0"),
           "half an answer": b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + SMALL})
def test_a_download_is_repeated_after(place: Place, tale: bytes | None) -> None:
    server = place.server(imarouter(pictures=[tale]))
    generate(place, quick(server)).expect(0)
    assert place.read("x.png") == SMALL and len(server.creates()) == 1 and len(server.fetches()) == 2


def test_a_closed_port_is_exit_6_and_costs_nothing(place: Place) -> None:
    server = place.server(imarouter(), listen=False)
    ended = generate(place, quick(server), "--json", "--timeout", "2")
    assert failure(ended, 6, "unavailable")["charged"] is False
    assert ended.seconds < 4 and ended.json()["service_id"] is None


# Pictures that are none

def test_what_is_no_picture_is_kept_as_damaged(place: Place) -> None:
    sandbox = place.sandbox("--fault", "not-a-picture", "--picture", CHELSEA)
    told = generate(place, quick(sandbox), "--json").expect(6).json()
    check_failed_object(told)
    assert told["error"]["code"] == "bad-answer" and told["error"]["charged"] is True, told
    assert [image["path"] for image in told["images"]] == ["x.png.damaged"] == place.names(), told
    assert place.read("x.png.damaged") == b"This is not a picture.\n"
    assert len(sandbox.fetches()) == 3 and len(sandbox.creates()) == 1


def test_half_a_picture_is_kept_as_damaged(place: Place) -> None:
    sandbox = place.sandbox("--fault", "cut-picture", "--picture", CHELSEA)
    told = generate(place, quick(sandbox), "--json").expect(6).json()
    assert told["error"]["code"] == "bad-answer" and told["error"]["charged"] is True, told
    assert place.names() == ["x.png.damaged"], place.names()
    whole = (PHOTOS / "chelsea.png").read_bytes()
    assert place.read("x.png.damaged") == whole[:len(whole) // 2]
    assert [image["path"] for image in told["images"]] == ["x.png.damaged"], told
    assert len(sandbox.fetches()) == 3


def test_half_a_jpeg_is_kept_as_damaged(place: Place) -> None:
    sandbox = place.sandbox("--fault", "cut-picture", "--picture", ROCKET)
    generate(place, quick(sandbox), out="x.jpg").expect(6)
    assert place.names() == ["x.jpg.damaged"], place.names()


def test_a_damaged_picture_overwrites_nothing(place: Place) -> None:
    for name in ("x.png", "x.png.damaged"):
        place.file(name, b"precious")
    sandbox = place.sandbox("--fault", "not-a-picture", "--picture", CHELSEA)
    generate(place, quick(sandbox)).expect(6)
    assert place.read("x.png") == place.read("x.png.damaged") == b"precious"
    assert len(place.names()) == 3, place.names()


@tap.each({"not a picture": "not-a-picture:1", "half a picture": "cut-picture:1"})
def test_a_picture_that_is_whole_the_second_time_is_a_success(place: Place, fault: str) -> None:
    sandbox = place.sandbox("--fault", fault, "--picture", CHELSEA)
    assert generate(place, quick(sandbox)).expect(0).stdout == "x.png\n"
    assert place.names() == ["x.png"] and len(sandbox.fetches()) == 2


def test_two_of_three_pictures_are_a_success_that_tells_what_is_missing(place: Place) -> None:
    sandbox = place.sandbox("--fault", "gone-picture:1", "--picture", CHELSEA)
    told = generate(place, quick(sandbox), "-n", "3", "--json").expect(0).json()
    assert len(told["images"]) == 2 == len(place.names()), told
    assert told["state"] == "completed" and told["error"]["message"], told


def test_fewer_pictures_than_asked_for_are_a_success_that_tells_so(place: Place) -> None:
    ended = generate(place, quick(place.server(imarouter())), "-n", "3").expect(0)
    assert "1 of 3" in ended.stderr and len(ended.paths()) == 1, ended


def test_a_whole_and_a_damaged_picture_are_both_kept(place: Place) -> None:
    sandbox = place.sandbox("--fault", "not-a-picture:3", "--picture", CHELSEA)
    told = generate(place, quick(sandbox), "-n", "2", "--json").expect(0).json()
    assert told["error"]["code"] == "bad-answer" and len(told["images"]) == 2, told
    kept = [place.read(image["path"]) for image in told["images"]]
    assert kept == [b"This is not a picture.\n", (PHOTOS / "chelsea.png").read_bytes()]


def test_a_picture_over_64_MiB_is_exit_6_and_soon(place: Place) -> None:
    def endless() -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nConnection: close\r\n\r\n" + PNG_SIGNATURE
        for _ in range(100):
            yield bytes(1 << 20)
    server = place.server(imarouter(pictures=(endless() for _ in range(9))))
    ended = generate(place, quick(server), "--timeout", "5", "--json")
    assert failure(ended, 6, "bad-answer")["charged"] is True
    assert "64 MiB" in ended.json()["error"]["message"]


def test_a_picture_of_400_megapixels_is_kept_as_damaged(place: Place) -> None:
    vast = png_header(20000, 20000, 3) + png_chunk(b"IDAT", b"x") + png_chunk(b"IEND", b"")
    generate(place, quick(place.server(imarouter(pictures=[http_answer(200, vast)] * 9)))).expect(6)
    assert place.read("x.png.damaged") == vast


# Where pictures may be

ELSEWHERE = ["file:///etc/passwd", "ftp://127.0.0.1/p", "http://10.0.0.1/p", "https://10.0.0.1/p",
             "https://172.16.3.4/p", "https://192.168.1.1/p", "https://169.254.169.254/latest/meta-data",
             "https://[fd00::1]/p", "https://[fe80::1]/p", "https://0.0.0.0/p", "https://[::]/p",
             "https://[::ffff:10.0.0.1]/p", "https://[::ffff:169.254.169.254]/p", "https:///p", "/etc/passwd",
             "nonsense"]


@tap.each({url: url for url in ELSEWHERE})
def test_a_picture_is_not_fetched_from(place: Place, url: str) -> None:
    server = place.server(imarouter(polls=[completed(url)]))
    ended = generate(place, quick(server), "--json", "--timeout", "2")
    error = failure(ended, 6, "bad-answer")
    assert error["charged"] is True and len(server.heard) == 2 and place.names() == [], ended


@tap.each({url: url for url in ("http://10.0.0.1/p", "https://169.254.169.254/p", "file:///etc/passwd")})
def test_a_redirect_is_not_followed_to(place: Place, url: str) -> None:
    server = place.server(imarouter(pictures=[http_answer(302, location=url)] * 9))
    ended = generate(place, quick(server), "--json", "--timeout", "2")
    failure(ended, 6, "bad-answer")
    assert len(server.fetches()) == 1 and place.names() == []


def test_a_redirect_of_a_service_on_this_machine_is_followed_to_itself_alone(place: Place) -> None:
    store = place.server(lambda heard: http_answer(200, SMALL))
    pictures: list[bytes] = []
    server = place.server(imarouter(pictures=pictures))
    itself = server.url.replace("127.0.0.1", "localhost") + "/there"
    pictures += [http_answer(302, location=itself), http_answer(200, SMALL), http_answer(302, location=store.url)]
    generate(place, real(server)).expect(0)
    assert place.read("x.png") == SMALL
    assert [heard.path for heard in server.fetches()] == ["/picture", "/there"]
    assert not any("authorization" in heard.headers for heard in server.fetches())
    failure(generate(place, real(server), "--json"), 6, "bad-answer")
    assert not store.heard


def test_redirects_in_a_circle_end(place: Place) -> None:
    server = place.server(imarouter(pictures=(http_answer(302, location="/again") for _ in range(99))))
    generate(place, quick(server), "--timeout", "5").expect(6)
    assert len(server.fetches()) < 20


# Words of the service's

@tap.each({"of a create": "create", "of a job": "job"})
def test_an_error_is_shown_without_control_characters(place: Place, where: str) -> None:
    evil = "be\u001b[31mware\u001b]0;title\u0007 \u009b2J\u0000 \r\n\u202egnp.x \u2028end" + "x" * 5000
    tale = imarouter(create=[http_answer(400, {"error": {"message": evil}})] * 2) if where == "create" else \
        imarouter(polls=[http_answer(200, {"id": "job_1", "status": "failed", "error": evil})] * 2)
    server = place.server(tale)
    shown = generate(place, quick(server)).expect(5)
    assert "be" in shown.stderr and "ware" in shown.stderr, shown
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown.stderr), shown
    assert shown.stderr.count("\n") == 1 and len(shown.stderr) < 1000, repr(shown.stderr)
    told = generate(place, quick(server), "--json").expect(5).json()
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202e]", told["error"]["message"]), told


def test_an_id_is_shown_without_control_characters(place: Place) -> None:
    evil = "job\u001b[31m\r\nseedream: all is well"
    server = place.server(imarouter(create=[http_answer(200, {"id": evil})] * 2))
    shown = generate(place, quick(server), "-v").expect(0)
    assert "\x1b" not in shown.stderr and "\r" not in shown.stderr, repr(shown.stderr)
    assert not re.search("^seedream: all", shown.stderr, re.MULTILINE), repr(shown.stderr)


def test_an_id_stays_in_its_place_in_the_path(place: Place) -> None:
    server = place.server(imarouter(create=[http_answer(200, {"id": "../../admin?x=1#y"})]))
    generate(place, quick(server)).expect(0)
    polls = [heard.path for heard in server.heard if heard.method == "GET" and heard.path != "/picture"]
    assert all(re.fullmatch(r"/v1/jobs/[^/?#]+", path) for path in polls) and polls, polls


@tap.each({"wrapped in data": {"data": {"task_id": "job_1", "status": "queued"}},
           "named jobId": {"jobId": "job_1"}, "a number": {"id": 17}})
def test_an_id_is_understood(place: Place, answer: dict) -> None:
    generate(place, quick(place.server(imarouter(create=[http_answer(201, answer)])))).expect(0)


@tap.each({"a list": "[1]", "a text": '"hello"', "a space": " ", "no UTF-8": b'{"id":"\xff"}',
           "half": '{"id":', "very deep": "[" * 100_000, "deep in an object": '{"a":' * 50_000})
def test_nonsense_for_an_answer_is_exit_6(place: Place, body: str | bytes) -> None:
    server = place.server(imarouter(create=[http_answer(200, body, content_type="application/json")]))
    assert failure(generate(place, quick(server), "--json"), 6, "bad-answer")["charged"] is None
    assert len(server.creates()) == 1

if __name__ == "__main__":
    sys.exit(tap.main(globals(), make_places(), at_once=3))
