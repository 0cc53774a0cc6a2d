"""tests/cli/test_command_lists.py - models, providers and balances, and what users add to them."""
from __future__ import annotations

import json
import signal
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tap  # noqa: E402
from command import failure, generate, small
from programs import Place, end_of, http_answer, make_places, wait_for
from providers import IMAGES, IMAROUTER, IMAROUTER_V1, MODELARK, OPENROUTER, PROVIDERS, Provider

PRO = "bytedance-seed/seedream-5-0-pro"


def array(place: Place, *words: str, **environment: Any) -> list[dict]:
    ended = place.seedream(*words, "--json", **environment).expect(0)
    assert ended.stderr == "" and ended.stdout.count("\n") == 1, ended
    return json.loads(ended.stdout)


# Providers

def test_providers_are_listed_one_per_line(place: Place) -> None:
    ended = place.seedream("providers", key=None).expect(0)
    assert ended.stderr == "" and [line.split("\t")[0] for line in ended.paths()] == list(PROVIDERS), ended
    for provider, line in zip(PROVIDERS.values(), ended.paths()):
        assert line.split("\t")[3] == (provider.key_variable or "no key"), line
    assert "https://api.imarouter.com" in ended.paths()[0]


def test_providers_tell_their_regions_and_whether_they_keep_jobs(place: Place) -> None:
    told = {each["id"]: each for each in array(place, "providers", key=None)}
    assert told["modelark"]["regions"] == ["ap-southeast-1", "eu-west-1", "cn-beijing"], told
    assert told["modelark"]["base_url"] == "https://ark.ap-southeast.bytepluses.com"
    assert {name: each["keeps_jobs"] for name, each in told.items()} == {
        name: each.keeps_jobs for name, each in PROVIDERS.items()}
    assert {name: each["key_variable"] for name, each in told.items()} == {
        name: each.key_variable for name, each in PROVIDERS.items()}


# Models

def test_models_are_listed_one_per_line_and_the_recommended_one_comes_first(place: Place) -> None:
    ended = place.seedream("models", key=None).expect(0)
    assert ended.stderr == "", ended
    rows = [line.split("\t") for line in ended.paths()]
    assert all(len(row) == 6 for row in rows), ended
    for provider in PROVIDERS.values():
        first = next(row for row in rows if row[0] == provider.name)
        assert first[1] == provider.model and first[3] == f"${provider.price:g} per picture", first


def test_models_of_one_provider_are_listed_alone(place: Place) -> None:
    rows = [line.split("\t")[:2] for line in place.seedream("models", "--provider", "openrouter").expect(0).paths()]
    assert rows == [["openrouter", OPENROUTER.model], ["openrouter", PRO]]
    assert place.seedream("models", "--provider", "nobody").expect(2).stdout == ""


def test_models_tell_what_they_can_do(place: Place) -> None:
    told = {(each["provider"], each["service_id"]): each for each in array(place, "models", key=None)}
    for provider in PROVIDERS.values():
        model = told[provider.name, provider.model]
        assert (model["id"], model["name"]) == ("seedream-4.5", "Seedream 4.5"), model
        assert model["usd_per_picture"] == provider.price and model["max_images"] == 14, model
        assert model["max_count"] == provider.most and model["takes_seed"] is provider.seed, model
        assert tuple(model["formats"]) == provider.formats and bool(model["qualities"]) is provider.qualities
    assert told["modelark", "seedream-4-0-250828"]["usd_per_picture"] is None
    assert "9:19.5" in told["openrouter-images", IMAGES.model]["aspects"]


