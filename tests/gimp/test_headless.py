"""test_headless.py NAME [WORD…] - runs inside/NAME.py in a headless GIMP, or those of its tests whose names have a word."""

import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
from desktop import clean_environment, free_port, gimp_program, make_profile  # noqa: E402

# What GIMP's Python is told to do.
BATCH = """
import sys
sys.path[:0] = {folders!r}
import tap, {name} as module
with open({report!r}, "w", buffering=1) as out:
    tap.main(vars(module), words={words!r}, out=out)
"""


def run_gimp(environment: dict, interpreter: str, batch: str, *options: str) -> str:
    command = [gimp_program("gimp-console"), "-i", "-d", "--quit", *options, f"--batch-interpreter={interpreter}", "-b",
               batch]
    with tempfile.TemporaryFile("w+", errors="replace") as output:  # not a pipe: a sandbox may outlive GIMP and hold it
        subprocess.run(command, env=environment, stdout=output, stderr=subprocess.STDOUT, timeout=800)
        output.seek(0)
        return output.read()


def gimp_environment(folder: pathlib.Path, port: int, **more: str) -> dict:
    """A GIMP with our plug-in, whose sandbox is to serve on that port."""
    url = f"http://127.0.0.1:{port}"
    return clean_environment(make_profile(folder), SEEDREAM_SANDBOX_URL=url, IMAROUTER_BASE_URL=url,
                             IMAROUTER_API_KEY="test", ARK_BASE_URL=url, ARK_API_KEY="test",
                             OPENROUTER_API_KEY="test", SEEDREAM_PORT=str(port),
                             **more)


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="seedream-headless-") as name:
        folder = pathlib.Path(name)
        report = folder / "tap"
        batch = BATCH.format(folders=[str(HERE / "inside"), str(HERE), str(HERE.parent / "support")], name=sys.argv[1],
                             report=str(report), words=sys.argv[2:])
        temporary = folder / "tmp"  # others leave files in the usual place meanwhile
        temporary.mkdir()
        environment = gimp_environment(folder, free_port(), SEEDREAM_TIMEOUT="20", TMPDIR=str(temporary))
        output = run_gimp(environment, "python-fu-eval", batch)
        lines = report.read_text().splitlines() if report.exists() else []
        print("\n".join(lines))
        planned = int(lines[0].removeprefix("1..")) if lines else 0
        results = [line for line in lines if line.startswith(("ok", "not ok"))]
        good = planned > 0 and len(results) == planned and not any(line.startswith("not ok") for line in results)
        if not good:
            print("\n".join("# " + line for line in output.splitlines()))
        return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
