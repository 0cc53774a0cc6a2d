"""What all tests inside a headless GIMP have: images, sandboxes, calls of the procedures."""

import hashlib
import json
import os

import gi

gi.require_version("Gimp", "3.0")
gi.require_version("Gegl", "0.4")
from gi.repository import Gegl, Gimp, Gio, GLib  # noqa: E402

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
    arguments = {"provider": "sandbox"} | arguments
    for key, value in arguments.items():
        if value is None:
            continue
        if key in ("drawables", "references", "layers"):
            config.set_core_object_array(key, value)
        else:
            config.set_property(key, value)
    return Result(procedure.run(config))


def pixels(drawable, form: str = "R'G'B'A u8") -> bytes:
    rectangle = Gegl.Rectangle.new(0, 0, drawable.get_width(), drawable.get_height())
    return drawable.get_buffer().get(rectangle, 1.0, form, Gegl.AbyssPolicy.NONE)


def crop(drawable, x: int, y: int, width: int, height: int, form: str = "R'G'B'A u8") -> bytes:
    return drawable.get_buffer().get(Gegl.Rectangle.new(x, y, width, height), 1.0, form, Gegl.AbyssPolicy.NONE)


def recipe_of(layer) -> dict:
    """How a layer says that it was made."""
    parasite = layer.get_parasite("seedream-recipe")
    return json.loads(bytes(parasite.get_data()))


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