@tap.each({"openrouter": OPENROUTER, "openrouter-images": IMAGES})
def test_the_service_itself_tells_of_a_model(place: Place, provider: Provider) -> None:
    sandbox = small(place)
    ended = place.seedream("models", "--model", provider.model, *provider.at(sandbox)).expect(0)
    assert ended.stdout.split("\t")[:4] == [provider.name, provider.model, "Seedream 4.5", "$0.04 per picture"], ended
    model, = array(place, "models", "--model", provider.model, *provider.at(sandbox))
    assert model["sizes"] == ["1K", "2K", "4K"] and model["max_images"] == 14 and model["takes_seed"], model
    log = sandbox.log()
    assert {line["path"] for line in log} == {f"/api/v1/images/models/{provider.model}/endpoints"}, log
    assert {line["method"] for line in log} == {"GET"} and len(log) == 2


ENDPOINTS = {"id": "acme/brush-1", "endpoints": [{
    "provider_name": "Acme", "provider_slug": "acme", "provider_tag": "acme", "supports_streaming": False,
    "supported_parameters": {"resolution": {"type": "enum", "values": ["2K"]},
                             "aspect_ratio": {"type": "enum", "values": ["1:1", "3:2", "auto"]},
                             "n": {"type": "range", "min": 1, "max": 2},
                             "input_references": {"type": "range", "min": 0, "max": 1},
                             "quality": {"type": "enum", "values": ["low"]},
                             "output_format": {"type": "enum", "values": ["png", "webp"]}},
    "allowed_passthrough_parameters": [],
    "pricing": [{"billable": "output_image", "unit": "image", "cost_usd": 0.25}]}]}
LIMITED = {"too many pictures": ["-n", "11"], "a seed": ["--seed", "1"], "a tier": ["--size", "4K"],
           "a ratio": ["--aspect", "16:9"], "a quality": ["--quality", "high"]}


def test_what_an_unknown_model_can_do_is_told_by_the_service(place: Place) -> None:
    server = place.server(lambda heard: http_answer(200, ENDPOINTS))
    model, = array(place, "models", "--model", "acme/brush-1", *IMAGES.at(server))
    assert model == {"provider": "openrouter-images", "id": "acme/brush-1", "service_id": "acme/brush-1",
                     "name": "acme/brush-1", "usd_per_picture": 0.25, "max_count": 10, "max_images": 1,
                     "sizes": ["2K"], "aspects": ["1:1", "3:2"], "qualities": ["low"],
                     "formats": ["png", "webp"], "takes_seed": False, "streams": False}


@tap.each(LIMITED)
def test_an_unknown_model_is_asked_about_before_it_is_asked_for(place: Place, options: list[str]) -> None:
    server = place.server(lambda heard: http_answer(200, ENDPOINTS) if heard.method == "GET" else http_answer(402))
    failure(generate(place, IMAGES.at(server), "--model", "acme/brush-1", *options, "--json"), 2, "invalid")
    assert [heard.method for heard in server.heard] == ["GET"]
    generate(place, IMAGES.at(server), "--model", "acme/brush-1", "-n", "2").expect(4)
    assert server.creates()[0].json()["model"] == "acme/brush-1"


@tap.each({name: each for name, each in PROVIDERS.items() if name != "openrouter-images"})
def test_an_unknown_model_is_the_services_to_refuse(place: Place, provider: Provider) -> None:
    sandbox = small(place)
    ended = generate(place, provider.at(sandbox), "--model", "crayon-1", "--json")
    assert failure(ended, 5, "refused")["charged"] is False
    assert [line["status"] for line in sandbox.creates()] == [404] and ended.json()["model"] == "crayon-1"


@tap.each({name: PROVIDERS[name] for name in ("imarouter", "imarouter-v1", "modelark", "sandbox")})
def test_a_service_that_tells_nothing_of_models_is_not_asked(place: Place, provider: Provider) -> None:
    sandbox = small(place)
    ended = place.seedream("models", "--model", provider.model, "--json", *provider.at(sandbox))
    assert failure(ended, 2, "invalid")["charged"] is False and sandbox.log() == []


# Users' own

