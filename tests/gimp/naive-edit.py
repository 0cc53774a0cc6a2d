#!/usr/bin/env python3
"""What plug-ins in Python do: a flattened copy of the image, through GIMP's exporter and a file, blocking all the way."""

import base64
import json
import os
import sys
import tempfile
import urllib.request

import gi

gi.require_version("Gimp", "3.0")
from gi.repository import Gimp, Gio, GLib  # noqa: E402

NAME = "plug-in-naive-edit"


def exported(image) -> bytes:
    copy = image.duplicate()
    copy.crop(image.get_width(), image.get_height(), 0, 0)
    copy.flatten()
    handle, path = tempfile.mkstemp(suffix=".png")
    os.close(handle)
    try:
        Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, copy, Gio.File.new_for_path(path), None)
        with open(path, "rb") as file:
            return file.read()
    finally:
        copy.delete()
        os.unlink(path)


def ask(picture: bytes) -> bytes:
    url = "data:image/png;base64," + base64.b64encode(picture).decode()
    content = [{"type": "text", "text": "warmer light"}, {"type": "image_url", "image_url": {"url": url}}]
    body = json.dumps({"model": "bytedance-seed/seedream-4.5", "modalities": ["image"],
                       "messages": [{"role": "user", "content": content}]})
    request = urllib.request.Request(os.environ["OPENROUTER_BASE_URL"] + "/api/v1/chat/completions", body.encode(),
                                     {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        message = json.loads(answer.read())["choices"][0]["message"]
    return base64.b64decode(message["images"][0]["image_url"]["url"].partition(",")[2])


def insert(image, picture: bytes):
    handle, path = tempfile.mkstemp(suffix=".png")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(picture)
        layer = Gimp.file_load_layer(Gimp.RunMode.NONINTERACTIVE, image, Gio.File.new_for_path(path))
    finally:
        os.unlink(path)
    image.insert_layer(layer, None, 0)
    if (layer.get_width(), layer.get_height()) != (image.get_width(), image.get_height()):
        layer.scale(image.get_width(), image.get_height(), False)


def run(procedure, run_mode, image, drawables, config, data):
    Gimp.progress_init("Naive")
    insert(image, ask(exported(image)))
    Gimp.displays_flush()
    return procedure.new_return_values(Gimp.PDBStatusType.SUCCESS, GLib.Error())


class Naive(Gimp.PlugIn):
    def do_set_i18n(self, name):
        return False

    def do_query_procedures(self):
        return [NAME]

    def do_create_procedure(self, name):
        procedure = Gimp.ImageProcedure.new(self, name, Gimp.PDBProcType.PLUGIN, run, None)
        procedure.set_image_types("*")
        procedure.set_sensitivity_mask(Gimp.ProcedureSensitivityMask.ALWAYS)
        return procedure


Gimp.main(Naive.__gtype__, sys.argv)
