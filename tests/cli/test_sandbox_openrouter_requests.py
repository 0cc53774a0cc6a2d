"""tests/cli/test_sandbox_openrouter_requests.py - what OpenRouter's sandbox takes, and what it refuses."""
from __future__ import annotations

import json
import random
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tap  # noqa: E402
from openapi import openrouter
from openrouter import (CHAT, IMAGES, KEY_INFO, PRO, ask, ask_anything, chat_body, gif, images_body,
                        judge, part, references, said)
from programs import Picture, Place, make_places, write_png
from services import CHELSEA, COFFEE, data_url, photo, plain, small


# Inputs

WRONG_INPUTS = {
    "elsewhere": ("https://example.org/p.png", "image_download_failed"),
    "nobody there": ("http://127.0.0.1:1/p.png", "image_download_failed"),
    "another scheme": ("file:///etc/passwd", "image_download_failed"),
    "no address": ("p.png", "image_download_failed"),
    "another type": ("data:image/tiff;base64,SUkqAA==", "unsupported_image_format"),
    "a text": ("data:text/plain;base64,aGVsbG8=", "unsupported_image_format"),
    "a type in capitals": (photo(COFFEE).replace("image/png", "image/PNG"), "unsupported_image_format"),
    "a text that claims to be a picture": (data_url(b"hello"), "invalid_image"),
    "half a picture": (data_url(CHELSEA.read_bytes()[:90_000]), "invalid_image"),
    "half a GIF": (data_url(gif(40, 30, (1, 2, 3))[:300], "image/gif"), "invalid_image"),
    "half a data URL": (photo(COFFEE)[:-3], "invalid_image"),
    "no base64": ("data:image/png,hello", "invalid_image"),
    "too small": (plain(9, 9, 9, width=14, height=100), "image_too_small"),
    "too long": (plain(9, 9, 9, width=1700, height=100), "invalid_image"),
    "too many pixels": (plain(9, 9, 9, width=6001, height=6000), "image_too_large"),
    "too many bytes": (data_url(write_png(Picture(2000, 2000, 3, random.Random(1).randbytes(12_000_000)), 0)),
                       "image_too_large"),
}


@tap.each(WRONG_INPUTS)
def test_an_input_is_refused_before_any_stream(place: Place, case: tuple[str, str]) -> None:
    sandbox, (url, word) = small(place), case
    answers = [ask(sandbox, "POST", CHAT, chat_body(messages=said("x", plain(9, 9, 9), url), stream=streamed))
               for streamed in (False, True)]
    answers.append(ask(sandbox, "POST", IMAGES, images_body(**references(plain(9, 9, 9), url))))
    for answer in answers:
        assert (answer.status, answer.error()["metadata"]["error_type"]) == (400, word), answer
    assert ask(sandbox, "GET", KEY_INFO).json()["data"]["usage"] == 0


# What is wrong with a request. The word says what the service calls it; True: the document refuses it too.

USER, TEXT = {"role": "user", "content": "a hill"}, {"type": "text", "text": "a hill"}


def saying(content: Any) -> dict:
    return chat_body(messages=[{"role": "user", "content": content}])


def detailed(url: str, detail: str) -> dict:
    return {"type": "image_url", "image_url": {"url": url, "detail": detail}}


def without(body: dict, name: str) -> dict:
    return {key: value for key, value in body.items() if key != name}


