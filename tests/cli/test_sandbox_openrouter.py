"""tests/cli/test_sandbox_openrouter.py - the sandbox as a client of OpenRouter meets it."""
from __future__ import annotations

import base64
import random
import re
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tap  # noqa: E402
from openapi import openrouter
from openrouter import (CHAT, CREDITS, GENERATION, IMAGES, IMAGE_LISTING, IMAGE_MODELS, KEY_INFO,
                        MODELS, PRICE, PRO, SEEDREAM, ask, ask_anything, chat, chat_body,
                        chat_picture, check_error, chunks_of, draw, gif, images_body, overheard,
                        read_data_url, references, said, stream)
from programs import (KEY, SMALL, Picture, Place, Sandbox, http_answer, make_places, png_size,
                      read_png, write_png)
from services import CHELSEA, ROCKET, data_url, photo, plain, serving, small


# Keys

KEYED = [("GET", KEY_INFO, None), ("GET", CREDITS, None), ("GET", GENERATION + "?id=x", None),
         ("POST", CHAT, chat_body()), ("POST", IMAGES, images_body())]


@tap.each({path: (method, path, body) for method, path, body in KEYED})
def test_a_call_without_a_key_is_401(place: Place, call: tuple[str, str, Any]) -> None:
    sandbox = small(place)
    for key in (None, "", " "):
        answer = ask(sandbox, *call, key=key)
        assert answer.status == 401 and answer.error()["metadata"]["error_type"] == "authentication", answer


def test_the_list_of_models_needs_a_key(place: Place) -> None:
    answer = ask_anything(small(place), "GET", IMAGE_LISTING, key=None)
    assert answer.status == 401
    openrouter().check_part("UnauthorizedResponse", answer.json())


def test_the_list_of_image_models_needs_no_key(place: Place) -> None:
    sandbox = small(place, "--api-key", KEY)
    for path in (IMAGE_MODELS, f"{IMAGE_MODELS}/{SEEDREAM}/endpoints"):
        for key in (None, "another", KEY):
            assert ask(sandbox, "GET", path, key=key).status == 200, (path, key)


def test_a_key_of_its_own_is_the_only_one(place: Place) -> None:
    sandbox = small(place, "--api-key", KEY)
    statuses = {key: ask(sandbox, "GET", KEY_INFO, key=key).status for key in (KEY, KEY + "x", KEY.upper())}
    assert statuses == {KEY: 200, KEY + "x": 401, KEY.upper(): 401}


def test_no_key_is_told_again(place: Place) -> None:
    sandbox = small(place, "--api-key", KEY)
    ask(sandbox, "POST", CHAT, chat_body(), key=KEY, HTTP_Referer="https://example.org")
    told = ask(sandbox, "GET", KEY_INFO, key=KEY).body + sandbox.log_path.read_bytes()
    assert KEY.encode() not in told and b"secret" not in told


# Account and lists

def test_the_key_tells_what_was_spent(place: Place) -> None:
    sandbox = small(place)
    before = ask(sandbox, "GET", KEY_INFO).json()["data"]
    ask(sandbox, "POST", IMAGES, images_body(n=3))
    ask(sandbox, "POST", CHAT, chat_body())
    after = ask(sandbox, "GET", KEY_INFO).json()["data"]
    assert before["usage"] == 0 and before["limit_remaining"] == before["limit"] == 100, before
    assert abs(after["usage"] - 4 * PRICE) < 1e-9 and abs(after["limit_remaining"] - 99.84) < 1e-9, after


def test_the_credits_are_for_management_keys(place: Place) -> None:
    answer = ask(small(place), "GET", CREDITS)
    assert answer.status == 403 and answer.error()["metadata"]["error_type"] == "permission_denied"
    assert "management keys" in answer.error()["message"]


@tap.each({"nothing said": ("", 0), "image": ("?output_modalities=image", 2),
           "text": ("?output_modalities=text", 0), "several": ("?output_modalities=text,image", 2),
           "all": ("?output_modalities=all", 2),
           "among others": ("?limit=5&output_modalities=audio%2Cimage&sort=newest", 2)})
def test_models_are_listed_by_what_comes_out_of_them(place: Place, case: tuple[str, int]) -> None:
    listed = ask(small(place), "GET", MODELS + case[0]).json()
    assert len(listed["data"]) == listed["total_count"] == case[1], listed


