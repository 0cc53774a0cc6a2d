"""tests/cli/test_sandbox_modelark.py - the sandbox as a client of ModelArk meets it."""
from __future__ import annotations

import base64
import http.client
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tap  # noqa: E402
from programs import (KEY, PATIENCE, PNG_SIGNATURE, SMALL, Picture, Place, Sandbox, http_answer, make_places,
                      png_chunk, png_header, png_size, read_png, wait_for, write_png)
from services import (ARK, CHELSEA, COFFEE, GROUP, GROUP_OPTIONS, ROCKET, SEEDREAM_4_5, Answered, ark,
                      ark_body, ark_picture, ark_pictures, connected, data_url, get, group, jpeg_size, photo,
                      plain, post, send, serving, small)

SEEDREAM_4_0 = "seedream-4-0-250828"
LITE, PRO, FLASH = "seedream-5-0-260128", "dola-seedream-5-0-pro-260628", "dola-seedream-5-0-flash-260915"
SEEDREAM_5_5 = "dola-seedream-5-5-261028"
MODELS = [SEEDREAM_4_5, SEEDREAM_4_0, LITE, PRO, FLASH, SEEDREAM_5_5, "doubao-seedream-4-5-251128",
          "doubao-seedream-4-0-250828", "doubao-seedream-5-0-260128", "doubao-seedream-5-0-lite-260128",
          "doubao-seedream-5-0-pro-260628", "doubao-seedream-5-0-flash-260915", "seedream-5-5-261028"]
ONE = plain(9, 9, 9)
# What is drawn soonest
TINY = {"model": PRO, "size": "1280x720", "output_format": "png"}
TINY_GROUP = {"model": SEEDREAM_4_0, "size": "1280x720", **group(3)}


def refused(answer: Answered, param: str, status: int = 400, code: str = "InvalidParameter") -> None:
    """It is an error in ModelArk's shape."""
    assert answer.status == status, answer
    error = answer.json()["error"]
    kind = {400: "BadRequest", 401: "Unauthorized", 404: "NotFound"}[status]
    assert set(error) == {"code", "message", "param", "type"}, error
    assert (error["code"], error["param"], error["type"]) == (code, param, kind), error
    assert "Request ID: " in error["message"], error


# The call

@tap.each({name: name for name in MODELS})
def test_a_model_is_known(place: Place, name: str) -> None:
    answer = ark(small(place), model=name)
    assert answer.status == 200 and answer.json()["model"] == name, answer


@tap.each({name: name for name in ("seedream-4.5", "seedream-4-5", "SEEDREAM-4-5-251128", "ep-2026", "", 45)})
def test_a_model_is_not_known(place: Place, name: Any) -> None:
    refused(ark(small(place), model=name), "model", 404, "InvalidEndpointOrModel.NotFound")


def test_the_model_has_to_be_named(place: Place) -> None:
    refused(post(small(place), ARK, {"prompt": "a hill"}), "model", code="MissingParameter")


def test_a_call_without_the_key_is_401(place: Place) -> None:
    sandbox = small(place, "--api-key", KEY)
    for key in (None, "", "other"):
        refused(post(sandbox, ARK, ark_body(), key), "", 401, "AuthenticationError")
    assert post(sandbox, ARK, ark_body(), KEY).status == 200


def test_the_key_is_looked_at_before_the_order(place: Place) -> None:
    refused(post(small(place), ARK, {"model": "none", "size": "1x1"}, None), "", 401, "AuthenticationError")


def test_get_is_405(place: Place) -> None:
    assert get(small(place), ARK).status == 405


def test_the_probe_without_cost_is_refused_for_its_size(place: Place) -> None:
    refused(ark(small(place), size="1x1"), "size")


# What is wrong with an order: which member is named

