"""variants.py - three variants of photo.png, of its two layers as one; then the same once more in other words.

gimp-console -i --quit --batch-interpreter=python-fu-eval -b "exec(open('variants.py').read())"
"""

import gi

gi.require_version("Gimp", "3.0")
from gi.repository import Gimp, Gio  # noqa: E402


def seedream(name, image, drawables, **arguments):
    """Calls plug-in-seedream-NAME and returns its new layers and the job's id."""
    procedure = Gimp.get_pdb().lookup_procedure(f"plug-in-seedream-{name}")
    config = procedure.create_config()
    config.set_property("image", image)
    config.set_core_object_array("drawables", drawables)
    for key, value in arguments.items():
        config.set_property(key.replace("_", "-"), value)
    result = procedure.run(config)
    if result.index(0) != Gimp.PDBStatusType.SUCCESS:
        raise RuntimeError(Gimp.get_pdb().get_last_error())
    return result.get_core_object_array(1), result.index(2)


image = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, Gio.File.new_for_path("photo.png"))
caption = Gimp.TextLayer.new(image, "Café", Gimp.context_get_font(), 60, Gimp.Unit.pixel())
image.insert_layer(caption, None, 0)
variants, job = seedream("edit", image, image.get_layers(), prompt="as a woodcut", sources="merged", count=3)
print(f"job {job}:", ", ".join(layer.get_name() for layer in variants))
seedream("rerun", image, [variants[0]], prompt="as a watercolour")
Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image, Gio.File.new_for_path("variants.xcf"))
image.delete()