def test_a_model_is_listed_with_prices_that_are_texts(place: Place) -> None:
    listed = {model["id"]: model for model in ask(small(place), "GET", IMAGE_LISTING).json()["data"]}
    model = listed[SEEDREAM]
    assert set(listed) == {SEEDREAM, PRO} and model["context_length"] == 4096, model
    assert all(isinstance(price, str) for price in model["pricing"].values()), model
    assert 0 < float(model["pricing"]["image_output"]) < 0.0001  # of a token
    assert model["architecture"]["output_modalities"] == ["image"]


RATIOS = ["1:1", "1:2", "2:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "9:19.5", "19.5:9",
          "9:20", "20:9", "9:21", "21:9", "auto"]
CAPABILITIES = {"resolution": {"type": "enum", "values": ["1K", "2K", "4K"]},
                "aspect_ratio": {"type": "enum", "values": RATIOS},
                "n": {"type": "range", "min": 1, "max": 10},
                "input_references": {"type": "range", "min": 0, "max": 14},
                "seed": {"type": "boolean"}}
RECORD = {"id": SEEDREAM,
          "endpoints": [{"provider_name": "Seed", "provider_slug": "seed", "provider_tag": "seed",
                         "supported_parameters": CAPABILITIES, "allowed_passthrough_parameters": [],
                         "supports_streaming": False,
                         "pricing": [{"billable": "output_image", "unit": "image", "cost_usd": PRICE}]}]}


def test_the_image_models_lead_to_their_endpoints(place: Place) -> None:
    sandbox = small(place)
    listed = {model["id"]: model for model in ask(sandbox, "GET", IMAGE_MODELS).json()["data"]}
    assert listed[SEEDREAM]["supported_parameters"] == CAPABILITIES
    for name, model in listed.items():
        path = model["endpoints"].removeprefix("/api/v1")
        assert ask(sandbox, "GET", path).json()["id"] == name


def test_the_record_of_an_endpoint_is_the_known_one(place: Place) -> None:
    assert ask(small(place), "GET", f"{IMAGE_MODELS}/{SEEDREAM}/endpoints").json() == RECORD


def test_other_models_have_other_prices(place: Place) -> None:
    [endpoint] = ask(small(place), "GET", f"{IMAGE_MODELS}/{PRO}/endpoints").json()["endpoints"]
    prices = {(price["billable"], price.get("variant")): price["cost_usd"] for price in endpoint["pricing"]}
    assert prices == {("output_image", "1K"): 0.045, ("output_image", "2K"): 0.09,
                      ("input_image", None): 0.003}


@tap.each({path: path for path in (f"{IMAGE_MODELS}/nobody/nothing/endpoints", f"{IMAGE_MODELS}/x/endpoints",
                                   f"{IMAGE_MODELS}//endpoints")})
def test_an_unknown_model_has_no_endpoints(place: Place, path: str) -> None:
    assert ask(small(place), "GET", path).status == 404


@tap.each({path: path for path in ("/", "/nothing", "/images/", "/images/models/", "/images/modelsendpoints",
                                   f"/images/models/{SEEDREAM}", "/chat", "/keys", "/key/")})
def test_an_unknown_path_is_404(place: Place, path: str) -> None:
    answer = ask_anything(small(place), "GET", path)
    assert answer.status == 404 and answer.error()["code"] == 404, answer
    openrouter().check_part("NotFoundResponse", answer.json())


@tap.each({f"{method} {path}": (method, path) for method, path in
           (("GET", CHAT), ("GET", IMAGES), ("POST", KEY_INFO), ("DELETE", GENERATION), ("PUT", CHAT))})
def test_another_method_is_405(place: Place, call: tuple[str, str]) -> None:
    answer = ask_anything(small(place), *call)
    assert answer.status == 405
    check_error(answer)


# Generations

def generation(sandbox: Sandbox, name: str) -> dict:
    answer = ask(sandbox, "GET", f"{GENERATION}?id={name}")
    assert answer.status == 200, answer
    return answer.json()["data"]


@tap.each({"none": "", "another": "?id=gen-1", "no value": "?id=", "another name": "?name=gen-1"})
def test_a_generation_that_is_not_known_is_404(place: Place, query: str) -> None:
    assert ask(small(place), "GET", GENERATION + query).status == 404


