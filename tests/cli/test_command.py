"""tests/cli/test_command.py - the seedream command as a user of a shell meets it."""
from __future__ import annotations

import base64
import os
import pty
import random
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tap  # noqa: E402
from programs import (KEY, PATIENCE, PHOTOS, PNG_SIGNATURE, SANDBOX, SMALL, Ended, Heard, LyingServer,
                      Picture, Place, Sandbox, completed, end_of, http_answer, imarouter, make_places,
                      png_chunk, png_header, png_size, wait_for, write_png)

CHELSEA, COFFEE, ROCKET = (str(PHOTOS / name) for name in ("chelsea.png", "coffee.png", "rocket.jpg"))
Server = Sandbox | LyingServer


def quick(server: Server) -> list[str]:
    """The provider that looks after its jobs soonest."""
    return ["--provider", "sandbox", "--base-url", server.url]


def real(server: Server) -> list[str]:
    """The provider that needs a key."""
    return ["--provider", "imarouter", "--base-url", server.url]


def generate(place: Place, to: list[str], *options: str, out: str = "x.png", **environment: str) -> Ended:
    return place.seedream("generate", "-p", "a hill", "-o", out, *to, *options, **environment)


def failure(ended: Ended, status: int, code: str) -> dict:
    """The error of a run with --json that failed so."""
    error = ended.expect(status).json()["error"]
    assert error["code"] == code, error
    return error


def stubborn(place: Place, fault: str, *options: str) -> Sandbox:
    """A sandbox with a fault, that paints nothing."""
    picture = place.folder / place.file("small.png", SMALL)
    return place.sandbox("--fault", fault, "--picture", str(picture), *options)


# What it is for

def test_the_sandbox_starts_by_itself_and_draws(place: Place) -> None:
    ended = generate(place, ["--provider", "sandbox"], key=None).expect(0)
    assert ended.stdout == "x.png\n" and ended.stderr == "", ended
    assert png_size(place.read("x.png")) == (2048, 2048)


def test_the_sandbox_edits(place: Place) -> None:
    place.seedream("edit", "-p", "at night", CHELSEA, "-o", "x.png", "--provider", "sandbox").expect(0)
    assert png_size(place.read("x.png")) == (2048, 2048)


def test_the_sandbox_composes(place: Place) -> None:
    place.seedream("compose", "-p", "image 1 with image 2", COFFEE, ROCKET, "-o", "x.png", "--size", "square",
                   "--provider", "sandbox", key=None).expect(0)
    assert png_size(place.read("x.png")) == (1920, 1920)


@tap.each({"generate": ("generate",), "edit": ("edit", CHELSEA),
           "compose": ("compose", CHELSEA, ROCKET, COFFEE)})
def test_imarouter_is_asked_at_its_endpoint(place: Place, words: tuple[str, ...]) -> None:
    sandbox = place.sandbox("--picture", CHELSEA)
    verb, *inputs = words
    place.seedream(verb, "-p", "at night", *inputs, "-o", "x.png", *real(sandbox)).expect(0)
    assert [line["path"] for line in sandbox.creates()] == [f"/v1/image/seedream-4.5/{verb}"]
    assert place.read("x.png") == (PHOTOS / "chelsea.png").read_bytes()


def test_imarouter_hears_what_the_page_says(place: Place) -> None:
    server = place.server(imarouter(create=[http_answer(402, {"error": "no money"})]))
    place.seedream("generate", "-p", "a “brass” compass\n", "-o", "x.png", "-n", "2", "--aspect", "3:4",
                   "--quality", "high", "--format", "jpeg", *real(server)).expect(4)
    heard, = server.heard
    assert heard.json() == {"prompt": "a “brass” compass\n", "imageSize": "portrait_4_3", "quality": "high",
                            "numImages": 2, "outputFormat": "jpeg"}
    assert heard.headers["authorization"] == f"Bearer {KEY}"
    assert heard.headers["content-type"].startswith("application/json")


def test_only_what_was_asked_for_is_sent(place: Place) -> None:
    server = place.server(imarouter(create=[http_answer(402, {"error": "no money"})]))
    generate(place, real(server)).expect(4)
    assert server.heard[0].json() == {"prompt": "a hill", "numImages": 1}


SIZES = {"landscape_16_9": "landscape_16_9", "2848x1600": "landscape_16_9", "2K": "square_hd",
         "1920x1920": "square", "auto": None}


