"""Colours: every precision and profile there and back, and what an answer's own profile says."""

import colorsys
import contextlib
import ctypes
import math
import random
import re
import struct
import sys
import tempfile
import zlib
from array import array
from collections import Counter
from functools import cache

import tap
from gimp_support import *  # noqa: F403

WIDTH, HEIGHT = 160, 120
ECHO = ("--picture", "echo")
PRECISIONS = {name.lower(): getattr(Gimp.Precision, name)
              for name in dir(Gimp.Precision) if re.match("(U8|U16|U32|HALF|FLOAT|DOUBLE)_", name)}


# --- what is sent there and back ---

@cache
def photo() -> array:
    """A small photograph, with values between the 8-bit ones."""
    image = load("coffee.png")
    image.convert_precision(Gimp.Precision.FLOAT_NON_LINEAR)
    image.crop(533, 400, 30, 0)
    image.scale(WIDTH, HEIGHT)
    values = array("d", pixels(image.get_layers()[0], "R'G'B' double"))
    image.delete()
    return array("d", (min(max(value, 0), 1) for value in values))


def patch(x: int, y: int) -> tuple:
    """What is hard: the most saturated colours, greys, next to black, next to white."""
    along = x / (WIDTH - 1)
    if y < 8:
        return colorsys.hsv_to_rgb(along, 1, (y + 1) / 8)
    if y < 12:
        return colorsys.hsv_to_rgb(along, 0.9, 0.5)
    if y < 16:
        return along, along, along
    if y == 16:
        return 1.5 - along, -along / 8, along * 2  # what integers clip
    if y < 20:
        return along / 16, x % 3 / 40, y % 4 / 80
    return tuple(step / 2 for step in (x // 6 % 3, x // 18 % 3, x // 54 % 3))


@cache
def chart() -> array:
    """The photograph, with patches along its lower edge."""
    rows = 24
    patches = (value for y in range(rows) for x in range(WIDTH) for value in patch(x, y))
    return photo()[:-rows * WIDTH * 3] + array("d", patches)


@cache
def glass() -> array:
    """Transparency of every degree, none and all of it too."""
    chance = random.Random(1)
    return array("d", (min(max(chance.uniform(-0.2, 1.2), 0), 1) for _ in range(WIDTH * HEIGHT)))


def with_alpha(colours: array, alpha: array, channels: int) -> array:
    values = array("d", bytes(8 * (channels + 1) * len(alpha)))
    for channel in range(channels):
        values[channel::channels + 1] = colours[channel::channels]
    values[channels::channels + 1] = alpha
    return values


def document(precision=Gimp.Precision.U8_NON_LINEAR, profile=None, grey=False, alpha=False):
    """An image whose own values are the chart's, whatever they mean in its profile."""
    base, kind = (Gimp.ImageBaseType.GRAY, "GRAY") if grey else (Gimp.ImageBaseType.RGB, "RGB")
    image = Gimp.Image.new_with_precision(WIDTH, HEIGHT, base, precision)
    kind = getattr(Gimp.ImageType, kind + ("A_IMAGE" if alpha else "_IMAGE"))
    layer = Gimp.Layer.new(image, "chart", WIDTH, HEIGHT, kind, 100, Gimp.LayerMode.NORMAL)
    image.insert_layer(layer, None, 0)
    colours, form = (chart()[1::3], "Y'") if grey else (chart(), "R'G'B'")
    if alpha:
        colours, form = with_alpha(colours, glass(), 1 if grey else 3), form + "A"
    layer.get_buffer().set(Gegl.Rectangle.new(0, 0, WIDTH, HEIGHT), form + " double", colours.tobytes())
    if profile:
        assert image.set_color_profile(Gimp.ColorProfile.new_from_icc_profile(profile))
    return image


@contextlib.contextmanager
def answer_of(values: array, channels: int = 3, profile: bytes = b""):
    """The path of a PNG with 8-bit values, as large as the chart; channels is 1 for grey."""
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    codes, stride = eight_bits(values), WIDTH * channels
    rows = b"".join(b"\0" + codes[at:at + stride] for at in range(0, len(codes), stride))
    with tempfile.NamedTemporaryFile(suffix=".png") as file:
        file.write(b"\x89PNG\r\n\x1a\n" +
                   chunk(b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2 if channels == 3 else 0, 0, 0, 0)) +
                   (chunk(b"iCCP", b"profile\0\0" + zlib.compress(profile)) if profile else b"") +
                   chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
        file.flush()
        yield file.name


# --- profiles, made and read by Little CMS ---

class Tristimulus(ctypes.Structure):
    _fields_ = [(name, ctypes.c_double) for name in "xyz"]


def lcms_library() -> ctypes.CDLL:
    lcms = ctypes.CDLL("liblcms2.so.2")
    for name in ("BuildParametricToneCurve", "BuildTabulatedToneCurve16", "CreateGrayProfile", "CreateRGBProfile",
                 "CreateProfilePlaceholder", "OpenProfileFromMem", "CreateTransform", "PipelineAlloc",
                 "StageAllocMatrix", "StageAllocToneCurves"):
        getattr(lcms, "cms" + name).restype = ctypes.c_void_p
    lcms.cmsSetProfileVersion.argtypes = ctypes.c_void_p, ctypes.c_double
    return lcms


LCMS = lcms_library()
Handle = ctypes.c_void_p  # of a profile, a curve, a transform


def linear(v: float) -> float:
    """A value of sRGB as light."""
    return v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4


def curve(*parameters: float) -> Handle:
    """A gamma alone, or sRGB's five numbers."""
    kind = 1 if len(parameters) == 1 else 4
    return Handle(LCMS.cmsBuildParametricToneCurve(None, kind, (ctypes.c_double * len(parameters))(*parameters)))


def curve_in_steps() -> Handle:
    """sRGB's as older profiles have it: a table."""
    steps = (round(65535 * linear(i / 1023)) for i in range(1024))
    return Handle(LCMS.cmsBuildTabulatedToneCurve16(None, 1024, (ctypes.c_uint16 * 1024)(*steps)))


def three(one: Handle) -> ctypes.Array:
    return (Handle * 3)(one, one, one)


def saved(profile: Handle) -> bytes:
    size = ctypes.c_uint32()
    LCMS.cmsSaveProfileToMem(profile, None, ctypes.byref(size))
    data = ctypes.create_string_buffer(size.value)
    assert LCMS.cmsSaveProfileToMem(profile, data, ctypes.byref(size))
    return data.raw


def rgb_profile(white: tuple, primaries: tuple, trc: Handle) -> bytes:
    points = (Tristimulus * 3)(*(Tristimulus(x, y, 1) for x, y in primaries))
    return saved(Handle(LCMS.cmsCreateRGBProfile(ctypes.byref(Tristimulus(*white, 1)), points, three(trc))))


def grey_profile(gamma: float) -> bytes:
    return saved(Handle(LCMS.cmsCreateGrayProfile(ctypes.byref(Tristimulus(*D50, 1)), curve(gamma))))


def inverse(m: list) -> list:
    def minor(i, j):
        (a, b), (c, d) = ([m[(i + k) % 3][(j + n) % 3] for n in (1, 2)] for k in (1, 2))
        return a * d - b * c
    det = sum(m[0][j] * minor(0, j) for j in range(3))
    return [[minor(j, i) / det for j in range(3)] for i in range(3)]


def table_profile() -> bytes:
    """One that says what its colours are in A2B0 and B2A0 alone: babl cannot read it."""
    to_xyz = [[0.5151, 0.2920, 0.1571], [0.2412, 0.6922, 0.0666], [-0.0011, 0.0419, 0.7841]]
    scale = 32768 / 65535  # how XYZ is written
    profile = Handle(LCMS.cmsCreateProfilePlaceholder(None))
    LCMS.cmsSetProfileVersion(profile, 4.3)
    for field, word in (("DeviceClass", b"mntr"), ("ColorSpace", b"RGB "), ("PCS", b"XYZ ")):
        getattr(LCMS, "cmsSet" + field)(profile, int.from_bytes(word, "big"))
    towards = [[value * scale for value in row] for row in to_xyz]
    for tag, rows, gamma in ((b"A2B0", towards, 1.8), (b"B2A0", inverse(towards), 1 / 1.8)):
        matrix = (ctypes.c_double * 9)(*(value for row in rows for value in row))
        stages = [LCMS.cmsStageAllocToneCurves(None, 3, three(curve(gamma))),
                  LCMS.cmsStageAllocMatrix(None, 3, 3, matrix, None),
                  LCMS.cmsStageAllocToneCurves(None, 3, three(curve(1.0)))]
        pipeline = Handle(LCMS.cmsPipelineAlloc(None, 3, 3))
        for stage in stages if tag == b"A2B0" else reversed(stages):
            assert LCMS.cmsPipelineInsertStage(pipeline, 1, Handle(stage))
        assert LCMS.cmsWriteTag(profile, int.from_bytes(tag, "big"), pipeline)
    return saved(profile)


def built_in(name: str) -> bytes:
    return bytes(getattr(Gimp.ColorProfile, "new_" + name)().get_icc_profile())


D50, D65 = (0.3457, 0.3585), (0.3127, 0.3290)
P3 = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))
SRGB_TRC = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
RGB_PROFILES = {
    "sRGB": built_in("rgb_srgb"),
    "linear sRGB": built_in("rgb_srgb_linear"),
    "Adobe RGB": built_in("rgb_adobe"),
    "Display P3": rgb_profile(D65, P3, curve(*SRGB_TRC)),
    "Display P3 in steps": rgb_profile(D65, P3, curve_in_steps()),
    "ProPhoto": rgb_profile(D50, ((0.7347, 0.2653), (0.1596, 0.8404), (0.0366, 0.0001)), curve(1.8)),
    "tables only": table_profile(),
}
GREY_PROFILES = {
    "grey with sRGB's curve": built_in("d65_gray_srgb_trc"),
    "linear grey": built_in("d65_gray_linear"),
    "grey of gamma 2.2": grey_profile(2.2),
    "grey of L*": built_in("d50_gray_lab_trc"),
}


