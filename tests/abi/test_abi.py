"""tests/abi/test_abi.py - the check of the ABI notices what breaks programs, and nothing else."""
from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "support"))
import tap  # noqa: E402

HEADER = """
typedef enum { SAMPLE_FIRST, SAMPLE_SECOND } Sample;
typedef struct _SampleThing SampleThing;
int sample_count (SampleThing *thing, Sample kind);
void sample_free (SampleThing *thing);
"""
SOURCE = """
#include "sample.h"
struct _SampleThing { int n; };
int sample_count (SampleThing *thing, Sample kind) { return thing->n + (int) kind; }
void sample_free (SampleThing *thing) { thing->n = 0; }
"""
BREAKS = {
    "a function that is gone": ("sample_free", "sample_drop"),
    "an argument of another type": ("Sample kind", "double kind"),
    "an answer of another type": ("int sample_count", "long long sample_count"),
    "another argument": ("Sample kind)", "Sample kind, int more)"),
    "a value that means something else": ("SAMPLE_FIRST, SAMPLE_SECOND", "SAMPLE_SECOND, SAMPLE_FIRST"),
    "a value that is gone": ("SAMPLE_FIRST, SAMPLE_SECOND", "SAMPLE_FIRST"),
}
BREAKS_NOT = {
    "nothing": ("", ""),
    "a new function": ("void sample_free (SampleThing *thing)",
                       "void sample_new (int n) SEMICOLON void sample_free (SampleThing *thing)"),
    "an argument of another name": ("kind", "sort"),
    "another inside": ("int n;", "int n; double more;"),
    "a new value at the end": ("SAMPLE_SECOND }", "SAMPLE_SECOND, SAMPLE_THIRD }"),
}


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="seedream-abi-") as name:
        yield Path(name)


def build(place: Path, name: str, before: str = "", after: str = "") -> tuple[str, str]:
    """Builds the library with one thing changed; returns its path and its header's."""
    home = place / name
    home.mkdir()
    for file, text in (("sample.h", HEADER), ("sample.c", SOURCE)):
        end = ";" if file == "sample.h" else "{ (void) n; }"
        (home / file).write_text(text.replace(before, after).replace("SEMICOLON", end) if before else text)
    library = home / "libsample.so"
    subprocess.run(["cc", "-g", "-shared", "-fPIC", "-o", library, home / "sample.c"], check=True)
    return str(library), str(home / "sample.h")


def verdict(place: Path, change: tuple[str, str]) -> tuple[int, str]:
    """What the check says of a change: its status and its words."""
    def abi(verb: str, library: str, file: Path, header: str) -> subprocess.CompletedProcess:
        return subprocess.run([TESTS / "abi" / "abi.sh", verb, library, file, header], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    old, old_header = build(place, "old")
    if abi("dump", old, place / "baseline.abi", old_header).returncode == 77:
        raise tap.Skip("there is no abidw")
    library, header = build(place, "new", *change)
    said = abi("check", library, place / "baseline.abi", header)
    return said.returncode, said.stdout


@tap.each(BREAKS)
def test_the_check_notices(place: Path, change: tuple[str, str]) -> None:
    status, said = verdict(place, change)
    assert status != 0 and said.strip(), said


@tap.each(BREAKS_NOT)
def test_the_check_does_not_mind(place: Path, change: tuple[str, str]) -> None:
    status, said = verdict(place, change)
    assert status == 0, said


if __name__ == "__main__":
    sys.exit(tap.main(globals(), folder))
