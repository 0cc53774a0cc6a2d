"""tests/cli/test_command_sizes.py - the sizes and shapes that each provider draws, and those that none does."""
from __future__ import annotations

import math
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tap  # noqa: E402
from command import generate, small
from programs import Heard, Picture, Place, http_answer, make_places, write_png
from providers import PROVIDERS, Provider, Size

NAMES = ("square_hd", "square", "portrait_4_3", "portrait_16_9", "landscape_4_3", "landscape_16_9")
# The table of services/modelark.md.
TWO_K = {"1:1": "2048x2048", "4:3": "2304x1728", "3:4": "1728x2304", "16:9": "2848x1600", "9:16": "1600x2848",
         "3:2": "2496x1664", "2:3": "1664x2496", "21:9": "3136x1344"}
CHAT_RATIOS = (*TWO_K, "4:5", "5:4")
RATIOS = (*CHAT_RATIOS, "1:2", "2:1", "9:19.5", "19.5:9", "9:20", "20:9", "9:21")

# What is asked for: a name or a tier, a ratio beside it, or pixels.
PAGE = {**{f"--size {name}": name for name in NAMES}, "--size 2K": "square_hd", "--size auto": "", "": "",
        "--size 2848x1600": "landscape_16_9", "--size 1920x1920": "square", "--size 2K --aspect 9:16": "portrait_16_9",
        "--size square --aspect 1:1": "square", "--aspect 1:1": "square_hd", "--aspect 4:3": "landscape_4_3",
        "--aspect 3:4": "portrait_4_3", "--aspect 16:9": "landscape_16_9", "--aspect 9:16": "portrait_16_9"}
FREE = {"": "2K", "--size auto": "2K", "--size 2K": "2K", "--size 4K": "4K", "--size 1920x1920": "1920x1920",
        "--size 3750x1250": "3750x1250", "--size 7680x480": "7680x480", "--size 4096x4096": "4096x4096",
        "--size 4K --aspect 16:9": "5504x3040", "--size 2496x1664 --aspect 3:2": "2496x1664",
        **{f"--aspect {ratio}": size for ratio, size in TWO_K.items()}}
TIERS = {"": "2K", "--size auto": "2K", "--size 1K": "1K", "--size 2K": "2K", "--size 4K": "4K",
         "--size 4K --aspect 2:3": "4K 2:3", "--size 2848x1600": "2K 16:9", "--size 4096x4096": "4K 1:1",
         **{f"--aspect {ratio}": f"2K {ratio}" for ratio in CHAT_RATIOS}}
LEGAL = {"imarouter": PAGE, "imarouter-v1": FREE, "openrouter": TIERS, "modelark": FREE, "sandbox": PAGE,
         "openrouter-images": {**TIERS, **{f"--aspect {ratio}": f"2K {ratio}" for ratio in RATIOS}}}


def size_asked_for(body: dict) -> str:
    """In a request, wherever the service wants it."""
    config = body.get("image_config", body)
    words = [config.get(name) for name in ("imageSize", "size", "image_size", "resolution", "aspect_ratio")]
    return " ".join(word for word in words if word)


def asked(place: Place, provider: Provider, *options: str) -> str:
    """What a service that refuses is asked for."""
    server = place.server(lambda heard: http_answer(402, {"error": "no money"}))
    generate(place, provider.at(server), *options).expect(4)
    return size_asked_for(server.heard[0].json())


@tap.each({name: (PROVIDERS[name], sizes) for name, sizes in LEGAL.items()})
def test_a_size_is_asked_for_in_the_words_of(place: Place, case: tuple[Provider, dict[str, str]]) -> None:
    provider, sizes = case
    assert {options: asked(place, provider, *options.split()) for options in sizes} == sizes


@tap.each({name: (PROVIDERS[name], sizes) for name, sizes in LEGAL.items() if name != "imarouter"})
def test_no_legal_size_is_refused_by(place: Place, case: tuple[Provider, dict[str, str]]) -> None:
    provider, sizes = case
    sandbox = small(place)
    for options in sizes:
        generate(place, provider.at(sandbox), *options.split()).expect(0)


DRAWN = {"imarouter --size square": (1920, 1920), "imarouter-v1 --size 3750x1250": (3750, 1250),
         "openrouter --size 1K": (2048, 2048), "openrouter --aspect 3:2": (2496, 1664),
         "openrouter-images --aspect 9:19.5": (1376, 3008), "modelark --size 4K --aspect 2:3": (3328, 4992),
         "modelark --model seedream-4.0 --size 1K": (1024, 1024), "modelark --model seedream-4.0 --size 1280x720": (1280, 720),
         "modelark --model seedream-5.0-pro --size 1K": (1024, 1024),
         "modelark --model seedream-5.0-flash --size 1K --aspect 16:9": (1424, 800),
         "modelark --model seedream-5-0-260128 --aspect 21:9": (3136, 1344), "sandbox --aspect 3:4": (1728, 2304)}


@tap.each({words: (*words.split(" ", 1), size) for words, size in DRAWN.items()})
def test_the_size_that_is_asked_for_comes(place: Place, case: tuple[str, str, Size]) -> None:
    name, options, size = case
    ended = generate(place, PROVIDERS[name].at(place.sandbox()), *options.split(), "--json").expect(0)
    picture, = ended.json()["images"]
    assert (picture["width"], picture["height"]) == size and ended.stderr == "", ended