@tap.each({"whole": False, "as a stream": True})
def test_the_generation_of_a_chat_is_known(place: Place, streamed: bool) -> None:
    sandbox = small(place)
    body = chat_body(stream=streamed, messages=said("a hill", plain(9, 9, 9)), user="me", session_id="one")
    answer = ask(sandbox, "POST", CHAT, body, HTTP_Referer="https://example.org/", User_Agent="tests")
    name = (chunks_of(answer.body)[0] if streamed else answer.json())["id"]
    assert name.startswith("gen-") and answer.headers["X-Generation-Id"] == name
    told = generation(sandbox, name)
    assert (told["id"], told["model"]) == (name, SEEDREAM)
    assert (told["streamed"], told["api_type"]) == (streamed, "completions")
    assert (told["num_media_prompt"], told["num_media_completion"], told["total_cost"]) == (1, 1, PRICE)
    assert (told["external_user"], told["session_id"]) == ("me", "one")
    assert (told["http_referer"], told["user_agent"]) == ("https://example.org/", "tests")
    assert told["provider_name"] == "Seed" and told["finish_reason"] == "stop" and told["cancelled"] is False


def test_the_generation_of_images_is_known_by_its_header(place: Place) -> None:
    sandbox = small(place)
    answer = ask(sandbox, "POST", IMAGES, images_body(n=2))
    told = generation(sandbox, answer.headers["X-Generation-Id"])
    assert told["api_type"] == "image" and told["num_media_completion"] == 2, told
    assert told["total_cost"] == 2 * PRICE
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", told["created_at"])


def test_every_answer_has_an_id_of_its_own(place: Place) -> None:
    sandbox = small(place)
    calls = [(CHAT, chat_body()), (CHAT, chat_body(stream=True)), (IMAGES, images_body())] * 2
    names = [ask(sandbox, "POST", *call).headers["X-Generation-Id"] for call in calls]
    assert len(set(names)) == 6, names


def test_a_generation_is_not_known_before_it_is_finished(place: Place) -> None:
    sandbox = place.sandbox()
    with overheard(sandbox) as answer:
        name = answer.headers["X-Generation-Id"]
        assert ask(sandbox, "GET", f"{GENERATION}?id={name}").status == 404
        answer.read()
    assert generation(sandbox, name)["id"] == name


# Answers

def test_a_chat_is_answered_with_every_member(place: Place) -> None:
    sandbox = small(place)
    before = int(time.time())
    told = chat(sandbox)
    assert before <= told["created"] <= time.time()
    assert (told["object"], told["model"], told["provider"]) == ("chat.completion", SEEDREAM, "Seed")
    assert told["system_fingerprint"] is None
    [choice] = told["choices"]
    message = choice.pop("message")
    assert choice == {"index": 0, "finish_reason": "stop", "native_finish_reason": "stop", "logprobs": None}
    [picture] = message.pop("images")
    assert message == {"role": "assistant", "content": None, "refusal": None, "reasoning": None}
    assert picture == {"type": "image_url", "index": 0, "image_url": {"url": data_url(SMALL)}}
    usage = told["usage"]
    assert usage["cost"] == PRICE and usage["is_byok"] is False and usage["total_tokens"] == 4175, usage


def test_images_are_answered_with_every_member(place: Place) -> None:
    told = ask(small(place), "POST", IMAGES, images_body(n=3, stream=True)).json()
    assert told["data"] == [{"b64_json": base64.b64encode(SMALL).decode(), "media_type": "image/png"}] * 3
    assert abs(told["usage"]["cost"] - 3 * PRICE) < 1e-9, told["usage"]
    assert told["usage"]["completion_tokens"] == told["usage"]["total_tokens"] == 3 * 4175, told["usage"]


@tap.each({str(count): count for count in (1, 2, 10)})
def test_the_count_is_honoured(place: Place, count: int) -> None:
    assert draw(small(place), n=count) == [SMALL] * count


def test_what_is_no_picture_has_no_type_in_images(place: Place) -> None:
    place.file("any.bin", b"any bytes")
    sandbox = serving(place.folder / "any.bin", place)
    assert ask(sandbox, "POST", IMAGES, images_body()).json()["data"] == [{"b64_json": "YW55IGJ5dGVz"}]
    [picture] = chat(sandbox)["choices"][0]["message"]["images"]
    assert picture["image_url"]["url"] == data_url(b"any bytes")


