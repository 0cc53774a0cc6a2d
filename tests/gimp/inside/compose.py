"""Composing images, layers and files."""

import tap

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


def sent_names(layer) -> list:
    return [source["name"] for source in recipe_of(layer)["sources"]]


def named(image, name: str):
    layer = image.get_layers()[0]
    layer.set_name(name)
    return layer


def test_single_layers_of_any_open_image_are_composed():
    with (Opened(load("chelsea.png")) as second, Opened(load("coffee.png")) as image, sandbox("--picture", "echo")):
        cup = named(image, "cup")
        cat = named(second, "cat")
        cat.set_offsets(40, 30)
        result = call("compose", image=image, drawables=[], layers=[cat, cup], prompt="all", destination="image")
        assert result.ok, result.message
        assert sent_names(result.layers[0]) == ["cat", "cup"]
        with Opened(result.layers[0].get_image()):
            assert pixels(result.layers[0]) == pixels(cat)
        assert image.get_layers() == [cup], "it became a layer as well"


def test_a_layer_is_composed_as_it_is_seen():
    with (Opened(load("chelsea.png")) as second, Opened(load("coffee.png")) as image, sandbox("--picture", "echo")):
        cat = named(second, "cat")
        cat.add_mask(cat.create_mask(Gimp.AddMaskType.BLACK))
        result = call("compose", image=image, drawables=[], layers=[cat, named(image, "cup")], prompt="all",
                      destination="image")
        assert result.ok, result.message
        with Opened(result.layers[0].get_image()):
            assert set(pixels(result.layers[0])[3::4]) == {0}


ORDERS = {"as they are": ("", ["cup", "astronaut", "cat", "rocket.jpg"]),
          "turned round": ("4,3,2,1", ["rocket.jpg", "cat", "astronaut", "cup"]),
          "with some left out": (" 3, 1 ", ["cat", "cup"])}


@tap.each(ORDERS)
def test_the_user_sets_the_order(case):
    order, wanted = case
    with (Opened(load("chelsea.png")) as second, Opened(load("astronaut.png")) as third,
          Opened(load("coffee.png")) as image, sandbox()):
        result = call("compose", image=image, drawables=[named(image, "cup")], references=[third],
                      layers=[named(second, "cat")], files=[str(PHOTOS / "rocket.jpg")], order=order, prompt="all")
        assert result.ok, result.message
        names = [name if name != third.get_name() else "astronaut" for name in sent_names(result.layers[0])]
        assert names == wanted, names


@tap.each({text: text for text in ("0,1", "1,1", "1,9", "one", "1,", "-1,2")})
def test_what_is_no_order_is_refused(order):
    with Opened(load("coffee.png")) as image, sandbox():
        result = call("compose", image=image, drawables=[image.get_layers()[0]], files=[str(PHOTOS / "rocket.jpg")],
                      order=order, prompt="all")
        assert not result.ok and "no order of 2 pictures" in result.message, result.message
        assert len(image.get_layers()) == 1


def test_more_pictures_than_the_model_takes_are_refused_before_anything_is_sent():
    with Opened(load("coffee.png")) as image:  # nobody serves: what is sent would fail otherwise
        files = [str(PHOTOS / "rocket.jpg")] * 14
        result = call("compose", image=image, drawables=[image.get_layers()[0]], files=files, prompt="all")
        assert not result.ok and "takes 14 pictures at most; these are 15" in result.message, result.message


def test_a_file_that_is_missing_or_no_picture_is_refused():
    with Opened(load("coffee.png")) as image:
        for file in ("/nowhere/at-all.png", __file__):
            result = call("compose", image=image, drawables=[image.get_layers()[0]], files=[file], prompt="all")
            assert not result.ok and "Nothing was sent" in result.message, result.message
        assert len(image.get_layers()) == 1


def test_the_answer_can_become_a_new_image():
    with (Opened(load("chelsea.png")) as second, Opened(load("coffee.png")) as image, sandbox()):
        result = call("compose", image=image, drawables=[image.get_layers()[0]], references=[second], prompt="all",
                      destination="image", count=2)
        assert result.ok, result.message
        made = result.layers[0].get_image()
        with Opened(made):
            assert (made.get_width(), made.get_height()) == (2304, 1728)  # the canvas is 3:2, and this is nearest
            assert made.get_layers()[0].get_children() == result.layers
        assert len(image.get_layers()) == 1
