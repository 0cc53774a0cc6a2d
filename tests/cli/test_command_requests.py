"""tests/cli/test_command_requests.py - what the command sends to each provider, and where."""
from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tap  # noqa: E402
from command import CHELSEA, VERBS, failure, generate, refusing, sent, small, uploads
from programs import KEY, PHOTOS, LyingServer, Place, http_answer, make_places
from providers import (FORGETFUL, IMAGES, IMAROUTER_V1, KEEPING, KEYED, MODELARK, OPENROUTER, PROVIDERS,
                       Provider, each_way)
from services import data_url

# What is sent: nothing but what was asked for, under the service's own names

def chat(**members: Any) -> dict:
    return {"model": OPENROUTER.model, "modalities": ["image"], "stream": True, "image_config": {"image_size": "2K"},
            "messages": [{"role": "user", "content": [{"type": "text", "text": "a hill"}]}], **members}


def images(**members: Any) -> dict:
    return {"model": IMAGES.model, "prompt": "a hill", "resolution": "2K", "n": 1, **members}


def ark(**members: Any) -> dict:
    return {"model": MODELARK.model, "prompt": "a hill", "size": "2K", "response_format": "url", "stream": False,
            "sequential_image_generation": "disabled", "watermark": False, **members}


def page(**members: Any) -> dict:
    return {"prompt": "a hill", "numImages": 1, **members}


def v1(**members: Any) -> dict:
    return {"model": IMAROUTER_V1.model, "prompt": "a hill", "size": "2K", "watermark": False, **members}


PLAIN = {"imarouter": page(), "imarouter-v1": v1(), "openrouter": chat(), "openrouter-images": images(),
         "modelark": ark(), "sandbox": page()}


@tap.each(each_way([""]))
def test_nothing_is_sent_that_was_not_asked_for(place: Place, case: tuple[Provider, str]) -> None:
    provider, _ = case
    assert sent(place, provider) == [PLAIN[provider.name]]


GROUP = {"sequential_image_generation": "auto", "sequential_image_generation_options": {"max_images": 3}}
WIDE = {"aspect_ratio": "16:9"}
ALL = {
    "imarouter": (["-n", "3", "--size", "2K", "--aspect", "16:9", "--quality", "low", "--format", "webp"],
                  [page(numImages=3, imageSize="landscape_16_9", quality="low", outputFormat="webp")]),
    "imarouter-v1": (["-n", "3", "--size", "2K", "--aspect", "16:9", "--format", "png"],
                     [v1(n=3, size="2848x1600", output_format="png")]),
    "openrouter": (["-n", "3", "--size", "2K", "--aspect", "16:9", "--format", "png", "--seed", "7", "--no-stream"],
                   [chat(image_config={"image_size": "2K", **WIDE}, seed=seed, stream=False)
                    for seed in (7, 8, 9)]),
    "openrouter-images": (["-n", "3", "--size", "2K", "--aspect", "16:9", "--format", "png", "--seed", "7"],
                          [images(n=3, seed=7, **WIDE)]),
    "modelark": (["-n", "3", "--size", "2K", "--aspect", "16:9", "--format", "png"],
                 [ark(size="2848x1600", stream=True, **GROUP)]),
    "sandbox": (["-n", "3", "--size", "landscape_16_9", "--quality", "high", "--format", "png"],
                [page(numImages=3, imageSize="landscape_16_9", quality="high", outputFormat="png")]),
}


@tap.each({name: (PROVIDERS[name], *case) for name, case in ALL.items()})
def test_all_that_was_asked_for_is_sent(place: Place, case: tuple[Provider, list[str], list[dict]]) -> None:
    provider, options, expected = case
    assert sorted(sent(place, provider, *options), key=str) == sorted(expected, key=str)


@tap.each(each_way(["edit", "compose"]))
def test_pictures_are_sent_to_the_byte_and_in_order_by(place: Place, case: tuple[Provider, str]) -> None:
    provider, verb = case
    body, = sent(place, provider, verb, *VERBS[verb])
    kinds = {".jpg": "image/jpeg", ".png": "image/png"}
    assert uploads(body) == [data_url(Path(path).read_bytes(), kinds[Path(path).suffix]) for path in VERBS[verb]]


