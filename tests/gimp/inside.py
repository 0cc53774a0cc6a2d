"""Tests that run inside a headless GIMP, through its PDB. test_headless.py starts them; TAP goes to $SEEDREAM_TAP."""

import hashlib
import os
import statistics
import sys

import gi

gi.require_version("Gimp", "3.0")
gi.require_version("Gegl", "0.4")
from gi.repository import Gegl, Gimp, Gio, GLib  # noqa: E402

sys.path[:0] = [os.environ["SEEDREAM_TESTS"] + "/support", os.environ["SEEDREAM_TESTS"] + "/gimp"]
import tap  # noqa: E402
from desktop import PHOTOS, Sandbox  # noqa: E402

PORT = int(os.environ["SEEDREAM_PORT"])
FAST = ("--job-ms", "60")


def sandbox(*options: str) -> Sandbox:
    return Sandbox(*FAST, *options, port=PORT)


def load(name: str) -> Gimp.Image:
    return Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, Gio.File.new_for_path(str(PHOTOS / name)))


class Opened:
    """An image that is closed again, whatever happens, with a count of what was left open."""

    def __init__(self, image):
        self.image = image
        self.others = [other for other in Gimp.get_images() if other != image]

    def __enter__(self):
        return self.image

    def __exit__(self, kind, *_):
        self.image.delete()
        left = [image for image in Gimp.get_images() if image not in self.others]
        for image in left:
            image.delete()
        if kind is None:
            assert not left, "an image was left open"


class Result:
    def __init__(self, values):
        self.status = values.index(0)
        self.ok = self.status == Gimp.PDBStatusType.SUCCESS
        self.message = Gimp.get_pdb().get_last_error()
        self.layers = values.get_core_object_array(1) if self.ok else []
        self.job = values.index(2) if self.ok else None


def call(name: str, **arguments) -> Result:
    procedure = Gimp.get_pdb().lookup_procedure("plug-in-seedream-" + name)
    config = procedure.create_config()
    arguments.setdefault("provider", "sandbox")
    for key, value in arguments.items():
        if key in ("drawables", "references"):
            config.set_core_object_array(key, value)
        else:
            config.set_property(key, value)
    return Result(procedure.run(config))


def pixels(drawable, form: str = "R'G'B'A u8") -> bytes:
    rectangle = Gegl.Rectangle.new(0, 0, drawable.get_width(), drawable.get_height())
    return drawable.get_buffer().get(rectangle, 1.0, form, Gegl.AbyssPolicy.NONE)


def offsets(layer) -> tuple:
    return tuple(layer.get_offsets())[-2:]


def fingerprint(image) -> str:
    """All that a user would call the document, as one word."""
    digest = hashlib.sha256()
    for layer in image.get_layers():
        digest.update(repr((layer.get_name(), offsets(layer), layer.get_visible(), layer.get_opacity())).encode())
        digest.update(pixels(layer))
    digest.update(pixels(image.get_selection(), "Y u8"))
    digest.update(repr([layer.get_name() for layer in image.get_selected_layers()]).encode())
    return digest.hexdigest()


def edit(image, **arguments) -> Result:
    arguments.setdefault("prompt", "warmer light")
    arguments.setdefault("drawables", [image.get_layers()[0]])
    return call("edit", image=image, **arguments)


# --- edit -------------------------------------------------------------------------------------------------------------


def test_an_edit_becomes_a_layer_right_above_its_source():
    with sandbox(), Opened(load("coffee.png")) as image:
        top = Gimp.Layer.new(image, "top", 10, 10, Gimp.ImageType.RGBA_IMAGE, 100, Gimp.LayerMode.NORMAL)
        source = image.get_layers()[0]
        image.insert_layer(top, None, 0)
        result = edit(image, drawables=[source])
        assert result.ok, result.message
        assert [layer.get_name() for layer in image.get_layers()] == ["top", "warmer light", source.get_name()]
        assert result.layers == [image.get_layers()[1]]
        assert len(result.job) == 36, result.job


def test_the_new_layer_has_its_sources_place_and_size():
    with sandbox(), Opened(load("coffee.png")) as image:
        source = image.get_layers()[0]
        source.set_offsets(-70, 33)  # reaches past the canvas
        layer = edit(image).layers[0]
        assert offsets(layer) == (-70, 33), offsets(layer)
        assert (layer.get_width(), layer.get_height()) == (600, 400)


