"""Calls the edit procedure and the naive plug-in by turns, each on an image of its own that is on the screen."""

import hashlib
import json
import os
import time

import gi

gi.require_version("Gegl", "0.4")
gi.require_version("Gimp", "3.0")
from gi.repository import Gegl, Gimp, Gio  # noqa: E402

SETTLE = 1.0  # seconds that GIMP has to draw what is new, before and after


def now() -> int:
    return time.monotonic_ns() // 1000


def memory(pid: int, field: str) -> int:
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(field))


def forget_peak(pid: int):
    with open(f"/proc/{pid}/clear_refs", "w") as file:
        file.write("5")


def digest(layer) -> str:
    area = Gegl.Rectangle.new(0, 0, layer.get_width(), layer.get_height())
    return hashlib.blake2b(layer.get_buffer().get(area, 1.0, "R'G'B' u8", Gegl.AbyssPolicy.NONE)).hexdigest()


def configured(name: str, image, arguments: dict):
    procedure = Gimp.get_pdb().lookup_procedure(name)
    config = procedure.create_config()
    config.set_property("run-mode", Gimp.RunMode.NONINTERACTIVE)
    config.set_property("image", image)
    config.set_core_object_array("drawables", image.get_layers()[:1])
    for key, value in arguments.items():
        config.set_property(key, value)
    return procedure, config


def call(name: str, photo: str, arguments: dict) -> dict:
    image = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, Gio.File.new_for_path(photo))
    display = Gimp.Display.new(image)
    gimp = os.getppid()
    procedure, config = configured(name, image, arguments)
    time.sleep(SETTLE)
    before = memory(gimp, "VmRSS:")
    forget_peak(gimp)
    begun = now()
    values = procedure.run(config)
    ended = now()
    time.sleep(SETTLE)
    settled, peak = now(), memory(gimp, "VmHWM:")
    assert values.index(0) == Gimp.PDBStatusType.SUCCESS, (name, Gimp.get_pdb().get_last_error())
    layers = image.get_layers()
    assert len(layers) == 2, name
    assert digest(layers[0]) == digest(layers[1]), f"{name} did not bring the picture that was sent"
    display.delete()
    return {"name": name, "gimp": gimp, "begun": begun, "ended": ended, "settled": settled, "gimp_kib": peak - before}


def main(result: str, words: list):
    try:
        rounds, photo, size = int(words[0]), words[1], words[2]
        kinds = {"plug-in-seedream-edit": {"prompt": "warmer light", "provider": "openrouter", "model": "seedream-4.5",
                                           "size": size},
                 "plug-in-naive-edit": {}}
        answer = {"calls": [call(name, photo, arguments) for _ in range(rounds) for name, arguments in kinds.items()]}
    except Exception as trouble:
        answer = {"trouble": repr(trouble)}
    with open(result + "~", "w") as out:
        json.dump(answer, out)
    os.rename(result + "~", result)
