"""tests/cli/test_sandbox.py - seedream-sandbox as a client of the services meets it, by plain HTTP."""
from __future__ import annotations

import contextlib
import http.client
import json
import random
import re
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tap  # noqa: E402
from programs import (KEY, PATIENCE, PNG_SIGNATURE, SANDBOX, SMALL, Picture, Place, Sandbox, http_answer,
                      make_places, png_size, read_png, wait_for, write_png)
from services import CHELSEA, COFFEE, ROCKET, data_url, group, photo, plain, serving, small

GENERATE = "/v1/image/seedream-4.5/generate"
EDIT = "/v1/image/seedream-4.5/edit"
COMPOSE = "/v1/image/seedream-4.5/compose"


# The program

def test_the_first_line_is_the_url_and_comes_at_once(place: Place) -> None:
    sandbox = place.sandbox()  # reads one line while the program runs
    assert sandbox.url == f"http://127.0.0.1:{sandbox.port}" and sandbox.process.poll() is None
    assert sandbox.ask("GET", "/")[0] == 404


def test_it_takes_the_port_it_is_given(place: Place) -> None:
    first = place.sandbox()
    first.stop()
    assert place.sandbox("--port", str(first.port)).port == first.port


def test_a_taken_port_is_exit_2_with_a_message(place: Place) -> None:
    port = str(place.sandbox().port)
    ended = place.run(SANDBOX, "--port", port).expect(2)
    assert ended.stdout == "" and port in ended.stderr, ended


WRONG_WORDS = {
    "an unknown option": ["--colour", "red"],
    "an operand": ["here"],
    "a port that is none": ["--port", "many"],
    "a port too high": ["--port", "65536"],
    "a negative time": ["--job-ms=-1"],
    "a negative latency": ["--latency-ms=-1"],
    "an unknown fault": ["--fault", "rain"],
    "an unknown fault with a count": ["--fault", "rain:1"],
    "a fault with half a count": ["--fault", "broken:"],
    "a fault with a wrong count": ["--fault", "broken:often"],
    "a negative count": ["--fault", "broken:-1"],
    "a picture that is not there": ["--picture", "nowhere.png"],
    "a log that cannot be": ["--log", "nowhere/log"],
}


@tap.each(WRONG_WORDS)
def test_it_is_exit_2_with_a_message_for(place: Place, words: list[str]) -> None:
    ended = place.run(SANDBOX, *words).expect(2)
    assert ended.stdout == "" and re.match("seedream-sandbox: .{6,}", ended.stderr), ended


def test_version_and_help_leave_at_once(place: Place) -> None:
    assert place.run(SANDBOX, "--version").expect(0).stdout.startswith("seedream-sandbox ")
    shown = place.run(SANDBOX, "--help").expect(0).stdout
    words = ("--port", "--latency-ms", "--job-ms", "--api-key", "--picture", "--fault", "--list-faults",
             "--log")
    assert [word for word in words if word not in shown] == []


def ends_within_a_second(sandbox: Sandbox) -> None:
    begun = time.monotonic()
    sandbox.process.terminate()
    assert sandbox.process.wait(PATIENCE) in (0, -signal.SIGTERM), sandbox.process.returncode
    assert time.monotonic() - begun < 1


def test_sigterm_ends_it_within_a_second(place: Place) -> None:
    ends_within_a_second(place.sandbox())


def test_sigterm_ends_it_within_a_second_while_it_paints(place: Place) -> None:
    sandbox = place.sandbox()
    jobs = [sandbox.create(prompt=str(i), numImages=4, imageSize="landscape_16_9") for i in range(6)]
    assert [sandbox.job(job)["status"] for job in jobs[-2:]] != ["completed"] * 2, "too fast to be a test"
    ends_within_a_second(sandbox)


