"""GIMP on a virtual desktop, used as a person would use it. Screenshots stay in $SEEDREAM_ARTEFACTS."""

import json
import os
import subprocess
import sys
import time

from desktop import PHOTOS, REPOSITORY, Desktop, wait_for
from gui import (assert_no_complaint, brightness, cancel_button, desktop, plug_ins, rows_of, sandbox, says, seedream,
                 start_edit)

sys.path.insert(0, str(REPOSITORY / "tests" / "support"))
import tap  # noqa: E402

# Where the stroke goes on the screen, and a place in its middle: on the table, left of the saucer.
STROKE = ((355, 520), (355, 600))
ON_THE_STROKE = (355, 560)


def test_an_edit_runs_while_the_user_paints_and_is_one_undo_step():
    with sandbox("--job-ms", "12000"), desktop("coffee.png") as gui:
        start_edit(gui, "warm evening light", "edit-dialog")
        cancel_button(gui)
        before = brightness(gui.shoot("edit-before-the-stroke"), ON_THE_STROKE)
        begun = time.monotonic()
        gui.drag(*STROKE)
        time.sleep(0.5)
        painted = gui.shoot("edit-running")
        assert gui.layers() == 1 and time.monotonic() - begun < 11, "the job ended too early to tell"
        assert before - brightness(painted, ON_THE_STROKE) > 60, "GIMP did not paint while the job ran"
        wait_for("the new layer", lambda: gui.layers() == 2)
        # The stroke was not sent.
        wait_for("the picture without the stroke", lambda: brightness(
            gui.shoot("edit-done"), ON_THE_STROKE) > brightness(painted, ON_THE_STROKE) + 60)
        gui.key("ctrl+z")
        wait_for("one undo", lambda: gui.layers() == 1)
        # Undo left the stroke.
        wait_for("the stroke", lambda: abs(
            brightness(gui.shoot("edit-undone"), ON_THE_STROKE) - brightness(painted, ON_THE_STROKE)) < 12)
        gui.key("ctrl+z")
        wait_for("the stroke's undo", lambda: abs(brightness(gui.shoot("edit-undone"), ON_THE_STROKE) - before) < 12)


def test_two_jobs_run_at_once():
    with sandbox("--job-ms", "5000"), desktop("coffee.png") as gui:
        start_edit(gui, "morning")
        start_edit(gui, "midnight")
        assert len(plug_ins(gui)) == 2, plug_ins(gui)
        assert gui.layers() == 1
        gui.shoot("two-jobs")
        wait_for("both layers", lambda: gui.layers() == 3)
        wait_for("the plug-ins' end", lambda: not plug_ins(gui))


def test_cancel_in_the_status_bar_leaves_the_document_alone():
    with sandbox("--job-ms", "60000"), desktop("coffee.png") as gui:
        start_edit(gui, "never to be seen")
        cancel_button(gui).queryAction().doAction(0)
        wait_for("the plug-in's end", lambda: not plug_ins(gui))
        assert gui.layers() == 1
        assert not gui.title().startswith("*"), "the document was changed"
        gui.shoot("cancelled")


def test_a_refused_key_is_shown_with_what_to_do():
    with sandbox("--api-key", "another"), desktop("coffee.png") as gui:
        gui.choose("Edit Layers")
        dialog = gui.dialog()
        gui.type_prompt(dialog, "anything")
        wait_for("ImaRouter", lambda: gui.find(dialog, lambda c: c.name == "ImaRouter")).queryAction().doAction(0)
        wait_for("the price", lambda: gui.find(dialog, lambda c: c.name == "ImaRouter charges about $0.04."))
        gui.agree(dialog)
        words = "does not accept the key"
        wait_for("the message", lambda: any(words in text for text in gui.texts(gui.gimp())))
        gui.shoot("refused-key")
        assert gui.layers() == 1


def test_without_a_prompt_there_is_no_ok():
    with desktop("coffee.png") as gui:
        gui.choose("Edit Layers")
        dialog = gui.dialog()
        ok = wait_for("OK", lambda: gui.find(dialog, gui.begins))
        sensitive = gui.atspi.STATE_SENSITIVE
        assert not ok.getState().contains(sensitive)
        gui.type_prompt(dialog, "a pear")
        wait_for("OK to be offered", lambda: ok.getState().contains(sensitive))
        gui.press(dialog, "Cancel")
        gui.no_dialog()
        assert gui.layers() == 1