REFS = [ONE] * 14
WRONG = {
    "no prompt at all": ("prompt", {"prompt": None}, "MissingParameter"),
    "an empty prompt": ("prompt", {"prompt": ""}),
    "a prompt that is a number": ("prompt", {"prompt": 5}),
    "a seed": ("seed", {"seed": 7}),
    "the usual seed": ("seed", {"seed": -1}),
    "a guidance scale": ("guidance_scale", {"guidance_scale": 2.5}),
    "a count": ("n", {"n": 1}),
    "an unknown field": ("colour", {"colour": "red"}),
    "a background": ("background", {"background": "transparent"}),
    "layers": ("layer_decomposition", {"layer_decomposition": True}),
    "an output format for 4.5": ("output_format", {"output_format": "png"}),
    "its own output format for 4.5": ("output_format", {"output_format": "jpeg"}),
    "an output format for 4.0": ("output_format", {"model": SEEDREAM_4_0, "output_format": "jpeg"}),
    "an unknown output format": ("output_format", {"model": LITE, "output_format": "webp"}),
    "tools for 4.5": ("tools", {"tools": [{"type": "web_search"}]}),
    "tools for 5.0 pro": ("tools", {"model": PRO, "tools": [{"type": "web_search"}]}),
    "unknown tools": ("tools", {"model": LITE, "tools": [{"type": "hammer"}]}),
    "tools that are no list": ("tools", {"model": LITE, "tools": "web_search"}),
    "a watermark that is a text": ("watermark", {"watermark": "false"}),
    "a watermark that is a number": ("watermark", {"watermark": 0}),
    "a stream that is a text": ("stream", {"stream": "true"}),
    "a stream of 5.0 pro": ("stream", {"model": PRO, "stream": True}),
    "an unknown response format": ("response_format", {"response_format": "b64"}),
    "a response format that is a list": ("response_format", {"response_format": ["url"]}),
    "a fast prompt for 4.5": ("optimize_prompt_options.mode", {"optimize_prompt_options": {"mode": "fast"}}),
    "a fast prompt for 5.0 flash": ("optimize_prompt_options.mode",
                                    {"model": FLASH, "optimize_prompt_options": {"mode": "fast"}}),
    "an unknown option of the prompt": ("optimize_prompt_options.speed",
                                        {"optimize_prompt_options": {"speed": "fast"}}),
    "prompt options that are a text": ("optimize_prompt_options", {"optimize_prompt_options": "standard"}),
    "an unknown group mode": (GROUP, {GROUP: "many"}),
    "a group mode that is a boolean": (GROUP, {GROUP: True}),
    "a group of 5.0 pro": (GROUP, {"model": PRO, GROUP: "auto"}),
    "group options without a group": (GROUP_OPTIONS, {GROUP_OPTIONS: {"max_images": 2}}),
    "group options beside disabled": (GROUP_OPTIONS, {GROUP: "disabled", GROUP_OPTIONS: {"max_images": 2}}),
    "group options that are a number": (GROUP_OPTIONS, {GROUP: "auto", GROUP_OPTIONS: 2}),
    "an unknown group option": (GROUP_OPTIONS + ".min_images",
                                {GROUP: "auto", GROUP_OPTIONS: {"min_images": 2}}),
    "no pictures": (GROUP_OPTIONS + ".max_images", group(0)),
    "sixteen pictures": (GROUP_OPTIONS + ".max_images", group(16)),
    "half a picture": (GROUP_OPTIONS + ".max_images", {GROUP: "auto", GROUP_OPTIONS: {"max_images": 1.5}}),
    "fifteen pictures and an input": (GROUP_OPTIONS + ".max_images", {**group(15), "image": ONE}),
    "two pictures and fourteen inputs": (GROUP_OPTIONS + ".max_images", {**group(2), "image": REFS}),
    "an image that is a number": ("image", {"image": 5}),
    "an image that is an object": ("image", {"image": {"url": ONE}}),
    "an image in a list that is a number": ("image", {"image": [ONE, 5]}),
    "an empty image": ("image", {"image": ""}),
    "fifteen images": ("image", {"image": [*REFS, ONE]}),
    "eleven images for 5.0 pro": ("image", {"model": PRO, "image": [ONE] * 11}),
    "a format's name in capitals": ("image", {"image": ONE.replace("png", "PNG")}),
    "a format that is none": ("image", {"image": ONE.replace("image/png", "image/x-icon")}),
    "a data URL of no picture": ("image", {"image": ONE.replace("image/png", "text/plain")}),
    "a data URL without a type": ("image", {"image": "data:," + ONE.partition(",")[2]}),
}


