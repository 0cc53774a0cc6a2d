"""The examples of plugin/examples, run as their first lines say."""

import pathlib
import shutil
import subprocess
import sys
import tempfile

from desktop import PHOTOS, REPOSITORY, Sandbox, free_port, gimp_program  # noqa: E402
from test_headless import gimp_environment  # noqa: E402

sys.path.insert(0, str(REPOSITORY / "tests" / "support"))
import tap  # noqa: E402

EXAMPLES = REPOSITORY / "plugin" / "examples"
# What each makes, how many of its layers bear a recipe, and what else the file must hold.
MADE = {"edit.scm": ("edited.xcf", 1, "layer"), "compose.scm": ("composed.xcf", 1, "third.jpg"),
        "variants.py": ("variants.xcf", 6, "watercolour")}


def run(name: str, folder: pathlib.Path) -> str:
    """Runs an example in a folder with photographs; returns what GIMP said."""
    port = free_port()
    shutil.copy(PHOTOS / "coffee.png", folder / "photo.png")
    shutil.copy(PHOTOS / "chelsea.png", folder / "other.png")
    shutil.copy(PHOTOS / "rocket.jpg", folder / "third.jpg")
    python = name.endswith(".py")
    batch = f"exec(open({str(EXAMPLES / name)!r}).read())" if python else (EXAMPLES / name).read_text()
    command = [gimp_program("gimp-console"), "-i", "--quit",
               "--batch-interpreter=" + ("python-fu-eval" if python else "plug-in-script-fu-eval"), "-b", batch]
    environment = gimp_environment(folder / "home", port, SEEDREAM_PROVIDER="sandbox")
    with Sandbox("--job-ms", "60", port=port):
        done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, timeout=120)
    return done.stdout + done.stderr


@tap.each({path.name: path.name for path in sorted(EXAMPLES.iterdir())})
def test_the_example_makes_what_it_says(name):
    made, layers, words = MADE[name]
    with tempfile.TemporaryDirectory(prefix="seedream-example-") as folder:
        said = run(name, pathlib.Path(folder))
        image = pathlib.Path(folder) / made
        assert image.exists(), said
        data = image.read_bytes()
        assert data.count(b"seedream-recipe") == layers and words.encode() in data, said


if __name__ == "__main__":
    sys.exit(tap.main(globals()))
