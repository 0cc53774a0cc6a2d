"""tests/cli/test_command_providers.py - every provider with every option, and what comes of it."""
from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tap  # noqa: E402
from command import VERBS, check_failed_object, check_object, failure, generate, refusing, small
from programs import Place, make_places
from providers import FORGETFUL, KEEPING, MODELARK, OPENROUTER, PROVIDERS, Provider, each_way

SUFFIX = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}


# What comes

@tap.each(each_way(VERBS))
def test_a_picture_is_drawn(place: Place, case: tuple[Provider, str]) -> None:
    provider, verb = case
    sandbox = place.sandbox()
    ended = place.seedream(verb, "-p", "a hill", *VERBS[verb], "-o", "x.png", "--json", *provider.at(sandbox)).expect(0)
    told = ended.json()
    check_object(told)
    picture, = told["images"]
    assert picture["type"] == provider.draws and picture["path"] == "x." + SUFFIX[provider.draws], told
    assert place.names() == [picture["path"]] and told["error"] is None and told["state"] == "completed", told
    assert (told["provider"], told["model"]) == (provider.name, provider.model)
    assert told["cost_usd"] == provider.price and bool(told["service_id"]) is (provider is not MODELARK), told
    assert [line["path"] for line in sandbox.creates()] == [provider.path(verb)]


