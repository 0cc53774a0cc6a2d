"""tests/install/test_install.py - what is installed is enough for a stranger, and no more."""
from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tap  # noqa: E402

BUILD = os.environ["SEEDREAM_BUILD"]
PARTS = os.environ["SEEDREAM_PARTS"].split()

PROGRAM = """
#include <seedream.h>
#include <stdio.h>
int main (void)
{
  gsize n = 0;
  SeedreamProvider *const *all = seedream_provider_list (&n);
  printf ("%s, %u services, first %s\\n", SEEDREAM_VERSION, (unsigned) n, seedream_provider_get_id (all[0]));
  return 0;
}
"""
LANGUAGES = {"C": ("cc", "c", "c11"), "C++98": ("c++", "cpp", "c++98"), "C++11": ("c++", "cpp", "c++11")}


def output_of(*command: str | Path, **environment: str) -> str:
    """What a program that succeeds prints."""
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE,
                          env={**os.environ, **environment}).stdout


@dataclass
class Installed:
    """What was installed, below a root of its own."""
    root: Path
    prefix: Path

    def files(self) -> list[Path]:
        return [path for path in self.root.rglob("*") if path.is_file()]

    def one(self, name: str) -> Path:
        found, = self.prefix.rglob(name)
        return found

    def pkg_config(self, *options: str) -> str:
        """What pkg-config says of the library, as it stands here and not where it was configured for."""
        with tempfile.TemporaryDirectory() as folder:
            moved = re.sub("^prefix=.*", f"prefix={self.prefix}", self.one("seedream-1.pc").read_text(),
                           flags=re.MULTILINE)
            (Path(folder) / "seedream-1.pc").write_text(moved)
            return output_of("pkg-config", *options, "seedream-1", PKG_CONFIG_PATH=folder)


def install_once() -> Callable[[], contextlib.AbstractContextManager[Installed]]:
    """Installs; every test is given the same place."""
    folder = tempfile.TemporaryDirectory(prefix="seedream-install-")
    subprocess.run([*os.environ["SEEDREAM_MESON"].split(), "install", "-C", BUILD, "--no-rebuild", "--quiet",
                    "--destdir", folder.name], check=True, stdout=sys.stderr)
    prefix = Path(folder.name + os.environ["SEEDREAM_PREFIX"])

    @contextlib.contextmanager
    def place() -> Iterator[Installed]:
        yield Installed(Path(folder.name), prefix)
    place.folder = folder  # lives as long as the tests
    return place


@tap.each(LANGUAGES)
def test_a_program_needs_pkg_config_alone(installed: Installed, language: tuple[str, str, str]) -> None:
    compiler, suffix, standard = language
    with tempfile.TemporaryDirectory() as name:
        source, program = Path(name) / f"program.{suffix}", Path(name) / "program"
        source.write_text(PROGRAM)
        flags = installed.pkg_config("--cflags", "--libs").split()
        output_of(compiler, f"-std={standard}", "-Wall", "-Wextra", "-Werror", "-o", program, source, *flags)
        said = output_of(program, LD_LIBRARY_PATH=str(installed.one("libseedream-1.so").parent))
    version = installed.pkg_config("--modversion").strip()
    assert re.fullmatch(rf"{re.escape(version)}, [1-9]\d* services, first imarouter\n", said), said


def test_only_public_headers_are_installed(installed: Installed) -> None:
    folder = installed.one("seedream.h").parent
    reached, ahead = set(), ["seedream.h"]
    while ahead:
        name = ahead.pop()
        if name not in reached:
            reached.add(name)
            ahead += re.findall(r'#include "([^"]+)"', (folder / name).read_text())
    assert {path.name for path in folder.iterdir()} == reached
    assert [path for path in installed.files() if path.suffix in (".h", ".hpp", ".a")
            and path.parent != folder] == []


def test_nothing_public_names_what_is_private(installed: Installed) -> None:
    words = installed.pkg_config("--cflags", "--libs", "--print-requires")
    assert not [name for name in ("libsoup", "json-glib", "sqlite", "libsecret") if name in words], words
    for path in installed.files():
        if path.suffix in (".h", ".pc", ".gir", ".vapi", ".deps", ".1"):
            assert BUILD not in path.read_text(), f"{path.name} names the folder it was built in"


def test_the_parts_that_were_built_are_there(installed: Installed) -> None:
    names = {path.name for path in installed.files()}
    wanted = {"seedream", "seedream-sandbox", "seedream-1.pc", "libseedream-1.so", "seedream.1",
              "seedream-sandbox.1"}
    wanted |= {"Seedream-1.gir", "Seedream-1.typelib"} if "introspection" in PARTS else set()
    wanted |= {"seedream-1.vapi", "seedream-1.deps"} if "vapi" in PARTS else set()
    wanted |= {"overview.html"} if "docs" in PARTS else set()
    assert wanted <= names, wanted - names
    if "introspection" not in PARTS:
        assert not [name for name in names if name.endswith((".gir", ".typelib", ".vapi"))]


if __name__ == "__main__":
    sys.exit(tap.main(globals(), install_once()))