def test_sigterm_ends_it_within_a_second_while_it_owes_an_answer(place: Place) -> None:
    sandbox = place.sandbox("--latency-ms", "20000")
    connection = http.client.HTTPConnection("127.0.0.1", sandbox.port)
    connection.request("GET", "/v1/jobs/none")
    wait_for(sandbox.log)
    ends_within_a_second(sandbox)
    connection.close()


def test_it_ends_with_its_standard_input_if_told_so(place: Place) -> None:
    sandbox = place.sandbox("--until-eof")
    sandbox.process.stdin.write(b"still here\n")
    sandbox.process.stdin.flush()
    assert sandbox.ask("GET", "/")[0] == 404
    sandbox.process.stdin.close()
    assert sandbox.process.wait(2) == 0


def test_it_outlives_its_standard_input_if_not_told_so(place: Place) -> None:
    sandbox = place.sandbox()
    sandbox.process.stdin.close()
    time.sleep(0.2)
    assert sandbox.ask("GET", "/")[0] == 404


def test_it_listens_on_loopback_only(place: Place) -> None:
    sandbox = place.sandbox()
    listening = []
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(OSError), open(table, encoding="ascii") as lines:
            rows = [line.split() for line in lines][1:]
            sockets = [row[1] for row in rows if row[3] == "0A"]
            listening += [address for address in sockets if address.endswith(f":{sandbox.port:04X}")]
    if not listening:
        raise tap.Skip("no table of sockets here")
    assert listening == [f"0100007F:{sandbox.port:04X}"], listening


def test_it_answers_while_it_paints(place: Place) -> None:
    sandbox = place.sandbox()
    jobs = [sandbox.create(prompt=str(i), numImages=2) for i in range(3)]
    longest = 0.0
    while any(sandbox.job(job)["status"] != "completed" for job in jobs):
        begun = time.monotonic()
        sandbox.ask("GET", "/")
        longest = max(longest, time.monotonic() - begun)
    assert longest < 1, longest


def test_unknown_paths_are_404(place: Place) -> None:
    sandbox = place.sandbox()
    for path in ("/", "/v1", "/v1/image/seedream-4.5", "/v1/jobs/none", "/results/none/0"):
        assert sandbox.ask("GET", path)[0] == 404, path
    for path in ("/v1/image/seedream-4.5/paint", "/v1/image/seedream-9/generate"):
        assert sandbox.ask("POST", path, {"prompt": "x"})[0] == 404, path
    error = json.loads(sandbox.ask("GET", "/v1/jobs/none")[1])["error"]
    assert error["code"] and error["message"], error


# Keys and the log

def test_a_call_without_a_key_is_401(place: Place) -> None:
    sandbox = place.sandbox()
    for key in (None, "", " "):
        for method, path, body in (("POST", GENERATE, {"prompt": "x"}), ("GET", "/v1/jobs/none", None)):
            status, answer = sandbox.ask(method, path, body, key)
            assert status == 401, (key, path, status)
            assert set(json.loads(answer)["error"]) == {"code", "message"}, answer


def test_any_key_will_do(place: Place) -> None:
    sandbox = small(place)
    for key in ("x", KEY, "ein Schlüssel"):
        assert sandbox.ask("POST", GENERATE, {"prompt": "x"}, key)[0] == 200, key


def test_a_key_of_its_own_is_the_only_one(place: Place) -> None:
    sandbox = small(place, "--api-key", KEY)
    answers = {key: sandbox.ask("POST", GENERATE, {"prompt": "x"}, key)[0]
               for key in (KEY, KEY + "x", KEY[:-1], KEY.upper(), "")}
    assert answers == {KEY: 200, KEY + "x": 401, KEY[:-1]: 401, KEY.upper(): 401, "": 401}


def test_a_picture_needs_no_key(place: Place) -> None:
    sandbox = small(place, "--api-key", KEY)
    _, answer = sandbox.ask("POST", GENERATE, {"prompt": "x"}, KEY)
    path = "/v1/jobs/" + json.loads(answer)["id"]
    wait_for(lambda: json.loads(sandbox.ask("GET", path, key=KEY)[1])["status"] == "completed")
    url = json.loads(sandbox.ask("GET", path, key=KEY)[1])["output"][0]["url"]
    assert sandbox.fetch(url) == SMALL


