"""Editing layers."""

import statistics
import tempfile

from gimp_support import *  # noqa: F403


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
        group, source = image.get_layers()
        assert group.get_children() == result.layers and group.get_name() == "warmer light"
        assert [layer.get_name() for layer in result.layers] == [f"warmer light ({i})" for i in (1, 2, 3)]
        assert [layer.get_visible() for layer in result.layers] == [True, False, False]
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


def temporary_files() -> set:
    """What lies where programs leave temporary files, GIMP's own folder included."""
    folders = (tempfile.gettempdir(), Gimp.temp_directory() if hasattr(Gimp, "temp_directory") else "/var/tmp")
    return {(folder, name) for folder in folders if os.path.isdir(folder) for name in os.listdir(folder)}


def test_nothing_else_in_the_document_changes():
    with sandbox(), Opened(load("coffee.png")) as image:
        Gimp.context_set_foreground(Gegl.Color.new("rgb(0.2,0.4,0.6)"))
        Gimp.context_set_background(Gegl.Color.new("rgb(0.9,0.1,0.3)"))
        before = [colour().get_rgba() for colour in (Gimp.context_get_foreground, Gimp.context_get_background)]
        brush, files = Gimp.context_get_brush(), temporary_files()
        image.select_ellipse(Gimp.ChannelOps.REPLACE, 50, 60, 200, 100)
        selection = pixels(image.get_selection(), "Y u8")
        source = image.get_layers()[0]
        content = pixels(source)
        new = edit(image).layers[0]
        assert pixels(image.get_selection(), "Y u8") == selection
        assert pixels(source) == content
        after = [colour().get_rgba() for colour in (Gimp.context_get_foreground, Gimp.context_get_background)]
        assert [tuple(colour) for colour in after] == [tuple(colour) for colour in before]
        assert Gimp.context_get_brush() == brush
        assert temporary_files() == files, temporary_files() - files
        image.remove_layer(new)
        assert [layer.get_name() for layer in image.get_layers()] == [source.get_name()]
