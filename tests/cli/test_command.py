"""tests/cli/test_command.py - the seedream command as a user of a shell meets it."""
from __future__ import annotations

import base64
import os
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tap  # noqa: E402
from command import CHELSEA, COFFEE, ROCKET, check_failed_object, generate, quick, real
from programs import (KEY, PHOTOS, PNG_SIGNATURE, SMALL, Heard, Picture, Place, completed, http_answer,
                      imarouter, make_places, png_chunk, png_header, png_size, write_png)

# What it is for

def test_the_sandbox_starts_by_itself_and_draws(place: Place) -> None:
    ended = generate(place, ["--provider", "sandbox"], key=None).expect(0)
    assert ended.stdout == "x.png\n" and ended.stderr == "", ended
    assert png_size(place.read("x.png")) == (2048, 2048)


def test_the_sandbox_edits_in_the_shape_nearest_to_the_picture_and_says_so(place: Place) -> None:
    ended = place.seedream("edit", "-p", "at night", CHELSEA, "-o", "x.png", "--provider", "sandbox").expect(0)
    assert png_size(place.read("x.png")) == (2304, 1728)
    assert "note: 2304×1728" in ended.stderr and "451×300" in ended.stderr, ended


def test_the_shape_of_an_edit_is_no_matter_of_words_where_it_fits(place: Place) -> None:
    place.file("in.png", write_png(Picture.plain(400, 300, (9, 8, 7))))
    ended = place.seedream("edit", "-p", "at night", "in.png", "-o", "x.png", "--provider", "sandbox").expect(0)
    assert png_size(place.read("x.png")) == (2304, 1728) and ended.stderr == "", ended


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
          "a format": (["--format", "gif"], "webp"), "a seed": (["--seed", "7"], "seed")}


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

if __name__ == "__main__":
    sys.exit(tap.main(globals(), make_places(), at_once=3))