def test_open_images_are_composed_and_a_new_one_is_drawn():
    with sandbox("--job-ms", "600"), desktop("astronaut.png", "chelsea.png") as gui:
        gui.choose("Compose Images")
        dialog = gui.dialog()
        texts = " ".join(gui.texts(dialog))
        assert "image 1" in texts and "image 2" in texts and "image 3" not in texts, texts
        gui.type_prompt(dialog, "the cat of one image beside the astronaut of the other")
        time.sleep(0.5)
        gui.shoot("compose-dialog")
        gui.agree(dialog)
        wait_for("the composition", lambda: gui.layers() == 2)
        time.sleep(0.7)
        gui.shoot("compose-done")
        gui.choose("Repeat")  # with all that was composed
        wait_for("the same once more", lambda: gui.layers() == 3)
        gui.choose("Seedream Image")
        dialog = gui.dialog()
        gui.type_prompt(dialog, "a lighthouse at dusk")
        time.sleep(0.5)
        gui.shoot("generate-dialog")
        gui.agree(dialog)
        wait_for("the drawn layer", lambda: gui.layers() == 4)
        time.sleep(0.7)
        gui.shoot("generate-done")


def select_rectangle(gui: Desktop):
    """Drags the rectangle select tool over the middle of the photograph."""
    gui.key("r")
    time.sleep(0.5)
    gui.drag((560, 420), (680, 540))
    time.sleep(0.5)


def test_only_what_was_selected_at_first_changes():
    with sandbox("--job-ms", "3000", "--picture", str(PHOTOS / "rocket.jpg")), desktop("coffee.png") as gui:
        select_rectangle(gui)
        gui.choose("Edit Layers")
        dialog = gui.dialog()
        gui.type_prompt(dialog, "a rocket")
        assert any("gets the selection as its layer mask" in text for text in gui.texts(dialog)), gui.texts(dialog)
        wait_for("the preview", lambda: says(gui, dialog, "→"))
        time.sleep(0.3)
        gui.shoot("edit-selection-dialog")
        gui.agree(dialog)
        gui.no_dialog()
        cancel_button(gui)
        gui.choose("None")  # what is selected from now on does not matter
        before = gui.shoot("edit-selection-running")
        wait_for("the new layer", lambda: gui.layers() == 2)
        wait_for("a change inside", lambda: abs(
            brightness(before, (620, 480)) - brightness(gui.shoot("edit-selection-done"), (620, 480))) > 30)
        after = gui.shoot("edit-selection-done")
        for outside in ((400, 330), (500, 480), (740, 480), (620, 380), (620, 600), (850, 600)):
            assert brightness(before, outside) == brightness(after, outside), outside


def test_a_source_that_is_deleted_meanwhile_takes_nothing_with_it():
    with sandbox("--job-ms", "4000"), desktop("coffee.png") as gui:
        gui.choose("New from Visible")
        wait_for("a second layer", lambda: gui.layers() == 2)
        start_edit(gui, "the source will be gone")
        cancel_button(gui)
        gui.choose("Delete Layer")
        wait_for("one layer less", lambda: gui.layers() == 1)
        wait_for("the new layer", lambda: gui.layers() == 2)
        wait_for("the plug-in's end", lambda: not plug_ins(gui))
        gui.shoot("source-deleted")
        assert_no_complaint(gui)


def test_an_image_that_is_closed_meanwhile_leaves_the_picture_as_a_new_one():
    with sandbox("--job-ms", "4000"), desktop("astronaut.png", "coffee.png") as gui:
        start_edit(gui, "the image will be gone")
        cancel_button(gui)
        gui.key("ctrl+w")
        wait_for("the other image", lambda: "astronaut" in gui.title())
        # 600×450 was sent and came as 2304×1728; the image's own 600×400 of that are 2304×1536.
        wait_for("the picture's own image", lambda: "2304x1536" in gui.title())
        assert gui.layers() == 1
        wait_for("the plug-in's end", lambda: not plug_ins(gui))
        time.sleep(0.7)
        gui.shoot("image-closed")
        assert_no_complaint(gui)


@tap.each({"before its layer is made": "gimp_layer_new_from_drawable",
           "before its layer is inserted": "gimp_image_insert_layer"})
