"""Every dialog of the plug-in, opened by a real GIMP in every language: that it fits a small screen, that nothing of it is
left in English, that everything has a name and can be reached by keys. Screenshots stay in $SEEDREAM_ARTEFACTS.

test_dialogs.py [LANGUAGE…] looks at some."""

import gettext
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

from desktop import PHOTOS, PLUG_IN, REPOSITORY, Sandbox, Screen, clean_environment, gimp_program, make_profile, shoot, wait_for

sys.path.insert(0, str(REPOSITORY / "tests" / "support"))
import tap  # noqa: E402

DIALOGS = ("edit", "compose", "generate", "settings", "jobs")
SMALL_SCREEN = (1366, 768)
PANEL = 32  # pixels of the screen that a desktop keeps for itself
LANGUAGES = (REPOSITORY / "po" / "LINGUAS").read_text().split()
# glibc's name of a locale in which the language is at home.
HOMES = {"de": "de_DE", "es": "es_ES", "fr": "fr_FR", "it": "it_IT", "ja": "ja_JP", "ko": "ko_KR", "nl": "nl_NL",
         "pl": "pl_PL", "ru": "ru_RU", "tr": "tr_TR", "uk": "uk_UA", "he": "he_IL", "en": "en_US"}
# What is the same in every language: names, and what the services call their sizes.
NAMES = re.compile(r"ImaRouter|OpenRouter|ModelArk|Seedream|Sandbox|image \d|\.png|_hd|square|portrait_|landscape_|https?:"
                   r"|^[\d\W]*$|^\d+×\d+|JPEG|PNG|^seedream-dialogs|^[a-z]+$")  # the last: what GIMP's combo boxes call their values
# GIMP's and GTK's own, which their catalogues answer for.
THEIRS = {"Help", "Reset", "Cancel", "OK", "Load Saved Settings", "Save Settings", "Reset to Initial Values", "Home",
          "Reset to Factory Defaults", "(None)", "Other…", "File System", "File System Root", "Desktop", "Information",
          "Question",
          "edit-find-symbolic"}
ACTIVE = {"button", "push button", "toggle button", "check box", "combo box", "text", "entry", "password text", "spin button",
          "tree table", "table", "list box", "list", "menu item", "link"}


def locale_of(language: str) -> str:
    return HOMES.get(language, language) + ".UTF-8"


def make_locales(folder: pathlib.Path, languages: list):
    """The machine has none but C.UTF-8, so they are made here."""
    for language in languages:
        name = locale_of(language)
        subprocess.run(["localedef", "-i", name.split(".")[0], "-f", "UTF-8", "--no-archive", str(folder / name)],
                       check=True, capture_output=True)


def pretend(catalogues: pathlib.Path, language: str):
    """Makes the plug-in speak a language that it has no words of: GLib keeps all of a program in one language."""
    catalogues.unlink()
    folder = catalogues / language / "LC_MESSAGES"
    folder.mkdir(parents=True)
    header = f'msgid ""\nmsgstr "Language: {language}\\nContent-Type: text/plain; charset=UTF-8\\n"\n'
    subprocess.run(["msgfmt", "-o", str(folder / "seedream.mo"), "-"], input=header, text=True, check=True)


class Console:
    """gimp-console in a language, with its dialogs on a screen."""

    def __init__(self, language: str, folder: pathlib.Path, url: str, size: tuple = SMALL_SCREEN):
        self.screen = Screen(folder, size)
        self.atspi = self.screen.atspi
        make_locales(folder, [language])
        self.environment = clean_environment(
            make_profile(folder), DBUS_SESSION_BUS_ADDRESS=self.screen.bus, SEEDREAM_SANDBOX_URL=url,
            IMAROUTER_BASE_URL=url, SEEDREAM_TEST_PHOTOS=str(PHOTOS), LOCPATH=str(folder),
            LC_ALL=locale_of(language), LANG=locale_of(language), LANGUAGE=language)
        if language not in (*LANGUAGES, "en"):
            pretend(folder / "gimp" / "plug-ins" / "seedream" / "locale", language)
        batch = f"exec(open('{REPOSITORY}/tests/gimp/inside/dialogs.py').read())"
        self.log = open(folder / "gimp.log", "w+")
        self.process = subprocess.Popen(
            [gimp_program("gimp-console"), "-i", "-d", "--quit", "--batch-interpreter=python-fu-eval", "-b", batch],
            env=self.environment, stdout=self.log, stderr=self.log)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.screen.stop()
        self.log.close()

    def window(self, after):
        """The plug-in's window, once it is there and is another one than that."""
        def look():
            for application in self.atspi.Registry.getDesktop(0):
                if application and "seedream" in application.name:
                    for window in application:
                        if window.getRoleName() in ("dialog", "frame", "window") and window.name and window != after:
                            return window
            return None
        return wait_for("a dialog", look)