@tap.each(WRONG)
def test_an_order_is_refused_by_the_member_for(place: Place, case: tuple) -> None:
    param, body, *code = case
    refused(ark(small(place), **body), param, code=code[0] if code else "InvalidParameter")


@tap.each({"no JSON": b"prompt=x", "half of JSON": b'{"prompt": "x"', "a list": b'["x"]', "nothing": b""})
def test_it_is_400_for_a_body_of(place: Place, body: bytes) -> None:
    refused(post(small(place), ARK, body), "")


def test_a_wrong_order_is_plain_json_though_a_stream_is_asked_for(place: Place) -> None:
    answer = ark(small(place), stream=True, size="1x1")
    refused(answer, "size")
    assert answer.headers["Content-Type"] == "application/json"


# What is right

RIGHT = {
    "one image": {"image": ONE},
    "an empty list of images": {"image": []},
    "fourteen images": {"image": REFS},
    "ten images for 5.0 flash": {"model": FLASH, "image": [ONE] * 10},
    "one picture beside fourteen images": {"image": REFS, **group(1)},
    "a group that says so": {GROUP: "disabled"},
    "no group for 5.0 pro": {"model": PRO, GROUP: "disabled", "stream": False},
    "the usual prompt options": {"optimize_prompt_options": {"mode": "standard"}},
    "empty prompt options": {"optimize_prompt_options": {}},
    "a fast prompt for 4.0": {"model": SEEDREAM_4_0, "optimize_prompt_options": {"mode": "fast"}},
    "a fast prompt for 5.0 pro": {"model": PRO, "optimize_prompt_options": {"mode": "fast"}},
    "a search for 5.0 lite": {"model": LITE, "tools": [{"type": "web_search"}]},
    "an output format for 5.0 lite": {"model": LITE, "output_format": "png"},
    "members that are null": {"image": None, "size": None, "watermark": None, "stream": None},
    "a jpeg": {"image": photo(ROCKET)},
}


@tap.each(RIGHT)
def test_an_order_is_taken_with(place: Place, body: dict) -> None:
    answer = ark(small(place), **body)
    assert answer.status == 200 and len(answer.json()["data"]) == 1, answer


# Sizes: legal ones by model

def legal(model: str, *sizes: str) -> dict[str, tuple[str, str, bool]]:
    return {f"{size} for {model}": (model, size, True) for size in sizes}


def illegal(model: str, *sizes: str) -> dict[str, tuple[str, str, bool]]:
    return {f"not {size} for {model}": (model, size, False) for size in sizes}


SIZES = {
    **legal(SEEDREAM_4_5, "2K", "4K", "2560x1440", "3750x1250", "4096x4096", "6240x2656", "7680x480"),
    **illegal(SEEDREAM_4_5, "1K", "3K", "2k", "K", "1500x1500", "2559x1440", "4097x4096", "7696x480",
              "16400x1020", "2048", "2048x", "x2048", "2048X2048", "2048x2048x1", "-2048x-2048",
              "2048.0x2048", " 2048x2048", ""),
    **legal(SEEDREAM_4_0, "1K", "2K", "4K", "1280x720", "4096x4096"),
    **illegal(SEEDREAM_4_0, "3K", "1279x720", "4097x4096"),
    **legal(LITE, "2K", "3K", "4K", "2560x1440", "4096x4096"),
    **illegal(LITE, "1K", "1.5K", "2559x1440"),
    **legal(PRO, "1K", "1.5K", "2K", "1280x720", "2150x2150"),
    **illegal(PRO, "3K", "4K", "1279x720", "2151x2151"),
    **legal(FLASH, "1K", "2K"), **illegal(FLASH, "4K", "3136x1504"),
}