CRAYON = {"id": "crayon-1", "name": "Crayon One",
          "pixels": {"min": 4096, "max": 1048576, "max_ratio": 4}, "tiers": {"1K": {"1:1": "1024x1024"}},
          "inputs": {"max": 2, "max_bytes": 1000, "max_pixels": 1000000, "min_side": 1, "max_ratio": 4,
                     "types": ["image/png"]},
          "services": {"modelark": {"id": "crayon-1-251231", "usd_per_picture": 0.5, "max_count": 2,
                                    "max_per_request": 1, "tiers": ["1K"], "default_tier": "1K",
                                    "any_pixels": True}}}


def add_model(place: Place, name: str, content: str | dict) -> None:
    folder = place.data / "seedream" / "models"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(content if isinstance(content, str) else json.dumps(content))


def test_a_model_of_the_users_own_is_listed_checked_and_priced(place: Place) -> None:
    add_model(place, "crayon.json", CRAYON)
    model, = (each for each in array(place, "models", key=None) if each["id"] == "crayon-1")
    assert (model["provider"], model["service_id"], model["usd_per_picture"]) == ("modelark", "crayon-1-251231", 0.5)
    server = place.server(lambda heard: http_answer(402))
    failure(generate(place, MODELARK.at(server), "--model", "crayon-1", "-n", "3", "--json"), 2, "invalid")
    failure(generate(place, MODELARK.at(server), "--model", "crayon-1", "--size", "2K", "--json"), 2, "invalid")
    assert not server.heard
    generate(place, MODELARK.at(server), "--model", "crayon-1", "--size", "100x50").expect(4)
    assert server.heard[0].json()["model"] == "crayon-1-251231" and server.heard[0].json()["size"] == "100x50"


def test_the_users_own_word_on_a_model_is_the_last(place: Place) -> None:
    built_in = json.loads((Path(__file__).resolve().parents[2] / "data/models/seedream-4.5.json").read_text())
    built_in["services"] = {"imarouter": {**built_in["services"]["imarouter"], "usd_per_picture": 0.01,
                                          "fields": {"edit": "referenceImages", "compose": "referenceImages"}}}
    add_model(place, "mine.json", built_in)
    server = place.server(lambda heard: http_answer(402))
    place.file("in.png", (Path(__file__).resolve().parents[1] / "photos/chelsea.png").read_bytes())
    place.seedream("edit", "-p", "x", "in.png", "-o", "x.png", *IMAROUTER.at(server)).expect(4)
    assert len(server.heard[0].json()["referenceImages"]) == 1
    prices = {each["provider"]: each["usd_per_picture"] for each in array(place, "models", key=None)
              if each["id"] == "seedream-4.5"}
    assert prices["imarouter"] == 0.01 and prices["modelark"] == 0.04, prices


BROKEN = {"no JSON": "{", "a list": "[]", "no services": {"id": "x"}, "nothing": "",
          "a service without an id": {**CRAYON, "services": {"modelark": {}}}}


@tap.each(BROKEN)
def test_a_broken_file_is_left_out_with_a_sentence(place: Place, content: str | dict) -> None:
    add_model(place, "broken.json", content)
    ended = place.seedream("models", key=None).expect(0)
    assert ended.stderr.startswith("seedream: left out: ") and "broken.json" in ended.stderr, ended
    assert "imarouter\tseedream-4.5\t" in ended.stdout, ended


# Balances

@tap.each({"imarouter-v1": (IMAROUTER_V1, 12.5), "openrouter": (OPENROUTER, None), "openrouter-images": (IMAGES, None)})
def test_a_balance_is_told_in_dollars(place: Place, case: tuple[Provider, float | None]) -> None:
    provider, expected = case
    sandbox = small(place)
    ended = place.seedream("balance", *provider.at(sandbox)).expect(0)
    told = place.seedream("balance", "--json", *provider.at(sandbox)).expect(0).json()
    assert ended.stdout == f"${told['balance_usd']:.2f}\n" and ended.stderr == "", ended
    assert told["provider"] == provider.name and told["balance_usd"] in (expected or told["balance_usd"],), told


