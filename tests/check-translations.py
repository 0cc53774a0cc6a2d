"""check-translations.py REPOSITORY - that gettext knows every message, and every catalogue has it."""
from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "support"))
import tap  # noqa: E402

REPOSITORY = Path(sys.argv[1]).resolve()
PO = REPOSITORY / "po"
LANGUAGES = (PO / "LINGUAS").read_text().split()
MARKED = re.compile(r"(?<!\w)(_|N_|ngettext)\(")
# The command and the sandbox speak English: scripts read them.
ENGLISH = ("libseedream/cli/", "libseedream/sandbox/")


def run(*command: str) -> str:
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True,
                          env={**os.environ, "GETTEXTDATADIRS": str(REPOSITORY / "data" / "gettext"), "LC_ALL": "C.UTF-8"})
    assert done.returncode == 0, done.stderr
    return done.stdout


def marked_files() -> set[str]:
    names = set()
    for folder in ("plugin", "libseedream"):
        for path in (REPOSITORY / folder).rglob("*.[ch]pp"):
            name = str(path.relative_to(REPOSITORY))
            if MARKED.search(path.read_text()) and not name.startswith(ENGLISH):
                names.add(name)
    for pattern in ("data/presets/*.desktop.in", "data/*.metainfo.xml.in"):
        names |= {str(path.relative_to(REPOSITORY)) for path in REPOSITORY.glob(pattern)}
    return names


def entries(path: Path) -> list[tuple[str, str]]:
    """Each message and each of its translations."""
    text = run("msgcat", "--no-wrap", str(path))
    pairs, message = [], ""
    for kind, value in re.findall(r'^(msgid|msgid_plural|msgstr(?:\[\d\])?) "(.*)"$', text, re.M):
        if kind == "msgid":
            message = value
        elif kind.startswith("msgstr") and message:
            pairs.append((message, value))
    return pairs


def mnemonics(text: str) -> int:
    """How many letters are marked. Names such as SEEDREAM_PROVIDER mark none."""
    return re.sub(r"[A-Z]{2,}_[A-Z_]+|any_pixels", "", text).count("_")


def test_gettext_looks_into_every_file_that_has_messages() -> None:
    listed = set((PO / "POTFILES.in").read_text().split())
    assert listed == marked_files(), f"to add: {marked_files() - listed}, to remove: {listed - marked_files()}"


@tap.each({language: language for language in LANGUAGES})
def test_every_message_is_translated(language: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        template = f"{folder}/seedream.pot"
        run("xgettext", "--from-code=UTF-8", "--keyword=_", "--keyword=N_", "--keyword=ngettext:1,2",
            "--files-from=po/POTFILES.in", f"--output={template}")
        run("msgcmp", f"po/{language}.po", template)
    run("msgfmt", "--check", "--output-file=/dev/null", f"po/{language}.po")


@tap.each({language: language for language in LANGUAGES})
def test_a_letter_is_marked_where_english_marks_one(language: str) -> None:
    for message, translation in entries(PO / f"{language}.po"):
        assert mnemonics(translation) == mnemonics(message), f"{message!r}: {translation!r}"


if __name__ == "__main__":
    sys.exit(tap.main(globals(), words=sys.argv[2:]))
