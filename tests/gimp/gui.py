"""What the tests on a virtual desktop do again and again."""

import functools
import subprocess
import time

from desktop import PHOTOS, SANDBOX, Desktop, Sandbox, free_port, wait_for


@functools.cache
def port() -> int:
    """One for each process, which is one for each test."""
    return free_port()


def sandbox(*options: str) -> Sandbox:
    return Sandbox(*options, port=port())


def desktop(*photos: str, keyring: bool = False, notifications: bool = False, **environment: str) -> Desktop:
    url = f"http://127.0.0.1:{port()}"
    settings = {"SEEDREAM_PROVIDER": "sandbox", "SEEDREAM_SANDBOX_URL": url, "IMAROUTER_BASE_URL": url,
                "IMAROUTER_API_KEY": "test", **environment}
    opened = Desktop([PHOTOS / name for name in photos], **{name: value for name, value in settings.items() if value})
    try:
        if keyring:
            opened.screen.start_keyring()
        if notifications:
            opened.screen.start_notifications()
        opened.wait_for_image()
    except AssertionError as trouble:
        opened.__exit__(type(trouble))
        raise
    return opened


def brightness(path, at: tuple) -> int:
    text = subprocess.run(["convert", str(path), "-depth", "8", "-crop", f"1x1+{at[0]}+{at[1]}", "rgb:-"],
                          capture_output=True, check=True).stdout
    return sum(text[:3])


def says(gui: Desktop, dialog, words: str) -> bool:
    return any(words in text for text in gui.texts(dialog))


def start_edit(gui: Desktop, prompt: str, picture: str = ""):
    gui.choose("Edit Layers")
    dialog = gui.dialog()
    gui.type_prompt(dialog, prompt)
    if picture:
        wait_for("the preview", lambda: says(gui, dialog, "→"))
        time.sleep(0.3)
        gui.shoot(picture)
    gui.agree(dialog)
    gui.no_dialog()


def plug_ins(gui: Desktop) -> list:
    """Processes of this GIMP's plug-in that run just now."""
    done = subprocess.run(["pgrep", "-f", f"{gui.folder}/gimp/plug-ins/seedream/seedream"], capture_output=True, text=True)
    return done.stdout.split()


def cancel_button(gui: Desktop):
    """Stands in the status bar, beside the progress, for as long as a plug-in is at work."""
    return wait_for("Cancel in the status bar", lambda: gui.find(
        gui.gimp(), lambda c: c.getRoleName() in ("button", "push button") and c.name == "Cancel"))


def assert_no_complaint(gui: Desktop):
    windows = [window.name for window in gui.gimp()]
    assert not any("Message" in name for name in windows), [windows, gui.texts(gui.gimp())[:9]]


def seedream(gui: Desktop, *arguments: str) -> str:
    """What the command says about the jobs of this GIMP's user."""
    done = subprocess.run([SANDBOX.parent.parent / "cli" / "seedream", *arguments], env=gui.environment,
                          capture_output=True, text=True, timeout=60)
    return done.stdout


def rows_of(gui: Desktop, dialog) -> list:
    """What stands in the list of pictures: what the prompt calls each, and its name."""
    cells = [c.name for c in gui.find_all(dialog, lambda c: c.getRoleName() == "table cell")]
    return [text for text in cells if text]