def test_an_image_that_is_closed_while_the_picture_is_put_into_it(call: str):
    close = {"LD_PRELOAD": os.environ["SEEDREAM_CLOSING"], "SEEDREAM_CLOSE": f"{call} 2 2"}
    with sandbox("--job-ms", "1000"), desktop("astronaut.png", "coffee.png", **close) as gui:
        start_edit(gui, "the image will be gone")
        wait_for("the picture's own image", lambda: "2304x1536" in gui.title())  # GIMP may have told that one is gone
        assert gui.layers() == 1
        wait_for("the plug-in's end", lambda: not plug_ins(gui))


@tap.each({"as its layer is made": "gimp_layer_new_from_drawable", "as its layer is inserted": "gimp_image_insert_layer"})
def test_a_picture_that_gimp_does_not_take_into_its_image_is_shown_by_itself(call: str):
    refuse = {"LD_PRELOAD": os.environ["SEEDREAM_CLOSING"], "SEEDREAM_CLOSE": f"{call} 2 0"}
    with sandbox("--job-ms", "1000"), desktop("astronaut.png", "coffee.png", **refuse) as gui:
        start_edit(gui, "the image takes nothing")
        wait_for("the picture's own image", lambda: "2304x1536" in gui.title())
        assert gui.layers() == 1
        wait_for("the plug-in's end", lambda: not plug_ins(gui))


def test_gimp_quits_and_the_picture_is_kept():
    with sandbox("--job-ms", "3000"), desktop("coffee.png") as gui:
        start_edit(gui, "GIMP will be gone")
        cancel_button(gui)
        wait_for("the service's id", lambda: "queued" in seedream(gui, "jobs") or "running" in seedream(gui, "jobs"))
        gui.key("ctrl+q")
        wait_for("GIMP's end", lambda: gui.process.poll() is not None)
        wait_for("the plug-in's end", lambda: not plug_ins(gui))
        assert gui.process.returncode == 0, gui.process.returncode
        job, = json.loads(seedream(gui, "jobs", "list", "--json"))
        seedream(gui, "jobs", "wait", job["id"])
        picture = gui.folder / "kept.png"
        seedream(gui, "jobs", "fetch", job["id"], "-o", str(picture))
        assert picture.read_bytes().startswith(b"\x89PNG"), seedream(gui, "jobs", "show", job["id"])


def test_references_are_put_in_order_with_buttons_and_keys():
    with sandbox("--job-ms", "300"), desktop("astronaut.png", "chelsea.png") as gui:
        gui.choose("Compose Images")
        dialog = gui.dialog()
        names = lambda: [text for text in rows_of(gui, dialog) if text.endswith(".png") and "Layer" not in text]  # noqa: E731
        assert names() == ["chelsea.png", "astronaut.png"], names()
        gui.press(dialog, "Down")
        wait_for("the other order", lambda: names() == ["astronaut.png", "chelsea.png"])
        listed = wait_for("the list", lambda: gui.find(dialog, lambda c: c.name == "Pictures to compose"))
        listed.queryComponent().grabFocus()
        time.sleep(0.3)
        gui.key("alt+Up")
        wait_for("the first order", lambda: names() == ["chelsea.png", "astronaut.png"])
        gui.key("Delete")
        wait_for("one picture less", lambda: len(names()) == 1)
        ok = gui.find(dialog, gui.begins)
        assert any("two pictures or more" in text for text in gui.texts(dialog)), gui.texts(dialog)
        gui.type_prompt(dialog, "one is too few")
        assert not ok.getState().contains(gui.atspi.STATE_SENSITIVE)
        gui.shoot("compose-too-few")
        gui.press(dialog, "Add an Open Image or Layer")
        time.sleep(0.5)
        gui.pick(gui.application("seedream"), "    Layer “chelsea.png”")
        wait_for("both again", lambda: len(names()) == 2)
        wait_for("OK to be offered", lambda: ok.getState().contains(gui.atspi.STATE_SENSITIVE))
        gui.agree(dialog)
        wait_for("the composition", lambda: gui.layers() == 2)


