"""Runs in gimp-console: opens every dialog of the plug-in, one after the other, for somebody outside to look at."""

import os

import gi

gi.require_version("Gimp", "3.0")
from gi.repository import Gimp, Gio  # noqa: E402

PHOTOS = os.environ["SEEDREAM_TEST_PHOTOS"]


def load(name):
    return Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, Gio.File.new_for_path(os.path.join(PHOTOS, name)))


def show(name, image, **arguments):
    procedure = Gimp.get_pdb().lookup_procedure("plug-in-seedream-" + name)
    config = procedure.create_config()
    config.set_property("run-mode", Gimp.RunMode.INTERACTIVE)
    config.set_property("image", image)
    config.set_core_object_array("drawables", image.get_layers())
    for key, value in arguments.items():
        config.set_property(key, value)
    procedure.run(config)


load("chelsea.png")
coffee = load("coffee.png")
coffee.select_ellipse(Gimp.ChannelOps.REPLACE, 150, 80, 260, 240)
drawing = Gimp.get_pdb().lookup_procedure("plug-in-seedream-generate")
config = drawing.create_config()
config.set_property("prompt", "Seedream 1")
config.set_property("provider", "sandbox")
drawing.run(config)  # something for the list of jobs
for dialog in ("edit", "compose", "generate", "settings", "jobs"):
    show(dialog, coffee)