def test_the_log_has_one_line_of_json_per_request(place: Place) -> None:
    sandbox = small(place)
    sandbox.ask("POST", GENERATE, {"prompt": "x"})
    sandbox.ask("POST", GENERATE, {"prompt": ""})
    sandbox.ask("GET", "/v1/jobs/none", key=None)
    told = [(line["method"], line["path"], line["status"]) for line in sandbox.log()]
    assert told == [("POST", GENERATE, 200), ("POST", GENERATE, 400), ("GET", "/v1/jobs/none", 401)], told


ORDERS = {
    "imarouter": (GENERATE, {"numImages": 2}),
    "imarouter-v1": ("/v1/images/generations", {"model": "doubao-seedream-4.5", "n": 2}),
    "openrouter-images": ("/api/v1/images", {"model": "bytedance-seed/seedream-4.5", "n": 2}),
    "modelark": ("/api/v3/images/generations", {"model": "seedream-4-5-251128", **group(2)}),
    "modelark, streamed": ("/api/v3/images/generations",
                           {"model": "seedream-4-5-251128", "stream": True, **group(2)})}


@tap.each(ORDERS)
def test_the_log_tells_what_was_ordered(place: Place, order: tuple[str, dict]) -> None:
    sandbox, (path, body) = small(place), order
    assert sandbox.ask("POST", path, {"prompt": "a hill", **body})[0] == 200
    assert sandbox.ask("POST", path, {"prompt": "", **body})[0] == 400
    taken, refused = sandbox.log()
    assert (taken["prompt"], taken["ordered"]) == ("a hill", 2) and "ordered" not in refused, (taken, refused)


def test_no_key_enters_the_log(place: Place) -> None:
    sandbox = small(place, "--api-key", KEY)
    for key in (KEY, "sk-wrong-987654321"):
        sandbox.ask("POST", GENERATE, {"prompt": "x"}, key)
        sandbox.ask("GET", "/v1/jobs/none", key=key)
    sandbox.ask("GET", "/nowhere", key=KEY)
    text = sandbox.log_path.read_text()
    assert len(sandbox.log()) == 5 and KEY not in text and "sk-wrong" not in text and "Bearer" not in text


# Time

def seconds_of(what: Callable[[], Any]) -> float:
    begun = time.monotonic()
    what()
    return time.monotonic() - begun


def test_latency_delays_answers_of_the_api_but_not_pictures(place: Place) -> None:
    sandbox = small(place, "--latency-ms", "400", "--job-ms", "0")
    assert seconds_of(lambda: sandbox.ask("GET", "/v1/jobs/none")) >= 0.4
    assert seconds_of(lambda: sandbox.ask("GET", "/v1/jobs/none", key=None)) >= 0.4
    job = sandbox.create()
    url = sandbox.finished(job)["output"][0]["url"]
    assert seconds_of(lambda: sandbox.job(job)) >= 0.4
    assert seconds_of(lambda: sandbox.fetch(url)) < 0.3


def test_latency_counts_once_for_calls_at_the_same_time(place: Place) -> None:
    sandbox = small(place, "--latency-ms", "400")
    begun = time.monotonic()
    connections = [http.client.HTTPConnection("127.0.0.1", sandbox.port, timeout=PATIENCE) for _ in range(5)]
    for connection in connections:
        connection.request("GET", "/v1/jobs/none")
    assert [connection.getresponse().status for connection in connections] == [401] * 5
    assert 0.4 <= time.monotonic() - begun < 1.2


