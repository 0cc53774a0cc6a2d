"""tests/support/tap.py - runs functions named test_* and says in TAP how they fared."""
from __future__ import annotations

import contextlib
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import partial
from typing import Any, TextIO

Case = tuple[str, Callable[[Any], None]]
Fixture = Callable[[], AbstractContextManager]  # makes what every test is given


class Skip(Exception):
    """Raised by a test that cannot be made on this machine; its text says why."""


def each(cases: Mapping[str, Any]) -> Callable[[Callable], Callable]:
    """Makes a test of every case: the function is given the case's value, after the fixture if there is one."""
    def mark(function: Callable) -> Callable:
        function.cases = cases
        return function
    return mark


def cases_of(module: Mapping[str, Any]) -> Iterator[Case]:
    """The tests in a module's names, in the order in which they are written."""
    for name, function in module.items():
        if not name.startswith("test_"):
            continue
        sentence = name.removeprefix("test_").replace("_", " ")
        if not hasattr(function, "cases"):
            yield sentence, function
            continue
        for what, value in function.cases.items():
            yield f"{sentence}: {what}", lambda *fixture, f=function, v=value: f(*fixture, v)


def comment(text: str) -> list[str]:
    """Lines that a reader of TAP passes on."""
    return ["# " + line for line in text.rstrip().splitlines()]


def run_one(make_fixture: Fixture, numbered: tuple[int, Case]) -> list[str]:
    """Runs one test; returns what is to be said of it."""
    number, (name, function) = numbered
    begun = time.monotonic()
    trouble = remark = ""
    try:
        with make_fixture() as fixture:
            function() if fixture is None else function(fixture)
    except Skip as reason:
        remark = f" # SKIP {reason}"
    except Exception:
        trouble = traceback.format_exc()
    verdict = f"{'not ok' if trouble else 'ok'} {number} - {name}{remark}"
    return [verdict, *comment(trouble), f"# {time.monotonic() - begun:.2f} s"]


def run_alone(make_fixture: Fixture, numbered: tuple[int, Case]) -> list[str]:
    """As run_one(), in a process of its own."""
    read, write = os.pipe()
    if os.fork() == 0:
        with os.fdopen(write, "w") as out:
            out.write("\n".join(run_one(make_fixture, numbered)))
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as lines:
        said = lines.read().splitlines()
    os.wait()
    return said or [f"not ok {numbered[0]} - {numbered[1][0]} ended its process"]


def main(module: Mapping[str, Any], make_fixture: Fixture = contextlib.nullcontext, at_once: int = 1,
         alone: bool = False, words: list[str] | None = None, out: TextIO = sys.stdout) -> int:
    """Runs the tests, or those with one of the words in their name; returns an exit status.

    The words are the command line's unless others are given. A fixture of None is not handed to the tests.
    """
    words = sys.argv[1:] if words is None else words
    cases = [case for case in cases_of(module) if not words or any(word in case[0] for word in words)]
    out.reconfigure(encoding="utf-8", errors="backslashreplace")
    print(f"1..{len(cases)}", file=out, flush=True)
    failed = 0
    run = partial(run_alone if alone else run_one, make_fixture)
    with ThreadPoolExecutor(at_once) as pool:
        # One at a time they run in this very thread: some libraries insist on it.
        for lines in (pool.map if at_once > 1 else map)(run, enumerate(cases, 1)):
            print("\n".join(lines), file=out, flush=True)
            failed += lines[0].startswith("not")
    return 1 if failed else 0
