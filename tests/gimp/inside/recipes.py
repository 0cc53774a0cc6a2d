"""What a layer remembers of how it was made, and making it once more."""

from gimp_support import *  # noqa: F403


def rerun(image, layer, **arguments) -> Result:
    return call("rerun", image=image, drawables=[layer], provider=None, **arguments)


def assert_alike(one, other):
    """The same picture twice: babl takes the way that is the fastest just then, and none is off by more than a value."""
    a, b = pixels(one), pixels(other)
    assert len(a) == len(b) and max(abs(x - y) for x, y in zip(a, b)) <= 1


def reloaded(image):
    """The image as it comes back from an .xcf file."""
    file = Gio.File.new_for_path(os.environ["HOME"] + "/again.xcf")
    Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image, file)
    return Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, file)


def test_every_new_layer_remembers_how_it_was_made():
    with sandbox(), Opened(load("coffee.png")) as image:
        image.select_rectangle(Gimp.ChannelOps.REPLACE, 100, 100, 80, 60)
        result = edit(image, count=2, seed=-1, feather=7, prompt="warmer light")
        for number, layer in enumerate(result.layers, 1):
            recipe = recipe_of(layer)
            assert recipe["procedure"] == "plug-in-seedream-edit"
            assert recipe["prompt"] == recipe["arguments"]["prompt"] == "warmer light"
            assert recipe["arguments"]["feather"] == "7" and recipe["arguments"]["count"] == "2"
            assert recipe["provider"] == "sandbox" and recipe["model"] == "seedream-4.5"
            assert recipe["job"] == result.job and recipe["service_id"]
            assert (recipe["picture"], recipe["pictures"]) == (number, 2)
            assert recipe["width"] >= 1600 and recipe["height"] >= 1600 and recipe["type"] == "image/png"
            assert recipe["masked"] is True
            assert [source["name"] for source in recipe["sources"]] == [image.get_layers()[-1].get_name()]
            assert recipe["created"] <= recipe["finished"] and recipe["created"].startswith("20")
            assert recipe["charged"] in ("yes", "no", "unknown") and recipe["job_cost_usd"] == 0


def test_no_key_is_in_a_recipe():
    with sandbox("--api-key", "test"), Opened(load("coffee.png")) as image:
        layer = edit(image, provider="imarouter").layers[0]
        recipe = bytes(layer.get_parasite("seedream-recipe").get_data())
        assert b"127.0.0.1" not in recipe and b'"test"' not in recipe
        assert recipe_of(layer)["job_cost_usd"] == 0.04 and recipe_of(layer)["charged"] == "yes"


def test_an_edit_is_made_again_in_the_same_place():
    with sandbox(), Opened(load("coffee.png")) as image:
        image.select_ellipse(Gimp.ChannelOps.REPLACE, 100, 100, 80, 60)
        first = edit(image, context="none").layers[0]
        Gimp.Selection.none(image)
        image.select_rectangle(Gimp.ChannelOps.REPLACE, 400, 300, 20, 20)  # what is selected now does not matter
        result = rerun(image, first)
        assert result.ok, result.message
        second = result.layers[0]
        assert image.get_layers()[:2] == [second, first]
        assert second.get_name().startswith("warmer light")
        assert offsets(second) == offsets(first)
        assert_alike(second, first)
        assert pixels(second.get_mask(), "Y u8") == pixels(first.get_mask(), "Y u8")
        assert recipe_of(second)["job"] != recipe_of(first)["job"]


def test_other_words_make_another_picture():
    with sandbox(), Opened(load("coffee.png")) as image:
        first = edit(image).layers[0]
        second = rerun(image, first, prompt="colder light").layers[0]
        assert second.get_name() == "colder light" and pixels(second) != pixels(first)


def test_a_layer_from_a_file_is_made_again():
    with sandbox(), Opened(load("coffee.png")) as image:
        first = edit(image).layers[0]
        with Opened(reloaded(image)) as again:
            layer = again.get_layers()[0]
            result = rerun(again, layer)
            assert result.ok, result.message
            assert_alike(result.layers[0], first)


def test_a_composition_is_made_again_from_what_is_open():
    with (Opened(load("chelsea.png")) as second, Opened(load("coffee.png")) as image, sandbox()):
        first = call("compose", image=image, drawables=[image.get_layers()[0]], references=[second],
                     files=[str(PHOTOS / "rocket.jpg")], order="2,3,1", prompt="all").layers[0]
        assert [source["kind"] for source in recipe_of(first)["sources"]] == ["visible", "file", "layer"]
        result = rerun(image, first)
        assert result.ok, result.message
        assert_alike(result.layers[0], first)


def test_what_is_gone_is_named():
    with sandbox(), Opened(load("coffee.png")) as image:
        with Opened(load("chelsea.png")) as second:
            layer = call("compose", image=image, drawables=[image.get_layers()[0]], references=[second],
                         prompt="all").layers[0]
        result = rerun(image, layer)
        assert not result.ok and "not there any more" in result.message and "Nothing was sent" in result.message, result.message
        source = image.get_layers()[-1]
        layer = edit(image, drawables=[source]).layers[0]
        image.remove_layer(source)
        result = rerun(image, layer)
        assert not result.ok and "not there any more" in result.message, result.message


def test_a_layer_of_somebody_else_s_is_refused():
    with Opened(load("coffee.png")) as image:
        result = rerun(image, image.get_layers()[0])
        assert not result.ok and "does not remember" in result.message, result.message


def test_a_recipe_that_was_tampered_with_does_no_harm():
    texts = ["", "no JSON", "[]", "{}", '{"procedure": 3}', '{"procedure": "plug-in-seedream-edit"}',
             '{"procedure": "plug-in-seedream-edit", "sources": [3, {"kind": "layer", "tattoo": 99}]}',
             '{"procedure": "plug-in-seedream-edit", "arguments": {"count": {"a": 1}}, "area": ["x", 1, 2, 3]}',
             '{"procedure": "gimp-quit"}']
    with sandbox(), Opened(load("coffee.png")) as image:
        layer = image.get_layers()[0]
        for text in texts:
            layer.attach_parasite(Gimp.Parasite.new("seedream-recipe", Gimp.PARASITE_PERSISTENT, text.encode() or b" "))
            result = rerun(image, layer)
            assert not result.ok and "Nothing was sent" in result.message, (text, result.message)


def test_a_drawing_is_made_again():
    with sandbox(), Opened(load("coffee.png")) as image:
        first = call("generate", image=image, drawables=[], prompt="a lighthouse").layers[0]
        result = rerun(image, first)
        assert result.ok, result.message
        assert_alike(result.layers[0], first)
        assert image.get_layers()[0] == result.layers[0]
