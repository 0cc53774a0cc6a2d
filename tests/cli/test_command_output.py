"""tests/cli/test_command_output.py - what the seedream command says, and how."""
from __future__ import annotations

import os
import random
import re
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tap  # noqa: E402
from command import CHELSEA, ROCKET, generate, on_terminal, quick, real
from programs import KEY_VARIABLES, Picture, Place, end_of, make_places, png_size, write_png
from providers import PROVIDERS

# What it says

def test_json_is_text_even_for_a_name_that_is_none(place: Place) -> None:
    sandbox = place.sandbox("--picture", CHELSEA)
    ended = generate(place, quick(sandbox), "--json", out=os.fsdecode(b"x\xff.png")).expect(0)
    ended.stdout.encode()  # fails for bytes that are no UTF-8
    assert len(ended.json()["images"]) == 1, ended


JSON_NAMES = ["id", "service_id", "provider", "model", "state", "cost_usd", "images", "notes", "error"]


def test_json_tells_all_about_a_success(place: Place) -> None:
    sandbox = place.sandbox("--picture", CHELSEA)
    told = generate(place, real(sandbox), "-n", "2", "--json").expect(0).json()
    assert list(told) == JSON_NAMES
    assert told["id"] and told["service_id"] == sandbox.polls()[0]["path"].rpartition("/")[2]
    assert told["id"] != told["service_id"]
    assert (told["provider"], told["model"], told["state"]) == ("imarouter", "seedream-4.5", "completed")
    assert abs(told["cost_usd"] - 0.08) < 1e-9, told
    assert told["images"] == [{"path": f"x-{i}.png", "width": 451, "height": 300, "type": "image/png"}
                              for i in (1, 2)]
    assert told["notes"] == [] and told["error"] is None


def test_json_says_what_a_picture_really_is(place: Place) -> None:
    told = generate(place, quick(place.sandbox("--picture", ROCKET)), "--json").expect(0).json()
    assert told["images"] == [{"path": "x.jpg", "width": 640, "height": 427, "type": "image/jpeg"}]
    assert told["provider"] == "sandbox" and told["cost_usd"] == 0


def check_failed_object(told: dict) -> None:
    """The shape that --json promises for a run that failed."""
    assert list(told) == JSON_NAMES
    assert told["state"] in ("queued", "running", "completed", "failed", "cancelled", "unknown"), told
    assert isinstance(told["images"], list) and isinstance(told["notes"], list), told
    assert all(set(image) == {"path", "width", "height", "type"} for image in told["images"]), told
    assert set(told["error"]) == {"code", "message", "charged"}, told
    assert re.fullmatch("[a-z]+(-[a-z]+)*", told["error"]["code"]) and told["error"]["message"], told
    assert told["error"]["charged"] in (True, False, None), told


def test_a_refusal_repeats_the_services_words(place: Place) -> None:
    ended = generate(place, quick(place.sandbox("--fault", "refused"))).expect(5)
    assert "The prompt is against the rules" in ended.stderr, ended


def test_a_web_page_is_not_shown(place: Place) -> None:
    ended = generate(place, quick(place.sandbox("--fault", "html"))).expect(6)
    assert "<" not in ended.stderr and "Welcome" not in ended.stderr, ended


def test_a_success_is_silent_with_q(place: Place) -> None:
    sandbox = place.sandbox("--picture", ROCKET)
    ended = generate(place, quick(sandbox), "-q", "--format", "png").expect(0)
    assert ended.stderr == "" and ended.stdout == "x.jpg\n"


def test_no_progress_goes_into_a_pipe(place: Place) -> None:
    assert generate(place, quick(place.sandbox("--picture", ROCKET)), out="x.jpg").expect(0).stderr == ""


def test_a_terminal_sees_progress_and_then_a_clean_line(place: Place) -> None:
    shown = on_terminal(place, "generate", "-p", "a hill", "-o", "x.jpg",
                        *quick(place.sandbox("--picture", ROCKET)))
    assert "queued" in shown and "\r" in shown and "\n" not in shown, shown
    assert shown.endswith("\r\x1b[K"), shown


@tap.each({"-q": "-q", "--json": "--json"})
def test_a_terminal_sees_nothing_with(place: Place, option: str) -> None:
    sandbox = place.sandbox("--picture", ROCKET)
    assert on_terminal(place, "generate", "-p", "a hill", "-o", "x.jpg", *quick(sandbox), option) == ""


