"""tests/cli/test_sandbox_openrouter_streams.py - OpenRouter's streams to the byte, and what can go wrong."""
from __future__ import annotations

import base64
import json
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tap  # noqa: E402
from openapi import openrouter
from openrouter import (CHAT, GENERATION, IMAGES, IMAGE_MODELS, KEY_INFO, PRICE, SEEDREAM, ask,
                        ask_anything, blocks_of, chat, chat_body, chat_picture, chunks_of, draw,
                        images_body, overheard, read_data_url, stream)
from programs import KEY, SMALL, Picture, Place, make_places, write_png
from services import data_url, serving, small


# Streams

def test_a_stream_is_framed_to_the_byte(place: Place) -> None:
    answer = stream(small(place))
    name = answer.headers["X-Generation-Id"]
    blocks = blocks_of(answer.body)
    assert blocks[0] == b": OPENROUTER PROCESSING" and blocks[-1] == b"data: [DONE]"
    assert all(block.startswith(b"data: {") or block == b": OPENROUTER PROCESSING" for block in blocks[:-1])
    pictured, finished, used = chunks_of(answer.body)
    head = {"id": name, "object": "chat.completion.chunk", "created": pictured["created"], "model": SEEDREAM,
            "provider": "Seed"}
    image = {"type": "image_url", "index": 0, "image_url": {"url": data_url(SMALL)}}
    assert pictured == {**head, "choices": [{"index": 0, "finish_reason": None, "delta": {
        "role": "assistant", "content": "", "images": [image]}}]}
    assert finished == {**head, "choices": [{"index": 0, "delta": {"content": ""}, "finish_reason": "stop",
                                             "native_finish_reason": "stop", "logprobs": None}]}
    usage = used.pop("usage")
    assert used == {**head, "choices": []} and usage["cost"] == PRICE and usage["total_tokens"] == 4175


def test_a_stream_shows_life_at_once_and_while_it_draws(place: Place) -> None:
    sandbox = place.sandbox()
    begun = time.monotonic()
    with overheard(sandbox, image_config={"image_size": "4K"}) as answer:
        first = answer.readline()
        at_once = time.monotonic() - begun
        lines = [first, *answer]
        drawn = time.monotonic() - begun
    comments = lines[:next(i for i, line in enumerate(lines) if line.startswith(b"data:"))]
    assert set(comments) == {b": OPENROUTER PROCESSING\n", b"\n"} and len(comments) >= 6, len(comments)
    assert at_once < drawn / 2, (at_once, drawn)


def test_a_picture_is_one_line_however_large(place: Place) -> None:
    picture = write_png(Picture(2400, 2400, 3, random.Random(2).randbytes(2400 * 2400 * 3)), 0)
    place.file("large.png", picture)
    pictured = chunks_of(stream(serving(place.folder / "large.png", place)).body)[0]
    url = pictured["choices"][0]["delta"]["images"][0]["image_url"]["url"]
    assert len(url) > 20_000_000 and read_data_url(url) == picture


def test_a_refusal_is_no_stream(place: Place) -> None:
    sandbox = small(place, "--api-key", KEY)
    for key, body, status in (("x", {}, 401), (KEY, {"model": "x"}, 404),
                              (KEY, {"image_config": {"image_size": "9K"}}, 400)):
        answer = ask(sandbox, "POST", CHAT, chat_body(stream=True, **body), key=key)
        assert answer.status == status and answer.headers.get_content_type() == "application/json", answer


def test_a_client_that_leaves_does_no_harm(place: Place) -> None:
    sandbox = place.sandbox()
    for _ in range(3):
        with overheard(sandbox) as answer:
            answer.readline()
    assert chat_picture(sandbox) and sandbox.process.poll() is None


# Faults

REFUSED = {"bad-key": (401, "authentication"), "no-credit": (402, "payment_required"),
           "refused": (400, "content_policy_violation"), "too-large": (413, "payload_too_large"),
           "busy": (429, "rate_limit_exceeded"), "broken": (500, "server")}
WAYS = {"chat": (CHAT, chat_body()), "stream": (CHAT, chat_body(stream=True)),
        "images": (IMAGES, images_body())}


@tap.each({name: (name, *expected) for name, expected in REFUSED.items()})
def test_a_fault_refuses_the_first_requests(place: Place, case: tuple[str, int, str]) -> None:
    for path, body in WAYS.values():
        sandbox = small(place, "--fault", case[0] + ":2")
        answers = [ask(sandbox, "POST", path, body) for _ in range(3)]
        assert [answer.status for answer in answers] == [case[1], case[1], 200]
        assert answers[0].error()["metadata"]["error_type"] == case[2], answers[0]