def test_the_data_url_names_the_real_type(place: Place) -> None:
    [picture] = chat(serving(ROCKET, place))["choices"][0]["message"]["images"]
    assert read_data_url(picture["image_url"]["url"], "image/jpeg") == ROCKET.read_bytes()


def test_the_way_is_told_if_it_is_asked_for(place: Place) -> None:
    sandbox = small(place)
    for name in ("X_OpenRouter_Metadata", "X_OpenRouter_Experimental_Metadata"):
        told = ask(sandbox, "POST", CHAT, chat_body(), **{name: "enabled"}).json()["openrouter_metadata"]
        way = {"provider": "Seed", "model": SEEDREAM, "selected": True}
        assert told["endpoints"] == {"total": 1, "available": [way]}, told
        last = chunks_of(ask(sandbox, "POST", CHAT, chat_body(stream=True), **{name: "enabled"}).body)[-1]
        assert last["openrouter_metadata"] == told
    disabled = ask(sandbox, "POST", CHAT, chat_body(), X_OpenRouter_Metadata="disabled").json()
    assert "openrouter_metadata" not in disabled and "openrouter_metadata" not in chat(sandbox)


def test_the_pro_model_costs_what_it_says(place: Place) -> None:
    told = ask(small(place), "POST", IMAGES, images_body(model=PRO, n=2, **references(plain(9, 9, 9)))).json()
    assert abs(told["usage"]["cost"] - (2 * 0.09 + 0.003)) < 1e-9, told["usage"]
    told = ask(small(place), "POST", IMAGES, images_body(model=PRO, size="1024x1024")).json()
    assert abs(told["usage"]["cost"] - 0.045) < 1e-9, told["usage"]


# What is drawn

CHAT_SIZES = {"nothing": ({}, (2048, 2048)), "1K": ({"image_size": "1K"}, (2048, 2048)),
              "2K 4:3": ({"image_size": "2K", "aspect_ratio": "4:3"}, (2304, 1728)),
              "3:4": ({"aspect_ratio": "3:4"}, (1728, 2304)),
              "1K 16:9": ({"image_size": "1K", "aspect_ratio": "16:9"}, (2848, 1600)),
              "9:16": ({"aspect_ratio": "9:16"}, (1600, 2848)),
              "3:2": ({"aspect_ratio": "3:2"}, (2496, 1664)),
              "2:3": ({"aspect_ratio": "2:3"}, (1664, 2496)),
              "21:9": ({"aspect_ratio": "21:9"}, (3136, 1344)),
              "4K 1:1": ({"image_size": "4K"}, (4096, 4096)),
              "4K 16:9": ({"image_size": "4K", "aspect_ratio": "16:9"}, (5504, 3040))}


@tap.each(CHAT_SIZES)
def test_a_chat_draws_exactly(place: Place, case: tuple[dict, tuple[int, int]]) -> None:
    assert png_size(chat_picture(place.sandbox(), image_config=case[0])) == case[1]


IMAGE_SIZES = {"nothing": ({}, (2048, 2048)), "512": ({"resolution": "512"}, (2048, 2048)),
               "1K 3:2": ({"resolution": "1K", "aspect_ratio": "3:2"}, (2496, 1664)),
               "2K auto": ({"resolution": "2K", "aspect_ratio": "auto"}, (2048, 2048)),
               "4K 2:3": ({"resolution": "4K", "aspect_ratio": "2:3"}, (3328, 4992)),
               "the pro model 16:9": ({"model": PRO, "aspect_ratio": "16:9"}, (2816, 1584)),
               "a tier as size": ({"size": "2K", "aspect_ratio": "21:9"}, (3136, 1344)),
               "pixels": ({"size": "3750x1250"}, (3750, 1250)),
               "pixels that agree": ({"size": "2848x1600", "resolution": "2K", "aspect_ratio": "16:9"},
                                     (2848, 1600))}


@tap.each(IMAGE_SIZES)
def test_images_draws_exactly(place: Place, case: tuple[dict, tuple[int, int]]) -> None:
    [picture] = draw(place.sandbox(), **case[0])
    assert png_size(picture) == case[1]


