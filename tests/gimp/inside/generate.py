"""Drawing from words."""

import tap

from gimp_support import *  # noqa: F403


def test_generating_without_an_image_makes_one():
    with sandbox():
        result = call("generate", prompt="a lighthouse", size="portrait_4_3")
        assert result.ok, result.message
        image = result.layers[0].get_image()
        with Opened(image):
            assert (image.get_width(), image.get_height()) == (1728, 2304)
            assert image.get_layers()[0].get_name() == "a lighthouse"


def test_generating_into_an_image_fits_its_canvas():
    with sandbox(), Opened(load("coffee.png")) as image:
        result = call("generate", image=image, drawables=image.get_layers(), prompt="a lighthouse")
        assert result.ok, result.message
        layer = image.get_layers()[0]
        assert (layer.get_width(), layer.get_height()) == (600, 400)
        assert set(pixels(layer)[3::4]) == {255}, "the canvas is not filled"


AREAS = {
    "the canvas": ("canvas", (0, 0, 600, 400)),
    "the selection": ("selection", (120, 80, 300, 200)),
    "by itself the selection": ("automatic", (120, 80, 300, 200)),
    "the model's own size": ("model", (300 - 2304 // 2, 200 - 1728 // 2, 2304, 1728)),
}


@tap.each(AREAS)
def test_a_drawing_fills(case):
    area, wanted = case
    with sandbox(), Opened(load("coffee.png")) as image:
        image.select_rectangle(Gimp.ChannelOps.REPLACE, 120, 80, 300, 200)
        result = call("generate", image=image, drawables=[], prompt="a lighthouse", area=area,
                      size="landscape_4_3" if area == "model" else "auto")
        assert result.ok, result.message
        layer = result.layers[0]
        assert (*offsets(layer), layer.get_width(), layer.get_height()) == wanted, offsets(layer)
        assert set(pixels(layer)[3::4]) == {255}, "it is not filled"
        assert not layer.get_mask()


def test_without_a_selection_the_selection_cannot_be_filled():
    with sandbox(), Opened(load("coffee.png")) as image:
        result = call("generate", image=image, drawables=[], prompt="a lighthouse", area="selection")
        assert not result.ok and "Nothing is selected" in result.message, result.message


def test_a_new_image_can_have_the_canvas_s_shape():
    with sandbox(), Opened(load("coffee.png")) as image:
        result = call("generate", image=image, drawables=[], prompt="a lighthouse", destination="image")
        assert result.ok, result.message
        made = result.layers[0].get_image()
        with Opened(made):
            assert made != image and (made.get_width(), made.get_height()) == (2304, 1728)
        assert len(image.get_layers()) == 1


def test_a_drawing_can_keep_its_own_size():
    with sandbox(), Opened(load("coffee.png")) as image:
        layer = call("generate", image=image, drawables=[], prompt="a lighthouse", **{"native-size": True}).layers[0]
        # 600×450 was asked for and came as 2304×1728: the canvas' part of that is 2304×1536.
        assert (layer.get_width(), layer.get_height()) == (2304, 1536)


def test_variants_become_a_group_with_one_of_them_seen():
    with sandbox(), Opened(load("coffee.png")) as image:
        result = call("generate", image=image, drawables=image.get_layers(), prompt="a lighthouse", count=3)
        assert result.ok, result.message
        group = image.get_layers()[0]
        assert group.get_children() == result.layers and group.get_name() == "a lighthouse"
        assert [layer.get_visible() for layer in result.layers] == [True, False, False]


def test_a_long_prompt_makes_a_short_name():
    with sandbox(), Opened(load("coffee.png")) as image:
        prompt = "A lighthouse on a rock,\nwith " + "very " * 30 + "high waves"
        name = call("generate", image=image, drawables=[], prompt=prompt).layers[0].get_name()
        assert name == "A lighthouse on a rock, with very very very ver…", name
        assert len(name) <= 48