def watch(sandbox: Sandbox, job: str) -> list[tuple[str, float, float]]:
    """A job's states in the order in which they are seen: word, first and last moment."""
    seen: list[tuple[str, float, float]] = []
    while not seen or seen[-1][0] != "completed":
        asked = time.monotonic()
        word = sandbox.job(job)["status"]
        now = time.monotonic()
        if seen and seen[-1][0] == word:
            seen[-1] = (word, seen[-1][1], asked)
        else:
            seen.append((word, now, asked))
        time.sleep(0.01)
    return seen


def test_a_job_is_queued_for_a_third_of_its_time_then_running_then_completed(place: Place) -> None:
    sandbox = small(place, "--job-ms", "900")
    before = time.monotonic()
    job = sandbox.create()
    after = time.monotonic()
    (first, _, queued), (second, running, _), (third, done, _) = watch(sandbox, job)
    assert (first, second, third) == ("queued", "running", "completed")
    assert queued <= after + 0.302 and running >= before + 0.298, (queued - after, running - before)
    assert done >= before + 0.9, done - before


def test_all_three_states_can_be_seen_unless_told_otherwise(place: Place) -> None:
    sandbox = Sandbox(place.folder, (), place.environment())  # no --job-ms
    place.stack.callback(sandbox.stop)
    begun = time.monotonic()
    assert [word for word, _, _ in watch(sandbox, sandbox.create())] == ["queued", "running", "completed"]
    assert time.monotonic() - begun < 20


def test_a_create_is_answered_as_the_page_says(place: Place) -> None:
    sandbox = small(place)
    status, answer = sandbox.ask("POST", GENERATE, {"prompt": "x"})
    created = json.loads(answer)
    assert status == 200 and isinstance(created["id"], str) and created["status"] == "queued"
    job = sandbox.finished(created["id"])
    assert job["id"] == created["id"] and list(job["output"][0]) == ["url"], job
    assert job["output"][0]["url"].startswith(sandbox.url + "/")


# What is drawn

REQUESTS = {"generate": ("generate", {}), "edit": ("edit", {"imageUrl": photo(CHELSEA)}),
            "compose": ("compose", {"imageUrls": [photo(CHELSEA), photo(ROCKET), photo(COFFEE)]})}


@tap.each(REQUESTS)
def test_equal_requests_give_equal_pictures(place: Place, request: tuple[str, dict]) -> None:
    sandbox = place.sandbox()
    verb, body = request
    alone = sandbox.draw(verb, imageSize="square", **body)
    at_the_same_time = [sandbox.create(verb, imageSize="square", **body) for _ in range(2)]
    assert {picture for job in at_the_same_time for picture in sandbox.pictures(job)} == {alone}


@tap.each(REQUESTS)
def test_other_sandboxes_give_the_same_picture(place: Place, request: tuple[str, dict]) -> None:
    verb, body = request
    sandboxes = [place.sandbox() for _ in range(3)]
    jobs = [sandbox.create(verb, imageSize="square", **body) for sandbox in sandboxes]
    assert len({sandbox.pictures(job)[0] for sandbox, job in zip(sandboxes, jobs)}) == 1


def all_differ(sandbox: Sandbox, *requests: tuple[str, dict]) -> None:
    jobs = [sandbox.create(verb, **{"imageSize": "square", **body}) for verb, body in requests]
    pictures = [picture for job in jobs for picture in sandbox.pictures(job)]
    assert len(set(pictures)) == len(pictures), [hash(picture) for picture in pictures]


@tap.each({"generate": ("generate", {}), "edit": ("edit", {"imageUrl": photo(CHELSEA)}),
           "edit a black picture": ("edit", {"imageUrl": plain(0, 0, 0)})})
def test_other_prompts_give_other_pictures(place: Place, request: tuple[str, dict]) -> None:
    verb, body = request
    long = "a hill " + "and a tree " * 40
    all_differ(place.sandbox(), *[(verb, {"prompt": prompt, **body})
                                  for prompt in ("a hill", "A hill", long + "1", long + "2")])