INVALID = (400, "invalid_request")
MISSING = (404, "not_found")
WRONG_CHATS = {
    "no model": (without(chat_body(), "model"), INVALID, False),
    "an empty model": (chat_body(model=""), INVALID, False),
    "a model that is a number": (chat_body(model=4.5), INVALID, True),
    "an unknown model": (chat_body(model="bytedance-seed/seedream-9"), MISSING, False),
    "a model of many letters": (chat_body(model="x" + "é" * 99), MISSING, False),
    "another service's model": (chat_body(model="seedream-4-5-251128"), MISSING, False),
    "no messages": (without(chat_body(), "messages"), INVALID, True),
    "an empty list of messages": (chat_body(messages=[]), INVALID, True),
    "messages of null": (chat_body(messages=None), INVALID, True),
    "a message that is a text": (chat_body(messages=["a hill"]), INVALID, True),
    "a message without a role": (chat_body(messages=[{"content": "a hill"}]), INVALID, True),
    "an unknown role": (chat_body(messages=[{"role": "painter", "content": "a hill"}]), INVALID, True),
    "a message without content": (chat_body(messages=[{"role": "user"}]), INVALID, True),
    "a content of null": (saying(None), INVALID, True),
    "a content that is an object": (saying({"text": "a hill"}), INVALID, True),
    "a part without a type": (saying([{"text": "a hill"}]), INVALID, True),
    "an unknown part": (saying([{"type": "image", "image_url": {"url": "x"}}]), INVALID, True),
    "a text part without its text": (saying([{"type": "text"}]), INVALID, True),
    "a picture without an address": (saying([{"type": "image_url", "image_url": {}}]), INVALID, True),
    "a picture that is an address": (saying([{"type": "image_url", "image_url": "x"}]), INVALID, True),
    "an unknown detail": (saying([detailed("x", "all")]), INVALID, True),
    "a picture said by the system": (chat_body(messages=[{"role": "system", "content": [part("x")]}, USER]),
                                     INVALID, True),
    "nothing said": (saying(""), (400, "invalid_prompt"), False),
    "no parts": (saying([]), (400, "invalid_prompt"), False),
    "a picture alone": (saying([part(plain(1, 2, 3))]), (400, "invalid_prompt"), False),
    "a sound": (saying([TEXT, {"type": "input_audio", "input_audio": {"data": "", "format": "wav"}}]),
                MISSING, False),
    "a file": (saying([TEXT, {"type": "file", "file": {}}]), MISSING, False),
    "no modalities": (without(chat_body(), "modalities"), MISSING, False),
    "an empty list of modalities": (chat_body(modalities=[]), MISSING, False),
    "text too": (chat_body(modalities=["image", "text"]), MISSING, False),
    "text first": (chat_body(modalities=["text", "image"]), MISSING, False),
    "images twice": (chat_body(modalities=["image", "image"]), MISSING, False),
    "sound": (chat_body(modalities=["audio"]), MISSING, False),
    "an unknown modality": (chat_body(modalities=["picture"]), INVALID, True),
    "a modality that is a text": (chat_body(modalities="image"), INVALID, True),
    "an unknown ratio": (chat_body(image_config={"aspect_ratio": "7:5"}), INVALID, False),
    "a ratio of the other transport": (chat_body(image_config={"aspect_ratio": "9:21"}), INVALID, False),
    "no ratio": (chat_body(image_config={"aspect_ratio": ""}), INVALID, False),
    "a ratio that is a number": (chat_body(image_config={"aspect_ratio": 1.5}), INVALID, False),
    "a ratio of null": (chat_body(image_config={"aspect_ratio": None}), INVALID, True),
    "an unknown size": (chat_body(image_config={"image_size": "3K"}), INVALID, False),
    "a size for others": (chat_body(image_config={"image_size": "0.5K"}), INVALID, False),
    "a size in pixels": (chat_body(image_config={"image_size": "2048x2048"}), INVALID, False),
    "a size in lower case": (chat_body(image_config={"image_size": "2k"}), INVALID, False),
    "a size that the model lacks": (chat_body(model=PRO, image_config={"image_size": "4K"}), INVALID, False),
    "an image_config that is a list": (chat_body(image_config=["2K"]), INVALID, True),
    "an unknown member of provider": (chat_body(provider={"colour": "red"}), INVALID, True),
    "a sort that is a number": (chat_body(provider={"sort": 1}), INVALID, True),
    "a long session": (chat_body(session_id="x" * 257), INVALID, True),
    "fifteen pictures": (chat_body(messages=said("x", *[plain(9, 9, 9)] * 15)), INVALID, False),
    "no JSON": (b"prompt=x", INVALID, True),
    "half of JSON": (b'{"model": "x"', INVALID, True),
    "no body": (b"", INVALID, True),
    "a list": (b'["x"]', INVALID, True),
    "no UTF-8": (b'{"model":"\xff"}', INVALID, True),
    "very deep JSON": (b'{"a":' * 50_000, INVALID, True),
}


