"""tests/cli/test_openapi.py - the judge of OpenRouter's wire format can tell right from wrong."""
from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tap  # noqa: E402
from openapi import OpenApi, openrouter  # noqa: E402

CHAT, IMAGES = "/chat/completions", "/images"
GIF = "data:image/gif;base64,R0lGODlhAQABAAAAACw="
USER = {"role": "user", "content": [{"type": "text", "text": "a hill"},
                                    {"type": "image_url", "image_url": {"url": GIF}}]}
ASKED = {"model": "m", "messages": [USER], "modalities": ["image"], "image_config": {"image_size": "2K"}}
CHOICE = {"index": 0, "finish_reason": "stop",
          "message": {"role": "assistant", "content": None, "images": [{"image_url": {"url": GIF}}]}}
RESULT = {"id": "gen-1", "object": "chat.completion", "created": 1, "model": "m", "system_fingerprint": None,
          "choices": [CHOICE]}
CHUNK = {"id": "gen-1", "object": "chat.completion.chunk", "created": 1, "model": "m",
         "choices": [{"index": 0, "delta": {"role": "assistant"}, "finish_reason": None}]}
DRAWN = {"created": 1, "data": [{"b64_json": "iVBO", "media_type": "image/png"}]}
REFUSAL = {"error": {"code": 400, "message": "no", "metadata": {"error_type": "invalid_request"}}}


def changed(document: dict, *path: str | int, to: Any = ...) -> dict:
    """The document with one member changed, or left out."""
    first, *rest = path
    if rest:
        value = changed(document[first], *rest, to=to)
    elif to is ...:
        return {name: member for name, member in document.items() if name != first}
    else:
        value = to
    if isinstance(document, list):
        return [*document[:first], value, *document[first + 1:]]
    return {**document, first: value}


def complaint(judge: OpenApi, check: str, *arguments: Any, **options: Any) -> str:
    """What the judge has against it; empty: nothing."""
    try:
        getattr(judge, check)(*arguments, **options)
    except AssertionError as fault:
        return str(fault)
    return ""


POST = {"method": "post"}
PLAIN = changed(ASKED, "messages", 0, "content", to="a hill")
PICTURE_CHUNK = changed(CHUNK, "choices", 0, "delta", "images", to=CHOICE["message"]["images"])
RIGHT = {
    "a request to draw": (("check_request", IMAGES, {"model": "m", "prompt": "a hill"}), {}),
    "a request to chat": (("check_request", CHAT, ASKED), {}),
    "a prompt that is a text": (("check_request", CHAT, PLAIN), {}),
    "an unknown member of a request": (("check_request", CHAT, {**ASKED, "n": 2}), {}),
    "an answer": (("check_answer", CHAT, 200, RESULT), POST),
    "an answer that names its provider": (("check_answer", CHAT, 200, {**RESULT, "provider": "Seed"}), POST),
    "pictures": (("check_answer", IMAGES, 200, DRAWN), POST),
    "a refusal": (("check_answer", CHAT, 400, REFUSAL), POST),
    "a chunk": (("check_chunk", CHAT, CHUNK), {}),
    "a chunk with pictures": (("check_chunk", CHAT, PICTURE_CHUNK), {}),
    "a part": (("check_part", "ChatAssistantImages", CHOICE["message"]["images"]), {}),
}


@tap.each(RIGHT)
def test_it_lets_pass(judge: OpenApi, case: tuple[tuple, dict]) -> None:
    assert complaint(judge, *case[0], **case[1]) == ""


WRONG_REQUESTS = {
    "no messages": ("$", CHAT, changed(ASKED, "messages")),
    "an empty list": ("$.messages", CHAT, {**ASKED, "messages": []}),
    "a number for a text": ("$.model", CHAT, {**ASKED, "model": 5}),
    "a text for a list": ("$.modalities", CHAT, {**ASKED, "modalities": "image"}),
    "an unknown word": ("$.modalities[0]", CHAT, {**ASKED, "modalities": ["picture"]}),
    "an unknown role": ("$.messages[0].role", CHAT, changed(ASKED, "messages", 0, "role", to="painter")),
    "a wrong content": ("$.messages[0].content", CHAT, changed(ASKED, "messages", 0, "content", to=5)),
    "a part without its text": ("$.messages[0].content[0]", CHAT,
                                changed(ASKED, "messages", 0, "content", 0, "text")),
    "an address that is none": ("$.messages[0].content[1].image_url.url", CHAT,
                                changed(ASKED, "messages", 0, "content", 1, "image_url", "url", to=None)),
    "a stranger in a closed object": ("$.provider", CHAT, {**ASKED, "provider": {"colour": "red"}}),
    "a size of null": ("$.image_config.image_size", CHAT, {**ASKED, "image_config": {"image_size": None}}),
    "an empty prompt": ("$.prompt", IMAGES, {"model": "m", "prompt": ""}),
    "half a picture": ("$.n", IMAGES, {"model": "m", "prompt": "x", "n": 0.5}),
    "a count that is true": ("$.n", IMAGES, {"model": "m", "prompt": "x", "n": True}),
    "too many references": ("$.input_references", IMAGES,
                            {"model": "m", "prompt": "x", "input_references": USER["content"][1:] * 17}),
}