@tap.each({size: (size, sent) for size, sent in SIZES.items()})
def test_a_size_is_sent_under_the_services_own_name(place: Place, case: tuple[str, str | None]) -> None:
    server = place.server(imarouter(create=[http_answer(402, {})]))
    generate(place, real(server), "--size", case[0]).expect(4)
    assert server.heard[0].json().get("imageSize") == case[1]


def test_input_files_are_sent_to_the_byte_and_in_order(place: Place) -> None:
    server = place.server(imarouter(create=[http_answer(402, {})]))
    place.seedream("compose", "-p", "both", ROCKET, CHELSEA, "-o", "x.png", *real(server)).expect(4)
    urls = server.heard[0].json()["imageUrls"]
    assert [url.partition(",")[0] for url in urls] == ["data:image/jpeg;base64", "data:image/png;base64"]
    files = [base64.b64decode(url.partition(",")[2], validate=True) for url in urls]
    assert files == [(PHOTOS / "rocket.jpg").read_bytes(), (PHOTOS / "chelsea.png").read_bytes()]


BASE_URLS = {"as it is": "", "a slash": "/", "a prefix": "/v1", "both": "/v1/", "two slashes": "//"}


@tap.each(BASE_URLS)
def test_a_base_url_from_the_environment_may_end_in(place: Place, ending: str) -> None:
    sandbox = place.sandbox("--fault", "no-credit")
    generate(place, ["--provider", "imarouter"], IMAROUTER_BASE_URL=sandbox.url + ending).expect(4)


@tap.each(BASE_URLS)
def test_a_base_url_from_the_command_line_may_end_in(place: Place, ending: str) -> None:
    sandbox = place.sandbox("--fault", "no-credit")
    generate(place, ["--base-url", sandbox.url + ending]).expect(4)


def test_the_command_line_overrules_the_environment(place: Place) -> None:
    sandbox = place.sandbox("--fault", "no-credit")
    other = place.server(imarouter())
    generate(place, real(sandbox), IMAROUTER_BASE_URL=other.url).expect(4)
    assert not other.heard


def test_a_long_prompt_in_many_scripts_arrives_whole(place: Place) -> None:
    prompt = "雨の東京 «été» \U0001f5fb \\ \" ' %s & " * 200
    server = place.server(imarouter(create=[http_answer(402, {})]))
    place.seedream("generate", f"--prompt={prompt}", "-o", "x.png", *real(server)).expect(4)
    assert server.heard[0].json()["prompt"] == prompt


# Files

def test_a_file_holds_exactly_the_bytes_that_the_service_sent(place: Place) -> None:
    generate(place, quick(place.sandbox("--picture", ROCKET)), out="x.jpg").expect(0)
    assert place.read("x.jpg") == (PHOTOS / "rocket.jpg").read_bytes()


def test_an_echo_gives_back_the_input_to_the_byte(place: Place) -> None:
    sandbox = place.sandbox("--picture", "echo")
    pixels = random.Random(1).randbytes(31 * 17 * 4)
    place.file("in.png", write_png(Picture(31, 17, 4, pixels)))
    place.seedream("edit", "-p", "nothing", "in.png", "-o", "x.png", *quick(sandbox)).expect(0)
    assert place.read("x.png") == place.read("in.png")


def test_several_pictures_are_numbered_and_differ(place: Place) -> None:
    ended = generate(place, quick(place.sandbox()), "-n", "3", "--size", "square").expect(0)
    assert ended.stdout == "x-1.png\nx-2.png\nx-3.png\n"
    assert place.names() == ["x-1.png", "x-2.png", "x-3.png"]
    assert len({place.read(name) for name in place.names()}) == 3


def test_a_picture_that_was_not_asked_for_is_kept_too(place: Place) -> None:
    def tell(heard: Heard) -> bytes:
        root = f"http://{heard.headers['host']}"
        return truth(heard) if "jobs" not in heard.path else completed(root + "/1", root + "/2")
    truth = imarouter(pictures=[http_answer(200, SMALL)])
    ended = generate(place, quick(place.server(tell))).expect(0)
    assert len(ended.paths()) == 2 == len(set(ended.paths())), ended
    assert all(place.read(path) == SMALL for path in ended.paths())


OUTS = {"no suffix": ("x", "x.jpg"), "another suffix": ("x.png", "x.jpg"), "its suffix": ("x.jpg", "x.jpg"),
        "its longer suffix": ("x.jpeg", "x.jpeg"), "capitals": ("x.JPG", "x.JPG"),
        "a space and an umlaut": ("ein Hügel.webp", "ein Hügel.jpg"),
        "a dot in front": ("./x.png", "./x.jpg")}


