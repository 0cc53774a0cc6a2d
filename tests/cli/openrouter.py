"""tests/cli/openrouter.py - speaks to a sandbox as a client of OpenRouter does.

What is sent and what is answered is held against OpenRouter's OpenAPI document.
"""
from __future__ import annotations

import base64
import contextlib
import http.client
import json
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from openapi import openrouter  # noqa: E402
from programs import PATIENCE, Sandbox
from services import Answered, connected

CHAT, IMAGES, KEY_INFO, CREDITS = "/chat/completions", "/images", "/key", "/credits"
MODELS, IMAGE_MODELS, GENERATION = "/models", "/images/models", "/generation"
ENDPOINTS = "/images/models/{author}/{slug}/endpoints"
SEEDREAM, PRO = "bytedance-seed/seedream-4.5", "bytedance-seed/seedream-5-0-pro"
IMAGE_LISTING = MODELS + "?output_modalities=image"
PRICE = 0.04


# Asking

def documented(path: str) -> str:
    """The path as the document has it."""
    path = path.partition("?")[0]
    return ENDPOINTS if path.startswith(IMAGE_MODELS + "/") and path.endswith("/endpoints") else path


def judge(method: str, path: str, answer: Answered) -> None:
    """Holds an answer against the document."""
    document, path, method = openrouter(), documented(path), method.lower()
    if answer.headers.get_content_type() == "application/json":
        document.check_answer(path, answer.status, answer.json(), method)
        if answer.status != 200:
            check_error(answer)
    else:
        assert answer.headers.get_content_type() == "text/event-stream" and answer.status == 200, answer
        for chunk in chunks_of(answer.body):
            document.check_chunk(path, chunk)
            for choice in chunk["choices"]:  # which the document does not know there
                document.check_part("ChatAssistantImages", choice["delta"].get("images", []))


def check_error(answer: Answered) -> None:
    """The shape that all refusals have."""
    error = answer.error()
    assert error["code"] == answer.status, answer
    openrouter().check_part("ApiErrorType", error["metadata"]["error_type"])


def ask_anything(sandbox: Sandbox, method: str, path: str, body: Any = None, key: str | None = "any",
                 **headers: str) -> Answered:
    """Names of headers are written with _ for -. A cut connection is an answer that is not whole."""
    content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if key is not None:
        sent["Authorization"] = f"Bearer {key}"
    with connected(sandbox) as connection:
        try:
            connection.request(method, "/api/v1" + path, content, sent)
            answer = connection.getresponse()
        except (http.client.HTTPException, OSError):
            return Answered(0, http.client.HTTPMessage(), b"", False)
        try:
            return Answered(answer.status, answer.headers, answer.read(), True)
        except http.client.IncompleteRead as cut:
            return Answered(answer.status, answer.headers, cut.partial, False)


def ask(sandbox: Sandbox, method: str, path: str, body: Any = None, **options: Any) -> Answered:
    """As a client that keeps to the document, of a sandbox that does too."""
    if method == "POST":
        openrouter().check_request(path, body)
    answer = ask_anything(sandbox, method, path, body, **options)
    judge(method, path, answer)
    return answer


def chat_body(**body: Any) -> dict:
    return {"model": SEEDREAM, "messages": [{"role": "user", "content": "a hill"}], "modalities": ["image"],
            **body}


def images_body(**body: Any) -> dict:
    return {"model": SEEDREAM, "prompt": "a hill", **body}


def part(url: str) -> dict:
    """A picture in a message, and a reference."""
    return {"type": "image_url", "image_url": {"url": url}}


def said(text: str, *urls: str) -> list[dict]:
    """Messages with a text and pictures."""
    return [{"role": "user", "content": [{"type": "text", "text": text}, *map(part, urls)]}]


def chat(sandbox: Sandbox, **body: Any) -> dict:
    answer = ask(sandbox, "POST", CHAT, chat_body(**body))
    assert answer.status == 200, answer
    return answer.json()


def read_data_url(url: str, kind: str = "image/png") -> bytes:
    assert url.startswith(f"data:{kind};base64,"), url[:40]
    return base64.b64decode(url.partition(",")[2], validate=True)


def chat_picture(sandbox: Sandbox, **body: Any) -> bytes:
    [entry] = chat(sandbox, **body)["choices"][0]["message"]["images"]
    assert entry["type"] == "image_url" and entry["index"] == 0, entry
    return read_data_url(entry["image_url"]["url"])


def draw(sandbox: Sandbox, **body: Any) -> list[bytes]:
    """The pictures of the Image API."""
    answer = ask(sandbox, "POST", IMAGES, images_body(**body))
    assert answer.status == 200, answer
    assert {entry["media_type"] for entry in answer.json()["data"]} == {"image/png"}
    return [base64.b64decode(entry["b64_json"], validate=True) for entry in answer.json()["data"]]


def references(*urls: str) -> dict:
    return {"input_references": [part(url) for url in urls]}


# Streams

def blocks_of(body: bytes) -> list[bytes]:
    """What stands between the empty lines; every line has to end, and nothing may stand around them."""
    assert body.endswith(b"\n\n") and b"\r" not in body, body[-40:]
    blocks = body.removesuffix(b"\n\n").split(b"\n\n")
    assert all(block and b"\n" not in block for block in blocks)
    return blocks


def chunks_of(body: bytes) -> list[dict]:
    data = [block.removeprefix(b"data: ") for block in blocks_of(body) if block.startswith(b"data: ")]
    return [json.loads(each) for each in data if each != b"[DONE]"]


@contextlib.contextmanager
def overheard(sandbox: Sandbox, path: str = CHAT, patience: float = PATIENCE,
              **body: Any) -> Iterator[http.client.HTTPResponse]:
    """A chat's answer as it comes, by default as a stream."""
    with connected(sandbox, patience) as connection:
        content = json.dumps({**(chat_body(stream=True) if path == CHAT else images_body()), **body})
        connection.request("POST", "/api/v1" + path, content, {"Authorization": "Bearer x"})
        yield connection.getresponse()


def stream(sandbox: Sandbox, **body: Any) -> Answered:
    answer = ask(sandbox, "POST", CHAT, chat_body(stream=True, **body))
    assert answer.status == 200 and answer.headers.get_content_type() == "text/event-stream", answer
    return answer


# Pictures

def gif(width: int, height: int, colour: tuple[int, int, int]) -> bytes:
    """A GIF picture of one colour, without any compression."""
    codes = [code for pixel in range(width * height) for code in ((4, 0) if pixel % 2 == 0 else (0,))] + [5]
    bits = sum(code << 3 * place for place, code in enumerate(codes))
    data = bits.to_bytes((len(codes) * 3 + 7) // 8, "little")
    blocks = b"".join(bytes([len(data[at:at + 255])]) + data[at:at + 255] for at in range(0, len(data), 255))
    return (b"GIF89a" + struct.pack("<HH", width, height) + b"\x80\0\0" + bytes(colour) + bytes(3) + b"," +
            struct.pack("<HHHH", 0, 0, width, height) + b"\0\x02" + blocks + b"\0;")