@tap.each(WRONG_REQUESTS)
def test_it_refuses_a_request_with(judge: OpenApi, case: tuple[str, str, Any]) -> None:
    where, *arguments = case
    told = complaint(judge, "check_request", *arguments)
    assert f": {where}: " in told, told


WRONG_ANSWERS = {
    "no id": ("$", CHAT, 200, changed(RESULT, "id")),
    "another object": ("$.object", CHAT, 200, {**RESULT, "object": "image"}),
    "a picture without address": ("$.choices[0].message.images[0].image_url", CHAT, 200,
                                  changed(RESULT, "choices", 0, "message", "images", 0, "image_url", "url")),
    "an unknown end": ("$.choices[0].finish_reason", CHAT, 200,
                       changed(RESULT, "choices", 0, "finish_reason", to="done")),
    "a fingerprint left out": ("$", CHAT, 200, changed(RESULT, "system_fingerprint")),
    "no data": ("$", IMAGES, 200, changed(DRAWN, "data")),
    "bytes that are no text": ("$.data[0].b64_json", IMAGES, 200,
                               changed(DRAWN, "data", 0, "b64_json", to=[])),
    "a time that is a text": ("$.created", IMAGES, 200, {**DRAWN, "created": "now"}),
    "a refusal without a message": ("$.error", CHAT, 400, changed(REFUSAL, "error", "message")),
    "a refusal whose code is a text": ("$.error.code", CHAT, 400,
                                       changed(REFUSAL, "error", "code", to="400")),
}


@tap.each(WRONG_ANSWERS)
def test_it_refuses_an_answer_with(judge: OpenApi, case: tuple[str, str, int, Any]) -> None:
    where, *arguments = case
    told = complaint(judge, "check_answer", *arguments, **POST)
    assert f": {where}: " in told, told


WRONG_CHUNKS = {
    "no delta": ("$.data.choices[0]", CHAT, changed(CHUNK, "choices", 0, "delta")),
    "the object of a whole answer": ("$.data.object", CHAT, {**CHUNK, "object": "chat.completion"}),
    "a fingerprint of null": ("$.data.system_fingerprint", CHAT, {**CHUNK, "system_fingerprint": None}),
    "usage without its sum": ("$.data.usage", CHAT, {**CHUNK, "usage": {"prompt_tokens": 0,
                                                                        "completion_tokens": 1}}),
    "an error without its type": ("$.data.error.metadata", CHAT,
                                  {**CHUNK, "error": {"code": 502, "message": "x", "metadata": {}}}),
    "an event without its picture": ("$.data", IMAGES, {"type": "image_generation.completed", "created": 1}),
}


@tap.each(WRONG_CHUNKS)
def test_it_refuses_a_chunk_with(judge: OpenApi, case: tuple[str, str, Any]) -> None:
    told = complaint(judge, "check_chunk", *case[1:])
    assert f": {case[0]}: " in told, told


def test_it_refuses_a_part_that_is_wrong(judge: OpenApi) -> None:
    told = complaint(judge, "check_part", "ChatAssistantImages", [{"image_url": {"url": GIF}}, {"url": GIF}])
    assert ": $[1]: " in told, told


def test_it_refuses_what_is_not_documented(judge: OpenApi) -> None:
    assert "no 418" in complaint(judge, "check_answer", CHAT, 418, REFUSAL, **POST)
    assert "no /paint" in complaint(judge, "check_request", "/paint", {})
    assert "no NoSuchThing" in complaint(judge, "check_part", "NoSuchThing", {})


def test_a_complaint_is_short_whatever_was_sent(judge: OpenApi) -> None:
    huge = changed(ASKED, "messages", 0, "content", to={"x": "y" * 1_000_000})
    told = complaint(judge, "check_request", CHAT, huge)
    assert "$.messages[0].content" in told and len(told) < 1000, len(told)


def references(node: Any) -> set[str]:
    """Every $ref in a part of the document."""
    if isinstance(node, dict):
        own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
        return own.union(*map(references, node.values()))
    return set().union(*map(references, node)) if isinstance(node, list) else set()


def test_every_reference_leads_somewhere(judge: OpenApi) -> None:
    document = judge.document
    wanted = references(document)
    missing = wanted - {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert wanted and not missing, missing


if __name__ == "__main__":
    sys.exit(tap.main(globals(), lambda: contextlib.nullcontext(openrouter())))
