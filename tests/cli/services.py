"""tests/cli/services.py - speaks to a sandbox as a client of each service does, by http.client alone."""
from __future__ import annotations

import base64
import contextlib
import http.client
import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from programs import PATIENCE, PHOTOS, SMALL, Picture, Place, Sandbox, wait_for, write_png

CHELSEA, COFFEE, ROCKET = PHOTOS / "chelsea.png", PHOTOS / "coffee.png", PHOTOS / "rocket.jpg"

V1 = "/v1/images/generations"
ARK = "/api/v3/images/generations"
SEEDREAM_4_5 = "seedream-4-5-251128"
GROUP, GROUP_OPTIONS = "sequential_image_generation", "sequential_image_generation_options"


# Pictures

def data_url(content: bytes, kind: str = "image/png") -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def photo(path: Path) -> str:
    return data_url(path.read_bytes(), "image/jpeg" if path.suffix == ".jpg" else "image/png")


def plain(*colour: int, width: int = 96, height: int = 64) -> str:
    return data_url(write_png(Picture.plain(width, height, colour)))


def jpeg_size(data: bytes) -> tuple[int, int]:
    """Width and height."""
    assert data.startswith(b"\xff\xd8\xff"), f"no JPEG: {data[:16]!r}"
    at = 2
    while True:
        marker, length = struct.unpack(">HH", data[at:at + 4])
        if 0xffc0 <= marker <= 0xffc2:
            height, width = struct.unpack(">HH", data[at + 5:at + 9])
            return width, height
        at += 2 + length


# Sandboxes

def serving(picture: Path | str, place: Place, *options: str) -> Sandbox:
    """A sandbox that paints nothing."""
    return place.sandbox("--picture", str(picture), *options)


def small(place: Place, *options: str) -> Sandbox:
    return serving(place.folder / place.file("small.png", SMALL), place, *options)


@dataclass
class Answered:
    """An answer as it came."""
    status: int
    headers: http.client.HTTPMessage
    body: bytes
    whole: bool  # else the connection was cut

    def json(self) -> Any:
        return json.loads(self.body)

    def error(self) -> dict:
        """The error that it tells of, which has to have a code and a message."""
        error = self.json()["error"]
        assert error["code"] and error["message"], error
        return error

    def events(self) -> list[tuple[str, Any]]:
        """Names and data of a stream's events; its comments and its [DONE] too."""
        events, name = [], ""
        for line in self.body.decode().splitlines():
            if line.startswith("event:"):
                name = line.removeprefix("event:").lstrip(" ")
            elif line.startswith("data:"):
                data = line.removeprefix("data:").lstrip(" ")
                events.append((name, data if data == "[DONE]" else json.loads(data)))
                name = ""
            elif line.startswith(":"):
                events.append((":", line))
        return events


@contextlib.contextmanager
def connected(sandbox: Sandbox, patience: float = PATIENCE) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection("127.0.0.1", sandbox.port, timeout=patience)
    try:
        yield connection
    finally:
        connection.close()


def send(connection: http.client.HTTPConnection, path: str, body: Any, key: str | None = "any") -> None:
    """Sends a POST and does not wait for its answer; a body that is not bytes is sent as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    if key is not None:
        headers["Authorization"] = f"Bearer {key}"
    connection.request("POST", path, content, headers)


def post(sandbox: Sandbox, path: str, body: Any, key: str | None = "any",
         patience: float = PATIENCE) -> Answered:
    """An answer of status 0 is none: the connection was cut, or nothing came."""
    with connected(sandbox, patience) as connection:
        try:
            send(connection, path, body, key)
            answer = connection.getresponse()
        except (http.client.HTTPException, OSError) as trouble:
            return Answered(0, http.client.HTTPMessage(), str(trouble).encode(), False)
        try:
            return Answered(answer.status, answer.headers, answer.read(), True)
        except http.client.IncompleteRead as cut:
            return Answered(answer.status, answer.headers, cut.partial, False)


def get(sandbox: Sandbox, path: str, key: str | None = "any") -> Answered:
    status, body = sandbox.ask("GET", path, key=key)
    return Answered(status, http.client.HTTPMessage(), body, True)


# ImaRouter's documented contract

def v1_body(**body: Any) -> dict:
    return {"model": "doubao-seedream-4.5", "prompt": "a hill", **body}


def v1_create(sandbox: Sandbox, **body: Any) -> str:
    """Begins a job; returns its id."""
    answer = post(sandbox, V1, v1_body(**body))
    assert answer.status == 200, answer
    return answer.json()["task_id"]


def v1_job(sandbox: Sandbox, task: str) -> dict:
    answer = get(sandbox, f"{V1}/{task}")
    assert answer.status == 200 and answer.json()["code"] == "success", answer
    return answer.json()["data"]


def v1_finished(sandbox: Sandbox, task: str) -> dict:
    """Waits for a job's end."""
    def look() -> dict | None:
        job = v1_job(sandbox, task)
        return job if job["status"] in ("succeeded", "failed") else None
    return wait_for(look, PATIENCE)


def v1_pictures(sandbox: Sandbox, **body: Any) -> list[bytes]:
    job = v1_finished(sandbox, v1_create(sandbox, **body))
    assert job["status"] == "succeeded", job
    urls = [image["url"] for image in job["images"]] if "images" in job else [job["url"]]
    assert urls[0] == job["url"]
    return [sandbox.fetch(url) for url in urls]


# ModelArk

def ark_body(**body: Any) -> dict:
    return {"model": SEEDREAM_4_5, "prompt": "a hill", **body}


def group(count: int) -> dict:
    """What asks for several pictures."""
    return {GROUP: "auto", GROUP_OPTIONS: {"max_images": count}}


def ark(sandbox: Sandbox, **body: Any) -> Answered:
    return post(sandbox, ARK, ark_body(**body))


def ark_picture(sandbox: Sandbox, entry: dict) -> bytes:
    """Of an entry of data[], or of an event."""
    return base64.b64decode(entry["b64_json"]) if "b64_json" in entry else sandbox.fetch(entry["url"])


def ark_pictures(sandbox: Sandbox, **body: Any) -> list[bytes]:
    answer = ark(sandbox, **body)
    assert answer.status == 200, answer
    return [ark_picture(sandbox, entry) for entry in answer.json()["data"]]
