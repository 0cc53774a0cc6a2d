"""tests/cli/command.py - runs the seedream command as its tests do."""
from __future__ import annotations

import os
import pty
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from programs import (KEY, PHOTOS, SMALL, Ended, LyingServer, Place, Sandbox, end_of, http_answer,
                      wait_for)
from providers import Provider

CHELSEA, COFFEE, ROCKET = (str(PHOTOS / name) for name in ("chelsea.png", "coffee.png", "rocket.jpg"))
VERBS = {"generate": [], "edit": [CHELSEA], "compose": [ROCKET, CHELSEA, COFFEE]}
Server = Sandbox | LyingServer


def quick(server: Server) -> list[str]:
    """The provider that looks after its jobs soonest."""
    return ["--provider", "sandbox", "--base-url", server.url]


def real(server: Server) -> list[str]:
    """The provider that needs a key."""
    return ["--provider", "imarouter", "--base-url", server.url]


def generate(place: Place, to: list[str], *options: str, out: str = "x.png", mask: int = -1,
             **environment: str) -> Ended:
    return place.seedream("generate", "-p", "a hill", "-o", out, *to, *options, mask=mask, **environment)


def failure(ended: Ended, status: int, code: str) -> dict:
    """The error of a run with --json that failed so."""
    error = ended.expect(status).json()["error"]
    assert error["code"] == code, error
    return error


def small(place: Place, *options: str) -> Sandbox:
    """A sandbox that paints nothing."""
    picture = place.folder / place.file("small.png", SMALL)
    return place.sandbox("--picture", str(picture), *options)


def stubborn(place: Place, fault: str, *options: str) -> Sandbox:
    """The same with a fault."""
    return small(place, "--fault", fault, *options)


def jobs(place: Place, *words: str, mask: int = -1, **environment: str | None) -> Ended:
    return place.seedream("jobs", *words, mask=mask, **environment)


def listed(place: Place) -> list[dict]:
    """All jobs as they were written down, as --json tells them, the newest first."""
    return jobs(place, "list", "--json", "--no-wait").expect(0).json()


def the_job(place: Place) -> str:
    """The id of the only one."""
    job, = listed(place)
    return job["id"]


def kept_files(place: Place) -> list[Path]:
    return sorted(path for path in place.data.rglob("*") if path.is_file())


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


def kill(place: Place, to: list[str], reached: Callable[[], Any]) -> None:
    """Ends a command in the hardest way when it has got so far."""
    process = place.start("generate", "-p", "a hill", "-o", "x.png", *to)
    wait_for(reached)
    process.kill()
    end_of(process, time.monotonic()).expect(-signal.SIGKILL)


JSON_NAMES = ["id", "service_id", "provider", "model", "state", "cost_usd", "images", "notes", "error"]


def check_object(told: dict) -> None:
    """The shape that --json promises."""
    assert list(told) == JSON_NAMES
    assert told["state"] in ("queued", "running", "completed", "failed", "cancelled", "unknown"), told
    assert isinstance(told["images"], list) and isinstance(told["notes"], list), told
    assert all(set(image) == {"path", "width", "height", "type"} for image in told["images"]), told


def check_failed_object(told: dict) -> None:
    """The same for a run that failed."""
    check_object(told)
    assert set(told["error"]) == {"code", "message", "charged"}, told
    assert re.fullmatch("[a-z]+(-[a-z]+)*", told["error"]["code"]) and told["error"]["message"], told
    assert told["error"]["charged"] in (True, False, None), told


def refusing(place: Place) -> LyingServer:
    """A service that hears what it is asked and draws nothing."""
    return place.server(lambda heard: http_answer(402, {"error": {"code": 402, "message": "no money"}}))


def sent(place: Place, provider: Provider, *words: str) -> list[Any]:
    """The bodies of all requests for a command that the service refuses."""
    server = refusing(place)
    verb = words[0] if words and words[0] in VERBS else "generate"
    rest = words[1:] if words and words[0] in VERBS else words
    place.seedream(verb, "-p", "a hill", "-o", "x.png", *provider.at(server), *rest).expect(4)
    for heard in server.heard:
        assert (heard.method, heard.path) == ("POST", provider.path(verb)), heard
        assert heard.headers["content-type"] == "application/json"
        assert heard.headers["authorization"] == ("Bearer " + KEY if provider.key_variable else "Bearer none")
    return [heard.json() for heard in server.heard]


def uploads(body: dict) -> list[str]:
    """The pictures of a request, wherever the service wants them."""
    if "messages" in body:
        text, *pictures = body["messages"][0]["content"]
        assert text["type"] == "text"
        return [picture["image_url"]["url"] for picture in pictures]
    if "input_references" in body:
        return [reference["image_url"]["url"] for reference in body["input_references"]]
    found = [body[name] for name in ("imageUrl", "imageUrls", "image", "images") if name in body]
    assert len(found) == 1, list(body)
    return found[0] if isinstance(found[0], list) else found
