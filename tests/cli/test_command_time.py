"""tests/cli/test_command_time.py - deadlines, signals, and programs that the command starts."""
from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tap  # noqa: E402
from command import check_failed_object, generate, quick, real, stubborn
from programs import (PATIENCE, SANDBOX, SMALL, Ended, Place, end_of, http_answer, imarouter, make_places,
                      wait_for)

# Time and signals

def test_a_job_that_sticks_is_exit_7(place: Place) -> None:
    sandbox = stubborn(place, "job-sticks")
    ended = generate(place, real(sandbox), "--timeout", "2", "--json").expect(7)
    told = ended.json()
    check_failed_object(told)
    assert told["error"]["code"] == "deadline" and told["error"]["charged"] is None, told
    assert told["state"] == "running" and told["service_id"] and told["id"], told
    assert 1.9 < ended.seconds < 4, ended


def test_a_deadline_leaves_stdout_empty_without_json(place: Place) -> None:
    ended = generate(place, quick(stubborn(place, "job-sticks")), "--timeout", "1").expect(7)
    assert ended.stdout == "" and ended.stderr.startswith("seedream: "), ended


@tap.each({str(status): status for status in (200, 400, 401, 402, 404, 413, 500)})
def test_an_answer_without_a_body_is_borne(place: Place, status: int) -> None:
    server = place.server(imarouter(create=[http_answer(status)]))
    expected = {200: 6, 401: 3, 402: 4, 500: 6}.get(status, 5)
    check_failed_object(generate(place, quick(server), "--json").expect(expected).json())


def test_a_create_unanswered_at_the_deadline_is_a_lost_answer(place: Place) -> None:
    sandbox = place.sandbox("--latency-ms", "20000")
    told = generate(place, quick(sandbox), "--timeout", "1", "--json").expect(6).json()
    assert told["error"]["charged"] is None and told["state"] == "unknown", told
    assert told["service_id"] is None and len(sandbox.creates()) == 1, told


SIGNALS = {"SIGINT": signal.SIGINT, "SIGTERM": signal.SIGTERM}


def interrupt(place: Place, arguments: list[str], number: signal.Signals, reached: Callable) -> Ended:
    """Starts the command, waits until it has got that far, and sends it a signal."""
    process = place.start("generate", "-p", "a hill", "-o", "x.png", *arguments)
    wait_for(reached)
    begun = time.monotonic()
    process.send_signal(number)
    ended = end_of(process, begun).expect(130)
    assert ended.seconds < 1, ended
    assert place.names(["small.png"]) == []
    return ended


@tap.each(SIGNALS)
def test_in_the_middle_of_a_job_it_is_exit_130_at_once_for(place: Place, number: signal.Signals) -> None:
    sandbox = stubborn(place, "job-sticks")
    told = interrupt(place, [*real(sandbox), "--json"], number, sandbox.polls).json()
    check_failed_object(told)
    assert told["error"]["code"] == "cancelled" and told["error"]["charged"] is None, told
    assert told["state"] == "cancelled" and told["service_id"], told


@tap.each(SIGNALS)
def test_a_cancelled_job_leaves_stdout_empty_for(place: Place, number: signal.Signals) -> None:
    sandbox = stubborn(place, "job-sticks")
    ended = interrupt(place, quick(sandbox), number, sandbox.polls)
    assert ended.stdout == "" and "charged" in ended.stderr, ended


def test_before_the_create_is_answered_it_is_exit_130_at_once(place: Place) -> None:
    sandbox = place.sandbox("--latency-ms", "20000")
    told = interrupt(place, [*quick(sandbox), "--json"], signal.SIGINT, sandbox.creates).json()
    assert told["error"]["charged"] is None and told["service_id"] is None, told


def test_between_two_creates_it_is_exit_130_and_costs_nothing(place: Place) -> None:
    server = place.server(lambda heard: http_answer(429, {"error": "busy"}, retry_after="60"))
    process = place.start("generate", "-p", "a hill", "-o", "x.png", *quick(server), "--json")
    wait_for(server.creates)
    time.sleep(0.3)  # it hears the answer
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    ended = end_of(process, begun).expect(130)
    assert ended.seconds < 1 and ended.json()["error"]["charged"] is False, ended


def test_during_a_download_it_is_exit_130_and_was_charged(place: Place) -> None:
    def stalling() -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + SMALL
        time.sleep(PATIENCE)
    server = place.server(imarouter(pictures=[stalling()]))
    told = interrupt(place, [*quick(server), "--json"], signal.SIGTERM, server.fetches).json()
    assert told["error"]["charged"] is True, told


def own_sandbox(place: Place, *options: str) -> dict[str, str]:
    """Puts a seedream-sandbox first in PATH that leaves its process id in a file; returns the environment."""
    folder = place.folder / "bin"
    folder.mkdir()
    script = folder / "seedream-sandbox"
    script.write_text(f'#!/bin/sh\necho $$ > "{place.folder}/pid"\n'
                      f'exec "{SANDBOX}" "$@" {" ".join(options)}\n')
    script.chmod(0o755)
    return {"PATH": f"{folder}:/usr/bin:/bin"}


def own_sandbox_is_gone(place: Place) -> bool:
    status = f"/proc/{place.read('pid').decode().strip()}/status"
    try:
        with open(status, encoding="ascii") as lines:
            return "State:\tZ" in lines.read()
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_the_sandbox_that_it_starts_ends_with_it(place: Place) -> None:
    generate(place, ["--provider", "sandbox"], "--size", "square", key=None, **own_sandbox(place)).expect(0)
    wait_for(lambda: own_sandbox_is_gone(place), 3)


def test_the_sandbox_that_it_starts_ends_even_when_it_is_killed(place: Place) -> None:
    environment = own_sandbox(place, "--fault", "job-sticks")
    process = place.start("generate", "-p", "a hill", "-o", "x.png", "--provider", "sandbox", **environment)
    wait_for(lambda: (place.folder / "pid").exists() and place.read("pid").endswith(b"\n"))
    time.sleep(0.3)
    process.kill()
    process.communicate(timeout=PATIENCE)
    wait_for(lambda: own_sandbox_is_gone(place), 3)


def test_a_sandbox_that_is_not_installed_is_a_failure_with_a_sentence(place: Place) -> None:
    ended = generate(place, ["--provider", "sandbox"], key=None, PATH="/nowhere")
    assert ended.status in (2, 6) and "seedream-sandbox" in ended.stderr and ended.stdout == "", ended

if __name__ == "__main__":
    sys.exit(tap.main(globals(), make_places(), at_once=3))
