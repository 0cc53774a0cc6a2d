"""GIMP on a virtual desktop, used as a person would use it. Screenshots stay in $SEEDREAM_ARTEFACTS."""

import os
import subprocess
import sys
import time

from desktop import PHOTOS, REPOSITORY, Desktop, Sandbox, free_port, wait_for  # noqa: E402

sys.path.insert(0, str(REPOSITORY / "tests" / "support"))
import tap  # noqa: E402

PORT = free_port()
URL = f"http://127.0.0.1:{PORT}"
# Where the stroke goes on the screen, and a place in its middle: on the table, left of the saucer.
STROKE = ((355, 520), (355, 600))
ON_THE_STROKE = (355, 560)


def sandbox(*options: str) -> Sandbox:
    return Sandbox(*options, port=PORT)


def desktop(*photos: str) -> Desktop:
    opened = Desktop([PHOTOS / name for name in photos], SEEDREAM_PROVIDER="sandbox", SEEDREAM_SANDBOX_URL=URL,
                     IMAROUTER_BASE_URL=URL, IMAROUTER_API_KEY="test")
    try:
        opened.wait_for_image()
    except AssertionError as trouble:
        opened.__exit__(type(trouble))
        raise
    return opened


def brightness(path, at: tuple) -> int:
    text = subprocess.run(["convert", str(path), "-depth", "8", "-crop", f"1x1+{at[0]}+{at[1]}", "rgb:-"],
                          capture_output=True, check=True).stdout
    return sum(text[:3])


def start_edit(gui: Desktop, prompt: str, picture: str = ""):
    gui.choose("Edit Layers")
    dialog = gui.dialog()
    gui.type_prompt(dialog, prompt)
    if picture:
        time.sleep(0.5)
        gui.shoot(picture)
    gui.press(dialog, "OK")
    gui.no_dialog()


def plug_ins() -> list:
    """Processes of the plug-in that run just now."""
    done = subprocess.run(["pgrep", "-f", "plug-ins/seedream/seedream"], capture_output=True, text=True)
    return done.stdout.split()


def cancel_button(gui: Desktop):
    """Stands in the status bar, beside the progress, for as long as a plug-in is at work."""
    return wait_for("Cancel in the status bar", lambda: gui.find(
        gui.gimp(), lambda c: c.getRoleName() in ("button", "push button") and c.name == "Cancel"))


def test_an_edit_runs_while_the_user_paints_and_is_one_undo_step():
    with sandbox("--job-ms", "5000"), desktop("coffee.png") as gui:
        start_edit(gui, "warm evening light", "edit-dialog")
        cancel_button(gui)
        before = brightness(gui.shoot("edit-before-the-stroke"), ON_THE_STROKE)
        begun = time.monotonic()
        gui.drag(*STROKE)
        time.sleep(0.5)
        painted = gui.shoot("edit-running")
        assert gui.layers() == 1 and time.monotonic() - begun < 4, "the job ended too early to tell"
        assert before - brightness(painted, ON_THE_STROKE) > 60, "GIMP did not paint while the job ran"
        wait_for("the new layer", lambda: gui.layers() == 2)
        time.sleep(0.7)
        done = gui.shoot("edit-done")
        assert brightness(done, ON_THE_STROKE) > brightness(painted, ON_THE_STROKE) + 60, "the stroke was sent"
        gui.key("ctrl+z")
        wait_for("one undo", lambda: gui.layers() == 1)
        time.sleep(0.5)
        undone = brightness(gui.shoot("edit-undone"), ON_THE_STROKE)
        assert abs(undone - brightness(painted, ON_THE_STROKE)) < 12, "undo took the stroke too"
        gui.key("ctrl+z")
        wait_for("the stroke's undo", lambda: abs(brightness(gui.shoot("edit-undone"), ON_THE_STROKE) - before) < 12)


def test_two_jobs_run_at_once():
    with sandbox("--job-ms", "5000"), desktop("coffee.png") as gui:
        start_edit(gui, "morning")
        start_edit(gui, "midnight")
        assert len(plug_ins()) == 2, plug_ins()
        assert gui.layers() == 1
        gui.shoot("two-jobs")
        wait_for("both layers", lambda: gui.layers() == 3)
        wait_for("the plug-ins' end", lambda: not plug_ins())


def test_cancel_in_the_status_bar_leaves_the_document_alone():
    with sandbox("--job-ms", "60000"), desktop("coffee.png") as gui:
        start_edit(gui, "never to be seen")
        cancel_button(gui).queryAction().doAction(0)
        wait_for("the plug-in's end", lambda: not plug_ins())
        assert gui.layers() == 1
        assert not gui.title().startswith("*"), "the document was changed"
        gui.shoot("cancelled")


def test_a_refused_key_is_shown_with_what_to_do():
    with sandbox("--api-key", "another"), desktop("coffee.png") as gui:
        gui.choose("Edit Layers")
        dialog = gui.dialog()
        gui.type_prompt(dialog, "anything")
        service = wait_for("the services", lambda: gui.find(dialog, lambda c: c.getRoleName() == "combo box"))
        wait_for("ImaRouter", lambda: gui.find(service, lambda c: c.name == "ImaRouter")).queryAction().doAction(0)
        wait_for("the price", lambda: gui.find(dialog, lambda c: c.name == "About $0.04 at ImaRouter"))
        gui.press(dialog, "OK")
        words = "does not accept the key"
        wait_for("the message", lambda: any(words in text for text in gui.texts(gui.gimp())))
        gui.shoot("refused-key")
        assert gui.layers() == 1


def test_without_a_prompt_there_is_no_ok():
    with desktop("coffee.png") as gui:
        gui.choose("Edit Layers")
        dialog = gui.dialog()
        ok = wait_for("OK", lambda: gui.find(dialog, lambda c: c.name == "OK"))
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
        gui.press(dialog, "OK")
        wait_for("the composition", lambda: gui.layers() == 2)
        time.sleep(0.7)
        gui.shoot("compose-done")
        gui.choose("Seedream Image")
        dialog = gui.dialog()
        gui.type_prompt(dialog, "a lighthouse at dusk")
        time.sleep(0.5)
        gui.shoot("generate-dialog")
        gui.press(dialog, "OK")
        wait_for("the drawn layer", lambda: gui.layers() == 3)
        time.sleep(0.7)
        gui.shoot("generate-done")


if __name__ == "__main__":
    sys.exit(tap.main(globals(), alone=True))