@tap.each(OUTS)
def test_a_jpeg_gets_the_suffix_of_one(place: Place, case: tuple[str, str]) -> None:
    ended = generate(place, quick(place.sandbox("--picture", ROCKET)), out=case[0]).expect(0)
    assert ended.stdout == case[1] + "\n"
    assert place.names() == [os.path.basename(case[1])]


def test_the_suffix_follows_the_format_that_was_asked_for(place: Place) -> None:
    ended = generate(place, quick(place.sandbox()), "--format", "jpeg", "--size", "square").expect(0)
    assert ended.stdout == "x.jpg\n" and place.read("x.jpg").startswith(b"\xff\xd8\xff")
    assert ended.stderr == "", ended


def test_a_webp_picture_gets_the_suffix_of_one(place: Place) -> None:
    ended = generate(place, quick(place.sandbox()), "--format", "webp", "--size", "square").expect(0)
    assert ended.stdout == "x.webp\n" and place.read("x.webp")[8:12] == b"WEBP"


def test_the_file_that_was_named_is_overwritten(place: Place) -> None:
    place.file("x.png", b"old")
    ended = generate(place, quick(place.sandbox("--picture", CHELSEA))).expect(0)
    assert ended.stdout == "x.png\n" and place.names() == ["x.png"]
    assert place.read("x.png") == (PHOTOS / "chelsea.png").read_bytes()


def test_a_file_that_was_not_named_is_never_overwritten(place: Place) -> None:
    sandbox = place.sandbox("--picture", ROCKET)
    for name in ("x.png", "x.jpg"):
        place.file(name, b"precious")
    assert generate(place, quick(sandbox)).expect(0).stdout == "x-1.jpg\n"
    assert generate(place, quick(sandbox)).expect(0).stdout == "x-2.jpg\n"
    assert place.read("x.png") == place.read("x.jpg") == b"precious"
    assert place.read("x-1.jpg") == place.read("x-2.jpg") == (PHOTOS / "rocket.jpg").read_bytes()


def test_a_numbered_file_is_never_overwritten(place: Place) -> None:
    for name in ("x.png", "x-2.png"):
        place.file(name, b"precious")
    ended = generate(place, quick(place.sandbox("--picture", CHELSEA)), "-n", "2").expect(0)
    assert ended.stdout == "x-1.png\nx-2-1.png\n"
    assert place.read("x.png") == place.read("x-2.png") == b"precious"


def test_an_absolute_path_comes_back_absolute(place: Place) -> None:
    out = str(place.folder / "y.png")
    assert generate(place, quick(place.sandbox("--picture", CHELSEA)), out=out).expect(0).stdout == out + "\n"


# What it says

def test_json_is_text_even_for_a_name_that_is_none(place: Place) -> None:
    sandbox = place.sandbox("--picture", CHELSEA)
    ended = generate(place, quick(sandbox), "--json", out=os.fsdecode(b"x\xff.png")).expect(0)
    ended.stdout.encode()  # fails for bytes that are no UTF-8
    assert len(ended.json()["images"]) == 1, ended


JSON_NAMES = ["id", "service_id", "provider", "model", "state", "cost_usd", "images", "notes", "error"]


def test_json_tells_all_about_a_success(place: Place) -> None:
    sandbox = place.sandbox("--picture", CHELSEA)
    told = generate(place, real(sandbox), "-n", "2", "--json").expect(0).json()
    assert list(told) == JSON_NAMES
    assert told["id"] and told["service_id"] == sandbox.polls()[0]["path"].rpartition("/")[2]
    assert told["id"] != told["service_id"]
    assert (told["provider"], told["model"], told["state"]) == ("imarouter", "seedream-4.5", "completed")
    assert abs(told["cost_usd"] - 0.08) < 1e-9, told
    assert told["images"] == [{"path": f"x-{i}.png", "width": 451, "height": 300, "type": "image/png"}
                              for i in (1, 2)]
    assert told["notes"] == [] and told["error"] is None


def test_json_says_what_a_picture_really_is(place: Place) -> None:
    told = generate(place, quick(place.sandbox("--picture", ROCKET)), "--json").expect(0).json()
    assert told["images"] == [{"path": "x.jpg", "width": 640, "height": 427, "type": "image/jpeg"}]
    assert told["provider"] == "sandbox" and told["cost_usd"] == 0


def check_failed_object(told: dict) -> None:
    """The shape that --json promises for a run that failed."""
    assert list(told) == JSON_NAMES
    assert told["state"] in ("queued", "running", "completed", "failed", "cancelled", "unknown"), told
    assert isinstance(told["images"], list) and isinstance(told["notes"], list), told
    assert all(set(image) == {"path", "width", "height", "type"} for image in told["images"]), told
    assert set(told["error"]) == {"code", "message", "charged"}, told
    assert re.fullmatch("[a-z]+(-[a-z]+)*", told["error"]["code"]) and told["error"]["message"], told
    assert told["error"]["charged"] in (True, False, None), told