def test_an_edit_changes_the_picture_but_not_its_shape():
    with sandbox(), Opened(load("coffee.png")) as image:
        source = pixels(image.get_layers()[0])
        result = pixels(edit(image).layers[0])
        assert result != source
        # Light and dark are where they were: above the caption the two go together, and shifted by 8 pixels less so.
        grid = [(x, y) for y in range(10, 330, 6) for x in range(10, 590, 6)]
        light = [[sum(data[(y * 600 + x) * 4:][:3]) for x, y in grid] for data in (source, result)]
        shifted = [sum(result[(y * 600 + x + 8) * 4:][:3]) for x, y in grid]
        together = statistics.correlation(*light)
        assert together > 0.95 and together > statistics.correlation(light[0], shifted) + 0.01, together



def test_echo_gives_back_exactly_what_was_sent():
    for name in ("coffee.png", "chelsea.png", "astronaut.png"):
        with sandbox("--picture", "echo"), Opened(load(name)) as image:
            source = pixels(image.get_layers()[0])
            result = edit(image)
            assert result.ok, result.message
            assert pixels(result.layers[0]) == source, name


def test_echo_keeps_transparency_and_the_colour_below_it():
    with sandbox("--picture", "echo"), Opened(Gimp.Image.new(320, 240, Gimp.ImageBaseType.RGB)) as image:
        layer = Gimp.Layer.new(image, "glass", 320, 240, Gimp.ImageType.RGBA_IMAGE, 100, Gimp.LayerMode.NORMAL)
        image.insert_layer(layer, None, 0)
        data = bytes((x * 7 + y * 13 + c * 29 + x * y) & 255 for y in range(240) for x in range(320) for c in range(4))
        layer.get_buffer().set(Gegl.Rectangle.new(0, 0, 320, 240), "R'G'B'A u8", data)
        assert pixels(layer) == data
        assert pixels(edit(image).layers[0]) == data


def test_a_large_layer_goes_there_and_back_exactly():
    with sandbox("--picture", "echo"), Opened(Gimp.Image.new(3000, 2000, Gimp.ImageBaseType.RGB)) as image:
        layer = Gimp.Layer.new(image, "large", 3000, 2000, Gimp.ImageType.RGB_IMAGE, 100, Gimp.LayerMode.NORMAL)
        image.insert_layer(layer, None, 0)
        row = bytes((x * 3 + c * 50) & 255 for x in range(3000) for c in range(3))
        layer.get_buffer().set(Gegl.Rectangle.new(0, 0, 3000, 2000), "R'G'B' u8", row * 2000)
        result = edit(image)
        assert result.ok, result.message
        assert pixels(result.layers[0], "R'G'B' u8") == row * 2000


def test_a_layer_in_a_group_gets_its_result_in_that_group():
    with sandbox("--picture", "echo"), Opened(load("coffee.png")) as image:
        source = image.get_layers()[0]
        group = Gimp.GroupLayer.new(image, "group")
        image.insert_layer(group, None, 0)
        image.reorder_item(source, group, 0)
        layer = edit(image, drawables=[source]).layers[0]
        assert layer.get_parent() == group
        assert [child.get_name() for child in group.get_children()] == ["warmer light", source.get_name()]


def test_each_selected_layer_is_edited_for_itself():
    with sandbox("--picture", "echo"), Opened(load("coffee.png")) as image:
        first = image.get_layers()[0]
        second = first.copy()
        image.insert_layer(second, None, 0)
        second.set_offsets(100, 50)
        second.invert(False)
        result = edit(image, drawables=[first, second])
        assert result.ok, result.message
        assert len(image.get_layers()) == 4
        above_second, _, above_first, _ = image.get_layers()
        assert pixels(above_first) == pixels(first) and offsets(above_first) == (0, 0)
        assert pixels(above_second) == pixels(second) and offsets(above_second) == (100, 50)
        assert len(set(result.job.split(","))) == 2


def test_variants_become_layers_with_different_pictures():
    with sandbox(), Opened(load("chelsea.png")) as image:
        result = edit(image, count=3)
        assert result.ok, result.message
        assert len(image.get_layers()) == 4
        assert len({pixels(layer) for layer in result.layers}) == 3