def is_documented(path: str, body: Any) -> bool:
    try:
        openrouter().check_request(path, json.loads(body) if isinstance(body, bytes) else body)
    except (AssertionError, ValueError, RecursionError):
        return False
    return True


def check_refusal(place: Place, path: str, case: tuple[Any, tuple[int, str], bool], good: dict) -> None:
    sandbox, (body, expected, documented_too) = small(place), case
    assert is_documented(path, body) != documented_too
    answer = ask_anything(sandbox, "POST", path, body)
    judge("POST", path, answer)
    assert (answer.status, answer.error()["metadata"]["error_type"]) == expected, answer
    assert ask(sandbox, "POST", path, good).status == 200, "it does not live on"


@tap.each(WRONG_CHATS)
def test_a_chat_is_refused_with(place: Place, case: tuple[Any, tuple[int, str], bool]) -> None:
    check_refusal(place, CHAT, case, chat_body())


def test_the_modalities_are_named_in_the_refusal(place: Place) -> None:
    answer = ask(small(place), "POST", CHAT, chat_body(modalities=["image", "text"], stream=True))
    assert answer.error()["message"] == \
        "No endpoints found that support the requested output modalities: image, text"


ONE = part(plain(9, 9, 9))
WRONG_IMAGES = {
    "no model": (without(images_body(), "model"), INVALID, True),
    "an unknown model": (images_body(model="bytedance-seed/seedream-9"), MISSING, False),
    "no prompt": (without(images_body(), "prompt"), INVALID, True),
    "an empty prompt": (images_body(prompt=""), INVALID, True),
    "a prompt of null": (images_body(prompt=None), INVALID, True),
    "no pictures": (images_body(n=0), INVALID, False),
    "minus one picture": (images_body(n=-1), INVALID, False),
    "eleven pictures": (images_body(n=11), INVALID, False),
    "very many pictures": (images_body(n=1e300), INVALID, False),
    "half a picture": (images_body(n=0.5), INVALID, True),
    "a count that is a text": (images_body(n="3"), INVALID, True),
    "a count of null": (images_body(n=None), INVALID, True),
    "an unknown resolution": (images_body(resolution="3K"), INVALID, True),
    "a resolution that the model lacks": (images_body(model=PRO, resolution="4K"), INVALID, False),
    "an unknown ratio": (images_body(aspect_ratio="7:5"), INVALID, True),
    "a ratio that the model lacks": (images_body(aspect_ratio="1:8"), INVALID, False),
    "an unknown size": (images_body(size="huge"), INVALID, False),
    "a size too small": (images_body(size="1024x1024"), INVALID, False),
    "a size too large": (images_body(size="5000x5000"), INVALID, False),
    "a size too long": (images_body(size="8200x500"), INVALID, False),
    "a size against the resolution": (images_body(size="4K", resolution="2K"), INVALID, False),
    "pixels against the resolution": (images_body(size="2048x2048", resolution="4K"), INVALID, False),
    "pixels against the ratio": (images_body(size="2048x2048", aspect_ratio="16:9"), INVALID, False),
    "an unknown quality": (images_body(quality="ultra"), INVALID, True),
    "an unknown format": (images_body(output_format="gif"), INVALID, True),
    "an unknown background": (images_body(background="red"), INVALID, True),
    "a compression too strong": (images_body(output_compression=101), INVALID, False),
    "a compression too weak": (images_body(output_compression=-1), INVALID, False),
    "a seed that is a text": (images_body(seed="7"), INVALID, True),
    "a stream that is a text": (images_body(stream="true"), INVALID, True),
    "references that are texts": (images_body(input_references=["x"]), INVALID, True),
    "a reference of another type": (images_body(input_references=[{"type": "image"}]), INVALID, True),
    "a reference without an address": (images_body(input_references=[{"type": "image_url"}]), INVALID, True),
    "fifteen references": (images_body(input_references=[ONE] * 15), INVALID, False),
    "seventeen references": (images_body(input_references=[ONE] * 17), INVALID, True),
    "no JSON": (b"prompt=x", INVALID, True),
    "a text": (b'"x"', INVALID, True),
}