SERVICE_FAULTS = {  # exit status, code, what charged may be
    "bad-key": (3, "sign-in", {False}), "no-credit": (4, "pay", {False}), "refused": (5, "refused", {False}),
    "too-large": (5, "shrink", {False}), "job-fails": (5, "refused", {False, None}),
    "broken": (6, "unavailable", {None}), "html": (6, "bad-answer", {None}),
    "no-id": (6, "bad-answer", {None}),
    "lost-answer": (6, "unavailable", {None}), "no-output": (6, "bad-answer", {None, True}),
    "gone-picture": (6, "unavailable", {True}),
}


@tap.each({name: (name, *what) for name, what in SERVICE_FAULTS.items()})
def test_a_fault_of_the_services_has_its_exit_status(place: Place, case: tuple) -> None:
    name, status, code, charged = case
    sandbox = stubborn(place, name)
    told = generate(place, real(sandbox), "--json").expect(status).json()
    check_failed_object(told)
    assert told["error"]["code"] == code and told["error"]["charged"] in charged, told
    assert told["images"] == [] and told["provider"] == "imarouter"
    assert len(sandbox.creates()) == 1
    assert place.names(["small.png"]) == [], place.names()
    # What was refused has failed; nobody here knows what becomes of a lost one.
    if name == "lost-answer":
        assert told["state"] == "unknown", told
    if charged == {False}:
        assert told["state"] == "failed", told


@tap.each({name: (name, what[0]) for name, what in SERVICE_FAULTS.items()})
def test_a_fault_leaves_stdout_empty_without_json(place: Place, case: tuple[str, int]) -> None:
    ended = generate(place, quick(stubborn(place, case[0])), "-q").expect(case[1])
    assert ended.stdout == "" and ended.stderr.startswith("seedream: "), ended
    assert "\r" not in ended.stderr and "\x1b" not in ended.stderr


def test_a_refusal_repeats_the_services_words(place: Place) -> None:
    ended = generate(place, quick(place.sandbox("--fault", "refused"))).expect(5)
    assert "The prompt is against the rules" in ended.stderr, ended


def test_a_web_page_is_not_shown(place: Place) -> None:
    ended = generate(place, quick(place.sandbox("--fault", "html"))).expect(6)
    assert "<" not in ended.stderr and "Welcome" not in ended.stderr, ended


def test_a_success_is_silent_with_q(place: Place) -> None:
    sandbox = place.sandbox("--picture", ROCKET)
    ended = generate(place, quick(sandbox), "-q", "--format", "png").expect(0)
    assert ended.stderr == "" and ended.stdout == "x.jpg\n"


def test_no_progress_goes_into_a_pipe(place: Place) -> None:
    assert generate(place, quick(place.sandbox("--picture", ROCKET)), out="x.jpg").expect(0).stderr == ""


def on_terminal(place: Place, *arguments: str) -> str:
    """Runs the command with a terminal for its stderr; returns what came there."""
    master, slave = pty.openpty()
    process = place.start(*arguments, stderr=slave)
    os.close(slave)
    shown = b""
    try:
        while piece := os.read(master, 4096):
            shown += piece
    except OSError:  # the other side is closed
        pass
    os.close(master)
    end_of(process, time.monotonic()).expect(0)
    return shown.decode()


def test_a_terminal_sees_progress_and_then_a_clean_line(place: Place) -> None:
    shown = on_terminal(place, "generate", "-p", "a hill", "-o", "x.jpg",
                        *quick(place.sandbox("--picture", ROCKET)))
    assert "queued" in shown and "\r" in shown and "\n" not in shown, shown
    assert shown.endswith("\r\x1b[K"), shown


@tap.each({"-q": "-q", "--json": "--json"})
def test_a_terminal_sees_nothing_with(place: Place, option: str) -> None:
    sandbox = place.sandbox("--picture", ROCKET)
    assert on_terminal(place, "generate", "-p", "a hill", "-o", "x.jpg", *quick(sandbox), option) == ""


def test_verbose_tells_both_ids(place: Place) -> None:
    sandbox = place.sandbox("--picture", ROCKET)
    ended = generate(place, quick(sandbox), "-v", out="x.jpg").expect(0)
    assert sandbox.polls()[0]["path"].rpartition("/")[2] in ended.stderr, ended
    assert ended.stdout == "x.jpg\n"


