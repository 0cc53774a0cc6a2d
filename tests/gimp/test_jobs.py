"""Jobs and History in a real GIMP: what was paid for is found again, whatever was killed. Screenshots stay in
$SEEDREAM_ARTEFACTS."""

import json
import subprocess
import sys
import time

from desktop import REPOSITORY, Desktop, wait_for
from gui import assert_no_complaint, cancel_button, desktop, plug_ins, rows_of, sandbox, says, seedream, start_edit

sys.path.insert(0, str(REPOSITORY / "tests" / "support"))
import tap  # noqa: E402


def is_open(gui: Desktop):
    return next((w for a in gui.atspi.Registry.getDesktop(0) if a and "seedream" in a.name for w in a
                 if w.name == "Seedream Jobs and History"), None)


def the_window(gui: Desktop):
    return wait_for("the jobs", lambda: is_open(gui))


def open_jobs(gui: Desktop):
    gui.choose("Jobs and History")
    return the_window(gui)


def is_offered(gui: Desktop, window, name: str) -> bool:
    button = gui.find(window, lambda c: c.getRoleName() in ("button", "push button") and c.name == name)
    return button is not None and button.getState().contains(gui.atspi.STATE_SENSITIVE)


def press_when_offered(gui: Desktop, window, name: str):
    wait_for(f"{name} to be offered", lambda: is_offered(gui, window, name))
    gui.press(window, name)


def the_job(gui: Desktop) -> dict:
    job, = json.loads(seedream(gui, "jobs", "list", "--json"))
    return job


def clipboard(gui: Desktop) -> str:
    done = subprocess.run(["xclip", "-selection", "clipboard", "-o"], env=gui.environment, capture_output=True, text=True,
                          timeout=10)
    return done.stdout


def draw(gui: Desktop, prompt: str):
    seedream(gui, "generate", "-p", prompt, "-o", str(gui.folder / "drawn.png"))


def test_a_picture_that_was_cancelled_in_gimp_is_put_in_its_place_by_a_fresh_one():
    with sandbox("--job-ms", "4000"), desktop("coffee.png") as gui:
        start_edit(gui, "cancelled while it waits")
        button = cancel_button(gui)
        wait_for("the service's id", lambda: the_job(gui)["service_id"])
        button.queryAction().doAction(0)
        wait_for("the plug-in's end", lambda: not plug_ins(gui))
        gui.restart("coffee.png")
        gui.choose("Edit Layers")
        dialog = gui.dialog()
        wait_for("the offer", lambda: says(gui, dialog, "1 earlier job have arrived"))
        time.sleep(0.3)
        gui.shoot("jobs-offer")
        gui.press(dialog, "Jobs and History…")
        window = the_window(gui)
        wait_for("the job", lambda: "Arrived" in rows_of(gui, window))
        gui.press(window, "Close")
        wait_for("its end", lambda: not is_open(gui))
        gui.press(dialog, "Cancel")
        gui.no_dialog()
        window = open_jobs(gui)
        wait_for("the job", lambda: "Arrived" in rows_of(gui, window))
        press_when_offered(gui, window, "Insert as Layer")
        wait_for("the layer", lambda: gui.layers() == 2)
        wait_for("that it is done", lambda: "Done" in rows_of(gui, window))
        assert "600x400" in gui.title(), gui.title()
        time.sleep(0.5)
        gui.shoot("jobs-inserted")
        gui.press(window, "Close")
        gui.no_dialog()
        gui.key("ctrl+z")
        wait_for("one undo", lambda: gui.layers() == 1)
        assert_no_complaint(gui)


def test_a_running_job_is_seen_and_cancelled_and_its_picture_arrives_late():
    with sandbox("--job-ms", "9000"), desktop("coffee.png") as gui:
        start_edit(gui, "cancelled in the list")
        window = open_jobs(gui)
        wait_for("the job", lambda: "Queued" in rows_of(gui, window))
        wait_for("its next state", lambda: "Being drawn" in rows_of(gui, window))
        gui.shoot("jobs-running")
        press_when_offered(gui, window, "Cancel Job")
        wait_for("the job's end", lambda: len(plug_ins(gui)) == 1)  # the window's own is left
        wait_for("that it is cancelled", lambda: "Cancelled" in rows_of(gui, window) or
                 "Arrived late" in rows_of(gui, window))
        wait_for("the picture all the same", lambda: "Arrived late" in rows_of(gui, window))
        assert gui.layers() == 1
        assert_no_complaint(gui)


def test_jobs_are_searched_starred_copied_opened_and_deleted():
    with sandbox("--job-ms", "100", "--fault", "refused:1"), desktop("coffee.png") as gui:
        for prompt in ("what nobody may draw", "a beach at noon", "a MOUNTAIN at dusk", "a mountain lake"):
            draw(gui, prompt)
        window = open_jobs(gui)
        prompts = lambda: [text for text in rows_of(gui, window) if text.startswith("a ")]  # noqa: E731
        wait_for("the jobs", lambda: prompts() == ["a mountain lake", "a MOUNTAIN at dusk", "a beach at noon"])
        assert "Failed" in rows_of(gui, window)
        gui.key("Down")
        gui.key("ctrl+d")
        wait_for("the star", lambda: is_offered(gui, window, "Remove Star"))
        time.sleep(0.7)
        gui.shoot("jobs-window")
        gui.key("ctrl+f")
        gui.write("Mountain")
        wait_for("what was searched for", lambda: prompts() == ["a mountain lake", "a MOUNTAIN at dusk"])
        gui.find(window, lambda c: c.name == "Jobs").queryComponent().grabFocus()
        time.sleep(0.3)
        gui.pick(window, "With a star")
        wait_for("it alone", lambda: prompts() == ["a MOUNTAIN at dusk"])
        gui.press(window, "Open as Image")
        wait_for("its image", lambda: "2048x2048" in gui.title())
        gui.find(window, lambda c: c.name == "Jobs").queryComponent().grabFocus()
        time.sleep(0.3)
        gui.key("Delete")
        asked = wait_for("the question", lambda: next(
            (w for a in gui.atspi.Registry.getDesktop(0) if a and "seedream" in a.name for w in a
             if says(gui, w, "cannot be had again")), None))
        gui.shoot("jobs-delete")
        gui.press(asked, "Delete")
        wait_for("nothing", lambda: prompts() == [])
        gui.pick(window, "All jobs")
        gui.find(window, lambda c: c.name == "Search").queryEditableText().setTextContents("")
        wait_for("the others", lambda: prompts() == ["a mountain lake", "a beach at noon"])
        gui.press(window, "Copy Prompt")
        wait_for("the prompt", lambda: clipboard(gui) == "a mountain lake")
        gui.press(window, "Re-run…")
        dialog = wait_for("the dialog", lambda: next(
            (w for a in gui.atspi.Registry.getDesktop(0) if a and "seedream" in a.name for w in a
             if gui.find(w, gui.begins)), None))
        assert gui.prompt(dialog) == "a mountain lake"
        gui.agree(dialog)
        wait_for("it once more", lambda: prompts() == ["a mountain lake", "a mountain lake", "a beach at noon"])
        wait_for("its image", lambda: rows_of(gui, window).count("Done") == 3)
        gui.press(window, "Close")
        gui.no_dialog()
        assert_no_complaint(gui)


if __name__ == "__main__":
    sys.exit(tap.main(globals(), alone=True, at_once=3))
