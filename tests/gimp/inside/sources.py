"""What of a document is sent for an edit: whatever is seen of the layers, whichever kind they are."""

import tap

from gimp_support import *  # noqa: F403

RGBA = Gimp.ImageType.RGBA_IMAGE
NORMAL = Gimp.LayerMode.NORMAL


def canvas(width: int = 320, height: int = 240, kind=Gimp.ImageBaseType.RGB):
    return Gimp.Image.new(width, height, kind)


def painted(image, name: str, colour: tuple, size=(320, 240), place=(0, 0), opacity: float = 100, mode=NORMAL, parent=None,
            position: int = 0):
    """A layer of one colour, with a pattern in it that shows every shift."""
    layer = Gimp.Layer.new(image, name, *size, RGBA, opacity, mode)
    image.insert_layer(layer, parent, position)
    layer.set_offsets(*place)
    width, height = size
    data = bytes(value for y in range(height) for x in range(width)
                 for value in (*(c ^ (x * 5 + y * 3 & 31) for c in colour[:3]), colour[3]))
    layer.get_buffer().set(Gegl.Rectangle.new(0, 0, width, height), "R'G'B'A u8", data)
    layer.update(0, 0, width, height)
    return layer


def seen_alone(image, *layers) -> bytes:
    """What GIMP itself makes of these layers alone, as large as the canvas."""
    twin = image.duplicate()
    for original, layer in zip(image.get_layers(), twin.get_layers()):
        layer.set_visible(original in layers)
        if layers == (original,):
            layer.set_mode(NORMAL)
    flat = Gimp.Layer.new_from_visible(twin, twin, "seen")
    data = pixels(flat)
    twin.delete()
    return data


def over_canvas(image, layer) -> bytes:
    """A layer's pixels as large as the canvas."""
    x, y = offsets(layer)
    return layer.get_buffer().get(Gegl.Rectangle.new(-x, -y, image.get_width(), image.get_height()), 1.0, "R'G'B'A u8",
                                  Gegl.AbyssPolicy.NONE)