def test_a_busy_answer_says_when_to_come_again(place: Place) -> None:
    answer = ask(small(place, "--fault", "busy"), "POST", CHAT, chat_body())
    assert answer.headers["Retry-After"] == "1" and answer.headers["X-RateLimit-Remaining"] == "0"
    assert "X-RateLimit-Remaining" not in ask(small(place), "POST", CHAT, chat_body()).headers


def test_a_refusal_of_the_provider_tells_what_it_said(place: Place) -> None:
    metadata = ask(small(place, "--fault", "refused"), "POST", IMAGES, images_body()).error()["metadata"]
    assert metadata["provider_name"] == "Seed" and metadata["provider_code"], metadata
    assert json.loads(metadata["raw"])["error"]["code"] == metadata["provider_code"]


def test_a_bad_key_does_not_matter_where_none_is_needed(place: Place) -> None:
    sandbox = small(place, "--fault", "bad-key")
    assert ask(sandbox, "GET", IMAGE_MODELS).status == 200 and ask(sandbox, "GET", KEY_INFO).status == 401


@tap.each(WAYS)
def test_a_lost_answer_is_a_cut_connection(place: Place, way: tuple[str, dict]) -> None:
    sandbox = small(place, "--fault", "lost-answer:1")
    assert ask_anything(sandbox, "POST", *way).status == 0
    assert ask(sandbox, "POST", *way).status == 200


@tap.each(WAYS)
def test_what_is_no_json_comes_with_status_200(place: Place, way: tuple[str, dict]) -> None:
    page = ask_anything(small(place, "--fault", "html"), "POST", *way)
    half = ask_anything(small(place, "--fault", "not-json"), "POST", *way)
    assert page.status == 200 and page.headers.get_content_type() == "text/html" and b"<html" in page.body
    assert half.status == 200 and half.headers.get_content_type() == "application/json"
    try:
        half.json()
        raise AssertionError(half.body)
    except ValueError:
        pass


@tap.each(WAYS)
def test_a_wrong_type_is_the_only_thing_wrong(place: Place, way: tuple[str, dict]) -> None:
    answer = ask_anything(small(place, "--fault", "wrong-type"), "POST", *way)
    assert answer.status == 200 and answer.headers.get_content_type() == "text/plain"
    if answer.body.startswith(b":"):
        assert len(chunks_of(answer.body)) == 3
    else:
        openrouter().check_answer(way[0], 200, answer.json(), "post")


@tap.each(WAYS)
def test_an_error_may_come_with_status_200(place: Place, way: tuple[str, dict]) -> None:
    answer = ask_anything(small(place, "--fault", "error-in-body:1"), "POST", *way)
    assert answer.status == 200 and answer.headers.get_content_type() == "application/json"
    assert answer.error()["code"] == 500 and "choices" not in answer.json() and "data" not in answer.json()


def test_an_error_may_stand_in_the_choice(place: Place) -> None:
    sandbox = small(place, "--fault", "error-in-choice:2")
    [choice] = chat(sandbox)["choices"]
    assert choice["finish_reason"] == "error" and choice["error"]["code"] == 502, choice
    assert "images" not in choice["message"]
    first, last = chunks_of(stream(sandbox).body)
    [choice] = last["choices"]
    assert "error" not in last and choice["finish_reason"] == "error" and choice["error"]["code"] == 502, last
    assert first["choices"][0]["finish_reason"] is None
    assert chat_picture(sandbox) == SMALL


@tap.each({"error-in-chunk": "error-in-chunk", "job-fails": "job-fails"})
def test_a_stream_may_break_off_with_an_error(place: Place, fault: str) -> None:
    sandbox = small(place, "--fault", fault + ":1")
    answer = stream(sandbox)
    last = chunks_of(answer.body)[-1]
    assert answer.whole and not answer.body.endswith(b"[DONE]\n\n")
    assert last["error"]["code"] == 502, last
    assert last["error"]["metadata"]["error_type"] == "provider_unavailable", last
    assert last["choices"] == [{"index": 0, "delta": {"content": ""}, "finish_reason": "error",
                                "native_finish_reason": "error", "logprobs": None}]
    assert ask(sandbox, "GET", f"{GENERATION}?id={last['id']}").status == 404
    assert stream(sandbox).body.endswith(b"data: [DONE]\n\n")


