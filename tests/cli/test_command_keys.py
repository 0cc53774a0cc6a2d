"""tests/cli/test_command_keys.py - keys in the keyring, as a user of a shell meets them; each test has its own."""
from __future__ import annotations

import os
import signal
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tap  # noqa: E402
from command import failure, generate, real, small
from keyring import Bus, Keyring, missing
from programs import KEY, Ended, Place, end_of, imarouter, make_places, wait_for
from providers import IMAGES, IMAROUTER, IMAROUTER_V1, KEYED, MODELARK, OPENROUTER, Provider

PIN = "sk-other-fedcba9876543210"  # another key
NO_KEY = "No key for ImaRouter. Set IMAROUTER_API_KEY; the service's own pages tell where keys are."


class Shell:
    """The command beside a keyring, with no key in the environment."""

    def __init__(self, place: Place, bus: Bus) -> None:
        self.place, self.bus = place, bus

    def __call__(self, *words: str, said: bytes | None = None, **environment: str) -> Ended:
        ended = self.place.seedream(*words, key=None, said=said, **{**self.address(), **environment})
        self.check(ended)
        return ended

    def address(self) -> dict[str, str]:
        return {"DBUS_SESSION_BUS_ADDRESS": self.bus.address}

    @staticmethod
    def check(ended: Ended) -> None:
        """A key is told to nobody."""
        assert KEY not in ended.stdout + ended.stderr and PIN not in ended.stdout + ended.stderr, ended

    def set(self, provider: Provider, key: str = KEY) -> Ended:
        return self("key", "set", provider.name, said=f"{key}\n".encode())


def start(place: Place, kind: type[Bus] = Keyring) -> Shell:
    if reason := missing():
        raise tap.Skip(reason)
    bus = kind()
    place.stack.callback(bus.stop)
    return Shell(place, bus)


def nothing(ended: Ended) -> None:
    """Done, and nothing to say about it."""
    assert (ended.stdout, ended.stderr) == ("", ""), ended.expect(0)


# The command key

def test_a_key_is_set_shown_and_forgotten(place: Place) -> None:
    shell = start(place)
    assert shell("key", "imarouter").expect(0).stdout == "none\n"
    nothing(shell.set(IMAROUTER))
    assert shell.bus.secret("IMAROUTER_API_KEY") == KEY
    assert shell("key", "imarouter").expect(0).stdout == "keyring\n"
    assert shell("key", "show", "imarouter-v1", "--verbose").expect(0).stdout == "keyring\n"
    assert shell("key", "openrouter").expect(0).stdout == "none\n"
    nothing(shell("key", "forget", "imarouter-v1"))
    assert shell.bus.secret("IMAROUTER_API_KEY") == ""
    assert shell("key", "imarouter").expect(0).stdout == "none\n"
    nothing(shell("key", "forget", "imarouter"))


def test_the_environment_goes_before_the_keyring_and_that_is_noted(place: Place) -> None:
    shell = start(place)
    ended = shell("key", "set", "openrouter", said=KEY.encode(), OPENROUTER_API_KEY=PIN).expect(0)
    assert ended.stderr == "seedream: note: OPENROUTER_API_KEY is set, and goes before the keyring.\n", ended
    assert shell.bus.secret("OPENROUTER_API_KEY") == KEY
    assert shell("key", "openrouter-images", OPENROUTER_API_KEY=PIN).stdout == "environment\n"
    nothing(shell("key", "set", "openrouter", "-q", said=KEY.encode(), OPENROUTER_API_KEY=PIN))


def test_the_sandbox_needs_no_key(place: Place) -> None:
    assert place.seedream("key", "sandbox", key=None).expect(0).stdout == "not-needed\n"
    failure(place.seedream("key", "set", "sandbox", "--json", said=b"x\n"), 2, "invalid")
    failure(place.seedream("key", "forget", "sandbox", "--json"), 2, "invalid")


def test_json_says_where_the_key_comes_from(place: Place) -> None:
    shell = start(place)
    for words, source in ((["show"], "none"), (["set"], "keyring"), ([], "keyring"), (["forget"], "none")):
        told = shell("key", *words, "modelark", "--json", said=KEY.encode()).expect(0).json()
        assert told == {"provider": "modelark", "source": source}, (words, told)


INPUTS = {"a line": b"%s\n", "no line break": b"%s", "space around it": b" \t%s \r\n", "more lines": b"%s\nuser: me\n"}


@tap.each(INPUTS)
def test_a_key_is_the_first_line_of(place: Place, form: bytes) -> None:
    shell = start(place)
    nothing(shell("key", "set", "modelark", said=form % KEY.encode()))
    assert shell.bus.secret("ARK_API_KEY") == KEY


NO_KEYS = {"nothing": b"", "an empty line": b"\n", "space": b"  \r\n", "two words": f"{KEY} {PIN}\n".encode(),
           "a zero byte": KEY.encode() + b"\0\n", "what never ends": b"x" * 5000, "other letters": "schlüssel\n".encode()}


