"""What plugin/try does without a display: edits a layer, composes two open images, generates a picture.

Runs in GIMP's Python interpreter; PHOTOS and OUT are folders, put in by plugin/try.
"""

import gi

gi.require_version("Gimp", "3.0")
from gi.repository import Gimp, Gio  # noqa: E402


def load(name):
    return Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, Gio.File.new_for_path(f"{PHOTOS}/{name}"))  # noqa: F821


def save(image, name):
    for suffix in ("xcf", "png"):
        Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image, Gio.File.new_for_path(f"{OUT}/{name}.{suffix}"))  # noqa: F821
    image.delete()


def seedream(name, prompt, **arguments):
    """Calls plug-in-seedream-NAME and returns its new layers."""
    procedure = Gimp.get_pdb().lookup_procedure(f"plug-in-seedream-{name}")
    config = procedure.create_config()
    config.set_property("prompt", prompt)
    for key, value in arguments.items():
        if isinstance(value, list):
            config.set_core_object_array(key, value)
        else:
            config.set_property(key, value)
    result = procedure.run(config)
    if result.index(0) != Gimp.PDBStatusType.SUCCESS:
        raise RuntimeError(Gimp.get_pdb().get_last_error())
    return result.get_core_object_array(1)


coffee = load("coffee.png")
seedream("edit", "Late sunlight from the left, a wisp of steam", image=coffee, drawables=coffee.get_layers())
save(coffee, "edited")

astronaut, chelsea = load("astronaut.png"), load("chelsea.png")
seedream("compose", "The cat of image 2 beside the astronaut of image 1", image=astronaut,
         drawables=astronaut.get_layers(), references=[chelsea])
chelsea.delete()
save(astronaut, "composed")

layers = seedream("generate", "Hills at dusk, oil paint", size="landscape_4_3")
save(layers[0].get_image(), "generated")