@tap.each(each_way(["edit", "compose"]))
def test_web_addresses_are_sent_as_they_are_by(place: Place, case: tuple[Provider, str]) -> None:
    provider, verb = case
    words = ["https://example.org/a.png?x=1&y=%20", "http://127.0.0.1:9/b.jpg", CHELSEA][:1 if verb == "edit" else 3]
    body, = sent(place, provider, verb, *words)
    expected = [data_url(Path(word).read_bytes()) if word is CHELSEA else word for word in words]
    assert uploads(body) == expected


@tap.each(each_way(["--stream", "--no-stream"], FORGETFUL))
def test_a_stream_is_asked_for_where_it_is_wanted_and_known(place: Place, case: tuple[Provider, str]) -> None:
    provider, option = case
    body, = sent(place, provider, option)
    assert body.get("stream", False) is (option == "--stream" and provider is not IMAGES)


# Keys, addresses

@tap.each({"none": None, "an empty one": ""})
def test_a_missing_key_is_exit_3_and_the_variable_is_named(place: Place, key: str | None) -> None:
    server = refusing(place)
    for provider in KEYED.values():
        ended = generate(place, provider.at(server), key=key).expect(3)
        assert provider.key_variable in ended.stderr, ended
    assert not server.heard


@tap.each(KEYED)
def test_a_wrong_key_is_exit_3_and_shown_nowhere(place: Place, provider: Provider) -> None:
    sandbox = small(place, "--api-key", "sk-another")
    ended = generate(place, provider.at(sandbox), "--json", "-v")
    error = failure(ended, 3, "sign-in")
    assert error["charged"] is False and len(sandbox.creates()) == 1, ended
    assert KEY not in ended.stdout + ended.stderr + sandbox.log_path.read_text()
    generate(place, provider.at(sandbox), key="sk-another").expect(0)


@tap.each(KEYED)
def test_a_key_of_another_service_is_none(place: Place, provider: Provider) -> None:
    server = refusing(place)
    others = {each.key_variable: KEY for each in KEYED.values() if each.key_variable != provider.key_variable}
    generate(place, provider.at(server), key=None, **others).expect(3)
    assert not server.heard


ENDINGS = {"as it is": "", "a slash": "/", "two slashes": "//", "the prefix": "{}", "both": "{}/"}


@tap.each(each_way(ENDINGS))
def test_the_services_root_may_end_in(place: Place, case: tuple[Provider, str]) -> None:
    provider, ending = case
    sandbox = small(place, "--fault", "no-credit")
    root = sandbox.url + ENDINGS[ending].format(provider.prefix)
    generate(place, ["--provider", provider.name, "--base-url", root]).expect(4)
    generate(place, ["--provider", provider.name], **{provider.root_variable: root}).expect(4)
    assert [line["path"] for line in sandbox.log()] == [provider.path("generate")] * 2


@tap.each(each_way())
def test_the_command_line_overrules_the_environment(place: Place, case: tuple[Provider, str]) -> None:
    provider, _ = case
    server, other = refusing(place), refusing(place)
    generate(place, provider.at(server), **{provider.root_variable: other.url}).expect(4)
    assert server.heard and not other.heard


REGIONS = {"imarouter": {"global": "api.imarouter.com"}, "imarouter-v1": {"global": "api.imarouter.com"},
           "openrouter": {"global": "openrouter.ai"}, "openrouter-images": {"global": "openrouter.ai"},
           "modelark": {"ap-southeast-1": "ark.ap-southeast.bytepluses.com",
                        "eu-west-1": "ark.eu-west.bytepluses.com", "cn-beijing": "ark.cn-beijing.volces.com"}}


@tap.each({f"{name} {region}": (PROVIDERS[name], region, host) for name, regions in REGIONS.items()
           for region, host in {**regions, "": next(iter(regions.values()))}.items()})