def assert_same_picture(got: bytes, wanted: bytes, tolerance: int = 0):
    """Where nothing is seen the colour does not matter."""
    for i in range(0, len(wanted), 4):
        a, b = got[i:i + 4], wanted[i:i + 4]
        assert abs(a[3] - b[3]) <= tolerance, (i // 4, a, b)
        assert b[3] == 0 or all(abs(p - q) <= tolerance for p, q in zip(a, b)), (i // 4, tuple(a), tuple(b))


def test_a_layer_mask_counts_as_seen():
    with sandbox("--picture", "echo"), Opened(canvas()) as image:
        layer = painted(image, "masked", (200, 90, 40, 255))
        mask = layer.create_mask(Gimp.AddMaskType.BLACK)
        layer.add_mask(mask)
        mask.get_buffer().set(Gegl.Rectangle.new(40, 30, 200, 100), "Y u8", bytes([255] * 10000 + [128] * 10000))
        mask.update(0, 0, 320, 240)
        wanted = seen_alone(image, layer)
        result = edit(image)
        assert result.ok, result.message
        got = over_canvas(image, result.layers[0])
        assert got[3] == 0 and 0 < got[(100 * 320 + 100) * 4 + 3] < 255, "the mask did not count"
        assert_same_picture(got, wanted)


def test_a_mask_that_is_switched_off_does_not_count():
    with sandbox("--picture", "echo"), Opened(canvas()) as image:
        layer = painted(image, "masked", (200, 90, 40, 255))
        layer.add_mask(layer.create_mask(Gimp.AddMaskType.BLACK))
        layer.set_apply_mask(False)
        assert pixels(edit(image).layers[0]) == pixels(layer)


def test_opacity_counts_as_seen():
    with sandbox("--picture", "echo"), Opened(canvas()) as image:
        layer = painted(image, "glass", (20, 190, 240, 255), opacity=40)
        wanted = seen_alone(image, layer)
        got = over_canvas(image, edit(image).layers[0])
        assert set(got[3::4]) == {102}, set(got[3::4])
        assert_same_picture(got, wanted)


def test_a_layer_s_effects_count_as_seen():
    with sandbox("--picture", "echo"), Opened(canvas()) as image:
        layer = painted(image, "negative", (20, 190, 240, 255))
        effect = Gimp.DrawableFilter.new(layer, "gegl:invert-gamma", "negative")
        layer.append_filter(effect)
        effect.update()
        wanted = seen_alone(image, layer)
        assert wanted != pixels(layer), "the effect has no effect"
        assert_same_picture(over_canvas(image, edit(image).layers[0]), wanted)


GROUPS = {"in normal mode": (NORMAL, 100), "that passes through": (Gimp.LayerMode.PASS_THROUGH, 100),
          "half transparent": (NORMAL, 50)}


@tap.each(GROUPS)
def test_a_group_is_what_it_shows(case):
    mode, opacity = case
    with sandbox("--picture", "echo"), Opened(canvas()) as image:
        below = painted(image, "below", (10, 20, 30, 255))
        group = Gimp.GroupLayer.new(image, "group")
        image.insert_layer(group, None, 0)
        painted(image, "first", (200, 90, 40, 255), size=(100, 80), place=(-20, 150), parent=group)
        painted(image, "second", (90, 200, 40, 128), size=(150, 60), place=(60, 120), parent=group)
        hidden = painted(image, "hidden", (0, 0, 0, 255), parent=group)
        hidden.set_visible(False)
        group.set_mode(mode)
        group.set_opacity(opacity)
        wanted = seen_alone(image, group)
        result = edit(image, drawables=[group])
        assert result.ok, result.message
        layer = result.layers[0]
        assert image.get_layers() == [layer, group, below]
        assert layer.get_mode() == NORMAL
        assert_same_picture(over_canvas(image, layer), wanted, 1)
        assert offsets(layer) == offsets(group), "what lies past the canvas was lost"


def test_a_text_layer_is_sent_as_it_looks():
    with sandbox("--picture", "echo"), Opened(canvas()) as image:
        text = Gimp.TextLayer.new(image, "Seedream", Gimp.Font.get_by_name("DejaVu Sans") or Gimp.context_get_font(), 40,
                                  Gimp.Unit.pixel())
        image.insert_layer(text, None, 0)
        text.set_offsets(30, 60)
        before = pixels(text)
        assert 0 < before[3::4].count(255) < len(before) // 4, "the font draws nothing"
        result = edit(image, drawables=[text])
        assert result.ok, result.message
        layer = result.layers[0]
        assert pixels(layer) == before and offsets(layer) == (30, 60)
        assert text.get_text() == "Seedream"


def test_a_hidden_layer_is_edited_and_its_result_is_seen():
    with sandbox("--picture", "echo"), Opened(canvas()) as image:
        layer = painted(image, "hidden", (20, 190, 240, 255))
        layer.set_visible(False)
        new = edit(image).layers[0]
        assert new.get_visible() and not layer.get_visible()
        assert pixels(new) == pixels(layer)


def test_a_greyscale_image_stays_grey():
    with sandbox("--picture", "echo"), Opened(load("chelsea.png")) as image:
        image.convert_grayscale()
        source = image.get_layers()[0]
        layer = edit(image).layers[0]
        assert layer.is_gray()
        assert pixels(layer, "Y' u8") == pixels(source, "Y' u8")


def test_an_indexed_image_keeps_its_palette():
    with sandbox("--picture", "echo"), Opened(load("coffee.png")) as image:
        image.convert_indexed(Gimp.ConvertDitherType.NONE, Gimp.ConvertPaletteType.GENERATE, 64, False, False, "")
        source = image.get_layers()[0]
        layer = edit(image).layers[0]
        assert layer.is_indexed()
        assert pixels(layer) == pixels(source)


def test_a_layer_reaching_past_the_canvas_is_sent_whole():
    with sandbox("--picture", "echo"), Opened(canvas()) as image:
        layer = painted(image, "large", (20, 190, 240, 255), size=(500, 400), place=(-100, -90))
        new = edit(image).layers[0]
        assert offsets(new) == (-100, -90) and pixels(new) == pixels(layer)


def test_the_result_keeps_its_source_s_mode():
    with sandbox("--picture", "echo"), Opened(canvas()) as image:
        painted(image, "below", (10, 20, 30, 255))
        painted(image, "shade", (200, 190, 240, 255), mode=Gimp.LayerMode.MULTIPLY)
        assert edit(image).layers[0].get_mode() == Gimp.LayerMode.MULTIPLY


def test_transparency_outlives_an_opaque_answer():
    with sandbox("--picture", str(PHOTOS / "rocket.jpg")), Opened(canvas()) as image:
        layer = painted(image, "glass", (20, 190, 240, 255))
        data = bytes(v for y in range(240) for x in range(320) for v in (x & 255, y, 90, (x + y) & 255))
        layer.get_buffer().set(Gegl.Rectangle.new(0, 0, 320, 240), "R'G'B'A u8", data)
        new = pixels(edit(image).layers[0])
        # The answer is 640×427: fitted into 320×240 it leaves a bar above and below, which shows nothing.
        for y in range(15, 225):
            assert new[y * 1280 + 3:(y + 1) * 1280:4] == data[y * 1280 + 3:(y + 1) * 1280:4], y
        assert set(new[3:1280:4]) == {0}


def test_selected_layers_can_be_merged():
    with sandbox("--picture", "echo"), Opened(canvas()) as image:
        lowest = painted(image, "lowest", (90, 90, 90, 255))
        first = painted(image, "first", (200, 90, 40, 255), size=(100, 80), place=(20, 50))
        between = painted(image, "between", (0, 255, 0, 255))
        second = painted(image, "second", (90, 200, 40, 255), size=(150, 60), place=(60, 120), opacity=60,
                         mode=Gimp.LayerMode.MULTIPLY)
        wanted = seen_alone(image, first, second)
        result = edit(image, drawables=[first, second], sources="merged")
        assert result.ok, result.message
        layer, = result.layers
        assert image.get_layers() == [layer, second, between, first, lowest]
        assert (*offsets(layer), layer.get_width(), layer.get_height()) == (20, 50, 190, 130)
        assert_same_picture(over_canvas(image, layer), wanted, 1)
        assert "," not in result.job


def test_a_merged_group_and_its_own_child_count_once():
    with sandbox("--picture", "echo"), Opened(canvas()) as image:
        group = Gimp.GroupLayer.new(image, "group")
        image.insert_layer(group, None, 0)
        child = painted(image, "child", (200, 90, 40, 128), parent=group)
        wanted = seen_alone(image, group)
        result = edit(image, drawables=[child, group], sources="merged")
        assert result.ok, result.message
        assert image.get_layers() == [result.layers[0], group]
        assert_same_picture(over_canvas(image, result.layers[0]), wanted, 1)


def test_the_visible_image_can_be_edited():
    with sandbox("--picture", "echo"), Opened(canvas()) as image:
        painted(image, "lowest", (90, 90, 90, 255))
        painted(image, "shade", (200, 90, 40, 255), size=(100, 80), place=(-20, 50), opacity=70,
                mode=Gimp.LayerMode.MULTIPLY)
        hidden = painted(image, "hidden", (0, 255, 0, 255))
        hidden.set_visible(False)
        flat = Gimp.Layer.new_from_visible(image, image, "seen")
        wanted = pixels(flat)
        flat.delete()
        result = edit(image, drawables=[], sources="visible")
        assert result.ok, result.message
        layer, = result.layers
        assert image.get_layers()[0] == layer and offsets(layer) == (0, 0)
        assert pixels(layer) == wanted


def test_a_floating_selection_is_edited_above_what_it_floats_over():
    with sandbox("--picture", "echo"), Opened(canvas()) as image:
        layer = painted(image, "below", (200, 90, 40, 255))
        image.select_rectangle(Gimp.ChannelOps.REPLACE, 50, 60, 100, 80)
        Gimp.edit_copy([layer])
        floating = Gimp.edit_paste(layer, True)[0]
        Gimp.Selection.none(image)
        result = edit(image, drawables=[floating])
        assert result.ok, result.message
        new = result.layers[0]
        assert pixels(new) == pixels(floating)
        assert new in image.get_layers()


def test_a_large_answer_can_keep_its_own_size():
    with sandbox("--picture", str(PHOTOS / "coffee.png")), Opened(canvas(288, 192)) as image:  # 600×400
        painted(image, "small", (200, 90, 40, 255), size=(288, 192))
        small = edit(image).layers[0]
        assert (small.get_width(), small.get_height()) == (288, 192)
        image.remove_layer(small)
        large = edit(image, **{"native-size": True}).layers[0]
        # 288×216 was sent, and the answer lies in its middle.
        assert (large.get_width(), large.get_height()) == (600, 400), (large.get_width(), large.get_height())
        assert offsets(large) == (-156, -104), offsets(large)
        coffee = load("coffee.png")
        assert pixels(large) == pixels(coffee.get_layers()[0])
        coffee.delete()


def test_a_selection_s_mask_grows_with_an_answer_of_its_own_size():
    with sandbox("--picture", str(PHOTOS / "coffee.png")), Opened(canvas(288, 192)) as image:
        painted(image, "small", (200, 90, 40, 255), size=(288, 192))
        image.select_rectangle(Gimp.ChannelOps.REPLACE, 100, 50, 60, 40)
        large = edit(image, context="whole", **{"native-size": True}).layers[0]
        mask = pixels(large.get_mask(), "Y u8")
        assert (large.get_width(), large.get_height()) == (600, 400)
        inside = sum(value > 127 for value in mask)  # 60×40 of 288×192 in 600×400
        assert abs(inside - 125 * 83) < 210, inside


def test_one_call_is_one_undo_step():
    with sandbox(), Opened(load("coffee.png")) as image:
        first = image.get_layers()[0]
        second = first.copy()
        image.insert_layer(second, None, 0)
        image.clean_all()
        assert not image.is_dirty()
        assert edit(image, drawables=[first, second], count=2).ok
        assert image.is_dirty() and len(image.get_layers()) == 4


def test_the_selected_layers_become_the_results():
    with sandbox(), Opened(load("coffee.png")) as image:
        image.set_selected_layers([image.get_layers()[0]])
        result = edit(image)
        assert image.get_selected_layers() == result.layers