def test_other_inputs_give_other_pictures(place: Place) -> None:
    all_differ(place.sandbox(), *[("edit", {"imageUrl": url}) for url in
                                  (photo(CHELSEA), photo(COFFEE), plain(90, 90, 90), plain(90, 90, 91))])


def test_inputs_that_differ_at_their_edge_only_give_other_pictures(place: Place) -> None:
    rows = [bytes(300 * 3), b"\xff\xff\xff" * 8 + bytes(292 * 3)]
    urls = [data_url(write_png(Picture(300, 40, 3, row * 40))) for row in rows]
    all_differ(place.sandbox(), *[("edit", {"imageUrl": url}) for url in urls])


def test_another_order_of_inputs_gives_another_picture(place: Place) -> None:
    a, b, c = plain(200, 30, 30), plain(30, 200, 30), plain(30, 30, 200)
    all_differ(place.sandbox(), *[("compose", {"imageUrls": urls})
                                  for urls in ([a, b, c], [a, c, b], [b, a, c])])


@tap.each({"generate": ("generate", {}), "edit": ("edit", {"imageUrl": photo(CHELSEA)}),
           "edit a black picture": ("edit", {"imageUrl": plain(0, 0, 0)}),
           "compose": ("compose", {"imageUrls": [photo(CHELSEA), photo(ROCKET)]})})
def test_several_pictures_of_one_request_differ(place: Place, request: tuple[str, dict]) -> None:
    verb, body = request
    all_differ(place.sandbox(), (verb, {"numImages": 2, **body}))


def difference(first: list[float], second: list[float]) -> float:
    """The mean absolute difference."""
    return sum(abs(a - b) for a, b in zip(first, second)) / len(first)


