"""What a selection does to an edit: which pixels are sent, and which change."""

import tap

from gimp_support import *  # noqa: F403

OTHER = str(PHOTOS / "rocket.jpg")  # an answer that looks like nothing that was sent


def visible(image, form: str = "R'G'B'A u8") -> bytes:
    """The image as it is seen."""
    layer = Gimp.Layer.new_from_visible(image, image, "seen")
    seen = pixels(layer, form)
    layer.delete()
    return seen


def large(width: int = 2000, height: int = 1500):
    """A photograph of that size."""
    image = load("astronaut.png")
    image.scale(width, height)
    return image


def at(data: bytes, width: int, x: int, y: int) -> bytes:
    return data[(y * width + x) * 4:(y * width + x) * 4 + 4]


def changed(before: bytes, after: bytes, width: int):
    """The smallest rectangle that holds every pixel that differs: left, top, right, bottom; None: none does."""
    rows = len(before) // 4 // width
    ys = [y for y in range(rows) if before[y * width * 4:(y + 1) * width * 4] != after[y * width * 4:(y + 1) * width * 4]]
    if not ys:
        return None
    xs = [x for y in ys for x in range(width) if at(before, width, x, y) != at(after, width, x, y)]
    return min(xs), ys[0], max(xs) + 1, ys[-1] + 1


def mask_of(layer) -> bytes:
    return pixels(layer.get_mask(), "Y u8")


def frame_sent(layer) -> list:
    return recipe_of(layer)["frame"]


def test_outside_the_selection_not_one_pixel_changes():
    with sandbox("--picture", OTHER), Opened(large()) as image:
        before = visible(image)
        image.select_rectangle(Gimp.ChannelOps.REPLACE, 700, 400, 300, 200)
        result = edit(image)
        assert result.ok, result.message
        assert changed(before, visible(image), 2000) == (700, 400, 1000, 600), changed(before, visible(image), 2000)


def test_the_answer_gets_the_selection_as_its_mask_to_the_value():
    with sandbox("--picture", OTHER), Opened(large()) as image:
        image.select_ellipse(Gimp.ChannelOps.REPLACE, 700, 400, 300, 200)
        Gimp.Selection.feather(image, 31)
        selection = pixels(image.get_selection(), "Y u8")
        assert len(set(selection)) > 100, "the selection is not soft"
        layer = edit(image).layers[0]
        x, y = offsets(layer)
        width, height = layer.get_width(), layer.get_height()
        mask = mask_of(layer)
        for row in range(height):
            wanted = selection[(y + row) * 2000 + x:(y + row) * 2000 + x + width]
            assert mask[row * width:(row + 1) * width] == wanted, row
        assert sum(mask) == sum(selection), "the layer is smaller than the selection"