@tap.each(SIZES)
def test_a_size_is_taken_or_refused(place: Place, case: tuple[str, str, bool]) -> None:
    model, size, taken = case
    answer = ark(small(place), model=model, size=size)
    if taken:
        assert answer.status == 200, answer
    else:
        refused(answer, "size")


PIXELS = {
    "nothing asked": ({}, (2048, 2048)),
    "2K": ({"size": "2K"}, (2048, 2048)),
    "4K": ({"size": "4K"}, (4096, 4096)),
    "3K of 5.0 lite": ({"model": LITE, "size": "3K"}, (3072, 3072)),
    "1K of 5.0 flash": ({"model": FLASH, "size": "1K"}, (1024, 1024)),
    "1.5K of 5.0 flash": ({"model": FLASH, "size": "1.5K"}, (1536, 1536)),
    "pixels": ({"size": "2848x1600"}, (2848, 1600)),
    "an odd size": ({"size": "3001x1801"}, (3001, 1801)),
}


@tap.each(PIXELS)
def test_a_picture_has_exactly_its_pixels(place: Place, case: tuple[dict, tuple[int, int]]) -> None:
    sandbox = place.sandbox()
    data = ark(sandbox, **case[0]).json()["data"]
    assert [entry["size"] for entry in data] == ["%dx%d" % case[1]], data
    assert jpeg_size(ark_picture(sandbox, data[0])) == case[1]


# The answer

def test_a_plain_answer_has_the_members_of_the_specification(place: Place) -> None:
    sandbox = place.sandbox()
    before = int(time.time())
    told = ark(sandbox, size="2848x1600").json()
    assert before <= told.pop("created") <= time.time()
    url = told["data"][0]["url"]
    tokens = 2848 * 1600 // 256
    assert told == {"model": SEEDREAM_4_5, "data": [{"url": url, "size": "2848x1600"}],
                    "usage": {"generated_images": 1, "output_tokens": tokens, "total_tokens": tokens}}
    assert url.startswith(sandbox.url + "/")


def test_newer_models_tell_more(place: Place) -> None:
    sandbox = small(place)
    pro = ark(sandbox, model=PRO, image=[ONE, ONE], output_format="png").json()
    assert pro["usage"]["input_images"] == 2 and pro["data"][0]["output_format"] == "png", pro
    lite = ark(sandbox, model=LITE, tools=[{"type": "web_search"}]).json()
    assert lite["usage"]["tool_usage"] == {"web_search": 1}, lite


def test_base64_takes_the_place_of_the_address(place: Place) -> None:
    entry = ark(small(place), response_format="b64_json").json()["data"][0]
    assert set(entry) == {"b64_json", "size"} and base64.b64decode(entry["b64_json"]) == SMALL, entry
    assert entry["size"] == "4x2"


def test_an_address_needs_no_key_and_lasts(place: Place) -> None:
    sandbox = small(place, "--api-key", KEY)
    entry = post(sandbox, ARK, ark_body(), KEY).json()["data"][0]
    assert [sandbox.fetch(entry["url"]) for _ in range(2)] == [SMALL, SMALL]


@tap.each({str(count): count for count in (1, 2, 15)})
def test_the_number_of_pictures_is_honoured(place: Place, count: int) -> None:
    sandbox = small(place)
    told = ark(sandbox, **group(count)).json()
    assert len({entry["url"] for entry in told["data"]}) == count == told["usage"]["generated_images"]


def test_a_group_without_a_number_is_as_large_as_it_may_be(place: Place) -> None:
    assert len(ark(small(place), **{GROUP: "auto"}, image=REFS[:10]).json()["data"]) == 5


FORMATS = {
    "4.5 draws JPEG": ({}, b"\xff\xd8\xff"),
    "4.0 draws JPEG": ({"model": SEEDREAM_4_0, "size": "1280x720"}, b"\xff\xd8\xff"),
    "5.0 draws JPEG unless told": ({"model": PRO, "size": "1280x720"}, b"\xff\xd8\xff"),
    "5.0 draws PNG when told": (TINY, PNG_SIGNATURE),
    "5.5 draws PNG unless told": ({"model": SEEDREAM_5_5, "size": "1280x720"}, PNG_SIGNATURE),
}


