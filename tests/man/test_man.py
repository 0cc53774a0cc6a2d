"""tests/man/test_man.py - the manual pages are whole, right and well-formed."""
from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "support"), str(TESTS / "cli")]
import tap  # noqa: E402
from programs import KEY, PHOTOS, SANDBOX, SEEDREAM, SMALL, Place, make_places  # noqa: E402

SOURCES = TESTS.parent / "libseedream"
PAGES = {"seedream": (SOURCES / "cli/seedream.1", SEEDREAM),
         "seedream-sandbox": (SOURCES / "sandbox/seedream-sandbox.1", SANDBOX)}
Page = tuple[Path, str]  # and its program


def section(page: Path, title: str) -> list[str]:
    """The lines of a page below a heading."""
    text = page.read_text(encoding="utf-8")
    found = re.search(rf"^\.Sh {title}\n(.*?)(?=^\.Sh |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"{page.name} has no section {title}"
    return found[1].splitlines()


def example(page: Path) -> str:
    """What a reader would type, as a script."""
    lines = [line.removeprefix(".Dl ") for line in section(page, "EXAMPLES") if line.startswith(".Dl ")]
    text = "\n".join(lines).replace(r"\(dq", '"').replace(r"\e", "\\").replace("\\ ", " ")
    return re.sub(r"^\$ ", "", text, flags=re.MULTILINE)


@tap.each(PAGES)
def test_a_page_has_no_faults(_place: Place, page: Page) -> None:
    if not shutil.which("mandoc"):
        raise tap.Skip("there is no mandoc")
    said = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", page[0]], capture_output=True, text=True)
    assert (said.returncode, said.stdout) == (0, ""), said.stdout


@tap.each(PAGES)
def test_a_page_has_the_options_that_help_has(place: Place, page: Page) -> None:
    described = {f"-{option}" for line in section(page[0], "OPTIONS") if line.startswith(".It Fl ")
                 for option in re.findall(r"\bFl (\S+)", line)}
    helped = set(re.findall(r"(?<![\w-])--?[a-z][\w-]*(?=[=, ])", "\n".join(
        line[:30] for line in place.run(page[1], "--help").expect(0).stdout.splitlines()
        if re.match(r"\s+-", line))))
    assert described == helped, described ^ helped


def test_every_variable_is_named_and_every_name_is_one(_place: Place) -> None:
    page = "\n".join(section(PAGES["seedream"][0], "ENVIRONMENT"))
    read = {name for source in (SOURCES / "providers").glob("*/*.cpp")
            for name in re.findall(r'_variable = "(\w+)"', source.read_text())}
    assert read, "no provider reads a variable"
    assert set(re.findall(r"Ev (\w+)", page)) == read | {"XDG_DATA_HOME", "XDG_DATA_DIRS"}


def test_every_exit_status_is_explained(_place: Place) -> None:
    statuses = re.findall(r"\bEXIT_[A-Z]+ = (\d+)", (SOURCES / "cli/command.h").read_text())
    explained = [line.removeprefix(".It ") for line in section(PAGES["seedream"][0], "EXIT STATUS")
                 if line.startswith(".It ")]
    assert explained == statuses


@tap.each(PAGES)
def test_the_examples_run(place: Place, page: Page) -> None:
    script = example(page[0])
    for name, photo in {"coffee.png": "coffee", "astronaut.png": "astronaut", "cat.png": "chelsea"}.items():
        place.file(name, (PHOTOS / f"{photo}.png").read_bytes())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        script = script.replace("8080", str(free.getsockname()[1]))
    programs = place.folder / "bin"
    programs.mkdir()
    for program in (SEEDREAM, SANDBOX):
        (programs / os.path.basename(program)).symlink_to(program)
    service = place.sandbox("--picture", str(place.folder / place.file("small.png", SMALL)))
    environment = place.environment(IMAROUTER_API_KEY=KEY, IMAROUTER_BASE_URL=service.url)
    environment["PATH"] = f"{programs}:/usr/bin:/bin"
    # A reader types more slowly than a sandbox starts; what runs in the background shall end with the test.
    script = re.sub(r"(seedream-sandbox .*) &", r"coproc \1; read -r address <&${COPROC[0]}", script)
    done = subprocess.run(["bash", "-euc", f"trap 'kill ${{COPROC_PID:-}} 2>/dev/null || :' EXIT\n{script}"],
                          cwd=place.folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True,
                          text=True)
    assert done.returncode == 0, f"{script}\n{done}"
    for path in done.stdout.split():
        assert (place.folder / path).read_bytes().startswith(b"\x89PNG"), path
    assert len(done.stdout.split()) == script.count(" -o ") + 2 * script.count(" -n 3 "), done.stdout


if __name__ == "__main__":
    sys.exit(tap.main(globals(), make_places()))