def overview(picture: Picture) -> list[float]:
    """The picture's middle square, very small."""
    side = min(picture.width, picture.height)
    return picture.averages(8, 8, ((picture.width - side) // 2, (picture.height - side) // 2, side, side))


def test_an_edit_resembles_its_input(place: Place) -> None:
    sandbox = place.sandbox()
    jobs = [sandbox.create("edit", imageUrl=photo(path), imageSize="square") for path in (CHELSEA, COFFEE)]
    edits = [overview(read_png(sandbox.pictures(job)[0])) for job in jobs]
    photos = [overview(read_png(path.read_bytes())) for path in (CHELSEA, COFFEE)]
    for own in (0, 1):
        to_own, to_other = difference(edits[own], photos[own]), difference(edits[own], photos[1 - own])
        assert to_own < 0.7 * to_other, (own, to_own, to_other)


def test_a_composition_shows_each_of_its_inputs(place: Place) -> None:
    sandbox = place.sandbox()
    inputs = [plain(150, 60, 60), plain(60, 150, 60), plain(60, 60, 150)]
    changed = [[*inputs[:i], plain(230, 230, 90), *inputs[i + 1:]] for i in range(3)]
    jobs = [sandbox.create("compose", imageUrls=urls, imageSize="square") for urls in (inputs, *changed)]
    small_ones = [overview(read_png(sandbox.pictures(job)[0])) for job in jobs]
    for i, other in enumerate(small_ones[1:], 1):
        most = max(abs(a - b) for a, b in zip(small_ones[0], other))
        assert most > 40, (i, most)


def test_a_composition_of_fourteen_inputs_shows_the_last(place: Place) -> None:
    urls = [plain(10 * i, 60, 60) for i in range(14)]
    all_differ(place.sandbox(), ("compose", {"imageUrls": urls}),
               ("compose", {"imageUrls": [*urls[:-1], urls[0]]}))


SIZES = {"square_hd": (2048, 2048), "square": (1920, 1920), "portrait_4_3": (1728, 2304),
         "portrait_16_9": (1600, 2848), "landscape_4_3": (2304, 1728), "landscape_16_9": (2848, 1600),
         "nothing asked": (2048, 2048)}


@tap.each({name: (name, pixels) for name, pixels in SIZES.items()})
def test_a_size_has_exactly_its_pixels(place: Place, case: tuple[str, tuple[int, int]]) -> None:
    body = {} if case[0] == "nothing asked" else {"imageSize": case[0]}
    assert png_size(place.sandbox().draw(**body)) == case[1]


def test_an_edit_has_the_size_that_was_asked_for(place: Place) -> None:
    picture = place.sandbox().draw("edit", imageUrl=photo(COFFEE), imageSize="portrait_4_3")
    assert png_size(picture) == (1728, 2304)


@tap.each({"png": ("png", PNG_SIGNATURE, 0), "jpeg": ("jpeg", b"\xff\xd8\xff", 0),
           "webp": ("webp", b"WEBP", 8)})
def test_the_picture_has_the_format_that_was_asked_for(place: Place, case: tuple[str, bytes, int]) -> None:
    name, magic, at = case
    picture = place.sandbox().draw(outputFormat=name, imageSize="square")
    assert picture[at:at + len(magic)] == magic, picture[:16]


@tap.each({str(count): count for count in (1, 2, 3, 4)})
def test_the_count_is_honoured(place: Place, count: int) -> None:
    sandbox = small(place)
    urls = [output["url"] for output in sandbox.finished(sandbox.create(numImages=count))["output"]]
    assert len(urls) == count == len(set(urls)), urls
    assert [sandbox.fetch(url) for url in urls] == [SMALL] * count


# Inputs and echoes

def test_an_echo_gives_back_the_colour_under_alpha_0(place: Place) -> None:
    pixels = bytearray(random.Random(4).randbytes(23 * 19 * 4))
    pixels[3::8] = bytes(len(pixels[3::8]))  # every other pixel is transparent
    picture = Picture(23, 19, 4, bytes(pixels))
    back = serving("echo", place).draw("edit", imageUrl=data_url(write_png(picture)))
    assert read_png(back) == picture


def test_an_echo_of_a_jpeg_is_a_png(place: Place) -> None:
    back = serving("echo", place).draw("edit", imageUrl=photo(ROCKET), outputFormat="jpeg")
    assert png_size(back) == (640, 427)


def test_an_echo_of_a_composition_is_its_first_input(place: Place) -> None:
    back = serving("echo", place).draw("compose", imageUrls=[photo(COFFEE), photo(ROCKET)])
    assert read_png(back).pixels == read_png(COFFEE.read_bytes()).pixels


def test_without_an_input_to_echo_it_draws(place: Place) -> None:
    assert png_size(serving("echo", place).draw(imageSize="square")) == (1920, 1920)


def test_a_file_is_given_back_to_the_byte(place: Place) -> None:
    place.file("any.bin", b"\x00any bytes\xff")
    assert serving(place.folder / "any.bin", place).draw() == b"\x00any bytes\xff"


def test_an_input_is_fetched_from_this_machine(place: Place) -> None:
    server = place.server(lambda heard: http_answer(200, CHELSEA.read_bytes()))
    sandbox = serving("echo", place)
    assert sandbox.draw("edit", imageUrl=server.url + "/cat.png?v=1") == CHELSEA.read_bytes()
    assert [heard.path for heard in server.heard] == ["/cat.png?v=1"]
    assert "authorization" not in server.heard[0].headers


ELSEWHERE = ["http://192.0.2.1/p.png", "https://example.org/p.png", "http://10.0.0.1/p.png",
             "http://127.0.0.1.example.org/p.png", "http://127.0.0.1:1/p.png", "ftp://127.0.0.1/p.png",
             "file:///etc/passwd", "p.png"]


@tap.each({url: url for url in ELSEWHERE})
def test_an_input_cannot_be_downloaded_from(place: Place, url: str) -> None:
    sandbox = serving("echo", place)
    begun = time.monotonic()
    job = sandbox.finished(sandbox.create("edit", imageUrl=url))
    assert job["status"] == "failed" and "could not download" in json.dumps(job["error"]), job
    assert time.monotonic() - begun < 2


def test_an_input_that_is_not_there_cannot_be_downloaded(place: Place) -> None:
    server = place.server(lambda heard: http_answer(404, b"gone"))
    sandbox = serving("echo", place)
    job = sandbox.finished(sandbox.create("compose", imageUrls=[photo(COFFEE), server.url + "/p.png"]))
    assert job["status"] == "failed" and "could not download" in json.dumps(job["error"]), job


@tap.each({"text": data_url(b"hello"), "half a picture": data_url(CHELSEA.read_bytes()[:90_000]),
           "half a data URL": photo(COFFEE)[:-3], "no base64": "data:image/png,hello"})
def test_an_input_that_is_no_picture_fails_the_job(place: Place, url: str) -> None:
    sandbox = place.sandbox()
    job = sandbox.finished(sandbox.create("edit", imageUrl=url))
    assert job["status"] == "failed" and job["error"], job


# What is wrong with a request

ONE = photo(COFFEE)
WRONG = {
    "no prompt": (GENERATE, {}),
    "an empty prompt": (GENERATE, {"prompt": ""}),
    "a prompt of null": (GENERATE, {"prompt": None}),
    "a prompt that is a number": (GENERATE, {"prompt": 5}),
    "an unknown size": (GENERATE, {"prompt": "x", "imageSize": "huge"}),
    "a size in pixels": (GENERATE, {"prompt": "x", "imageSize": "2048x2048"}),
    "a size that is a list": (GENERATE, {"prompt": "x", "imageSize": ["square"]}),
    "an unknown quality": (GENERATE, {"prompt": "x", "quality": "ultra"}),
    "an unknown format": (GENERATE, {"prompt": "x", "outputFormat": "gif"}),
    "no pictures": (GENERATE, {"prompt": "x", "numImages": 0}),
    "minus one picture": (GENERATE, {"prompt": "x", "numImages": -1}),
    "five pictures": (GENERATE, {"prompt": "x", "numImages": 5}),
    "one and a half pictures": (GENERATE, {"prompt": "x", "numImages": 1.5}),
    "a count that is a text": (GENERATE, {"prompt": "x", "numImages": "3"}),
    "very many pictures": (GENERATE, {"prompt": "x", "numImages": 1e300}),
    "generate with an image": (GENERATE, {"prompt": "x", "imageUrl": ONE}),
    "edit without an image": (EDIT, {"prompt": "x"}),
    "edit with two images": (EDIT, {"prompt": "x", "imageUrls": [ONE, ONE]}),
    "compose without an image": (COMPOSE, {"prompt": "x"}),
    "compose with one image": (COMPOSE, {"prompt": "x", "imageUrls": [ONE]}),
    "compose with fifteen images": (COMPOSE, {"prompt": "x", "imageUrls": [ONE] * 15}),
    "no JSON": (GENERATE, b"prompt=x"),
    "half of JSON": (GENERATE, b'{"prompt": "x"'),
    "no body": (GENERATE, b""),
    "a list": (GENERATE, b'["x"]'),
    "a text": (GENERATE, b'"x"'),
    "no UTF-8": (GENERATE, b'{"prompt":"\xff"}'),
    "very deep JSON": (GENERATE, b'{"a":' * 50_000),
}


@tap.each(WRONG)
def test_it_is_400_with_a_reason_for(place: Place, request: tuple[str, Any]) -> None:
    sandbox = small(place)
    status, answer = sandbox.ask("POST", *request)
    assert status == 400, (status, answer[:200])
    told = json.loads(answer)
    assert list(told) == ["error"] and set(told["error"]) == {"code", "message"}, told
    assert told["error"]["code"] and told["error"]["message"], told
    assert sandbox.ask("POST", GENERATE, {"prompt": "x"})[0] == 200, "it does not live on"


if __name__ == "__main__":
    sys.exit(tap.main(globals(), make_places(), at_once=2))