@tap.each(NO_KEYS)
def test_it_is_exit_2_to_set(place: Place, said: bytes) -> None:
    shell = start(place)
    shell.set(MODELARK, PIN)
    failure(shell("key", "set", "modelark", "--json", said=said), 2, "invalid")
    assert shell.bus.secret("ARK_API_KEY") == PIN


WRONG = {"nothing": [], "no provider": ["set"], "a key": ["set", "imarouter", KEY], "an unknown provider": ["x"],
         "an unknown verb": ["get", "imarouter"], "a provider twice": ["imarouter", "--provider", "openrouter"]}


@tap.each(WRONG)
def test_it_is_exit_2_to_say_key_with(place: Place, words: list[str]) -> None:
    Shell.check(place.seedream("key", *words, said=b"").expect(2))


# At a terminal

@contextmanager
def terminal() -> Iterator[tuple[int, int]]:
    """The user's end and the program's."""
    ours, its = os.openpty()
    try:
        yield ours, its
    finally:
        os.close(ours)
        os.close(its)


def echoes(its: int) -> bool:
    return bool(termios.tcgetattr(its)[3] & termios.ECHO)


def seen(ours: int) -> str:
    """What stands on the screen."""
    os.set_blocking(ours, False)
    try:
        return os.read(ours, 1000).decode()
    except BlockingIOError:
        return ""


def test_a_terminal_does_not_show_the_key(place: Place) -> None:
    shell = start(place)
    with terminal() as (ours, its):
        process = place.start("key", "set", "imarouter", key=None, stdin=its, **shell.address())
        wait_for(lambda: not echoes(its))
        os.write(ours, f"{KEY}\n".encode())
        ended = end_of(process, time.monotonic()).expect(0)
        assert echoes(its) and KEY not in seen(ours)
    assert ended.stderr == "Key for ImaRouter: " and ended.stdout == "", ended
    assert shell.bus.secret("IMAROUTER_API_KEY") == KEY


@tap.each({"SIGINT": signal.SIGINT, "SIGTERM": signal.SIGTERM})
def test_a_terminal_is_left_as_it_was_after(place: Place, number: signal.Signals) -> None:
    with terminal() as (_, its):
        process = place.start("key", "set", "imarouter", stdin=its)
        wait_for(lambda: not echoes(its))
        process.send_signal(number)
        end_of(process, time.monotonic()).expect(130)
        assert echoes(its)


# What needs a key

@tap.each(KEYED)
def test_the_keyrings_key_draws_with(place: Place, provider: Provider) -> None:
    shell = start(place)
    sandbox = small(place, "--api-key", KEY)
    shell.set(provider)
    shell("generate", "-p", "x", "-o", "x.png", "--verbose", *provider.at(sandbox)).expect(0)
    assert place.names(["small.png"]) and KEY not in sandbox.log_path.read_text()


def test_the_environments_key_is_sent_before_the_keyrings(place: Place) -> None:
    shell = start(place)
    server = place.server(imarouter())
    shell.set(IMAROUTER, PIN)
    shell("generate", "-p", "x", "-o", "x.png", *real(server), IMAROUTER_API_KEY=KEY).expect(0)
    assert {heard.headers.get("authorization") for heard in server.creates()} == {f"Bearer {KEY}"}


def test_a_job_is_fetched_with_the_keyrings_key(place: Place) -> None:
    shell = start(place)
    sandbox = small(place, "--api-key", KEY)
    shell.set(IMAROUTER)
    name = shell("generate", "-p", "x", "--no-wait", *real(sandbox)).expect(0).stdout.strip()
    shell("jobs", "fetch", name, "-o", "x.png", "--verbose").expect(0)
    assert sandbox.fetches()


@tap.each({"recover": ["recover"], "list": ["list"]})
def test_what_was_left_behind_comes_with_the_keyrings_key_by(place: Place, words: list[str]) -> None:
    shell = start(place)
    sandbox = small(place, "--api-key", KEY)
    shell.set(IMAROUTER)
    shell("generate", "-p", "x", "--no-wait", *real(sandbox)).expect(0)
    wait_for(lambda: "\tcompleted\t" in shell("jobs", *words).expect(0).stdout)  # a busy machine takes its time
    assert sandbox.fetches()


ASKING = {"balance": (["balance"], IMAROUTER_V1), "a model": (["models", "--model", IMAGES.model], IMAGES),
          "an unknown model": (["generate", "-p", "x", "-o", "x.png", "--model", "a/b"], OPENROUTER)}


@tap.each(ASKING)
def test_the_keyrings_key_asks_for(place: Place, case: tuple[list[str], Provider]) -> None:
    words, provider = case
    shell = start(place)
    sandbox = small(place, "--api-key", KEY)
    shell.set(provider)
    shell(*words, "--verbose", *provider.at(sandbox))
    assert sandbox.log() and all(line["status"] != 401 for line in sandbox.log()), sandbox.log()


def test_what_needs_no_key_asks_no_keyring(place: Place) -> None:
    shell = start(place)
    shell.bus.stick()
    sandbox = small(place)
    assert generate(place, ["--provider", "sandbox", "--base-url", sandbox.url], key=None,
                    **shell.address()).expect(0).seconds < 5
    assert generate(place, real(sandbox), **shell.address()).expect(0).seconds < 5
    assert shell("models").expect(0).seconds < 5 and shell("providers").expect(0).seconds < 5