def test_a_key_without_a_limit_says_so(place: Place) -> None:
    server = place.server(lambda heard: http_answer(200, {"data": {"limit": None, "limit_remaining": None}}))
    assert place.seedream("balance", *OPENROUTER.at(server)).expect(0).stdout == "no limit\n"
    assert place.seedream("balance", "--json", *OPENROUTER.at(server)).expect(0).json()["balance_usd"] is None


@tap.each({"imarouter": IMAROUTER, "modelark": MODELARK})
def test_a_service_that_tells_no_balance_is_not_asked(place: Place, provider: Provider) -> None:
    sandbox = small(place)
    failure(place.seedream("balance", "--json", *provider.at(sandbox)), 2, "invalid")
    assert sandbox.log() == []


ASKING = {"balance": (["balance"], IMAROUTER_V1), "a model": (["models", "--model", IMAGES.model], IMAGES)}


@tap.each(ASKING)
def test_a_missing_key_is_exit_3_for(place: Place, case: tuple[list[str], Provider]) -> None:
    words, provider = case
    sandbox = small(place)
    failure(place.seedream(*words, "--json", *provider.at(sandbox), key=None), 3, "sign-in")
    assert sandbox.log() == []


@tap.each({"imarouter-v1": IMAROUTER_V1, "openrouter": OPENROUTER})
def test_a_wrong_key_is_exit_3_for_a_balance_of(place: Place, provider: Provider) -> None:
    sandbox = small(place, "--api-key", "sk-other")
    ended = place.seedream("balance", "--json", *provider.at(sandbox))
    assert failure(ended, 3, "sign-in")["charged"] is False and len(sandbox.log()) == 1


NONSENSE = {"HTML": http_answer(200, "<html>", content_type="text/html"), "no JSON": http_answer(200, "{"),
            "nothing": http_answer(200), "something else": http_answer(200, {"hello": "there"})}


@tap.each({f"{what} for {word}": (words, provider, answer) for what, answer in NONSENSE.items()
           for word, (words, provider) in ASKING.items()})
def test_it_is_exit_6_to_answer(place: Place, case: tuple[list[str], Provider, bytes]) -> None:
    words, provider, answer = case
    server = place.server(lambda heard: answer)
    failure(place.seedream(*words, "--json", *provider.at(server)), 6, "bad-answer")


@tap.each(ASKING)
def test_nobody_waits_for_ever_for(place: Place, case: tuple[list[str], Provider]) -> None:
    words, provider = case
    sandbox = small(place, "--latency-ms", "20000")
    ended = place.seedream(*words, "--timeout", "1", "--json", *provider.at(sandbox))
    assert failure(ended, 6, "unavailable")["charged"] is False and ended.seconds < 3, ended


@tap.each({**ASKING, "an unknown model": (["generate", "-p", "x", "-o", "x.png", "--model", "a/b"], OPENROUTER)})
def test_a_signal_is_exit_130_for(place: Place, case: tuple[list[str], Provider]) -> None:
    words, provider = case
    sandbox = small(place, "--latency-ms", "20000")
    process = place.start(*words, "--json", *provider.at(sandbox))
    wait_for(sandbox.log)
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    ended = end_of(process, begun)
    assert failure(ended, 130, "cancelled")["charged"] is False and ended.seconds < 1, ended
    assert not sandbox.creates()


def test_the_time_for_asking_about_a_model_is_part_of_the_whole(place: Place) -> None:
    server = place.server(lambda heard: http_answer(503, retry_after="60"))
    ended = generate(place, OPENROUTER.at(server), "--model", "acme/brush-1", "--timeout", "3", "--json")
    assert failure(ended, 6, "unavailable")["charged"] is False and ended.seconds < 6, ended


if __name__ == "__main__":
    sys.exit(tap.main(globals(), make_places(), at_once=3))
