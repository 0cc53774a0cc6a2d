"""Composing images, layers and files."""

from gimp_support import *  # noqa: F403


def test_a_composition_takes_open_images_in_the_order_given():
    with (Opened(load("chelsea.png")) as second, Opened(load("astronaut.png")) as third,
          Opened(load("coffee.png")) as first, sandbox("--picture", "echo")):
        result = call("compose", image=first, drawables=[first.get_layers()[0]], references=[second, third], prompt="all")
        assert result.ok, result.message
        # Echo answers with image 1: the drawable, 600×400 on a canvas of 600×400.
        assert pixels(first.get_layers()[0]) == pixels(first.get_layers()[1])
        first.remove_layer(first.get_layers()[0])
        result = call("compose", image=first, drawables=[], references=[third, second], prompt="all")
        assert result.ok, result.message
        # Now it is the 512×512 portrait, 450×450 in the middle of the frame; its middle is where it was.
        sent, shown = pixels(third.get_layers()[0]), pixels(first.get_layers()[0])
        at, there = (256 * 512 + 256) * 4, (200 * 600 + 300) * 4
        assert all(abs(sent[at + c] - shown[there + c]) < 16 for c in range(3))


def test_the_order_of_references_matters():
    with (Opened(load("chelsea.png")) as second, Opened(load("rocket.jpg")) as third,
          Opened(load("coffee.png")) as first, sandbox()):
        one = call("compose", image=first, drawables=[first.get_layers()[0]], references=[second, third], prompt="all")
        two = call("compose", image=first, drawables=[first.get_layers()[-1]], references=[third, second], prompt="all")
        assert one.ok and two.ok
        assert pixels(one.layers[0]) != pixels(two.layers[0])


def test_a_composition_takes_files():
    with Opened(load("coffee.png")) as image, sandbox():
        files = [str(PHOTOS / "rocket.jpg"), (PHOTOS / "chelsea.png").as_uri()]
        result = call("compose", image=image, drawables=[image.get_layers()[0]], files=files, prompt="all")
        assert result.ok, result.message
        assert len(image.get_layers()) == 2


def test_composing_one_picture_is_refused():
    with Opened(load("coffee.png")) as image, sandbox():
        result = call("compose", image=image, drawables=[image.get_layers()[0]], prompt="all")
        assert not result.ok and "two pictures or more" in result.message, result.message