@tap.each(WRONG_IMAGES)
def test_images_refuses(place: Place, case: tuple[Any, tuple[int, str], bool]) -> None:
    check_refusal(place, IMAGES, case, images_body())


GOOD_CHATS = {
    "fourteen pictures": chat_body(messages=said("x", *[plain(9, 9, i) for i in range(14)])),
    "a picture with a detail": saying([TEXT, detailed(plain(9, 9, 9), "high")]),
    "a conversation": chat_body(messages=[
        {"role": "system", "content": "paint"}, USER,
        {"role": "assistant", "content": None, "images": [part("x")]},
        {"role": "tool", "content": "x", "tool_call_id": "1"}, USER]),
    "unknown members": chat_body(n=2, size="2K", usage={"include": True}, colour="red"),
    "unknown members of image_config": chat_body(image_config={"strength": 0.5, "fonts": [], "red": "x"}),
    "what means nothing to images": chat_body(max_tokens=5, temperature=0.5, top_p=None, frequency_penalty=-1,
                                              stop=["x"], seed=None, stream_options={"include_usage": True}),
    "whom to ask": chat_body(provider={"order": ["seed"], "only": None, "allow_fallbacks": False,
                                       "sort": "price", "data_collection": "deny", "zdr": True,
                                       "max_price": {"image": "0.1"}}),
}


@tap.each(GOOD_CHATS)
def test_a_chat_may_have(place: Place, body: dict) -> None:
    assert ask(small(place), "POST", CHAT, body).status == 200


GOOD_IMAGES = {
    "fourteen references": images_body(input_references=[ONE] * 14),
    "what the model ignores": images_body(quality="high", output_format="webp", output_compression=100,
                                          background="transparent", stream=True, seed=-5),
    "whom to ask": images_body(provider={"only": ["seed"], "sort": {"by": "price"},
                                         "options": {"seed": {"x": 1}}, "colour": "red"}),
    "a count that is a fraction of none": images_body(n=2.0),
    "unknown members": images_body(colour="red"),
}


@tap.each(GOOD_IMAGES)
def test_images_takes(place: Place, body: dict) -> None:
    assert ask(small(place), "POST", IMAGES, body).status == 200


VALUES = [None, True, 7, -0.5, "x", "", [], ["x"], [7], {}, {"x": 7}, {"type": "text"}, {"mode": "explicit"}]
# What is refused for other reasons than its looks.
MEANINGFUL = {"model", "messages", "modalities", "image_config", "prompt", "n", "size", "aspect_ratio",
              "resolution", "input_references", "output_compression"}


@tap.each({"a chat": (CHAT, chat_body(), "ChatRequest"),
           "images": (IMAGES, images_body(), "ImageGenerationRequest")})
def test_the_sandbox_and_the_document_refuse_the_same(place: Place, case: tuple[str, dict, str]) -> None:
    sandbox, (path, good, schema) = small(place), case
    differing = []
    for name in openrouter().document["components"]["schemas"][schema]["properties"]:
        for value in VALUES:
            body = {**good, name: value}
            refused = ask_anything(sandbox, "POST", path, body).status != 200
            documented_too = not is_documented(path, body)
            if refused != documented_too and not (refused and name in MEANINGFUL):
                differing.append((name, value, refused))
    assert not differing, differing


if __name__ == "__main__":
    sys.exit(tap.main(globals(), make_places(), at_once=2))