def test_an_answer_of_another_shape_is_fitted_and_never_stretched():
    with sandbox("--picture", str(PHOTOS / "astronaut.png")), Opened(load("coffee.png")) as image:
        layer = edit(image).layers[0]
        assert (layer.get_width(), layer.get_height()) == (600, 400)
        alpha = pixels(layer)[3::4]
        middle = alpha[200 * 600:201 * 600]
        # 512×512 in the 600×450 that was sent is 450×450 in its middle, of which 400 rows are the layer's.
        left, right = middle.index(255), 600 - middle[::-1].index(255)
        assert abs(left - 75) <= 1 and abs(right - 525) <= 1, (left, right)
        assert alpha[300] == 255 and alpha[399 * 600 + 300] == 255


def test_nothing_else_in_the_document_changes():
    with sandbox(), Opened(load("coffee.png")) as image:
        Gimp.context_set_foreground(Gegl.Color.new("rgb(0.2,0.4,0.6)"))
        before = Gimp.context_get_foreground().get_rgba()
        image.select_ellipse(Gimp.ChannelOps.REPLACE, 50, 60, 200, 100)
        selection = pixels(image.get_selection(), "Y u8")
        source = image.get_layers()[0]
        content = pixels(source)
        new = edit(image).layers[0]
        assert pixels(image.get_selection(), "Y u8") == selection
        assert pixels(source) == content
        assert tuple(Gimp.context_get_foreground().get_rgba()) == tuple(before)
        image.remove_layer(new)
        assert [layer.get_name() for layer in image.get_layers()] == [source.get_name()]


# --- compose and generate -----------------------------------------------------------------------------------------------


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


# --- bad input ------------------------------------------------------------------------------------------------------------


def assert_refused(words: str, **arguments):
    with Opened(load("coffee.png")) as image:
        before = fingerprint(image)
        result = edit(image, **arguments)
        assert not result.ok
        assert words in result.message, result.message
        assert "charged" in result.message or "Nothing was sent" in result.message, result.message
        assert fingerprint(image) == before


def test_an_empty_prompt_leaves_the_document_alone():
    with sandbox():
        assert_refused("prompt is empty", prompt="  ")


def test_a_refused_key_leaves_the_document_alone():
    with sandbox("--api-key", "another"):
        assert_refused("does not accept the key", provider="imarouter")


def test_an_empty_balance_leaves_the_document_alone():
    with sandbox("--fault", "no-credit"):
        assert_refused("balance", provider="imarouter")


def test_no_network_leaves_the_document_alone():
    assert_refused("Cannot reach 127.0.0.1", provider="imarouter")


def test_a_job_that_fails_leaves_the_document_alone():
    with sandbox("--fault", "job-fails"):
        assert_refused("told to fail")


def test_a_job_that_never_ends_meets_its_deadline():
    with sandbox("--fault", "job-sticks"):
        assert_refused("may have been charged")


def test_an_answer_that_is_no_picture_leaves_the_document_alone():
    with sandbox("--fault", "not-a-picture"):
        assert_refused("no picture that can be read")


def test_a_picture_cut_in_half_leaves_the_document_alone():
    with sandbox("--fault", "cut-picture"):
        assert_refused("It was charged")


def test_a_lost_answer_says_that_nobody_knows():
    with sandbox("--fault", "lost-answer"):
        assert_refused("may have been charged")


def test_an_unknown_provider_is_refused():
    with Opened(load("coffee.png")) as image:
        procedure = Gimp.get_pdb().lookup_procedure("plug-in-seedream-edit")
        config = procedure.create_config()
        config.set_property("provider", "nobody")
        # GIMP itself puts back what is no choice; nothing goes to a service that was not named.
        assert config.get_property("provider") == "default"
        assert len(image.get_layers()) == 1


def test_no_layer_selected_is_refused():
    with sandbox(), Opened(load("coffee.png")) as image:
        result = edit(image, drawables=[])
        assert not result.ok and "No layer is selected" in result.message, result.message


def test_a_channel_is_refused():
    with sandbox(), Opened(load("coffee.png")) as image:
        channel = Gimp.Channel.new(image, "mask", 600, 400, 50, Gegl.Color.new("red"))
        image.insert_channel(channel, None, 0)
        result = edit(image, drawables=[channel])
        assert not result.ok and "Only layers" in result.message, result.message


with open(os.environ["SEEDREAM_TAP"], "w") as out:
    tap.main(globals(), words=os.environ["SEEDREAM_WORDS"].split("\n") if os.environ["SEEDREAM_WORDS"] else [], out=out)