def test_variants_arrive_as_a_group_and_are_one_undo_step():
    with sandbox("--job-ms", "300"), desktop("coffee.png") as gui:
        gui.choose("Edit Layers")
        dialog = gui.dialog()
        gui.type_prompt(dialog, "two cups")
        variants = wait_for("the variants", lambda: gui.find(dialog, lambda c: c.getRoleName() == "spin button"))
        variants.queryValue().currentValue = 2
        gui.agree(dialog)
        wait_for("the group and its layers", lambda: gui.layers() == 4)
        time.sleep(0.7)
        gui.shoot("variants")
        gui.key("ctrl+z")
        wait_for("one undo", lambda: gui.layers() == 1)
        assert not gui.title().startswith("*"), "something else was changed"


def test_rerun_opens_the_dialog_as_it_was():
    with sandbox("--job-ms", "300"), desktop("coffee.png") as gui:
        start_edit(gui, "a wooden cup")
        wait_for("the new layer", lambda: gui.layers() == 2)
        wait_for("the plug-in's end", lambda: not plug_ins(gui))
        gui.choose("Re-run")
        dialog = gui.dialog()
        prompt = wait_for("the prompt", lambda: gui.find(dialog, lambda c: c.name == "Prompt" and
                                                         c.getRoleName() == "text"))
        assert prompt.queryText().getText(0, -1) == "a wooden cup"
        gui.shoot("rerun-dialog")
        gui.agree(dialog)
        wait_for("one more layer", lambda: gui.layers() == 3)


def test_a_first_start_without_a_key_has_a_picture_in_a_minute():
    with sandbox("--job-ms", "300"), desktop("coffee.png", SEEDREAM_PROVIDER="", IMAROUTER_API_KEY="") as gui:
        begun = time.monotonic()
        gui.choose("Edit Layers")
        dialog = gui.dialog()
        wait_for("what is missing", lambda: says(gui, dialog, "which you get at imarouter.com"))
        wait_for("the preview", lambda: says(gui, dialog, "→"))
        gui.shoot("first-start")
        gui.write("a copper cup")  # the prompt has the focus
        wait_for("the prompt", lambda: gui.prompt(dialog) == "a copper cup")
        button = gui.find(dialog, gui.begins)
        assert not button.getState().contains(gui.atspi.STATE_SENSITIVE), "it would fail for want of a key"
        gui.key("alt+t")  # Try It in the Sandbox
        wait_for("the sandbox's price", lambda: says(gui, dialog, "Free of charge"))
        wait_for("the button", lambda: button.getState().contains(gui.atspi.STATE_SENSITIVE))
        gui.key("alt+e")
        wait_for("the new layer", lambda: gui.layers() == 2)
        assert time.monotonic() - begun < 60


def test_the_settings_keep_a_key_in_the_keyring_and_prove_it():
    with sandbox("--job-ms", "300", "--api-key", "my-own-key"), \
            desktop("coffee.png", keyring=True, SEEDREAM_PROVIDER="", IMAROUTER_API_KEY="") as gui:
        gui.choose("Settings")
        dialog = gui.dialog()
        wait_for("that there is none", lambda: says(gui, dialog, "There is none yet"))
        field = gui.find(dialog, lambda c: c.getRoleName() == "password text")
        field.queryEditableText().setTextContents("a-wrong-key")
        gui.press(dialog, "Test")
        wait_for("that it is wrong", lambda: says(gui, dialog, "does not accept the key"))
        field.queryEditableText().setTextContents(" my-own-key\n")
        gui.press(dialog, "Test")
        wait_for("that it works", lambda: says(gui, dialog, "The key works. $12.50 are left."))
        gui.shoot("settings-dialog")
        gui.press(dialog, "Save")
        gui.no_dialog()
        wait_for("the key in the keyring", lambda: gui.screen.secret("IMAROUTER_API_KEY") == "my-own-key")
        profile = gui.folder / "gimp"
        for path in profile.rglob("*"):
            assert path.is_symlink() or not path.is_file() or b"my-own-key" not in path.read_bytes(), path
        start_edit(gui, "paid with the key of the keyring")
        wait_for("the new layer", lambda: gui.layers() == 2)
        gui.choose("Settings")
        dialog = gui.dialog()
        wait_for("where the key is", lambda: says(gui, dialog, "It is in the keyring."))
        gui.press(dialog, "Forget")
        gui.press(dialog, "Save")
        gui.no_dialog()
        wait_for("the keyring without it", lambda: gui.screen.secret("IMAROUTER_API_KEY") == "")


