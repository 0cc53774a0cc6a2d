"""Draws with a key, well and badly; test_secrets.py searches what is left of it."""

import os

from gimp_support import *  # noqa: F403

PLACE = os.environ["SEEDREAM_SECRETS"]
KEY = os.environ["IMAROUTER_API_KEY"]


def save(image, name: str) -> None:
    Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image, Gio.File.new_for_path(f"{PLACE}/{name}"), None)


def assert_silent(text: str) -> None:
    assert KEY not in (text or ""), text


def test_an_edit_leaves_no_key_in_the_document():
    with Opened(load("coffee.png")) as image:
        result = edit(image, provider="imarouter")
        assert result.ok, result.message
        layer = result.layers[0]
        parasites = [item.get_parasite(name) for item in (image, layer) for name in item.get_parasite_list()]
        assert parasites, "no recipe is kept"
        for parasite in parasites:
            assert KEY.encode() not in bytes(parasite.get_data()), parasite.get_name()
        save(image, "edited.xcf")
        save(image, "edited.png")
        again = call("rerun", image=image, drawables=[layer], provider=None)
        assert again.ok, again.message
        save(image, "again.xcf")


def test_a_service_that_repeats_the_key_does_not_get_it_shown():
    for provider in ("openrouter", "openrouter-images", "modelark"):
        with Opened(load("coffee.png")) as image:
            result = edit(image, provider=provider)
            assert not result.ok and "…" in result.message, (provider, result.message)
            assert_silent(result.message)
            save(image, f"{provider}.xcf")


def test_no_argument_of_a_procedure_takes_a_key():
    pdb = Gimp.get_pdb()
    names = pdb.query_procedures("plug-in-seedream-.*", *[""] * 7)
    assert len(names) > 5, names
    for name in names:
        procedure = pdb.lookup_procedure(name)
        for argument in procedure.get_arguments():
            assert "key" not in argument.get_name(), (name, argument.get_name())
            assert_silent(str(argument.get_default_value()))