def test_verbose_tells_both_ids(place: Place) -> None:
    sandbox = place.sandbox("--picture", ROCKET)
    ended = generate(place, quick(sandbox), "-v", out="x.jpg").expect(0)
    assert sandbox.polls()[0]["path"].rpartition("/")[2] in ended.stderr, ended
    assert ended.stdout == "x.jpg\n"


def test_an_unmet_wish_for_a_format_is_noted(place: Place) -> None:
    ended = generate(place, quick(place.sandbox("--picture", ROCKET)), "--format", "png").expect(0)
    assert "image/jpeg" in ended.stderr and "image/png" in ended.stderr, ended


def test_an_unmet_wish_for_a_format_is_among_the_notes_of_json(place: Place) -> None:
    ended = generate(place, quick(place.sandbox("--picture", ROCKET)), "--format", "png", "--json").expect(0)
    assert len(ended.json()["notes"]) == 1, ended


def noise(width: int, height: int) -> bytes:
    """A PNG of more than the 10 MB that a service takes."""
    pixels = random.Random(2).randbytes(width * height * 3)
    return write_png(Picture(width, height, 3, pixels), compression=0)


def test_an_input_over_the_limit_is_shrunk_and_noted(place: Place) -> None:
    place.file("big.png", noise(2400, 1800))
    sandbox = place.sandbox("--picture", "echo")
    ended = place.seedream("edit", "-p", "less", "big.png", "-o", "x.png", *quick(sandbox)).expect(0)
    assert "note" in ended.stderr and ("JPEG" in ended.stderr or "scaled" in ended.stderr), ended
    assert sandbox.creates()[0]["bytes"] < 14_000_000
    width, height = png_size(place.read("x.png"))
    assert abs(width / height - 4 / 3) < 0.01, (width, height)


def test_a_shrunk_input_is_among_the_notes_of_json_and_silent_with_q(place: Place) -> None:
    place.file("big.png", noise(2400, 1800))
    sandbox = place.sandbox("--picture", CHELSEA)
    ended = place.seedream("edit", "-p", "less", "big.png", "-o", "x.png", "--json", "-q", *quick(sandbox))
    assert len(ended.expect(0).json()["notes"]) == 1 and ended.stderr == "", ended


def test_version_is_one_line(place: Place) -> None:
    ended = place.seedream("--version", key=None).expect(0)
    assert re.fullmatch(r"seedream \d+\.\d+\.\d+\n", ended.stdout) and ended.stderr == "", ended


OPTIONS = {"--prompt": "-p", "--output": "-o", "--provider": "", "--model": "", "--base-url": "", "--count": "-n",
           "--size": "", "--aspect": "", "--quality": "", "--format": "", "--seed": "", "--group": "",
           "--stream": "", "--no-stream": "", "--no-wait": "", "--search": "", "--summary": "", "--dry-run": "",
           "--timeout": "", "--json": "", "--quiet": "-q", "--verbose": "-v", "--version": "", "--help": "-h"}
COMMANDS = ("generate", "edit", "compose", "jobs", "list", "show", "wait", "fetch", "star", "unstar", "cancel", "recover",
            "forget", "purge", "models", "providers", "balance", "rules", "history", "keep-days", "keep-megabytes",
            "monthly-budget")


def test_help_names_every_option_with_a_sentence_and_no_other(place: Place) -> None:
    ended = place.seedream("--help", key=None).expect(0)
    told = dict(re.findall(r"^  (?:-\w, )?(--[a-z-]+)\S* +(\S.*)$", ended.stdout, re.MULTILINE))
    assert set(told) == set(OPTIONS) and ended.stderr == "", told
    for option, letter in OPTIONS.items():
        assert not letter or re.search(f"^  {letter}, {option}", ended.stdout, re.MULTILINE), option
    assert max(map(len, ended.stdout.splitlines())) <= 120


def test_help_names_every_command_provider_and_key(place: Place) -> None:
    shown = place.seedream("--help", key=None).expect(0).stdout
    words = (*COMMANDS, *PROVIDERS, *KEY_VARIABLES)
    assert [word for word in words if word not in shown] == []


if __name__ == "__main__":
    sys.exit(tap.main(globals(), make_places(), at_once=3))