def test_soft_edges_blend_the_answer_into_the_picture():
    with sandbox("--picture", OTHER), Opened(large()) as image:
        before = visible(image)
        image.select_ellipse(Gimp.ChannelOps.REPLACE, 700, 400, 300, 200)
        Gimp.Selection.feather(image, 60)
        selection = pixels(image.get_selection(), "Y u8")
        edit(image)
        after = visible(image)
        for i, value in enumerate(selection):
            if value == 0:
                assert before[i * 4:i * 4 + 4] == after[i * 4:i * 4 + 4], (i % 2000, i // 2000)


CONTEXTS = {
    "none is the selection's own box in the nearest shape": ("none", [700, 388, 300, 225]),
    "a third all around, at least 512 pixels": ("automatic", [594, 244, 512, 512]),
    "everything is the whole layer": ("whole", [0, 0, 2000, 1500]),
}


@tap.each(CONTEXTS)
def test_context(case):
    context, wanted = case
    with sandbox("--picture", "echo"), Opened(large()) as image:
        image.select_rectangle(Gimp.ChannelOps.REPLACE, 700, 400, 300, 200)
        layer = edit(image, context=context).layers[0]
        assert frame_sent(layer) == wanted, frame_sent(layer)
        assert (*offsets(layer), layer.get_width(), layer.get_height()) == tuple(wanted)


# The corner that is selected, and where the frame must lie: inside the picture, shifted and not cut.
CORNERS = {"left top": (0, 0), "right top": (1900, 0), "left bottom": (0, 1400), "right bottom": (1900, 1400)}


@tap.each(CORNERS)
def test_at_the_edge_the_frame_is_shifted_and_not_cropped(corner):
    with sandbox("--picture", "echo"), Opened(large()) as image:
        before = visible(image)
        image.select_rectangle(Gimp.ChannelOps.REPLACE, *corner, 100, 100)
        layer = edit(image).layers[0]
        x, y, width, height = frame_sent(layer)
        assert (width, height) == (512, 512), (width, height)
        assert (x, y) == (0 if corner[0] == 0 else 2000 - 512, 0 if corner[1] == 0 else 1500 - 512), (x, y)
        assert visible(image) == before, "echo changes nothing"


def test_a_selection_in_a_moved_layer_is_found_there():
    with sandbox("--picture", "echo"), Opened(large()) as image:
        source = image.get_layers()[0]
        source.set_offsets(-300, 250)
        before = visible(image)
        image.select_rectangle(Gimp.ChannelOps.REPLACE, 500, 300, 100, 100)
        layer = edit(image).layers[0]
        assert recipe_of(layer)["frame"][2:] == [512, 512]
        assert visible(image) == before
        assert pixels(layer) == crop(source, offsets(layer)[0] + 300, offsets(layer)[1] - 250, 512, 512)


EDGES = {
    "grown by 20": ({"grow": 20}, (680, 380, 1020, 620)),
    "grown by 20 and clipped": ({"grow": 20, "exact-clip": True}, (700, 400, 1000, 600)),
    "feathered by 40 and clipped": ({"feather": 40, "exact-clip": True}, (700, 400, 1000, 600)),
}


@tap.each(EDGES)
def test_the_edge_reaches_as_far_as_asked(case):
    arguments, wanted = case
    with sandbox("--picture", OTHER), Opened(large()) as image:
        before = visible(image)
        image.select_rectangle(Gimp.ChannelOps.REPLACE, 700, 400, 300, 200)
        result = edit(image, **arguments)
        assert result.ok, result.message
        box = changed(before, visible(image), 2000)
        assert all(abs(a - b) <= 2 for a, b in zip(box, wanted)), box
        if "exact-clip" in arguments:
            assert box[0] >= 700 and box[1] >= 400 and box[2] <= 1000 and box[3] <= 600, box


def test_a_feathered_edge_is_as_soft_as_gimp_makes_it():
    with sandbox("--picture", OTHER), Opened(large()) as image:
        image.select_rectangle(Gimp.ChannelOps.REPLACE, 700, 400, 300, 200)
        layer = edit(image, feather=40).layers[0]
        Gimp.Selection.feather(image, 40)
        selection = pixels(image.get_selection(), "Y u8")
        x, y = offsets(layer)
        width, mask = layer.get_width(), mask_of(layer)
        worst = max(abs(mask[(500 - y) * width + column] - selection[500 * 2000 + x + column])
                    for column in range(width))
        assert worst <= 3, worst


def test_what_the_selection_does_not_touch_is_not_sent():
    with sandbox(), Opened(large()) as image:
        second = Gimp.Layer.new(image, "aside", 100, 100, Gimp.ImageType.RGBA_IMAGE, 100, Gimp.LayerMode.NORMAL)
        image.insert_layer(second, None, 0)
        second.fill(Gimp.FillType.WHITE)
        image.select_rectangle(Gimp.ChannelOps.REPLACE, 700, 400, 300, 200)
        result = edit(image, drawables=[second])
        assert not result.ok and "touches none" in result.message, result.message
        result = edit(image, drawables=image.get_layers())
        assert result.ok and len(result.layers) == 1, result.message
        assert [layer.get_name() for layer in image.get_layers()][:2] == ["aside", "warmer light"]


def test_variants_all_have_the_selection():
    with sandbox(), Opened(large()) as image:
        before = visible(image)
        image.select_rectangle(Gimp.ChannelOps.REPLACE, 700, 400, 300, 200)
        result = edit(image, count=2)
        assert len(result.layers) == 2 and all(layer.get_mask() for layer in result.layers)
        box = changed(before, visible(image), 2000)
        assert box and box[0] >= 700 and box[1] >= 400 and box[2] <= 1000 and box[3] <= 600, box


def test_the_selection_stays_as_it_was():
    with sandbox(), Opened(large()) as image:
        image.select_ellipse(Gimp.ChannelOps.REPLACE, 700, 400, 300, 200)
        before = pixels(image.get_selection(), "Y u8")
        assert edit(image, grow=9, feather=5).ok
        assert pixels(image.get_selection(), "Y u8") == before


def test_an_answer_of_another_shape_is_not_stretched_into_the_selection():
    with sandbox("--picture", str(PHOTOS / "astronaut.png")), Opened(large()) as image:  # 512×512
        image.select_rectangle(Gimp.ChannelOps.REPLACE, 700, 400, 400, 225)
        layer = edit(image, context="none").layers[0]  # 400×225 is sent
        alpha = pixels(layer)[3::4]
        width = layer.get_width()
        row = alpha[(layer.get_height() // 2) * width:][:width]
        assert row.count(255) in range(224, 228), row.count(255)


PRECISIONS = {"16 bits": Gimp.Precision.U16_NON_LINEAR, "32-bit float, linear": Gimp.Precision.FLOAT_LINEAR,
              "8 bits, linear": Gimp.Precision.U8_LINEAR}


@tap.each(PRECISIONS)
def test_outside_nothing_changes_in_any_precision(precision):
    with sandbox("--picture", OTHER), Opened(large(900, 700)) as image:
        image.convert_precision(precision)
        before = visible(image, "R'G'B'A float")
        image.select_ellipse(Gimp.ChannelOps.REPLACE, 300, 200, 200, 150)
        selection = pixels(image.get_selection(), "Y float")
        assert edit(image).ok
        after = visible(image, "R'G'B'A float")
        for i in range(900 * 700):
            if selection[i * 4:i * 4 + 4] == b"\0\0\0\0":
                assert before[i * 16:i * 16 + 16] == after[i * 16:i * 16 + 16], (i % 900, i // 900)