def test_an_error_in_a_chunk_needs_a_stream(place: Place) -> None:
    assert chat_picture(small(place, "--fault", "error-in-chunk")) == SMALL


def test_a_job_that_fails_is_the_provider_s_failure(place: Place) -> None:
    for path, body in (WAYS["chat"], WAYS["images"]):
        answer = ask(small(place, "--fault", "job-fails"), "POST", path, body)
        assert answer.status == 502 and answer.error()["metadata"]["provider_name"] == "Seed", answer


def test_a_job_that_sticks_is_never_answered(place: Place) -> None:
    sandbox = small(place, "--fault", "job-sticks")
    for path in (CHAT, IMAGES):
        try:
            with overheard(sandbox, path, patience=0.5, stream=False) as answer:
                raise AssertionError(answer.read())
        except TimeoutError:
            pass


def test_a_stream_that_sticks_shows_life(place: Place) -> None:
    sandbox = small(place, "--fault", "job-sticks")
    with overheard(sandbox) as answer:
        assert {answer.readline() for _ in range(8)} == {b": OPENROUTER PROCESSING\n", b"\n"}
    assert ask(sandbox, "GET", KEY_INFO).status == 200


def test_there_may_be_no_output(place: Place) -> None:
    sandbox = small(place, "--fault", "no-output")
    [choice] = chat(sandbox)["choices"]
    assert choice["finish_reason"] == "stop" and "images" not in choice["message"] and "error" not in choice
    chunks = chunks_of(stream(sandbox).body)
    assert len(chunks) == 3 and not any("images" in json.dumps(chunk) for chunk in chunks)
    assert ask(sandbox, "POST", IMAGES, images_body()).json()["data"] == []


def test_fewer_may_come_than_were_asked_for(place: Place) -> None:
    sandbox = small(place, "--fault", "part-fails")
    told = ask(sandbox, "POST", IMAGES, images_body(n=3)).json()
    assert len(told["data"]) == 2 and abs(told["usage"]["cost"] - 2 * PRICE) < 1e-9, told["usage"]
    assert len(draw(sandbox, n=1)) == 1


def test_a_picture_may_be_spoilt(place: Place) -> None:
    spoilt = {"not-a-picture": b"This is not a picture.\n", "cut-picture": SMALL[:len(SMALL) // 2]}
    for fault, expected in spoilt.items():
        told = ask(small(place, "--fault", fault), "POST", IMAGES, images_body()).json()
        assert base64.b64decode(told["data"][0]["b64_json"]) == expected
        [picture] = chat(small(place, "--fault", fault))["choices"][0]["message"]["images"]
        assert base64.b64decode(picture["image_url"]["url"].partition(",")[2]) == expected


def test_a_stream_may_be_cut_before_its_picture(place: Place) -> None:
    answer = ask_anything(small(place, "--fault", "cut-stream"), "POST", CHAT, chat_body(stream=True))
    assert answer.status == 200 and not answer.whole
    assert set(answer.body.splitlines()) == {b": OPENROUTER PROCESSING", b""}, answer.body


def test_a_stream_may_be_cut_after_its_picture(place: Place) -> None:
    answer = ask_anything(small(place, "--fault", "cut-after-picture"), "POST", CHAT, chat_body(stream=True))
    assert answer.status == 200 and not answer.whole
    [chunk] = chunks_of(answer.body)
    assert chunk["choices"][0]["delta"]["images"] and chunk["choices"][0]["finish_reason"] is None


def test_a_stream_may_be_framed_in_another_style(place: Place) -> None:
    answer = ask_anything(small(place, "--fault", "crlf-stream"), "POST", CHAT, chat_body(stream=True))
    lines = answer.body.split(b"\r\n")
    assert lines[-2:] == [b"", b""] and all(b"\n" not in line for line in lines), answer.body[-80:]
    data = [line.removeprefix(b"data:") for line in lines if line.startswith(b"data:")]
    assert data[-1] == b"[DONE]"
    assert [json.loads(each)["object"] for each in data[:-1]] == ["chat.completion.chunk"] * 3


def test_a_stream_may_be_answered_whole(place: Place) -> None:
    sandbox = small(place, "--fault", "not-streamed:1")
    answer = ask(sandbox, "POST", CHAT, chat_body(stream=True))
    assert answer.json()["object"] == "chat.completion" and answer.json()["choices"][0]["message"]["images"]
    assert stream(sandbox).whole


if __name__ == "__main__":
    sys.exit(tap.main(globals(), make_places(), at_once=2))
