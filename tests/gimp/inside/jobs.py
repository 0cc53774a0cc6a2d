"""Jobs that are over, put in their place once more: what whoever comes after a dead plug-in has to do."""

import subprocess
import tempfile
from array import array
from pathlib import Path

import tap

from desktop import SANDBOX
from gimp_support import *  # noqa: F403

ROCKET = str(PHOTOS / "rocket.jpg")  # an answer that looks like nothing that was sent
COMMAND = SANDBOX.parent.parent / "cli" / "seedream"


def jobs(**arguments) -> Result:
    return call("jobs", provider=None, **arguments)


def seedream(*words: str) -> str:
    done = subprocess.run([COMMAND, *words], capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.strip()


def rule(**arguments):
    procedure = Gimp.get_pdb().lookup_procedure("plug-in-seedream-settings")
    config = procedure.create_config()
    for name, value in arguments.items():
        config.set_property(name.replace("_", "-"), value)
    assert procedure.run(config).index(0) == Gimp.PDBStatusType.SUCCESS


class Looks:
    """All that a layer looks like, to be compared with another's."""

    # Of the whole range. Two processes on one machine may differ by that much: babl takes the ways between two
    # formats that it has just found to be the fastest, and each rounds in its own places.
    TOLERANCE = 1e-6

    def __init__(self, layer):
        mask = layer.get_mask()
        self.rest = (layer.get_name().split(" #")[0], offsets(layer), layer.get_mode(), mask and pixels(mask, "Y float"))
        self.colours = array("f", pixels(layer, "R'G'B'A float"))

    def __eq__(self, other):
        return self.rest == other.rest and len(self.colours) == len(other.colours) and all(
            a == b or abs(a - b) <= self.TOLERANCE for a, b in zip(self.colours, other.colours))


def two_layers(name: str = "coffee.png"):
    """A photograph with an empty layer above it, of which the photograph is selected."""
    image = load(name)
    photograph = image.get_layers()[0]
    above = Gimp.Layer.new(image, "above", 50, 50, Gimp.ImageType.RGBA_IMAGE, 100, Gimp.LayerMode.NORMAL)
    image.insert_layer(above, None, 0)
    return image, photograph


def test_a_job_is_inserted_where_it_was_with_its_mask_to_the_value():
    image, photograph = two_layers()
    with sandbox("--picture", ROCKET), Opened(image):
        image.select_ellipse(Gimp.ChannelOps.REPLACE, 150, 90, 220, 160)
        Gimp.Selection.feather(image, 23)
        first = edit(image, drawables=[photograph], grow=4)
        assert first.ok, first.message
        wanted = Looks(first.layers[0])
        Gimp.Selection.none(image)
        image.remove_layer(first.layers[0])
        again = jobs(job=first.job)
        assert again.ok and again.job == first.job, again.message
        assert Looks(again.layers[0]) == wanted
        assert image.get_item_position(again.layers[0]) == 1, "it is not right above its source"
        assert recipe_of(again.layers[0])["job"] == first.job
        assert Gimp.Selection.is_empty(image)


def test_transparency_and_precision_are_kept():
    image = load("chelsea.png")
    with sandbox(), Opened(image):
        layer = image.get_layers()[0]
        layer.add_alpha()
        image.select_rectangle(Gimp.ChannelOps.REPLACE, 100, 60, 120, 90)
        layer.edit_clear()
        Gimp.Selection.none(image)
        image.convert_precision(Gimp.Precision.FLOAT_LINEAR)
        first = edit(image, drawables=[layer])
        wanted = Looks(first.layers[0])
        image.remove_layer(first.layers[0])
        assert Looks(jobs(job=first.job).layers[0]) == wanted


def test_a_source_that_is_gone_leaves_the_place():
    image, photograph = two_layers()
    with sandbox(), Opened(image):
        first = edit(image, drawables=[photograph])
        image.remove_layer(first.layers[0])
        image.remove_layer(photograph)
        again = jobs(job=first.job)
        assert again.ok and image.get_item_position(again.layers[0]) == 1, again.message


def test_an_image_is_found_again_in_its_file():
    with sandbox(), tempfile.TemporaryDirectory() as folder:
        file = Gio.File.new_for_path(f"{folder}/kept.xcf")
        image, photograph = two_layers()
        first = edit(image, drawables=[photograph])
        image.remove_layer(first.layers[0])
        assert Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image, file, None)
        image.delete()
        moved = Gio.File.new_for_path(f"{folder}/moved.xcf")  # no file of that name was there then
        file.move(moved, Gio.FileCopyFlags.NONE, None, None)
        with Opened(Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, moved)) as opened:
            again = jobs(job=first.job)
            assert again.ok, again.message
            assert again.layers[0].get_image() == opened
            assert opened.get_item_position(again.layers[0]) == 1