@tap.each(each_way())
def test_as_many_pictures_come_as_are_asked_for_and_no_two_are_the_same(place: Place,
                                                                       case: tuple[Provider, str]) -> None:
    provider, _ = case
    sandbox = place.sandbox()
    ended = generate(place, provider.at(sandbox), "-n", "3").expect(0)
    assert ended.paths() == [f"x-{i}.{SUFFIX[provider.draws]}" for i in (1, 2, 3)] == place.names()
    assert len({place.read(name) for name in place.names()}) == 3 and ended.stderr == ""
    assert len(sandbox.creates()) == -(-3 // provider.most_per_request)


@tap.each(each_way())
def test_the_most_pictures_come_and_more_are_exit_2(place: Place, case: tuple[Provider, str]) -> None:
    provider, _ = case
    sandbox = small(place)
    told = generate(place, provider.at(sandbox), "-n", str(provider.most), "--json").expect(0).json()
    assert len(told["images"]) == provider.most == len(place.names(["small.png"])), told
    assert round(told["cost_usd"], 9) == round(provider.most * provider.price, 9) and told["error"] is None, told
    before = len(sandbox.log())
    ended = generate(place, provider.at(sandbox), "-n", str(provider.most + 1)).expect(2)
    assert str(provider.most) in ended.stderr and len(sandbox.log()) == before, ended


@tap.each(each_way(["--stream", "--no-stream"]))
def test_the_picture_comes_streamed_or_not(place: Place, case: tuple[Provider, str]) -> None:
    provider, option = case
    told = generate(place, provider.at(small(place)), option, "--json", "-n", "2").expect(0).json()
    assert len(told["images"]) == 2 and told["error"] is None, told
    unmet = option == "--stream" and provider not in (OPENROUTER, MODELARK)
    assert len(told["notes"]) == unmet, told


def test_stream_and_no_stream_contradict_each_other(place: Place) -> None:
    server = refusing(place)
    for provider in PROVIDERS.values():
        failure(generate(place, provider.at(server), "--stream", "--no-stream", "--json"), 2, "invalid")
    assert not server.heard


# Qualities, formats, seeds

@tap.each(each_way(["low", "medium", "high", "ultra"]))
def test_a_quality_is_taken_or_exit_2(place: Place, case: tuple[Provider, str]) -> None:
    provider, quality = case
    sandbox = small(place)
    known = provider.qualities and quality != "ultra"
    ended = generate(place, provider.at(sandbox), "--quality", quality).expect(0 if known else 2)
    assert bool(sandbox.log()) is known and ("quality" in ended.stderr) is not known, ended


@tap.each(each_way(["png", "jpeg", "webp"]))
def test_a_format_is_a_wish(place: Place, case: tuple[Provider, str]) -> None:
    provider, wish = case
    sandbox = place.sandbox()
    ended = generate(place, provider.at(sandbox), "--format", wish, "--json").expect(0)
    told = ended.json()
    comes = f"image/{wish}" if len(provider.formats) > 1 and wish in provider.formats else provider.draws
    picture, = told["images"]
    assert picture["type"] == comes and picture["path"] == "x." + SUFFIX[comes], told
    assert len(told["notes"]) == (comes != f"image/{wish}"), told
    assert ended.stderr.count("note") == len(told["notes"]), ended


@tap.each(each_way(["gif", "PNG", "image/png", "tiff"]))
def test_it_is_exit_2_to_wish_for_the_format(place: Place, case: tuple[Provider, str]) -> None:
    provider, wish = case
    server = refusing(place)
    ended = generate(place, provider.at(server), "--format", wish).expect(2)
    assert not server.heard and "png, jpeg or webp" in ended.stderr, ended


@tap.each(each_way())
def test_a_seed_makes_a_picture_come_again_or_is_exit_2(place: Place, case: tuple[Provider, str]) -> None:
    provider, _ = case
    sandbox = place.sandbox()
    if not provider.seed:
        ended = generate(place, provider.at(sandbox), "--seed", "7").expect(2)
        assert "seed" in ended.stderr and sandbox.log() == [], ended
        return
    for name, seed in {"a": "7", "b": "7", "c": "2147483647"}.items():
        generate(place, provider.at(sandbox), "--seed", seed, out=name + ".png").expect(0)
    assert place.read("a.png") == place.read("b.png")
    assert place.read("a.png") != place.read("c.png")


@tap.each(each_way(["-1", "2147483648", "x", "1.5", ""]))
def test_it_is_exit_2_to_say_the_seed(place: Place, case: tuple[Provider, str]) -> None:
    provider, seed = case
    server = refusing(place)
    failure(generate(place, provider.at(server), "--seed=" + seed, "--json"), 2, "invalid")
    assert not server.heard


# Time

@tap.each(each_way())
def test_an_answer_that_does_not_come_in_time(place: Place, case: tuple[Provider, str]) -> None:
    provider, _ = case
    sandbox = small(place, "--fault", "job-sticks")
    ended = generate(place, provider.at(sandbox), "--timeout", "5", "--json")
    told = ended.json()
    check_failed_object(told)
    assert 4.9 < ended.seconds < 60 and told["error"]["charged"] is None and len(sandbox.creates()) == 1, ended
    if provider.keeps_jobs:
        assert (ended.status, told["state"], told["error"]["code"]) == (7, "running", "deadline"), ended
    else:
        assert (ended.status, told["state"], told["error"]["code"]) == (6, "unknown", "unavailable"), ended


@tap.each(KEEPING)
def test_a_job_is_left_with_its_service(place: Place, provider: Provider) -> None:
    sandbox = small(place)
    ended = place.seedream("generate", "-p", "a hill", "--no-wait", *provider.at(sandbox)).expect(0)
    assert ended.stderr == "" and len(ended.stdout) == 37 and len(sandbox.log()) == 1, ended
    assert place.names(["small.png"]) == []


@tap.each(FORGETFUL)
def test_a_job_is_not_left_with_a_service_that_keeps_none(place: Place, provider: Provider) -> None:
    sandbox = small(place)
    ended = place.seedream("generate", "-p", "a hill", "-o", "x.png", "--no-wait", "--json", *provider.at(sandbox))
    assert failure(ended, 2, "invalid")["charged"] is False and sandbox.log() == []


def test_a_job_is_not_left_with_a_sandbox_of_its_own(place: Place) -> None:
    ended = place.seedream("generate", "-p", "a hill", "--no-wait", "--provider", "sandbox", "--json")
    assert failure(ended, 2, "invalid")["charged"] is False


@tap.each(KEEPING)
def test_a_job_that_is_refused_is_not_left(place: Place, provider: Provider) -> None:
    sandbox = small(place, "--fault", "no-credit")
    ended = place.seedream("generate", "-p", "a hill", "--no-wait", "--json", *provider.at(sandbox))
    assert failure(ended, 4, "pay")["charged"] is False
    assert place.seedream("generate", "-p", "a hill", "--no-wait", *provider.at(sandbox)).expect(4).stdout == ""


# What is said

@tap.each(each_way())
def test_quiet_says_nothing_and_verbose_says_both_ids(place: Place, case: tuple[Provider, str]) -> None:
    provider, _ = case
    sandbox = small(place)
    wish = ["--format", "jpeg" if provider is not MODELARK else "webp"]
    assert generate(place, provider.at(sandbox), *wish, "-q").expect(0).stderr == ""
    ended = generate(place, provider.at(sandbox), "-v", "--json").expect(0)
    told = ended.json()
    assert told["id"] in ended.stderr and (told["service_id"] or "") in ended.stderr, ended


if __name__ == "__main__":
    sys.exit(tap.main(globals(), make_places(), at_once=3))