def test_a_wrong_request_is_exit_2_before_any_key(place: Place) -> None:
    shell = start(place)
    failure(shell("generate", "-p", "x", "-o", "x.png", "--size", "1x1", "--json"), 2, "invalid")


def test_a_job_outlives_the_session_bus(place: Place) -> None:
    shell = start(place)
    sandbox = small(place, "--job-ms", "1500")
    shell.set(IMAROUTER)
    process = place.start("generate", "-p", "x", "-o", "x.png", *real(sandbox), key=None, **shell.address())
    wait_for(sandbox.creates)
    shell.bus.end()
    end_of(process, time.monotonic()).expect(0)


# Keyrings that are of no help

NOWHERE = {"no bus": "unix:path=/nonexistent", "a bus that is off": "disabled:"}


@tap.each(NOWHERE)
def test_a_missing_key_is_just_missing_with(place: Place, address: str) -> None:
    server = place.server(imarouter())
    ended = generate(place, real(server), "-v", key=None, DBUS_SESSION_BUS_ADDRESS=address).expect(3)
    assert ended.stderr == f"seedream: {NO_KEY} Nothing was sent.\n" and ended.seconds < 2, ended
    assert not server.heard


def test_a_missing_key_is_just_missing_on_a_bus_without_a_keyring(place: Place) -> None:
    shell = start(place, Bus)
    ended = shell("generate", "-p", "x", "-o", "x.png").expect(3)
    assert ended.stderr == f"seedream: {NO_KEY} Nothing was sent.\n" and ended.seconds < 2, ended


def test_a_missing_key_is_just_missing_in_an_empty_keyring(place: Place) -> None:
    ended = start(place)("generate", "-p", "x", "-o", "x.png").expect(3)
    assert ended.stderr == f"seedream: {NO_KEY} Nothing was sent.\n", ended


@tap.each({verb: verb for verb in ("show", "set", "forget")})
def test_without_a_keyring_it_is_exit_3_to(place: Place, verb: str) -> None:
    for address in NOWHERE.values():
        ended = place.seedream("key", verb, "imarouter", key=None, said=KEY.encode(),
                               DBUS_SESSION_BUS_ADDRESS=address)
        Shell.check(ended.expect(3))
        assert "There is no keyring here" in ended.stderr and "IMAROUTER_API_KEY" in ended.stderr, ended
        assert ended.seconds < 2, ended


def test_a_locked_keyring_is_told(place: Place) -> None:
    shell = start(place)
    shell.set(IMAROUTER)
    shell.bus.lock()
    locked = "The keyring is locked. Unlock it, or set the environment variable IMAROUTER_API_KEY."
    ended = shell("generate", "-p", "x", "-o", "x.png", "-v").expect(3)
    assert ended.stderr == f"seedream: {NO_KEY} Nothing was sent. {locked}\n", ended
    told = failure(shell("balance", "--provider", "imarouter-v1", "--json"), 3, "sign-in")
    assert told["message"].endswith(locked), told
    for words in (["imarouter"], ["forget", "imarouter"]):
        assert shell("key", *words).expect(3).stderr == f"seedream: {locked}\n"
    assert shell.set(IMAROUTER, PIN).expect(3).stderr == f"seedream: {locked}\n"
    assert shell("key", "imarouter", IMAROUTER_API_KEY=KEY).expect(0).stdout == "environment\n"


def test_a_keyring_that_does_not_answer_is_waited_for_no_longer_than_said(place: Place) -> None:
    shell = start(place)
    shell.set(IMAROUTER)
    shell.bus.stick()
    ended = shell("generate", "-p", "x", "-o", "x.png", "--timeout", "1").expect(3)
    assert "The keyring did not answer within the 1 seconds given." in ended.stderr and ended.seconds < 4, ended
    ended = shell("key", "forget", "imarouter", "--timeout", "1").expect(3)
    assert "The keyring did not answer" in ended.stderr and ended.seconds < 4, ended


def test_a_list_waits_five_seconds_for_a_keyring_that_does_not_answer(place: Place) -> None:
    shell = start(place)
    shell.set(IMAROUTER)
    shell("generate", "-p", "x", "--no-wait", *real(small(place))).expect(0)
    shell.bus.stick()
    ended = shell("jobs").expect(0)
    assert "\tqueued\t" in ended.stdout and ended.stderr == "" and 4 < ended.seconds < 7, ended


def test_a_signal_ends_the_waiting_for_a_keyring(place: Place) -> None:
    shell = start(place)
    shell.set(IMAROUTER)
    shell.bus.stick()
    process = place.start("generate", "-p", "x", "-o", "x.png", "--json", key=None, **shell.address())
    time.sleep(0.5)  # nobody can see from outside that it waits
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    ended = end_of(process, begun)
    assert failure(ended, 130, "cancelled")["charged"] is False and ended.seconds < 1, ended


if __name__ == "__main__":
    sys.exit(tap.main(globals(), make_places(), at_once=3))