def test_a_refused_prompt_opens_the_dialog_again_with_everything_in_it():
    with sandbox("--job-ms", "300", "--fault", "refused:1"), desktop("coffee.png") as gui:
        gui.choose("Edit Layers")
        dialog = gui.dialog()
        gui.type_prompt(dialog, "what nobody may draw")
        gui.pick(dialog, "Everything")
        gui.agree(dialog)
        again = wait_for("the dialog with the reason", lambda: next(
            (w for a in gui.atspi.Registry.getDesktop(0) if a and "seedream" in a.name for w in a
             if says(gui, w, "Nothing was charged.")), None))
        assert gui.prompt(again) == "what nobody may draw"
        assert gui.layers() == 1
        gui.shoot("refused-prompt")
        gui.type_prompt(again, "what everybody may draw")
        gui.agree(again)
        wait_for("the new layer", lambda: gui.layers() == 2)


def test_presets_history_and_repeating():
    with sandbox("--job-ms", "300"), desktop("coffee.png") as gui:
        gui.choose("Edit Layers")
        dialog = gui.dialog()
        gui.pick(gui.application("seedream"), "Replace Background")
        preset = gui.prompt(dialog)
        assert "background" in preset and "<" in preset, preset
        gui.write("a beach at noon")  # the gap is selected, and filled in
        wait_for("the gap filled in", lambda: "a beach at noon" in gui.prompt(dialog) and "<" not in gui.prompt(dialog))
        filled = gui.prompt(dialog)
        gui.agree(dialog)
        wait_for("the new layer", lambda: gui.layers() == 2)
        wait_for("the plug-in's end", lambda: not plug_ins(gui))
        gui.choose("Repeat")  # “Repeat "Edit Layers"”: no dialog
        wait_for("one more layer", lambda: gui.layers() == 3)
        wait_for("the plug-in's end", lambda: not plug_ins(gui))
        gui.choose("Re-Show")
        dialog = gui.dialog()
        assert gui.prompt(dialog) == filled
        gui.type_prompt(dialog, "")
        gui.key("alt+y")  # History
        row = wait_for("the earlier prompt", lambda: gui.find(dialog, lambda c: c.name == filled))
        gui.shoot("prompt-history")
        gui.write("no such words")
        wait_for("nothing of it", lambda: not row.getState().contains(gui.atspi.STATE_SHOWING))
        gui.key("ctrl+a")
        gui.write("BEACH")
        wait_for("it again", lambda: row.getState().contains(gui.atspi.STATE_SHOWING))
        gui.key("Return")
        wait_for("the prompt", lambda: gui.prompt(dialog) == filled)
        gui.press(dialog, "Cancel")
        gui.no_dialog()


def test_a_long_job_tells_the_desktop_that_it_has_ended():
    with sandbox("--job-ms", "11000"), desktop("coffee.png", notifications=True) as gui:
        start_edit(gui, "something slow")
        time.sleep(5)
        gui.shoot("edit-stage")
        wait_for("the new layer", lambda: gui.layers() == 2)
        told = wait_for("the notification", gui.screen.notifications)
        assert told == [("The picture is there", "something slow")], told
        gui.shoot("notification")


def test_references_are_dragged_switched_off_pasted_and_named():
    with sandbox("--job-ms", "300"), desktop("astronaut.png", "chelsea.png") as gui:
        gui.choose("Compose Images")
        dialog = gui.dialog()
        cell = lambda name: wait_for(name, lambda: gui.find(  # noqa: E731
            dialog, lambda c: c.getRoleName() == "table cell" and c.name == name))
        rows = lambda: [text for text in rows_of(gui, dialog)  # noqa: E731
                        if text == "Clipboard" or text.endswith(".png") and "Layer" not in text]
        time.sleep(0.5)
        x, y = gui.middle(cell("astronaut.png"))
        above = gui.middle(cell("chelsea.png"))
        gui.drag((x, y), (above[0], above[1] - 14))
        wait_for("the other order", lambda: rows() == ["astronaut.png", "chelsea.png"])
        gui.click(*gui.middle(cell("image 2")))
        wait_for("its name in the prompt", lambda: gui.prompt(dialog) == "image 2")
        subprocess.run(["xclip", "-selection", "clipboard", "-t", "image/png", "-i", str(PHOTOS / "coffee.png")],
                       env=gui.environment, check=True, timeout=10, stdout=subprocess.DEVNULL)
        gui.press(dialog, "Paste from the Clipboard")
        wait_for("three pictures", lambda: rows() == ["astronaut.png", "chelsea.png", "Clipboard"])
        gui.find(dialog, lambda c: c.name == "Pictures to compose").queryComponent().grabFocus()
        time.sleep(0.3)
        gui.key("Home")
        gui.key("space")
        wait_for("it switched off", lambda: "Switched off" in rows_of(gui, dialog))
        assert rows() == ["astronaut.png", "chelsea.png", "Clipboard"], "it is lost"
        gui.type_prompt(dialog, "the coffee of image 2 before the cat of image 1")
        time.sleep(0.3)
        gui.shoot("compose-references")
        gui.agree(dialog)
        wait_for("the composition", lambda: gui.layers() == 2)


