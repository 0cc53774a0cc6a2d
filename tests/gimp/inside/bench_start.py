"""Opens dialogs one after the other; the preloaded clock closes each."""

import json
import os
import sys

import gi

gi.require_version("Gimp", "3.0")
from gi.repository import Gimp, Gio  # noqa: E402


def open_dialog(name: str, image):
    procedure = Gimp.get_pdb().lookup_procedure(name)
    config = procedure.create_config()
    config.set_property("run-mode", Gimp.RunMode.INTERACTIVE)
    config.set_property("image", image)
    config.set_core_object_array("drawables", image.get_layers()[:1])
    status = procedure.run(config).index(0)
    assert status == Gimp.PDBStatusType.CANCEL, (name, status, Gimp.get_pdb().get_last_error())


def main(result: str, words: list):
    try:
        rounds, photo, names = int(words[0]), words[1], words[2:]
        image = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, Gio.File.new_for_path(photo))
        Gimp.Display.new(image)
        for _ in range(rounds):
            for name in names:
                open_dialog(name, image)
        answer = {"done": True}
    except Exception as trouble:
        answer = {"trouble": repr(trouble)}
    with open(result + "~", "w") as out:
        json.dump(answer, out)
    os.rename(result + "~", result)
    sys.stdout.flush()
