"""tests/cli/test_sandbox_faults.py - what the sandbox's faults do to each service's client."""
from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tap  # noqa: E402
from programs import PATIENCE, SANDBOX, SMALL, Place, Sandbox, make_places, wait_for
from services import (ARK, V1, Answered, ark_body, ark_picture, get, group, post, small, v1_body)

SOON = 0.7  # seconds: what is told to stick is given up then
PAGE = "/v1/image/seedream-4.5/generate"
HALF = SMALL[:len(SMALL) // 2]


class Symptom(Exception):
    """What a client sees that is not as it should be."""


# What becomes of an order: a word for each picture, or one for all of it

def state_of_picture(status: int, picture: bytes) -> str:
    if status != 200:
        return str(status)
    known = {SMALL: "good", HALF: "half"}
    return known.get(picture, "text" if picture.isascii() else "something else")


def fetched(sandbox: Sandbox, url: str) -> str:
    return state_of_picture(*sandbox.ask("GET", url.removeprefix(sandbox.url), key=None))


def begun(answer: Answered, is_error: Callable[[Answered], bool],
          media_type: str = "application/json") -> None:
    """Looks at the answer to a create before its contents are believed."""
    if answer.status == 0:
        raise Symptom("sticks" if b"timed out" in answer.body else "cut")
    if answer.status != 200:
        assert is_error(answer), answer
        raise Symptom(str(answer.status))
    if answer.headers["Content-Type"] == "text/html":
        raise Symptom("html")
    if answer.headers["Content-Type"] == "text/plain":
        raise Symptom("plain text")
    if answer.headers["Content-Type"] == "application/json" and not answer.body.endswith(b"}"):
        raise Symptom("half of JSON")
    assert answer.headers["Content-Type"] == media_type, answer


@dataclass
class JobService:
    """A contract that answers with an id."""
    path: str
    body: Callable[[int], dict]  # by the number of pictures
    id_name: str
    poll: str
    read: Callable[[Answered], dict]  # of a poll
    states: tuple[str, str, str, str]
    urls: Callable[[dict], list[str]]

    def order(self, sandbox: Sandbox, count: int, patience: float) -> list[str]:
        created = post(sandbox, self.path, self.body(count), patience=patience)
        begun(created, lambda answer: set(answer.json()["error"]) == {"code", "message"})
        if self.id_name not in created.json():
            raise Symptom("no id")
        job, way = self.follow(sandbox, created.json()[self.id_name], patience)
        if job["status"] == self.states[3]:
            raise Symptom("failed" if job["error"] else "failed without a word")
        if not self.urls(job):
            raise Symptom("no output")
        return [" ".join([*way, fetched(sandbox, url)]) for url in self.urls(job)]

    def follow(self, sandbox: Sandbox, name: str, patience: float) -> tuple[dict, list[str]]:
        """The finished job, and what was odd on the way."""
        queued, running, *ends = self.states
        seen: list[str] = []
        job: dict = {}

        def ended() -> bool:
            answer = get(sandbox, self.poll + name)
            if answer.status != 200:
                seen.append(str(answer.status))
                return False
            job.clear()
            job.update(self.read(answer))
            seen.append(job["status"])
            return job["status"] in ends
        try:
            wait_for(ended, patience)
        except AssertionError:
            raise Symptom("sticks") from None
        odd = [state for state in seen if state not in self.states]
        back = running in seen and queued in seen[seen.index(running):]
        return job, odd + ["back"] * back


@dataclass
class Ark:
    """ModelArk, in one of its ways to answer."""
    stream: bool
    response_format: str

    def order(self, sandbox: Sandbox, count: int, patience: float) -> list[str]:
        many = group(count) if count > 1 else {}
        body = ark_body(stream=self.stream, response_format=self.response_format, **many)
        answer = post(sandbox, ARK, body, patience=patience)
        begun(answer, lambda a: set(a.json()["error"]) == {"code", "message", "param", "type"},
              "text/event-stream" if self.stream else "application/json")
        entries = self.entries_of(answer)
        if not entries:
            raise Symptom("no output")
        return [self.state_of(sandbox, entry) for entry in entries]

    def entries_of(self, answer: Answered) -> list[dict]:
        if not self.stream:
            told = answer.json()
            if "error" in told:
                assert set(told["error"]) == {"code", "message"}, told
                assert told["usage"]["generated_images"] == 0, told
                raise Symptom("failed")
            return told["data"]
        events = answer.events()
        if not answer.whole:
            raise Symptom(f"cut after {len(events)}")
        assert events.pop() == ("", "[DONE]"), events
        if events == [("", {"error": events[0][1].get("error")})]:
            raise Symptom("failed")
        *entries, (name, data) = events
        made = [event for event, _ in entries].count("image_generation.partial_succeeded")
        assert name == "image_generation.completed" and data["usage"]["generated_images"] == made, events
        way = {"style": "CRLF"} if b"\r\n" in answer.body and b"data: " not in answer.body else {}
        return [{**entry, **way} for _, entry in entries]

    @staticmethod
    def state_of(sandbox: Sandbox, entry: dict) -> str:
        if "error" in entry:
            assert set(entry["error"]) == {"code", "message"}, entry
            return "failed"
        if "style" in entry:
            return entry["style"]
        if "url" in entry:
            return fetched(sandbox, entry["url"])
        return state_of_picture(200, ark_picture(sandbox, entry))


SERVICES: dict[str, JobService | Ark] = {
    "imarouter": JobService(
        PAGE, lambda count: {"prompt": "x", "numImages": count}, "id", "/v1/jobs/", Answered.json,
        ("queued", "running", "completed", "failed"),
        lambda job: [output["url"] for output in job["output"]]),
    "imarouter-v1": JobService(
        V1, lambda count: v1_body(n=count), "task_id", V1 + "/", lambda answer: answer.json()["data"],
        ("queued", "processing", "succeeded", "failed"),
        lambda job: [image["url"] for image in job.get("images", [job] if "url" in job else [])]),
    "modelark": Ark(False, "url"),
    "modelark base64": Ark(False, "b64_json"),
    "modelark stream": Ark(True, "url"),
    "modelark stream base64": Ark(True, "b64_json"),
}
JOBS = ("imarouter", "imarouter-v1")
ARKS = tuple(name for name in SERVICES if name not in JOBS)
STREAMS = tuple(name for name in ARKS if "stream" in name)
URLS = tuple(name for name in SERVICES if "base64" not in name)
EVERYWHERE = tuple(SERVICES)

# Fault: what it does, and where. What is not said here it leaves alone.
SYMPTOMS: dict[str, list[tuple[str, tuple[str, ...]]]] = {
    "bad-key": [("401", EVERYWHERE)],
    "no-credit": [("402", JOBS), ("403", ARKS)],
    "refused": [("400", EVERYWHERE)],
    "too-large": [("413", EVERYWHERE)],
    "busy": [("429", EVERYWHERE)],
    "broken": [("500", EVERYWHERE)],
    "html": [("html", EVERYWHERE)],
    "not-json": [("half of JSON", EVERYWHERE)],
    "wrong-type": [("plain text", EVERYWHERE)],
    "no-id": [("no id", JOBS)],
    "lost-answer": [("cut", EVERYWHERE)],
    "job-fails": [("failed", EVERYWHERE)],
    "job-sticks": [("sticks", EVERYWHERE)],
    "job-unknown": [("404 good", JOBS)],
    "unknown-state": [("pondering good", JOBS)],
    "stepping-back": [("back good", JOBS)],
    "no-output": [("no output", EVERYWHERE)],
    "not-a-picture": [("text", EVERYWHERE)],
    "cut-picture": [("half", EVERYWHERE)],
    "gone-picture": [("404", URLS)],
    "cut-stream": [("cut after 0", STREAMS)],
    "cut-after-picture": [("cut after 1", STREAMS)],
    "crlf-stream": [("CRLF", STREAMS)],
}
CASES = {f"{fault}, {service}": (fault, service, next((what for what, at in where if service in at), None))
         for fault, where in SYMPTOMS.items() for service in SERVICES}


def symptom(sandbox: Sandbox, service: str, count: int = 1, patience: float = PATIENCE) -> str:
    """What becomes of an order."""
    try:
        return ", ".join(SERVICES[service].order(sandbox, count, patience))
    except Symptom as what:
        return str(what)


def patience_for(what: str) -> float:
    return SOON if what == "sticks" else PATIENCE


@tap.each(CASES)
def test_a_fault_strikes_the_first_requests_only_if_counted(place: Place,
                                                            case: tuple[str, str, str | None]) -> None:
    fault, service, what = case
    sandbox = small(place, "--fault", fault + ":2", "--job-ms", "0")
    expected = [what or "good"] * 2 + ["good"] * 2
    assert [symptom(sandbox, service, patience=patience_for(each)) for each in expected] == expected


@tap.each({name: case for name, case in CASES.items() if case[2]})
def test_a_fault_strikes_for_ever_if_not_counted(place: Place, case: tuple[str, str, str]) -> None:
    fault, service, what = case
    sandbox = small(place, "--fault", fault, "--job-ms", "0")
    assert [symptom(sandbox, service, patience=patience_for(what)) for _ in range(3)] == [what] * 3


@tap.each({service: service for service in SERVICES})
def test_of_several_pictures_the_last_fails(place: Place, service: str) -> None:
    sandbox = small(place, "--fault", "part-fails:1", "--job-ms", "0")
    lacking = "good, good" if service in JOBS else "good, good, failed"
    counts = (1, 3, 3)  # a single picture is not one of several
    assert [symptom(sandbox, service, count) for count in counts] == ["good", lacking, "good, good, good"]


@tap.each({service: service for service in ARKS})
def test_a_picture_of_several_may_be_spoiled(place: Place, service: str) -> None:
    sandbox = small(place, "--fault", "cut-picture:1")
    assert symptom(sandbox, service, 2) == "half, good"


@tap.each({service: service for service in STREAMS})
def test_a_stream_of_several_pictures_is_cut_after_the_first(place: Place, service: str) -> None:
    assert symptom(small(place, "--fault", "cut-after-picture"), service, 3) == "cut after 1"


def test_two_faults_strike_one_after_the_other(place: Place) -> None:
    sandbox = small(place, "--fault", "broken:1", "--fault", "gone-picture:1", "--job-ms", "0")
    assert [symptom(sandbox, service) for service in ("imarouter", "modelark", "imarouter-v1")] == [
        "500", "404", "good"]


@tap.each({"imarouter": (PAGE, {"prompt": "x"}), "imarouter-v1": (V1, v1_body()),
           "modelark": (ARK, ark_body())})
def test_a_busy_answer_says_when_to_come_again(place: Place, case: tuple[str, Any]) -> None:
    answer = post(place.sandbox("--fault", "busy"), *case)
    assert answer.status == 429 and answer.headers["Retry-After"] == "1"


@tap.each({
    "bad-key": ("bad-key", "AuthenticationError", "Unauthorized"),
    "no-credit": ("no-credit", "AccountOverdueError", "Forbidden"),
    "refused": ("refused", "InputTextSensitiveContentDetected", "BadRequest"),
    "busy": ("busy", "ServerOverloaded", "TooManyRequests"),
    "broken": ("broken", "InternalServiceError", "InternalServerError"),
})
def test_modelark_has_its_own_words_for(place: Place, case: tuple[str, str, str]) -> None:
    fault, code, kind = case
    error = post(place.sandbox("--fault", fault), ARK, ark_body(stream=True)).error()
    assert (error["code"], error["type"]) == (code, kind), error


@tap.each({service: service for service in SERVICES})
def test_a_lost_answer_is_in_the_log(place: Place, service: str) -> None:
    sandbox = small(place, "--fault", "lost-answer")
    assert symptom(sandbox, service) == "cut" and len(sandbox.creates()) == 1


@tap.each({service: service for service in SERVICES})
def test_a_wrong_order_uses_up_no_fault_but_that_of_the_key(place: Place, service: str) -> None:
    sandbox = small(place, "--fault", "broken:1", "--job-ms", "0")
    path = ARK if service in ARKS else SERVICES[service].path
    assert post(sandbox, path, {"prompt": ""}).status == 400
    assert [symptom(sandbox, service) for _ in range(2)] == ["500", "good"]


# The list

@tap.each({"ImaRouter": (PAGE, {"prompt": "a hill"}), "ImaRouter's v1": (V1, v1_body()),
           "ModelArk": (ARK, ark_body())})
def test_an_error_may_come_with_the_status_of_success(place: Place, call: tuple[str, dict]) -> None:
    sandbox = small(place, "--fault", "error-in-body:1", "--fault", "broken:1")
    answers = [post(sandbox, *call) for _ in range(3)]
    assert [answer.status for answer in answers] == [500, 200, 200]
    assert answers[1].json().keys() == answers[0].json().keys() != answers[2].json().keys(), answers


def listed(place: Place) -> list[str]:
    return place.run(SANDBOX, "--list-faults").expect(0).stdout.splitlines()


def test_faults_are_listed_one_per_line_with_a_sentence(place: Place) -> None:
    names, sentences = zip(*[line.split(": ", 1) for line in listed(place)])
    assert {*SYMPTOMS, "part-fails"} <= set(names) and len(set(names)) == len(names), names
    assert all(" " in sentence for sentence in sentences) and len(set(sentences)) == len(names)


def test_each_listed_fault_is_accepted(place: Place) -> None:
    names = [line.partition(":")[0] for line in listed(place)]
    place.sandbox(*[word for name in names for word in ("--fault", name)])
    place.sandbox(*[word for name in names for word in ("--fault", name + ":2")])


if __name__ == "__main__":
    sys.exit(tap.main(globals(), make_places(), at_once=2))