@tap.each(FORMATS)
def test_of_the_formats(place: Place, case: tuple[dict, bytes]) -> None:
    assert ark_pictures(place.sandbox(), **case[0])[0].startswith(case[1])


def test_equal_requests_give_equal_pictures_and_several_of_one_differ(place: Place) -> None:
    first, again = (ark_pictures(place.sandbox(), **TINY_GROUP) for _ in range(2))
    assert first == again and len(set(first)) == 3
    alone = {**TINY_GROUP, **group(1)}
    assert ark_pictures(place.sandbox(), **alone) == first[:1]
    assert ark_pictures(place.sandbox(), **alone, prompt="a dale")[0] not in first


def where_they_differ(first: Picture, second: Picture) -> tuple[int, int, int, int]:
    """The box of the pixels that are not the same: left, top, right, bottom."""
    assert (first.width, first.height, first.channels) == (second.width, second.height, second.channels)
    stride = first.width * first.channels
    rows = [slice(y * stride, (y + 1) * stride) for y in range(first.height)]
    pairs = [(y, first.pixels[row], second.pixels[row]) for y, row in enumerate(rows)]
    other = {y: [x // first.channels for x in range(stride) if a[x] != b[x]] for y, a, b in pairs if a != b}
    assert other, "they are the same"
    return (min(xs[0] for xs in other.values()), min(other),
            max(xs[-1] for xs in other.values()) + 1, max(other) + 1)


@tap.each({"a small one": (1280, 720), "a low one": (3840, 240), "a narrow one": (240, 3840)})
def test_a_watermark_stands_at_the_lower_right_unless_refused(place: Place, size: tuple[int, int]) -> None:
    sandbox = place.sandbox()
    body = {**TINY, "size": "%dx%d" % size}
    without, marked, usual = (read_png(ark_pictures(sandbox, **body, **watermark)[0])
                              for watermark in ({"watermark": False}, {"watermark": True}, {}))
    assert usual == marked
    left, top, right, bottom = where_they_differ(without, marked)
    assert left > size[0] / 2 and top > size[1] / 2, (left, top)
    assert right - left > 4 * (bottom - top), (left, top, right, bottom)


# Inputs

@tap.each({"one": photo(CHELSEA), "a list": [photo(CHELSEA), ONE]})
def test_an_echo_is_the_first_input_without_loss(place: Place, image: Any) -> None:
    sandbox = serving("echo", place)
    for response_format in ("url", "b64_json"):
        assert ark_pictures(sandbox, image=image, response_format=response_format)[0] == CHELSEA.read_bytes()


def test_an_echo_of_a_jpeg_is_png(place: Place) -> None:
    assert png_size(ark_pictures(serving("echo", place), image=photo(ROCKET))[0]) == (640, 427)


def test_an_input_is_fetched_from_this_machine(place: Place) -> None:
    server = place.server(lambda heard: http_answer(200, COFFEE.read_bytes()))
    assert ark_pictures(serving("echo", place), image=server.url + "/c.png?v=1")[0] == COFFEE.read_bytes()
    assert server.heard[0].path == "/c.png?v=1" and "authorization" not in server.heard[0].headers


@tap.each({"elsewhere": "https://example.org/p.png", "nowhere": "http://127.0.0.1:1/p.png",
           "a file": "file:///p"})
def test_an_input_cannot_be_downloaded_from(place: Place, url: str) -> None:
    for stream in (False, True):
        answer = ark(small(place), image=[ONE, url], stream=stream)
        refused(answer, "image", code="InvalidImageURL")
        assert "could not download" in answer.error()["message"], answer


def noise_png(bytes_at_least: int) -> str:
    """A picture of a few pixels and very many bytes."""
    junk = png_chunk(b"juNk", bytes(bytes_at_least))
    small_one = write_png(Picture.plain(20, 20, (1, 2, 3)))
    return data_url(small_one[:33] + junk + small_one[33:])


def claimed_png(width: int, height: int) -> str:
    return data_url(png_header(width, height, 3) + png_chunk(b"IEND", b""))


OVER = {
    "more than 10 MB": noise_png(10_000_000),
    "more than 36 million pixels": claimed_png(6001, 6000),
    "14 pixels wide": plain(1, 2, 3, width=14, height=20),
    "14 pixels high": plain(1, 2, 3, width=20, height=14),
    "longer than 16 to 1": plain(1, 2, 3, width=257, height=16),
    "higher than 16 to 1": plain(1, 2, 3, width=16, height=257),
    "a text": data_url(b"hello"),
    "half a picture": data_url(CHELSEA.read_bytes()[:90_000]),
    "half a data URL": photo(COFFEE)[:-3],
}


@tap.each(OVER)
def test_an_input_is_refused_that_is(place: Place, url: str) -> None:
    refused(ark(small(place), image=[ONE, url]), "image")


@tap.each({"nearly 10 MB": noise_png(9_990_000), "15 pixels wide": plain(1, 2, 3, width=15, height=20),
           "just 16 to 1": plain(1, 2, 3, width=256, height=16)})
def test_an_input_is_taken_that_is(place: Place, url: str) -> None:
    assert ark(small(place), image=url).status == 200


# Streams

def streamed(sandbox: Sandbox, **body: Any) -> list[tuple[str, Any]]:
    answer = ark(sandbox, stream=True, **body)
    assert answer.status == 200 and answer.whole, answer
    assert answer.headers["Content-Type"] == "text/event-stream", answer.headers
    return answer.events()


def test_a_stream_has_the_events_of_the_specification(place: Place) -> None:
    sandbox = small(place)
    events = streamed(sandbox, **group(2))
    done, last = events.pop(), events.pop()
    assert done == ("", "[DONE]") and last[0] == "image_generation.completed", (done, last)
    created = last[1].pop("created")
    assert last[1] == {"type": "image_generation.completed", "model": SEEDREAM_4_5,
                       "usage": {"generated_images": 2, "output_tokens": 0, "total_tokens": 0}}
    assert abs(created - time.time()) < 60
    for index, (name, data) in enumerate(events):
        assert name == data["type"] == "image_generation.partial_succeeded", data
        assert set(data) == {"type", "model", "created", "image_index", "url", "size"}, data
        assert data["image_index"] == index and data["model"] == SEEDREAM_4_5, data
        assert sandbox.fetch(data["url"]) == SMALL
    assert len(events) == 2


def test_a_stream_may_carry_base64(place: Place) -> None:
    events = streamed(small(place), response_format="b64_json")
    names = [name for name, _ in events]
    assert names == ["image_generation.partial_succeeded", "image_generation.completed", ""]
    assert base64.b64decode(events[0][1]["b64_json"]) == SMALL and "url" not in events[0][1]


def test_a_stream_draws_what_a_plain_answer_would(place: Place) -> None:
    sandbox = place.sandbox()
    events = streamed(sandbox, **TINY_GROUP)
    assert [ark_picture(sandbox, data) for _, data in events[:3]] == ark_pictures(sandbox, **TINY_GROUP)


def test_an_event_is_one_line_of_data_however_long(place: Place) -> None:
    picture = write_png(Picture.plain(2000, 1500, (9, 99, 199)), compression=0)  # 9 MB
    sandbox = serving(place.folder / place.file("large.png", picture), place)
    answer = ark(sandbox, stream=True, response_format="b64_json", **group(2))
    blocks = answer.body.decode().split("\n\n")
    assert [len(block.split("\n")) for block in blocks] == [2, 2, 2, 1, 1] and not blocks[-1]
    assert [ark_picture(sandbox, data) for _, data in answer.events()[:2]] == [picture, picture]


def test_each_picture_is_told_of_as_soon_as_it_is_there(place: Place) -> None:
    sandbox = place.sandbox()
    with connected(sandbox) as connection:
        send(connection, ARK, ark_body(stream=True, **group(3)))
        answer = connection.getresponse()
        answer.readline()
        first = time.monotonic()
        answer.read()
        assert time.monotonic() - first > 0.2, "they came all at once"


def test_the_head_of_a_stream_waits_for_the_first_picture(place: Place) -> None:
    sandbox = place.sandbox()
    with connected(sandbox) as connection:
        send(connection, ARK, ark_body(stream=True))
        begun = time.monotonic()
        answer = connection.getresponse()
        to_head = time.monotonic() - begun
        answer.readline()
        assert time.monotonic() - begun - to_head < 0.5 * to_head, to_head


# Time, and clients that leave

@tap.each({"a plain answer": {}, "a stream": {"stream": True}, "an error": {"size": "1x1"}})
def test_latency_delays(place: Place, body: dict) -> None:
    sandbox = small(place, "--latency-ms", "400")
    begun = time.monotonic()
    answer = ark(sandbox, **body)
    assert time.monotonic() - begun >= 0.4 and answer.whole, answer


def test_latency_does_not_delay_a_download(place: Place) -> None:
    sandbox = small(place, "--latency-ms", "400")
    url = ark(sandbox).json()["data"][0]["url"]
    begun = time.monotonic()
    assert sandbox.fetch(url) == SMALL and time.monotonic() - begun < 0.3




@tap.each({"at once": (0, False), "while it is painted": (0.1, False),
           "after the first picture": (0.1, True)})
def test_a_client_may_leave(place: Place, case: tuple[float, bool]) -> None:
    seconds, reads = case
    sandbox = place.sandbox()
    for stream in (True, False):
        with connected(sandbox) as connection:
            send(connection, ARK, ark_body(**TINY_GROUP, response_format="b64_json", stream=stream))
            if reads and stream:
                connection.getresponse().read(100)
            else:
                time.sleep(seconds)
    wait_for(lambda: len(sandbox.log()) == 2, PATIENCE)  # all of it is painted, and nobody is there
    assert ark(sandbox, prompt="the next").status == 200


def test_many_clients_are_served_at_once(place: Place) -> None:
    sandbox = small(place, "--latency-ms", "300")
    connections = [http.client.HTTPConnection("127.0.0.1", sandbox.port, timeout=PATIENCE) for _ in range(20)]
    begun = time.monotonic()
    for index, connection in enumerate(connections):
        send(connection, ARK, ark_body(stream=index % 2 == 0))
    answers = [connection.getresponse() for connection in connections]
    assert [answer.status for answer in answers] == [200] * 20 and all(answer.read() for answer in answers)
    assert time.monotonic() - begun < 5  # one after the other they take 6 s
    for connection in connections:
        connection.close()


def test_one_connection_serves_stream_after_stream(place: Place) -> None:
    sandbox = small(place)
    with connected(sandbox) as connection:
        for stream in (True, False, True):
            send(connection, ARK, ark_body(stream=stream))
            answer = connection.getresponse()
            assert answer.status == 200 and answer.read()


@tap.each({"a plain answer": {}, "a stream": {"stream": True}})
def test_sigterm_ends_it_within_a_second_while_it_owes(place: Place, body: dict) -> None:
    sandbox = place.sandbox()
    with connected(sandbox) as connection:
        send(connection, ARK, ark_body(size="4K", **group(15), **body))
        if body:
            connection.getresponse().readline()
        else:
            time.sleep(0.3)
        begun = time.monotonic()
        sandbox.process.terminate()
        sandbox.process.wait(10)
        assert time.monotonic() - begun < 1


def test_the_log_has_a_line_per_request_and_no_key(place: Place) -> None:
    sandbox = small(place, "--api-key", KEY)
    post(sandbox, ARK, ark_body(stream=True), KEY)
    post(sandbox, ARK, ark_body(), "sk-wrong-987654321")
    post(sandbox, ARK, ark_body(size="1x1"), KEY)
    assert [line["status"] for line in sandbox.log()] == [200, 401, 400]
    text = sandbox.log_path.read_text()
    assert KEY not in text and "sk-wrong" not in text and "Bearer" not in text


if __name__ == "__main__":
    sys.exit(tap.main(globals(), make_places(), at_once=2))