def test_an_unmet_wish_for_a_format_is_noted(place: Place) -> None:
    ended = generate(place, quick(place.sandbox("--picture", ROCKET)), "--format", "png").expect(0)
    assert "image/jpeg" in ended.stderr and "image/png" in ended.stderr, ended


def test_an_unmet_wish_for_a_format_is_among_the_notes_of_json(place: Place) -> None:
    ended = generate(place, quick(place.sandbox("--picture", ROCKET)), "--format", "png", "--json").expect(0)
    assert len(ended.json()["notes"]) == 1, ended


def noise(width: int, height: int) -> bytes:
    """A PNG of more than the 10 MB that a service takes."""
    pixels = random.Random(2).randbytes(width * height * 3)
    return write_png(Picture(width, height, 3, pixels), compression=0)


def test_an_input_over_the_limit_is_shrunk_and_noted(place: Place) -> None:
    place.file("big.png", noise(2400, 1600))
    sandbox = place.sandbox("--picture", "echo")
    ended = place.seedream("edit", "-p", "less", "big.png", "-o", "x.png", *quick(sandbox)).expect(0)
    assert "note" in ended.stderr and ("JPEG" in ended.stderr or "scaled" in ended.stderr), ended
    assert sandbox.creates()[0]["bytes"] < 14_000_000
    width, height = png_size(place.read("x.png"))
    assert abs(width / height - 1.5) < 0.01, (width, height)


def test_a_shrunk_input_is_among_the_notes_of_json_and_silent_with_q(place: Place) -> None:
    place.file("big.png", noise(2400, 1600))
    sandbox = place.sandbox("--picture", CHELSEA)
    ended = place.seedream("edit", "-p", "less", "big.png", "-o", "x.png", "--json", "-q", *quick(sandbox))
    assert len(ended.expect(0).json()["notes"]) == 1 and ended.stderr == "", ended


def test_version_is_one_line(place: Place) -> None:
    ended = place.seedream("--version", key=None).expect(0)
    assert re.fullmatch(r"seedream \d+\.\d+\.\d+\n", ended.stdout) and ended.stderr == "", ended


def test_help_names_the_commands_and_options(place: Place) -> None:
    ended = place.seedream("--help", key=None).expect(0)
    words = ("generate", "edit", "compose", "providers", "models", "-p,", "-o,", "--provider", "--model",
             "--base-url", "-n,", "--size", "--aspect", "--quality", "--format", "--seed", "--timeout",
             "--json", "-q,", "-v,", "IMAROUTER_API_KEY")
    assert [word for word in words if word not in ended.stdout] == [] and ended.stderr == "", ended


def test_providers_are_listed_one_per_line(place: Place) -> None:
    ended = place.seedream("providers", key=None).expect(0)
    rows = {line.split("\t")[0]: line for line in ended.stdout.splitlines()}
    assert {"imarouter", "sandbox"} <= set(rows) and ended.stderr == "", ended
    assert "https://api.imarouter.com" in rows["imarouter"] and "IMAROUTER_API_KEY" in rows["imarouter"]


def test_models_are_listed_one_per_line(place: Place) -> None:
    ended = place.seedream("models", key=None).expect(0)
    assert "imarouter\tseedream-4.5\t" in ended.stdout and "0.04" in ended.stdout, ended
    assert ended.stderr == "", ended


# Wrong from the start: exit 2, and nothing was sent