# None of these is sent; the message names what there is instead.
WRONG = {"--size large": "", "--size 0x0": "", "--size 2048x": "", "--size 2048*2048": "", "--size -1x5": "",
         "--size 99999999999x99999999999": "", "--aspect 16x9": "", "--aspect 16:0": "", "--aspect :": "",
         "--aspect 0:0": "", "--aspect 17:1": "", "--size 2848x1600 --aspect 1:1": "", "--size 8K": ""}
NO_PAGE = {"--size 1K": "square_hd", "--size 4K": "square_hd", "--size 640x480": "2048×2048",
           "--size 2049x2048": "2048×2048", "--aspect 5:4": "landscape_4_3", "--aspect 21:9": "landscape_16_9",
           "--size square --aspect 16:9": "square", "--size 2K --aspect 3:2": "square"}
NO_FREE = {"--size 1K": "2K, 4K", "--size 1500x1500": "3686400", "--size 4097x4097": "16777216",
           "--size 8000x480": "16:1", "--size square": "2K, 4K"}
NO_TIERS = {"--size 3K": "1K, 2K, 4K", "--size 1500x1500": "1K, 2K, 4K", "--size 2049x2048": "1K, 2K, 4K",
            "--aspect 7:1": "21:9", "--size square": "1K, 2K, 4K"}
ILLEGAL = {"imarouter": NO_PAGE, "imarouter-v1": NO_FREE, "openrouter": {**NO_TIERS, "--aspect 1:2": "21:9"},
           "openrouter-images": {**NO_TIERS, "--aspect 1:3": "9:19.5"}, "modelark": NO_FREE,
           "sandbox": {"--size 4K": "square_hd"}}


@tap.each({name: (PROVIDERS[name], sizes) for name, sizes in ILLEGAL.items()})
def test_a_size_that_is_not_drawn_is_exit_2_and_the_limit_is_named_by(
        place: Place, case: tuple[Provider, dict[str, str]]) -> None:
    provider, sizes = case
    sandbox = place.sandbox()
    for options, limit in {**WRONG, **sizes}.items():
        ended = generate(place, provider.at(sandbox), *options.split())
        assert ended.status == 2 and limit in ended.stderr and "Nothing was sent." in ended.stderr, (options, ended)
    assert sandbox.log() == [] and place.names() == []


# An edit asks for the shape of its picture, or for the nearest one and says so.
SHAPES = {"300x200": {"page": "landscape_4_3", "chat": "3:2", "images": "3:2"},
          "320x180": {"page": "landscape_16_9", "chat": "16:9", "images": "16:9"},
          "40x400": {"page": "portrait_16_9", "chat": "9:16", "images": "9:21"}}
KINDS = {"imarouter": "page", "sandbox": "page", "openrouter": "chat", "openrouter-images": "images"}
FITTING = {"300x200": ("free", "chat", "images"), "320x180": ("free", "page", "chat", "images"), "40x400": ("free",)}


@tap.each({f"{shape} by {name}": (provider, shape) for shape in SHAPES for name, provider in PROVIDERS.items()})
def test_an_edit_asks_for_the_shape_of(place: Place, case: tuple[Provider, str]) -> None:
    provider, shape = case
    kind = KINDS.get(provider.name, "free")
    width, height = map(int, shape.split("x"))
    place.file("in.png", write_png(Picture.plain(width, height, (200, 100, 50))))
    bodies = []

    def tell(heard: Heard) -> bytes:
        bodies.append(heard.json())
        return http_answer(402, {"error": "no money"})
    server = place.server(tell)
    ended = place.seedream("edit", "-p", "at night", "in.png", "-o", "x.png", "--json", *provider.at(server)).expect(4)
    size = size_asked_for(bodies[0])
    if kind == "free":
        w, h = map(int, size.split("x"))
        assert abs(math.log(w / h * height / width)) < 0.005 and 3_686_400 <= w * h < 3_720_000, size
    else:
        assert size.split()[-1] == SHAPES[shape][kind], size
    notes = [note for note in ended.json()["notes"] if "nearest shape" in note and f"{width}×{height}" in note]
    assert len(notes) == len(ended.json()["notes"]) == (kind not in FITTING[shape]), ended


def test_a_size_that_is_named_overrules_the_shape_of_an_edit(place: Place) -> None:
    place.file("in.png", write_png(Picture.plain(300, 200, (200, 100, 50))))
    expected = {"page": "portrait_16_9", "free": "1600x2848", "chat": "2K 9:16", "images": "2K 9:16"}
    for provider in PROVIDERS.values():
        server = place.server(lambda heard: http_answer(402, {"error": "no money"}))
        ended = place.seedream("edit", "-p", "x", "in.png", "-o", "x.png", "--aspect", "9:16", "--json",
                               *provider.at(server)).expect(4)
        assert size_asked_for(server.heard[0].json()) == expected[KINDS.get(provider.name, "free")], ended
        assert ended.json()["notes"] == [], ended


if __name__ == "__main__":
    sys.exit(tap.main(globals(), make_places(), at_once=3))
