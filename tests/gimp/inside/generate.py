"""Drawing from words."""

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