# --- measuring ---

def own_values(layer) -> array:
    """A layer's values as they are, from 0 to 1."""
    kind = layer.get_image().get_precision().value_nick.split("-")[0]
    data = pixels(layer, None)
    if kind in ("half", "float", "double"):
        code = {"half": "e", "float": "f", "double": "d"}[kind]
        return array("d", struct.unpack(f"{len(data) // struct.calcsize(code)}{code}", data))
    values = array({"u8": "B", "u16": "H", "u32": "I"}[kind], data)
    most = 256 ** values.itemsize - 1
    return array("d", (value / most for value in values))


def shown(values: array, profile: bytes, channels: int) -> bytes:
    """Values in a profile as 8-bit sRGB with alpha, the way Little CMS sees it."""
    alpha, colours = channels % 2 == 0, channels - (channels % 2 == 0)
    form = 1 << 22 | (3 if colours == 1 else 4) << 16 | alpha << 7 | colours << 3
    opened = [Handle(LCMS.cmsOpenProfileFromMem(data, len(data))) for data in (profile, built_in("rgb_srgb"))]
    flags = 0x2000 | 0x0100 | 0x04000000  # black point compensation, nothing optimised, alpha copied
    to_form = 1 << 22 | 4 << 16 | alpha << 7 | 3 << 3
    transform = Handle(LCMS.cmsCreateTransform(opened[0], form, opened[1], to_form, 1, flags))
    count = len(values) // channels
    out = array("d", bytes(8 * count * (3 + alpha)))
    LCMS.cmsDoTransform(transform, (ctypes.c_double * len(values)).from_buffer(values),
                        (ctypes.c_double * len(out)).from_buffer(out), count)
    LCMS.cmsDeleteTransform(transform)
    for profile in opened:
        LCMS.cmsCloseProfile(profile)
    return eight_bits(out) if alpha else full(eight_bits(out))