def walk(node):
    for child in node:
        if child is not None:
            yield child
            yield from walk(child)


def texts_of(window) -> set:
    texts = set()
    for node in walk(window):
        texts.add(node.name)
        if node.getRoleName() == "label":
            texts.add(node.queryText().getText(0, -1))
    return {text.strip() for text in texts if text and text.strip()}


def is_showing(atspi, node) -> bool:
    return node.getState().contains(atspi.STATE_SHOWING)


def assert_it_fits(console, window, size):
    box = window.queryComponent().getExtents(console.atspi.DESKTOP_COORDS)
    assert box.width <= size[0] and box.height <= size[1] - PANEL, f"{window.name}: {box.width}×{box.height}"
    for node in walk(window):
        if not is_showing(console.atspi, node) or node.getRoleName() in ("table cell", "list item", "link"):
            continue
        inner = node.queryComponent().getExtents(console.atspi.DESKTOP_COORDS)
        assert inner.x + inner.width <= box.x + box.width + 1, f"{node.getRoleName()} “{node.name}” sticks out: {inner} of {box}"


def open_everything(window):
    """The rare options too."""
    for node in walk(window):
        if node.getRoleName() == "toggle button" and node.queryAction().getName(0) == "activate":
            node.queryAction().doAction(0)
            time.sleep(0.5)  # it unfolds


def turn_pages(window):
    """Shows one page after the other where there are several, and tells which."""
    for node in walk(window):
        if node.getRoleName() == "page tab list":
            for page in range(1, node.childCount):
                node.querySelection().selectChild(page)
                time.sleep(0.3)
                yield page


def assert_everything_has_a_name(window):
    for node in walk(window):
        if node.getRoleName() in ACTIVE and not node.name:
            # Inside of a combo box or a spin button the outer one has the name.
            outer = node.parent
            while outer and outer.getRoleName() in ("filler", "panel", "combo box", "spin button", "menu"):
                if outer.name:
                    break
                outer = outer.parent
            assert outer and outer.name, f"{window.name}: a {node.getRoleName()} has no name"


def keys_of(window) -> list:
    """The letters that lead somewhere in the window, with Alt."""
    letters = []
    for node in walk(window):
        if node.getRoleName() == "menu item":
            continue
        try:
            binding = node.queryAction().getKeyBinding(0)
        except NotImplementedError:
            continue
        found = re.search(r"<Alt>(\S+?)(;|$)", binding or "")
        if found:
            letters.append((found[1].lower(), node.name))
    return letters


def assert_keys_are_apart(window):
    seen = {}
    for letter, name in keys_of(window):
        assert seen.setdefault(letter, name) == name, f"{window.name}: {letter} is {seen[letter]} and {name}"
    assert seen, f"{window.name}: nothing can be reached by a letter"


def look_at_all(language: str, pictures: str = "", size: tuple = SMALL_SCREEN) -> dict:
    """Opens each dialog, checks it, and returns the texts of each."""
    seen, last = {}, None
    with tempfile.TemporaryDirectory(prefix="seedream-dialogs-") as folder, Sandbox() as sandbox, \
            Console(language, pathlib.Path(folder), sandbox.url, size) as console:
        try:
            for name in DIALOGS:
                last = window = console.window(last)
                wait_for("its texts", lambda: len(texts_of(window)) > 10)
                if name == "edit":
                    wait_for("the preview", lambda: any("→" in text for text in texts_of(window)))
                if name == "jobs":
                    wait_for("the job", lambda: "Seedream 1" in texts_of(window))
                elif name != "settings":  # without a key there is more to say than ever
                    wait_for("where keys are", lambda: any("imarouter.com" in text for text in texts_of(window)))
                seen[name] = texts_of(window)
                shoot(f"{pictures or language}-{name}", console.environment)
                assert_it_fits(console, window, size)
                open_everything(window)
                shoot(f"{pictures or language}-{name}-unfolded", console.environment)
                assert_it_fits(console, window, size)
                assert_everything_has_a_name(window)
                assert_keys_are_apart(window)
                for page in turn_pages(window):
                    shoot(f"{pictures or language}-{name}-page-{page}", console.environment)
                    assert_it_fits(console, window, size)
                    assert_keys_are_apart(window)
                if language == "he" and name == "edit":
                    assert_it_is_mirrored(console, window)
                close(console, window)
        except BaseException:
            shoot(f"{pictures or language}-at-the-failure", console.environment)
            console.log.seek(0)
            print("# " + console.log.read().replace("\n", "\n# "))
            raise
    return seen