def test_a_region_is_reached_by_its_name(place: Place, case: tuple[Provider, str, str]) -> None:
    provider, region, host = case
    proxy = place.server(lambda heard: http_answer(502))
    named = ["--base-url", region] if region else []
    generate(place, ["--provider", provider.name, *named], "--timeout", "2", https_proxy=proxy.url).expect(6)
    if not proxy.heard:
        raise tap.Skip("no proxy can be set on this machine")
    assert {(heard.method, heard.path) for heard in proxy.heard} == {("CONNECT", host + ":443")}
    assert all("authorization" not in heard.headers for heard in proxy.heard)


def test_a_model_is_called_by_its_name_in_the_region(place: Place) -> None:
    proxy = place.server(lambda heard: http_answer(502))
    for region, name in {"eu-west-1": MODELARK.model, "cn-beijing": "doubao-" + MODELARK.model}.items():
        ended = generate(place, ["--provider", "modelark", "--base-url", region], "--timeout", "2", "--json",
                         https_proxy=proxy.url).expect(6)
        assert ended.json()["model"] == name, ended


# Pictures that go in

def web(place: Place) -> LyingServer:
    return place.server(lambda heard: http_answer(200, (PHOTOS / "chelsea.png").read_bytes(), content_type="image/png")
                        if heard.path == "/chelsea.png" else http_answer(404))


@tap.each(each_way())
def test_a_web_address_is_fetched_by_the_service_itself(place: Place, case: tuple[Provider, str]) -> None:
    provider, _ = case
    server, sandbox = web(place), place.sandbox("--picture", "echo")
    place.seedream("edit", "-p", "nothing", server.url + "/chelsea.png", "-o", "x.png",
                   *provider.at(sandbox)).expect(0)
    assert place.read("x.png") == (PHOTOS / "chelsea.png").read_bytes()
    assert len(server.heard) == 1 and KEY not in str(server.heard[0].headers)


@tap.each(each_way())
def test_a_web_address_that_leads_nowhere_is_exit_5(place: Place, case: tuple[Provider, str]) -> None:
    provider, _ = case
    server, sandbox = web(place), small(place)
    ended = place.seedream("edit", "-p", "nothing", server.url + "/nowhere.png", "-o", "x.png", "--json",
                           *provider.at(sandbox))
    assert failure(ended, 5, "refused")["charged"] is False and place.names(["small.png"]) == [], ended


@tap.each({"nothing behind it": "https://", "spaces": "http://127.0.0.1/a b.png", "a line break": "https://a/\nb.png",
           "a secret": "https://user:word@127.0.0.1/a.png", "a file": "file:///etc/passwd"})
def test_it_is_exit_2_to_name_a_picture_by(place: Place, word: str) -> None:
    server = refusing(place)
    for provider in PROVIDERS.values():
        ended = place.seedream("edit", "-p", "x", word, "-o", "x.png", "--json", *provider.at(server))
        failure(ended, 2, "invalid")
    assert not server.heard


def test_a_service_that_takes_no_pictures_is_said_to_want_addresses(place: Place) -> None:
    server = place.server(lambda heard: http_answer(400, {"error": {"message": "image: not a valid URL"}}))
    for provider in KEEPING.values():
        ended = place.seedream("edit", "-p", "x", CHELSEA, "-o", "x.png", *provider.at(server)).expect(5)
        assert "public URL" in ended.stderr and "not a valid URL" in ended.stderr, ended
        ended = generate(place, provider.at(server)).expect(5)
        assert "public URL" not in ended.stderr, ended


@tap.each(each_way())
def test_the_most_pictures_go_in_and_more_are_exit_2(place: Place, case: tuple[Provider, str]) -> None:
    provider, _ = case
    body, = sent(place, provider, "compose", *[CHELSEA] * 14)
    assert len(uploads(body)) == 14
    server = refusing(place)
    ended = place.seedream("compose", "-p", "x", *[CHELSEA] * 15, "-o", "x.png", *provider.at(server)).expect(2)
    assert "14" in ended.stderr and not server.heard, ended


if __name__ == "__main__":
    sys.exit(tap.main(globals(), make_places(), at_once=3))