def in_srgb(layer) -> bytes:
    """A layer as 8-bit sRGB with alpha; babl, which the plug-in relies on, has no say in it."""
    image = layer.get_image()
    profile = image.get_effective_color_profile()
    trc = image.get_precision().value_nick.split("-", 1)[1]
    # Of a profile with nothing but tables GIMP knows no other curve: there the values are the profile's own.
    if trc == "linear":
        profile = Gimp.ColorProfile.new_linear_from_color_profile(profile) or profile
    elif trc == "perceptual":
        profile = Gimp.ColorProfile.new_srgb_trc_from_color_profile(profile) or profile
    channels = (1 if layer.is_gray() else 3) + layer.has_alpha()
    return shown(own_values(layer), bytes(profile.get_icc_profile()), channels)


@cache
def lab(code: tuple) -> tuple:
    r, g, b = (linear(c / 255) for c in code)
    x, y, z = ((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047, 0.2126729 * r + 0.7151522 * g + 0.0721750 * b,
               (0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883)
    x, y, z = (math.cbrt(v) if v > 216 / 24389 else (24389 / 27 * v + 16) / 116 for v in (x, y, z))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def ciede2000(one: tuple, other: tuple) -> float:
    """The difference of two colours of CIE L*a*b*, as CIE 142-2001 has it."""
    (l1, a1, b1), (l2, a2, b2) = one, other

    def chroma_weight(c):
        return math.sqrt(c ** 7 / (c ** 7 + 25 ** 7))

    g = 1.5 - chroma_weight((math.hypot(a1, b1) + math.hypot(a2, b2)) / 2) / 2
    c1, c2 = math.hypot(g * a1, b1), math.hypot(g * a2, b2)
    h1, h2 = (math.degrees(math.atan2(b, g * a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = (h2 - h1 + 180) % 360 - 180 if c1 * c2 else 0
    h = (h1 + turn / 2 if c1 * c2 else h1 + h2) % 360
    l, c = (l1 + l2) / 2, (c1 + c2) / 2
    t = (1 - 0.17 * math.cos(math.radians(h - 30)) + 0.24 * math.cos(math.radians(2 * h)) +
         0.32 * math.cos(math.radians(3 * h + 6)) - 0.20 * math.cos(math.radians(4 * h - 63)))
    dl = (l2 - l1) / (1 + 0.015 * (l - 50) ** 2 / math.sqrt(20 + (l - 50) ** 2))
    dc = (c2 - c1) / (1 + 0.045 * c)
    dh = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(turn / 2)) / (1 + 0.015 * c * t)
    rotation = -2 * chroma_weight(c) * math.sin(math.radians(60 * math.exp(-((h - 275) / 25) ** 2)))
    return math.sqrt(dl * dl + dc * dc + dh * dh + rotation * dc * dh)


def difference(one: bytes, other: bytes) -> tuple:
    """The largest one in any channel, in codes, and the mean ΔE2000."""
    assert len(one) == len(other)
    pairs = zip(memoryview(one).cast("I"), memoryview(other).cast("I"))
    differing = Counter(pair for pair in pairs if pair[0] != pair[1])
    most, total = 0, 0.0
    for pair, count in differing.items():
        a, b = (tuple(code.to_bytes(4, sys.byteorder)) for code in pair)
        most = max(most, *(abs(p - q) for p, q in zip(a, b)))
        total += count * ciede2000(lab(a[:3]), lab(b[:3]))
    return most, total / (len(one) // 4)


def assert_alike(one: bytes, other: bytes):
    most, mean = difference(one, other)
    assert most <= 1 and mean < 0.5, f"up to {most} codes, ΔE {mean:.3f} on average"


def alpha_of(layer) -> bytes:
    return pixels(layer, "A " + layer.get_image().get_precision().value_nick.split("-")[0])


def eight_bits(values: array) -> bytes:
    return bytes(int(min(max(value, 0), 1) * 255 + 0.5) for value in values)


def full(codes: bytes) -> bytes:
    """RGB with an alpha of 255."""
    with_alpha = bytearray(b"\xff" * (len(codes) // 3 * 4))
    for channel in range(3):
        with_alpha[channel::4] = codes[channel::3]
    return bytes(with_alpha)


def opaque(codes: bytes) -> bytes:
    return full(bytes(code for i, code in enumerate(codes) if i % 4 != 3))


def edited(image, **arguments):
    result = edit(image, **arguments)
    assert result.ok, result.message
    return result.layers[0]


# --- the tests ---

def test_the_measure_of_differences_gives_the_published_ones():
    for one, other, published in (((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
                                  ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0),
                                  ((50, 2.5, 0), (73, 25, -18), 27.1492),
                                  ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
                                  ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082)):
        assert abs(ciede2000(one, other) - published) < 5e-5, (one, other, ciede2000(one, other))


# Each space that GIMP gets to know makes it slower at finding a way between two of greyscale: those come first.
@tap.each({f"{name}, {form}": (profile, form, alpha) for name, profile in GREY_PROFILES.items()
           for form, alpha in (("u8_non_linear", False), ("u16_linear", True))})
def test_greyscale_goes_there_and_back(case):
    profile, precision, alpha = case
    with sandbox(*ECHO), Opened(document(PRECISIONS[precision], profile, grey=True, alpha=alpha)) as image:
        source = image.get_layers()[0]
        result = edited(image)
        assert_alike(in_srgb(result), in_srgb(source))
        assert alpha_of(result) == alpha_of(source)


def test_greyscale_of_8_bits_comes_back_exactly():
    with sandbox(*ECHO), Opened(document(grey=True, alpha=True)) as image:
        source = pixels(image.get_layers()[0], "Y'A u8")
        assert pixels(edited(image), "Y'A u8") == source


@tap.each({"opaque": False, "transparent": True})
def test_indexed_colours_come_back_exactly(alpha):
    with sandbox(*ECHO), Opened(document(alpha=alpha)) as image:
        image.convert_indexed(Gimp.ConvertDitherType.NONE, Gimp.ConvertPaletteType.GENERATE, 200, False, False, "")
        source = pixels(image.get_layers()[0])
        assert len(set(source)) > 100 and set(source[3::4]) == ({0, 255} if alpha else {255})
        result = edited(image)
        assert image.get_base_type() == Gimp.ImageBaseType.INDEXED and result.is_indexed()
        assert pixels(result) == source


@tap.each({f"{width}×{height}": (width, height) for width, height in
           ((15, 15), (15, 240), (17, 301), (641, 479), (3001, 2003))})
def test_8_bit_srgb_comes_back_exactly_at_any_size(size):
    width, height = size
    with sandbox(*ECHO), Opened(Gimp.Image.new(width, height, Gimp.ImageBaseType.RGB)) as image:
        layer = Gimp.Layer.new(image, "any", width, height, Gimp.ImageType.RGB_IMAGE, 100, Gimp.LayerMode.NORMAL)
        image.insert_layer(layer, None, 0)
        if width * height < 1000000:
            data = random.Random(2).randbytes(width * height * 3)
        else:  # smooth enough to be sent as PNG
            slope = bytes((i // 9 + i % 3 * 80) & 255 for i in range((width + height) * 3))
            data = b"".join(slope[y * 3:(y + width) * 3] for y in range(height))
        layer.get_buffer().set(Gegl.Rectangle.new(0, 0, width, height), "R'G'B' u8", data)
        result = edited(image)
        assert (result.get_width(), result.get_height()) == size
        assert pixels(result, "R'G'B' u8") == data
        assert set(pixels(result, "A u8")) == {255}


@tap.each(PRECISIONS)
def test_every_precision_goes_there_and_back(precision):
    with sandbox(*ECHO), Opened(document(precision)) as image:
        source = image.get_layers()[0]
        result = edited(image)
        assert_alike(in_srgb(result), in_srgb(source))
        if precision in (Gimp.Precision.U8_NON_LINEAR, Gimp.Precision.U8_PERCEPTUAL):
            assert pixels(result) == pixels(source)


@tap.each(PRECISIONS)
def test_every_precision_keeps_its_transparency_and_takes_an_opaque_answers_colours(precision):
    with answer_of(chart()) as picture, sandbox("--picture", picture), Opened(document(precision, alpha=True)) as image:
        source = image.get_layers()[0]
        source.invert(False)  # what is sent is not what comes back
        result = edited(image)
        assert alpha_of(result) == alpha_of(source)
        if precision != Gimp.Precision.U8_LINEAR:  # which has only a few dark values
            assert_alike(opaque(in_srgb(result)), full(eight_bits(chart())))


@tap.each({name: PRECISIONS[name] for name in ("u8_non_linear", "half_linear", "u32_perceptual")})
def test_transparency_stays_below_an_answer_of_another_size(precision):
    with sandbox("--picture", str(PHOTOS / "coffee.png")), Opened(document(precision, alpha=True)) as image:
        image.crop(150, 100, 3, 5)  # the photograph's shape
        source = image.get_layers()[0]
        assert alpha_of(edited(image)) == alpha_of(source)


@tap.each({f"{name}, {form}": (name, form) for name in RGB_PROFILES
           for form in ("u8_non_linear", "u8_linear", "u16_non_linear")})
def test_every_profile_goes_there_and_back(case):
    name, precision = case
    with sandbox(*ECHO), Opened(document(PRECISIONS[precision], RGB_PROFILES[name])) as image:
        source = image.get_layers()[0]
        result = edited(image)
        if name == "tables only":
            assert_alike(in_srgb(result), in_srgb(source))
        else:  # what is sent is sRGB as babl has it
            assert_alike(pixels(result), pixels(source))


@tap.each(RGB_PROFILES)
def test_an_answer_shows_its_colours_in_every_profile(profile):
    with answer_of(chart()) as picture, sandbox("--picture", picture):
        with Opened(document(Gimp.Precision.FLOAT_LINEAR, profile)) as image:
            assert_alike(in_srgb(edited(image)), full(eight_bits(chart())))


@tap.each({name: (profile, 3) for name, profile in RGB_PROFILES.items() if name != "tables only"} |
          {name: (profile, 1) for name, profile in GREY_PROFILES.items()})
def test_an_answer_is_shown_in_the_colours_of_its_own_profile(case):
    profile, channels = case
    values = chart() if channels == 3 else chart()[1::3]
    expected = shown(array("d", (code / 255 for code in eight_bits(values))), profile, channels)
    with answer_of(values, channels, profile) as picture, sandbox("--picture", picture), Opened(document()) as image:
        assert_alike(in_srgb(edited(image)), expected)


@tap.each({"JPEG": "jpeg", "WebP": "webp"})
def test_an_answer_in_another_format_has_its_profile_too(name):
    with tempfile.TemporaryDirectory() as folder:
        file = Gio.File.new_for_path(folder + "/answer." + name)
        with Opened(document(profile=RGB_PROFILES["ProPhoto"])) as image:
            export = Gimp.get_pdb().lookup_procedure(f"file-{name}-export")
            settings = export.create_config()
            for key, value in {"image": image, "file": file, "include-color-profile": True}.items():
                settings.set_property(key, value)
            assert export.run(settings).index(0) == Gimp.PDBStatusType.SUCCESS
        with Opened(Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, file)) as loaded:
            assert bytes(loaded.get_color_profile().get_icc_profile()) == RGB_PROFILES["ProPhoto"]
            expected = in_srgb(loaded.get_layers()[0])
        with sandbox("--picture", file.get_path()), Opened(document()) as image:
            mean = difference(in_srgb(edited(image)), expected)[1]
            assert mean < 0.1, mean  # readers of JPEG differ in a value here and there