@tap.each({ratio: ratio for ratio in ("1:2", "5:4", "9:19.5", "20:9")})
def test_a_ratio_that_is_in_no_table_is_drawn(place: Place, ratio: str) -> None:
    width, height = (float(side) for side in ratio.split(":"))
    [picture] = draw(place.sandbox(), aspect_ratio=ratio)
    drawn_width, drawn_height = png_size(picture)
    assert abs(drawn_width / drawn_height / (width / height) - 1) < 0.02, (drawn_width, drawn_height)
    assert 3_686_400 <= drawn_width * drawn_height <= 4_800_000


def test_both_transports_and_streams_draw_the_same(place: Place) -> None:
    sandbox = place.sandbox()
    streamed = chunks_of(stream(sandbox, seed=7).body)[0]["choices"][0]["delta"]["images"][0]
    pictures = {chat_picture(sandbox, seed=7), chat_picture(place.sandbox(), seed=7), *draw(sandbox, seed=7),
                read_data_url(streamed["image_url"]["url"])}
    assert len(pictures) == 1


def test_everything_that_is_asked_matters(place: Place) -> None:
    sandbox = place.sandbox()
    red, green = plain(200, 30, 30), plain(30, 200, 30)
    asked = [{}, {"seed": 1}, {"seed": 2}, {"messages": said("another hill")}]
    asked += [{"messages": said("a hill", *urls)} for urls in ([red], [green], [red, green], [green, red])]
    pictures = [chat_picture(sandbox, **each) for each in asked]
    assert len(set(pictures)) == len(pictures)


def test_several_pictures_of_one_request_differ(place: Place) -> None:
    assert len(set(draw(place.sandbox(), n=3))) == 3


def test_what_the_system_says_is_part_of_the_prompt(place: Place) -> None:
    sandbox = place.sandbox()
    user = {"role": "user", "content": "a hill"}
    told = [[user], [{"role": "system", "content": "in oil"}, user],
            [{"role": "developer", "content": [{"type": "text", "text": "in ink"}]}, user]]
    assert len({chat_picture(sandbox, messages=messages) for messages in told}) == 3


# Inputs and echoes

def test_an_echo_gives_back_the_first_input_without_loss(place: Place) -> None:
    sandbox = serving("echo", place)
    pixels = bytearray(random.Random(4).randbytes(23 * 19 * 4))
    pixels[3::8] = bytes(len(pixels[3::8]))  # every other pixel is transparent
    picture = Picture(23, 19, 4, bytes(pixels))
    url, second = data_url(write_png(picture)), plain(5, 5, 5)
    assert read_png(chat_picture(sandbox, messages=said("x", url, second))) == picture
    assert [read_png(back) for back in draw(sandbox, n=2, **references(url, second))] == [picture] * 2


@tap.each({"jpeg": (photo(ROCKET), (640, 427)),
           "gif": (data_url(gif(40, 30, (200, 30, 40)), "image/gif"), (40, 30))})
def test_an_echo_is_a_png_whatever_came(place: Place, case: tuple[str, tuple[int, int]]) -> None:
    assert png_size(draw(serving("echo", place), **references(case[0]))[0]) == case[1]


def test_a_gif_keeps_its_colour(place: Place) -> None:
    url = data_url(gif(40, 30, (200, 30, 40)), "image/gif")
    back = read_png(draw(serving("echo", place), **references(url))[0])
    assert back.pixels[:3] == bytes((200, 30, 40)) and len(set(back.pixels)) == 3


def test_an_input_is_fetched_once_from_this_machine(place: Place) -> None:
    server = place.server(lambda heard: http_answer(200, CHELSEA.read_bytes()))
    sandbox = serving("echo", place)
    messages = said("x", server.url + "/cat.png?v=1")
    assert chat_picture(sandbox, messages=messages) == CHELSEA.read_bytes()
    [chunk] = [chunk for chunk in chunks_of(stream(sandbox, messages=messages).body)
               if chunk["choices"] and "images" in chunk["choices"][0]["delta"]]
    url = chunk["choices"][0]["delta"]["images"][0]["image_url"]["url"]
    assert read_data_url(url) == CHELSEA.read_bytes()
    assert [heard.path for heard in server.heard] == ["/cat.png?v=1"] * 2
    assert "authorization" not in server.heard[0].headers


if __name__ == "__main__":
    sys.exit(tap.main(globals(), make_places(), at_once=2))
