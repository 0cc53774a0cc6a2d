"""What the benchmarks in a real GIMP share: a GIMP on a screen that runs a script, and what the preloaded notes say."""

import dataclasses
import json
import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import tempfile
import time

from desktop import Screen, clean_environment, gimp_program, make_profile

HERE = pathlib.Path(__file__).resolve().parent
PRELOAD = pathlib.Path(os.environ["SEEDREAM_BENCH_PRELOAD"])
INSIDE = "import sys; sys.path.insert(0, {folder!r}); import {name} as module; module.main({result!r}, {words!r})"


@dataclasses.dataclass
class Process:
    """What one process has noted: (word, time, value), times in microseconds of CLOCK_MONOTONIC."""

    pid: int
    program: str
    notes: list

    def first(self, word: str):
        return next((at for name, at, _ in self.notes if name == word), None)

    def peak_mib(self) -> float:
        return max((value for name, _, value in self.notes if name == "peak"), default=0) / 1024

    def longest_gap_ms(self, since: int, until: int) -> float:
        """Of those that reach into the time between."""
        gaps = [value for name, end, value in self.notes if name == "gap" and end > since and end - value < until]
        return max(gaps, default=0) / 1000


def read_notes(path: pathlib.Path) -> list:
    return [(word, int(at), int(value)) for word, at, value in map(str.split, path.read_text().splitlines())]


def processes(folder: pathlib.Path) -> list:
    found = []
    for path in folder.iterdir():
        notes = read_notes(path)
        program = next((word.partition(":")[2] for word, _, _ in notes if word.startswith("program:")), None)
        if program:
            found.append(Process(int(path.name), program, sorted(notes, key=lambda note: note[1])))
    return sorted(found, key=lambda process: process.notes[0][1])


class Session:
    """A GIMP with a window that runs inside/NAME.py's main() in a plug-in process of its own: GIMP's own main loop goes
    on meanwhile, as it does while a user waits."""

    def __init__(self, script: str, words: list, plug_ins: dict, **environment: str):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="seedream-bench-"))
        self.notes = self.folder / "notes"
        self.notes.mkdir()
        self.result = self.folder / "result.json"
        self.screen = Screen(self.folder)
        profile = make_profile(self.folder)
        with open(profile / "gimprc", "a") as gimprc:
            gimprc.write("(tile-cache-size 4g)\n")  # both sides in memory
        for name, program in plug_ins.items():
            home = profile / "plug-ins" / pathlib.Path(name).stem
            home.mkdir()
            shutil.copy(program, home / name)
        settings = {
            "DBUS_SESSION_BUS_ADDRESS": self.screen.bus,
            "NO_AT_BRIDGE": "1",  # nobody reads the screen
            "GTK_MODULES": "",
            "SEEDREAM_BENCH_FOLDER": str(self.notes),
            "SEEDREAM_BENCH_PROGRAMS": ":".join([pathlib.Path(gimp_program("gimp")).name, "seedream", *plug_ins]),
            "TMPDIR": str(self.folder),
            **environment,
        }
        self.environment = clean_environment(profile, **settings)
        self._start(script, words)

    def _start(self, script: str, words: list):
        batch = INSIDE.format(folder=str(HERE / "inside"), name=script, result=str(self.result), words=words)
        command = [gimp_program("gimp"), "-n", "-s", "--batch-interpreter=python-fu-eval", "-b", batch]
        with open(self.folder / "gimp.log", "a") as log:
            self.process = subprocess.Popen(command, env={**self.environment, "LD_PRELOAD": str(PRELOAD)}, stdout=log,
                                            stderr=log, start_new_session=True)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind:
            print("# " + (self.folder / "gimp.log").read_text().replace("\n", "\n# "))
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        self.screen.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def wait(self, seconds: float):
        """What main() has written, once it is done."""
        end = time.monotonic() + seconds
        while not self.result.exists():
            if self.process.poll() is not None or time.monotonic() > end:
                raise AssertionError("GIMP did not get to the end of the benchmark")
            time.sleep(0.1)
        return json.loads(self.result.read_text())

    def processes(self) -> list:
        return processes(self.notes)


def median(values) -> float:
    return statistics.median(list(values))


def median_ratio(above: list, below: list, what: str) -> float:
    """Round by round, so that what slows a round slows both."""
    return median(a[what] / b[what] if b[what] else float("inf") for a, b in zip(above, below))


class Gates:
    """What must hold, and what did not."""

    def __init__(self):
        self.missed = []

    def check(self, what: str, value: float, limit: float, at_least: bool = False):
        good = value >= limit if at_least else value <= limit
        word = "at least" if at_least else "at most"
        print(f"{'ok    ' if good else 'MISSED'} {what}: {value:.2f} ({word} {limit:.2f})")
        if not good:
            self.missed.append(what)

    def status(self) -> int:
        return 1 if self.missed else 0
