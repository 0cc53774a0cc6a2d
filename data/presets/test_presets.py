"""data/presets/test_presets.py - every preset is whole, and made of what the dialogs know."""
from __future__ import annotations

import re
import sys
from configparser import ConfigParser
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "tests" / "support"))
import tap  # noqa: E402

KEYS = {"Name", "Comment", "Procedures", "Group", "Order", "Prompt"}
PROCEDURES = {"edit", "compose", "generate"}
GROUPS = ["portrait", "product", "light", "background", "clean-up", "text", "style"]


def read(path: Path) -> dict[str, str]:
    """A preset's keys, without those of its translations."""
    file = ConfigParser(delimiters="=", interpolation=None, comment_prefixes="#")
    file.optionxform = str
    file.read(path, encoding="utf-8")
    assert file.sections() == ["Seedream Preset"], file.sections()
    return {key: value for key, value in file["Seedream Preset"].items() if "[" not in key}


SOURCES = {path.name.removesuffix(".desktop.in"): read(path) for path in sorted(HERE.glob("*.desktop.in"))}
BUILT = {path.stem: read(path) for path in Path(sys.argv[1]).glob("*.preset")}


@tap.each(SOURCES)
def test_every_key_has_a_value_that_is_known(preset: dict[str, str]) -> None:
    assert preset.keys() == KEYS
    assert all(preset.values())
    procedures = preset["Procedures"].removesuffix(";").split(";")
    assert set(procedures) <= PROCEDURES and len(procedures) == len(set(procedures)), procedures
    assert preset["Group"] in GROUPS
    assert int(preset["Order"]) > 0


@tap.each(SOURCES)
def test_a_prompt_is_plain_and_closes_what_it_opens(preset: dict[str, str]) -> None:
    prompt = preset["Prompt"]
    assert prompt.isascii() and len(prompt.split()) < 300
    assert re.fullmatch(r"([^<>\\]|<[a-z0-9][^<>\\]*>|\\n)+", prompt), "a brace or an escape is not closed"
    assert prompt.count('"') % 2 == 0, "a quotation mark is not closed"
    assert ("image 2" in prompt) == (preset["Procedures"] == "compose;"), "only Compose has a second image"


def test_the_order_is_that_of_the_groups() -> None:
    ordered = sorted(SOURCES.values(), key=lambda preset: int(preset["Order"]))
    assert len({preset["Order"] for preset in ordered}) == len(ordered)
    groups = [GROUPS.index(preset["Group"]) for preset in ordered]
    assert groups == sorted(groups) and set(groups) == set(range(len(GROUPS)))


def test_all_of_them_are_built_and_translation_changes_nothing_else() -> None:
    assert BUILT == SOURCES


if __name__ == "__main__":
    sys.exit(tap.main(globals(), words=sys.argv[2:]))