def test_an_image_that_is_closed_is_replaced_by_a_new_one():
    with sandbox():
        image = load("coffee.png")
        first = edit(image)
        image.delete()
        before = len(Gimp.get_images())
        again = jobs(job=first.job)
        assert again.ok, again.message
        made = again.layers[0].get_image()
        assert len(Gimp.get_images()) == before + 1
        made.delete()


@tap.each({"saved": False, "changed": True})
def test_the_mark_is_no_change_of_an_image_that_is(changed):
    with sandbox("--fault", "refused"), Opened(load("coffee.png")) as image:
        if changed:
            image.get_layers()[0].set_name("renamed")
        else:
            image.clean_all()
        before = fingerprint(image)
        assert not edit(image).ok
        assert fingerprint(image) == before
        assert image.is_dirty() == changed
        mark = image.get_parasite("seedream-image")
        assert mark is not None and bool(mark.get_flags() & 1) == changed, "it belongs into the file of a changed one only"


def test_a_copy_of_the_image_is_not_taken_for_it():
    with sandbox(), Opened(load("coffee.png")) as image:
        first = edit(image)
        copy = image.duplicate()
        image.remove_layer(first.layers[0])
        again = jobs(job=first.job)
        inserted_into = again.layers[0].get_image()
        copy.delete()
        assert inserted_into == image


def test_what_was_left_behind_is_taken_up_and_told():
    with sandbox() as server:
        left = seedream("generate", "-p", "left behind", "--no-wait", "--provider", "sandbox", "--base-url", server.url)
        told = jobs()
        assert told.ok and left in told.job.split(","), [told.message, told.job]
        again = jobs(job=left)
        assert again.ok, again.message
        assert again.layers[0].get_name() == "left behind"
        again.layers[0].get_image().delete()
        assert left not in jobs().job.split(","), "it is inserted by now"


def test_a_job_that_nobody_knows_is_an_error():
    result = jobs(job="00000000-0000-4000-8000-000000000000")
    assert not result.ok and "no job" in result.message, result.message


def test_without_a_history_nothing_is_remembered_but_what_it_cost():
    with sandbox(), Opened(load("coffee.png")) as image:
        rule(history="off")
        try:
            result = edit(image, prompt="nobody shall know of this", provider="imarouter")
            assert result.ok, result.message
            folder = Path(os.environ["HOME"]) / ".local" / "share" / "seedream"
            for path in folder.rglob("*"):
                assert not path.is_file() or b"nobody shall know" not in path.read_bytes(), path
            assert result.job not in seedream("jobs")
        finally:
            rule(history="on")


def test_a_budget_is_heeded_before_anything_is_sent():
    with sandbox(), Opened(load("coffee.png")) as image:
        before = fingerprint(image)
        rule(monthly_budget=0.01)
        try:
            result = edit(image, provider="imarouter")
            assert not result.ok and "budget" in result.message and "Nothing was charged." in result.message, result.message
            assert fingerprint(image) == before
        finally:
            rule(monthly_budget=0.0)
        assert edit(image, provider="imarouter").ok


def test_a_damaged_record_keeps_no_picture_from_being_drawn():
    folder = Path(os.environ["HOME"]) / ".local" / "share" / "seedream"
    kept = folder.with_name("seedream-kept")
    folder.rename(kept)
    try:
        folder.mkdir()
        (folder / "jobs.sqlite").write_bytes(b"rubbish" * 1000)
        with sandbox(), Opened(load("coffee.png")) as image:
            result = edit(image)
            assert result.ok and len(result.layers) == 1, result.message
            assert not jobs().ok, "it cannot be read"
        assert (folder / "jobs.sqlite").read_bytes() == b"rubbish" * 1000, "it is somebody's, perhaps"
    finally:
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
        kept.rename(folder)


def test_what_is_kept_is_for_its_user_alone():
    with sandbox(), Opened(load("coffee.png")) as image:
        assert edit(image).ok
        folder = Path(os.environ["HOME"]) / ".local" / "share" / "seedream"
        for path in folder.rglob("*"):
            assert path.stat().st_mode & 0o077 == 0, [path, oct(path.stat().st_mode)]
