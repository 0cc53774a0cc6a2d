"""tests/docs/test_docs.py - the reference is whole, its examples run, and its tables are true."""
from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "support"), str(TESTS / "cli")]
import tap  # noqa: E402
from programs import PHOTOS, SMALL, Place, make_places  # noqa: E402

ROOT = TESTS.parent
DOCS = ROOT / "data/docs"
EXAMPLES = DOCS / "examples"
BUILT = Path(os.environ["SEEDREAM_DOCS"])  # where the pages with the examples in them are
GIR = os.environ["SEEDREAM_GIR"]  # empty: there is none
GI_DOCGEN = os.environ["SEEDREAM_GI_DOCGEN"]  # likewise
LONGEST = 15  # lines: the overview promises it


def gi_docgen(place: Place, verb: str, *options: str) -> None:
    if not GIR or not GI_DOCGEN:
        raise tap.Skip("there is no gi-docgen, or no introspection")
    place.run(GI_DOCGEN, verb, "--quiet", "--fatal-warnings", f"--config={BUILT}/seedream.toml", *options,
              GIR).expect(0)


def test_every_page_is_made_without_a_warning(place: Place) -> None:
    gi_docgen(place, "generate", f"--content-dir={DOCS}", f"--content-dir={BUILT}",
              f"--output-dir={place.folder}")
    pages = place.folder / "Seedream-1"
    for name in ("overview", "errors", "models", "threads", "history"):
        page = (pages / f"{name}.html").read_text()
        assert not re.search(r"\[\w+@", page), f"{name} has a link that leads nowhere"
        for linked in re.findall(r'href="([\w.-]+\.html)"', page):
            assert (pages / linked).exists(), f"{name} leads to {linked}"


def test_every_public_name_is_explained(place: Place) -> None:
    gi_docgen(place, "check")


# Examples

def test_the_overview_shows_each_example_in_few_lines(_place: Place) -> None:
    overview = (BUILT / "overview.md").read_text()
    for verb in ("generate", "edit", "compose"):
        for suffix in ("c", "py"):
            text = (EXAMPLES / f"{verb}.{suffix}").read_text().strip()
            assert text in overview and len(text.splitlines()) <= LONGEST, f"{verb}.{suffix}"


def draw(place: Place, *command: str) -> None:
    """Runs a program that shall write one picture, with a service beside it."""
    for name, photo in {"coffee.png": "coffee", "astronaut.png": "astronaut", "cat.png": "chelsea"}.items():
        place.file(name, (PHOTOS / f"{photo}.png").read_bytes())
    before = place.names()
    sandbox = place.sandbox("--picture", str(place.folder / place.file("small.png", SMALL)))
    ways = {name: os.environ[name] for name in ("GI_TYPELIB_PATH", "LD_LIBRARY_PATH") if name in os.environ}
    done = subprocess.run(command, cwd=place.folder, capture_output=True, text=True, timeout=60,
                          env={**place.environment(SEEDREAM_SANDBOX_URL=sandbox.url), **ways})
    assert (done.returncode, done.stderr) == (0, ""), done
    drawn, = place.names([*before, "small.png", "jobs"])
    assert place.read(drawn) == SMALL


@tap.each({"start": ("start", "hills.png"), "edit": ("edit", "sunny.png", "coffee.png"),
           "compose": ("compose", "both.png", "astronaut.png", "cat.png"),
           "resume": ("resume", "resumed.png")})
def test_an_example_in_c_draws(place: Place, words: tuple[str, ...]) -> None:
    draw(place, os.environ["SEEDREAM_EXAMPLES"], *words)


@tap.each({verb: verb for verb in ("generate", "edit", "compose")})
def test_an_example_in_python_draws(place: Place, verb: str) -> None:
    python = os.environ["SEEDREAM_PYTHON_WITH_GI"]
    if not GIR or not python:
        raise tap.Skip("there is no gi for Python, or no introspection")
    draw(place, python, str(EXAMPLES / f"{verb}.py"))


# Tables

def first_cells(page: str, heading: str) -> set[str]:
    """What stands as code in the first column of the table below a header row."""
    table = page[page.index(heading):].split("\n\n")[0]
    return {name for row in table.splitlines()[2:] for name in re.findall(r"`([^`]+)`", row.split("|")[1])}


def test_the_table_of_errors_has_every_code(_place: Place) -> None:
    header = (ROOT / "libseedream/seedream-error.h").read_text()
    codes = set(re.findall(r"^  SEEDREAM_ERROR_(\w+)", header, re.MULTILINE))
    assert codes and first_cells((DOCS / "errors.md").read_text(), "| code |") == codes


def test_the_table_of_services_is_what_the_command_says(place: Place) -> None:
    page = (BUILT / "models.md").read_text()
    said = [line.split("\t") for line in place.seedream("providers").expect(0).stdout.splitlines()]
    assert first_cells(page, "| id | service |") == {row[0] for row in said}
    for provider, _, _, variable in said:
        key = "none" if variable == "no key" else f"`{variable}`"
        assert re.search(rf"^\| `{provider}` \|.*\| {key} \|", page, re.MULTILINE), (provider, key)


def members(value: Any, path: str = "") -> Iterator[str]:
    """The members of a model's file; those that are names of something else end in one of these."""
    for name, inner in value.items() if isinstance(value, dict) else ():
        yield path + name
        if name not in ("tiers", "services", "sizes", "ids", "fields"):
            yield from members(inner, f"{path}{name}.")


def test_the_tables_of_a_models_members_are_whole(_place: Place) -> None:
    page = (BUILT / "models.md").read_text()
    header = "| member | means | if missing |"
    model, service = first_cells(page, header), first_cells(page[page.rindex(header):], header)
    for path in (*(ROOT / "data/models").glob("*.json"), EXAMPLES / "seedream-6.json"):
        data = json.loads(path.read_text())
        offers = {name for offer in data["services"].values() for name in members(offer)}
        for used, known in ((set(members(data)), model), (offers, service)):
            leaves = {name for name in used if not any(each.startswith(f"{name}.") for each in known)}
            assert leaves <= known, (path.name, leaves - known)
    reader = (ROOT / "libseedream/providers/model.cpp").read_text()
    read = set(re.findall(r'at\("(\w+)"\)', reader))
    told = {part for name in model | service for part in name.split(".")}
    assert told == read | {"released"}, told ^ (read | {"released"})


def test_the_example_of_a_model_is_taken(place: Place) -> None:
    page = (BUILT / "models.md").read_text()
    models = place.folder / "data/seedream/models"
    models.mkdir(parents=True)
    (models / "seedream-6.json").write_text(re.search(r"```json\n(.*?)\n```", page, re.DOTALL)[1])
    said = place.seedream("models", XDG_DATA_HOME=str(place.folder / "data")).expect(0)
    assert said.stderr == "", said.stderr
    assert [line.split("\t")[0] for line in said.stdout.splitlines() if "\tSeedream 6.0\t" in line] == [
        "openrouter", "openrouter-images", "modelark"]


if __name__ == "__main__":
    sys.exit(tap.main(globals(), make_places()))