def test_an_image_that_is_closed_while_the_dialog_is_open():
    with desktop("coffee.png") as gui:
        gui.choose("Edit Layers")
        dialog = gui.dialog()
        gui.type_prompt(dialog, "too late")
        gui.choose("Close View")
        wait_for("no image", lambda: not gui.title())
        gui.pick(dialog, "Everything")  # something that makes the dialog look again
        wait_for("the reason", lambda: says(gui, dialog, "is not there any more"))
        assert not gui.find(dialog, gui.begins).getState().contains(gui.atspi.STATE_SENSITIVE)
        gui.press(dialog, "Cancel")
        gui.no_dialog()


def test_without_an_image_the_dialog_says_what_is_missing():
    with desktop("coffee.png") as gui:
        gui.choose("Close View")
        wait_for("no image", lambda: not gui.title())
        for entry in ("Edit Layers", "Compose Images"):
            gui.choose(entry)
            dialog = gui.dialog()
            wait_for("the reason", lambda: says(gui, dialog, "No image is open. Open one, then try again."))
            assert not gui.find(dialog, gui.begins).getState().contains(gui.atspi.STATE_SENSITIVE)
            gui.press(dialog, "Cancel")
            gui.no_dialog()


MODEL = {"id": "little", "name": "Little Model", "recommended_prompt_words": 5,
         "pixels": {"min": 3686400, "max": 16777216, "max_ratio": 16},
         "inputs": {"max": 2, "max_bytes": 10000000, "max_pixels": 36000000, "min_side": 15, "max_ratio": 16,
                    "types": ["image/png"]},
         "services": {"sandbox": {"id": "seedream-4.5", "usd_per_picture": 0.5, "max_count": 1,
                                  "sizes": {"square": "1920x1920"}}}}


def test_a_model_of_ones_own_and_a_preset_of_ones_own():
    with sandbox("--job-ms", "300"), desktop("astronaut.png", "chelsea.png", "coffee.png") as gui:
        models = gui.folder / ".local" / "share" / "seedream" / "models"
        models.mkdir(parents=True)
        (models / "little.json").write_text(json.dumps(MODEL))
        gui.choose("Compose Images")
        dialog = gui.dialog()
        gui.pick(dialog, "Little Model")
        wait_for("which is not sent", lambda: "Not sent: the model takes 2 pictures" in rows_of(gui, dialog))
        wait_for("what it costs", lambda: says(gui, dialog, "Compose ($0.50)"))
        gui.type_prompt(dialog, "seven words are too many for it")
        wait_for("that it is long", lambda: says(gui, dialog, "7 words. Little Model heeds prompts of up to 5 words best."))
        gui.shoot("compose-limits")
        gui.pick(gui.application("seedream"), "Save the Prompt as a Preset…")
        asked = wait_for("the name's dialog", lambda: next(
            (w for a in gui.atspi.Registry.getDesktop(0) if a and "seedream" in a.name for w in a
             if w.name == "Save the Prompt as a Preset"), None))
        gui.find(asked, lambda c: c.getRoleName() == "text").queryEditableText().setTextContents("Seven Words")
        gui.press(asked, "Save")
        gui.agree(dialog)
        wait_for("the composition of two", lambda: gui.layers() == 2)
        gui.choose("Compose Images")
        dialog = gui.dialog()
        gui.type_prompt(dialog, "")
        gui.pick(gui.application("seedream"), "Seven Words")
        wait_for("the preset", lambda: gui.prompt(dialog) == "seven words are too many for it")


if __name__ == "__main__":
    sys.exit(tap.main(globals(), alone=True, at_once=3))