PICTURE = [CHELSEA]
GENERATE = ["generate", "-p", "a hill", "-o", "x.png"]
EDIT = ["edit", "-p", "a hill", "-o", "x.png"]
COMPOSE = ["compose", "-p", "a hill", "-o", "x.png"]
USAGE = {
    "no command": ["-p", "a hill", "-o", "x.png"],
    "an unknown command": ["paint", "-p", "a hill", "-o", "x.png"],
    "no prompt": ["generate", "-o", "x.png"],
    "an empty prompt": ["generate", "-p", "", "-o", "x.png"],
    "a blank prompt": ["generate", "-p", " \t\n", "-o", "x.png"],
    "no output": ["generate", "-p", "a hill"],
    "an empty output": ["generate", "-p", "a hill", "-o", ""],
    "an unknown option": [*GENERATE, "--colour", "red"],
    "an unknown provider": [*GENERATE, "--provider", "nobody"],
    "an unknown model": [*GENERATE, "--model", "crayon-1"],
    "a missing folder": ["generate", "-p", "a hill", "-o", "nowhere/x.png"],
    "a folder as output": ["generate", "-p", "a hill", "-o", "folder"],
    "seed": [*GENERATE, "--seed", "7"],
    "seed 0": [*GENERATE, "--seed", "0"],
    "a negative seed": [*GENERATE, "--seed", "-5"],
    "a seed that is no number": [*GENERATE, "--seed", "often"],
    "a size that is none": [*GENERATE, "--size", "large"],
    "a size of nothing": [*GENERATE, "--size", "0x0"],
    "a size that the service cannot draw": [*GENERATE, "--size", "640x480"],
    "a tier that the service cannot draw": [*GENERATE, "--size", "4K"],
    "a ratio that is none": [*GENERATE, "--aspect", "16x9"],
    "a ratio to zero": [*GENERATE, "--aspect", "16:0"],
    "a ratio that the service cannot draw": [*GENERATE, "--aspect", "7:1"],
    "a size of another ratio": [*GENERATE, "--size", "2048x2048", "--aspect", "16:9"],
    "an unknown quality": [*GENERATE, "--quality", "ultra"],
    "an unknown format": [*GENERATE, "--format", "gif"],
    "no pictures": [*GENERATE, "-n", "0"],
    "minus one picture": [*GENERATE, "-n", "-1"],
    "five pictures": [*GENERATE, "-n", "5"],
    "a count that is no number": [*GENERATE, "-n", "two"],
    "a timeout of nothing": [*GENERATE, "--timeout", "0"],
    "a base URL that is none": [*GENERATE, "--base-url", "imarouter"],
    "a base URL to a file": [*GENERATE, "--base-url", "file:///tmp"],
    "http to another machine": [*GENERATE, "--base-url", "http://192.0.2.1"],
    "http to another machine by name": [*GENERATE, "--base-url", "http://api.imarouter.com/v1"],
    "http to a name that begins like this machine": [*GENERATE, "--base-url", "http://127.0.0.1.example.com"],
    "generate with a picture": [*GENERATE, *PICTURE],
    "edit without a picture": EDIT,
    "edit with two pictures": [*EDIT, *PICTURE * 2],
    "compose without a picture": COMPOSE,
    "compose with one picture": [*COMPOSE, *PICTURE],
    "compose with fifteen pictures": [*COMPOSE, *PICTURE * 15],
    "an input that is missing": [*EDIT, "nowhere.png"],
    "an input that is a folder": [*EDIT, "folder"],
    "an empty input": [*EDIT, "empty.png"],
    "an input of garbage": [*EDIT, "garbage.png"],
    "an input with a PNG's first bytes only": [*EDIT, "signature.png"],
    "a PNG cut in half": [*EDIT, "half.png"],
    "a PNG without its end": [*EDIT, "endless.png"],
    "a PNG with a wrong sum": [*EDIT, "wrong.png"],
    "a JPEG cut in half": [*EDIT, "half.jpg"],
    "a JPEG without its end": [*EDIT, "endless.jpg"],
    "a PNG of 400 megapixels": [*EDIT, "vast.png"],
    "a second input cut in half": [*COMPOSE, CHELSEA, "half.jpg"],
}