def close(console, window):
    """With Escape, as the keyboard has it."""
    subprocess.run(["xdotool", "key", "--clearmodifiers", "Escape"], env=console.environment, check=True, timeout=10)
    wait_for("its end", lambda: window not in [w for a in console.atspi.Registry.getDesktop(0) if a for w in a])


def assert_it_is_mirrored(console, window):
    where = {}
    for node in walk(window):
        if node.name == "Prompt" and node.getRoleName() in ("label", "text"):
            where[node.getRoleName()] = node.queryComponent().getExtents(console.atspi.DESKTOP_COORDS)
        if node.name == "Preview":
            where["preview"] = node.queryComponent().getExtents(console.atspi.DESKTOP_COORDS)
    assert where["label"].x > where["text"].x + where["text"].width // 2, where
    assert where["preview"].x > where["text"].x, where


def catalogue(language: str):
    return gettext.translation("seedream", PLUG_IN.parents[1] / "po", [language])


def messages() -> dict:
    """Every message of the plug-in without its mnemonic, and the message itself."""
    if not hasattr(messages, "known"):
        pot = subprocess.run(["msgcat", "--no-wrap", "--no-location", str(REPOSITORY / "po" / f"{LANGUAGES[0]}.po")],
                             capture_output=True, text=True, check=True).stdout
        ids = [eval(found) for found in re.findall(r'^msgid (".*")$', pot, re.M)]
        messages.known = {re.sub(r"\(_\w\)|_", "", message): message for message in ids if message}
    return messages.known


# The catalogues are the same whichever GIMP it is: in later ones a few languages tell enough.
@tap.each({language: language for language in LANGUAGES
           if gimp_program("gimp").endswith("-3.0") or language in ("de", "ja", "ru")})
def test_it_is_all_there_in(language):
    seen = look_at_all(language)
    letters = {letter for texts in seen.values() for text in texts for letter in text if letter.isalpha()}
    boxes = [letter for letter in letters if not subprocess.run(
        ["fc-list", f":charset={ord(letter):x}", "family"], capture_output=True, text=True).stdout]
    assert not boxes, f"there is no font for {boxes}, and boxes have another width"
    words = catalogue(language)
    for name in DIALOGS:
        for text in sorted(seen[name] & set(ENGLISH[name])):
            message = messages().get(text)
            is_same_word = message is not None and words.gettext(message).replace("_", "") == text
            assert is_same_word or NAMES.search(text) or text in THEIRS, f"{name}: “{text}” is English"


def test_right_to_left():
    look_at_all("he")


def test_twice_the_pixels():
    os.environ["GDK_SCALE"] = "2"  # every test has a process of its own
    look_at_all("en", "en-2x", (2 * SMALL_SCREEN[0], 2 * SMALL_SCREEN[1]))


def test_the_dark_theme():
    os.environ["GTK_THEME"] = "Adwaita:dark"
    look_at_all("en", "en-dark")


def in_a_process_of_its_own(language: str) -> dict:
    """The texts that are seen in a language. The accessibility library knows one screen in a process."""
    done = subprocess.run([sys.executable, __file__, "--texts", language], stdout=subprocess.PIPE, text=True, check=True,
                          timeout=120)
    return json.loads(done.stdout)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--texts"]:
        print(json.dumps({name: sorted(texts) for name, texts in look_at_all(sys.argv[2]).items()}))
        sys.exit()
    ENGLISH = in_a_process_of_its_own("en")
    sys.exit(tap.main(globals(), alone=True, at_once=3))
