"""The settings, as a script changes them and as the other procedures heed them."""

import pathlib
import tempfile

import tap  # noqa: F401

from gimp_support import *  # noqa: F403


def change(**arguments) -> tuple:
    procedure = Gimp.get_pdb().lookup_procedure("plug-in-seedream-settings")
    config = procedure.create_config()
    for key, value in arguments.items():
        config.set_property(key.replace("_", "-"), value)
    status = procedure.run(config).index(0)
    return status == Gimp.PDBStatusType.SUCCESS, Gimp.get_pdb().get_last_error()


def saved() -> str:
    return (pathlib.Path(os.environ["GIMP3_DIRECTORY"]) / "seedream.ini").read_text()


def test_what_is_left_empty_stays():
    assert change(provider="sandbox", size="2K")[0]
    assert change(model="seedream-4.5")[0]
    lines = saved().splitlines()
    assert "provider=sandbox" in lines and "size=2K" in lines and "model=seedream-4.5" in lines, lines


def test_the_file_is_for_its_user_alone_and_holds_no_key():
    assert change(provider="imarouter")[0]
    path = pathlib.Path(os.environ["GIMP3_DIRECTORY"]) / "seedream.ini"
    assert path.stat().st_mode & 0o777 == 0o600, oct(path.stat().st_mode)
    assert os.environ["IMAROUTER_API_KEY"] not in saved()


def test_an_unknown_service_is_refused_and_nothing_changes():
    assert change(provider="sandbox")[0]
    before = saved()
    fine, message = change(provider="nobody")
    assert not fine and "nobody" in message, message
    assert saved() == before


def test_the_usual_service_is_where_the_settings_say():
    with sandbox() as box, Opened(load("coffee.png")) as image:
        assert change(provider="openrouter", base_url=box.url)[0]
        result = edit(image, provider="default")
        assert result.ok, result.message
        assert recipe_of(result.layers[0])["provider"] == "openrouter"
        assert change(provider="sandbox")[0]


def test_the_usual_size_is_asked_for_unless_another_is():
    with sandbox():
        assert change(provider="sandbox", size="portrait_4_3")[0]
        for size, wanted in (("", (1728, 2304)), ("square", (1920, 1920))):
            result = call("generate", prompt="a lighthouse", size=size)
            assert result.ok, result.message
            image = result.layers[0].get_image()
            with Opened(image):
                assert (image.get_width(), image.get_height()) == wanted, size
        assert change(size="auto")[0]


def test_finished_pictures_may_become_images_of_their_own():
    with sandbox(), Opened(load("coffee.png")) as image:
        before = fingerprint(image)
        assert change(finished="images")[0]
        result = edit(image)
        assert result.ok, result.message
        new = result.layers[0].get_image()
        assert new != image and fingerprint(image) == before
        new.delete()
        result = edit(image, destination="layer")
        assert result.ok and result.layers[0].get_image() == image, "one who says a layer gets one"
        assert change(finished="layers")[0]


def test_the_originals_are_saved_as_they_came():
    with sandbox("--picture", str(PHOTOS / "rocket.jpg")), Opened(load("coffee.png")) as image, \
            tempfile.TemporaryDirectory() as folder:
        assert change(originals=folder)[0]
        for _ in range(2):  # the same name twice
            result = edit(image, prompt="a rocket: red/white")
            assert result.ok, result.message
        names = sorted(path.name for path in pathlib.Path(folder).iterdir())
        assert names == ["a rocket_ red_white-2.jpg", "a rocket_ red_white.jpg"], names
        for name in names:
            assert (pathlib.Path(folder) / name).read_bytes() == (PHOTOS / "rocket.jpg").read_bytes()


def test_originals_that_cannot_be_saved_do_not_keep_the_layer_back():
    with sandbox(), Opened(load("coffee.png")) as image:
        assert change(originals="/nowhere at all")[0]
        result = edit(image)
        assert result.ok, result.message
        assert len(image.get_layers()) == 2