def prepare_inputs(place: Place) -> list[str]:
    """Makes the files that the table names."""
    png, jpeg = (PHOTOS / "chelsea.png").read_bytes(), (PHOTOS / "rocket.jpg").read_bytes()
    (place.folder / "folder").mkdir()
    place.file("empty.png", b"")
    place.file("garbage.png", random.Random(3).randbytes(4096))
    place.file("signature.png", PNG_SIGNATURE)
    place.file("half.png", png[:len(png) // 2])
    place.file("endless.png", png[:-12])
    place.file("wrong.png", png[:-20] + bytes([png[-20] ^ 1]) + png[-19:])
    place.file("half.jpg", jpeg[:len(jpeg) // 2])
    place.file("endless.jpg", jpeg[:-2])
    place.file("vast.png", png_header(20000, 20000, 3) + png_chunk(b"IDAT", b"x") + png_chunk(b"IEND", b""))
    return place.names()


@tap.each(USAGE)
def test_it_is_exit_2_and_nothing_is_sent_for(place: Place, arguments: list[str]) -> None:
    before = prepare_inputs(place)
    sandbox = place.sandbox()
    ended = place.seedream(*arguments, IMAROUTER_BASE_URL=sandbox.url).expect(2)
    assert ended.stdout == "" and ended.stderr.startswith("seedream: ") and len(ended.stderr) > 15, ended
    assert sandbox.log() == []
    assert place.names() == before


@tap.each(USAGE)
def test_json_comes_with_exit_2_too_for(place: Place, arguments: list[str]) -> None:
    prepare_inputs(place)
    sandbox = place.sandbox()
    ended = place.seedream(*arguments, "--json", IMAROUTER_BASE_URL=sandbox.url).expect(2)
    told = ended.json()
    check_failed_object(told)
    assert told["error"]["code"] == "invalid" and told["error"]["charged"] is False, told
    assert (told["service_id"], told["state"], told["images"]) == (None, "failed", []), told
    assert not told["cost_usd"] and sandbox.log() == []


LIMITS = {"a count": (["-n", "5"], "4"), "a size": (["--size", "640x480"], "2048"),
          "a ratio": (["--aspect", "7:1"], "landscape_16_9"), "a quality": (["--quality", "ultra"], "high"),
          "a format": (["--format", "gif"], "webp"), "a seed": (["--seed", "7"], "seed"),
          "a model": (["--model", "crayon-1"], "seedream-4.5")}


@tap.each(LIMITS)
def test_the_message_names_the_limit_of(place: Place, case: tuple[list[str], str]) -> None:
    ended = generate(place, [], *case[0]).expect(2)
    assert case[1] in ended.stderr, ended


def test_a_file_that_may_not_be_read_is_exit_2(place: Place) -> None:
    if os.geteuid() == 0:
        raise tap.Skip("root may read everything")
    sandbox = place.sandbox()
    os.chmod(place.folder / place.file("closed.png", SMALL), 0)
    place.seedream(*EDIT, "closed.png", *quick(sandbox)).expect(2)
    assert sandbox.log() == []


@tap.each({"a name that is too long": "x" * 300 + ".png", "a folder that takes no files": "/proc/x.png"})
def test_nothing_is_sent_where_the_picture_could_not_be_kept(place: Place, out: str) -> None:
    sandbox = place.sandbox("--picture", CHELSEA)
    generate(place, quick(sandbox), out=out).expect(2)
    assert sandbox.log() == []


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


def test_the_key_goes_to_no_other_server(place: Place) -> None:
    store = place.server(lambda heard: http_answer(200, SMALL))
    server = place.server(imarouter(polls=[completed(store.url + "/p.png?signature=1")]))
    generate(place, real(server)).expect(0)
    assert [heard.path for heard in store.heard] == ["/p.png?signature=1"]
    assert "authorization" not in store.heard[0].headers and KEY not in str(store.heard[0])
    assert all(heard.headers["authorization"] == f"Bearer {KEY}" for heard in server.heard)
    assert place.read("x.png") == SMALL


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


def test_a_redirect_on_this_machine_is_followed(place: Place) -> None:
    store = place.server(lambda heard: http_answer(200, SMALL))
    server = place.server(imarouter(pictures=[http_answer(302, location=store.url + "/there")]))
    generate(place, real(server)).expect(0)
    assert place.read("x.png") == SMALL
    assert [heard.path for heard in store.heard] == ["/there"]
    assert "authorization" not in store.heard[0].headers


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


# Time and signals

def test_a_job_that_sticks_is_exit_7(place: Place) -> None:
    sandbox = stubborn(place, "job-sticks")
    ended = generate(place, real(sandbox), "--timeout", "2", "--json").expect(7)
    told = ended.json()
    check_failed_object(told)
    assert told["error"]["code"] == "deadline" and told["error"]["charged"] is None, told
    assert told["state"] == "running" and told["service_id"] and told["id"], told
    assert 1.9 < ended.seconds < 4, ended


def test_a_deadline_leaves_stdout_empty_without_json(place: Place) -> None:
    ended = generate(place, quick(stubborn(place, "job-sticks")), "--timeout", "1").expect(7)
    assert ended.stdout == "" and ended.stderr.startswith("seedream: "), ended


@tap.each({str(status): status for status in (200, 400, 401, 402, 404, 413, 500)})
def test_an_answer_without_a_body_is_borne(place: Place, status: int) -> None:
    server = place.server(imarouter(create=[http_answer(status)]))
    expected = {200: 6, 401: 3, 402: 4, 500: 6}.get(status, 5)
    check_failed_object(generate(place, quick(server), "--json").expect(expected).json())


def test_a_create_unanswered_at_the_deadline_is_a_lost_answer(place: Place) -> None:
    sandbox = place.sandbox("--latency-ms", "20000")
    told = generate(place, quick(sandbox), "--timeout", "1", "--json").expect(6).json()
    assert told["error"]["charged"] is None and told["state"] == "unknown", told
    assert told["service_id"] is None and len(sandbox.creates()) == 1, told


SIGNALS = {"SIGINT": signal.SIGINT, "SIGTERM": signal.SIGTERM}


def interrupt(place: Place, arguments: list[str], number: signal.Signals, reached: Callable) -> Ended:
    """Starts the command, waits until it has got that far, and sends it a signal."""
    process = place.start("generate", "-p", "a hill", "-o", "x.png", *arguments)
    wait_for(reached)
    begun = time.monotonic()
    process.send_signal(number)
    ended = end_of(process, begun).expect(130)
    assert ended.seconds < 1, ended
    assert place.names(["small.png"]) == []
    return ended


@tap.each(SIGNALS)
def test_in_the_middle_of_a_job_it_is_exit_130_at_once_for(place: Place, number: signal.Signals) -> None:
    sandbox = stubborn(place, "job-sticks")
    told = interrupt(place, [*real(sandbox), "--json"], number, sandbox.polls).json()
    check_failed_object(told)
    assert told["error"]["code"] == "cancelled" and told["error"]["charged"] is None, told
    assert told["state"] == "cancelled" and told["service_id"], told


@tap.each(SIGNALS)
def test_a_cancelled_job_leaves_stdout_empty_for(place: Place, number: signal.Signals) -> None:
    sandbox = stubborn(place, "job-sticks")
    ended = interrupt(place, quick(sandbox), number, sandbox.polls)
    assert ended.stdout == "" and "charged" in ended.stderr, ended


def test_before_the_create_is_answered_it_is_exit_130_at_once(place: Place) -> None:
    sandbox = place.sandbox("--latency-ms", "20000")
    told = interrupt(place, [*quick(sandbox), "--json"], signal.SIGINT, sandbox.creates).json()
    assert told["error"]["charged"] is None and told["service_id"] is None, told


def test_between_two_creates_it_is_exit_130_and_costs_nothing(place: Place) -> None:
    server = place.server(lambda heard: http_answer(429, {"error": "busy"}, retry_after="60"))
    process = place.start("generate", "-p", "a hill", "-o", "x.png", *quick(server), "--json")
    wait_for(server.creates)
    time.sleep(0.3)  # it hears the answer
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    ended = end_of(process, begun).expect(130)
    assert ended.seconds < 1 and ended.json()["error"]["charged"] is False, ended


def test_during_a_download_it_is_exit_130_and_was_charged(place: Place) -> None:
    def stalling() -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + SMALL
        time.sleep(PATIENCE)
    server = place.server(imarouter(pictures=[stalling()]))
    told = interrupt(place, [*quick(server), "--json"], signal.SIGTERM, server.fetches).json()
    assert told["error"]["charged"] is True, told


def own_sandbox(place: Place, *options: str) -> dict[str, str]:
    """Puts a seedream-sandbox first in PATH that leaves its process id in a file; returns the environment."""
    folder = place.folder / "bin"
    folder.mkdir()
    script = folder / "seedream-sandbox"
    script.write_text(f'#!/bin/sh\necho $$ > "{place.folder}/pid"\n'
                      f'exec "{SANDBOX}" "$@" {" ".join(options)}\n')
    script.chmod(0o755)
    return {"PATH": f"{folder}:/usr/bin:/bin"}


def own_sandbox_is_gone(place: Place) -> bool:
    status = f"/proc/{place.read('pid').decode().strip()}/status"
    try:
        with open(status, encoding="ascii") as lines:
            return "State:\tZ" in lines.read()
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_the_sandbox_that_it_starts_ends_with_it(place: Place) -> None:
    generate(place, ["--provider", "sandbox"], "--size", "square", key=None, **own_sandbox(place)).expect(0)
    wait_for(lambda: own_sandbox_is_gone(place), 3)


def test_the_sandbox_that_it_starts_ends_even_when_it_is_killed(place: Place) -> None:
    environment = own_sandbox(place, "--fault", "job-sticks")
    process = place.start("generate", "-p", "a hill", "-o", "x.png", "--provider", "sandbox", **environment)
    wait_for(lambda: (place.folder / "pid").exists() and place.read("pid").endswith(b"\n"))
    time.sleep(0.3)
    process.kill()
    process.communicate(timeout=PATIENCE)
    wait_for(lambda: own_sandbox_is_gone(place), 3)


def test_a_sandbox_that_is_not_installed_is_a_failure_with_a_sentence(place: Place) -> None:
    ended = generate(place, ["--provider", "sandbox"], key=None, PATH="/nowhere")
    assert ended.status in (2, 6) and "seedream-sandbox" in ended.stderr and ended.stdout == "", ended


if __name__ == "__main__":
    sys.exit(tap.main(globals(), make_places(), at_once=3))
