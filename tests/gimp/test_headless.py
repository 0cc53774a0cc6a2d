"""Headless GIMP: the procedures through Python (inside.py) and through Script-Fu (edit.scm)."""

import os
import pathlib
import socket
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
from desktop import PHOTOS, Sandbox, clean_environment, gimp_program, make_profile  # noqa: E402


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def run_gimp(environment: dict, interpreter: str, batch: str) -> str:
    command = [gimp_program("gimp-console"), "-i", "-d", "--quit", f"--batch-interpreter={interpreter}", "-b", batch]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=400)
    return done.stdout + done.stderr


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="seedream-headless-") as name:
        folder = pathlib.Path(name)
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        environment = clean_environment(
            make_profile(folder), SEEDREAM_SANDBOX_URL=url, IMAROUTER_BASE_URL=url, IMAROUTER_API_KEY="test",
            SEEDREAM_TIMEOUT="12", SEEDREAM_PORT=str(port), SEEDREAM_TESTS=str(HERE.parent),
            SEEDREAM_TAP=str(folder / "tap"),
            SEEDREAM_WORDS="\n".join(sys.argv[1:]))
        output = run_gimp(environment, "python-fu-eval", f"exec(open({str(HERE / 'inside.py')!r}).read())")
        report = (folder / "tap").read_text() if (folder / "tap").exists() else ""
        lines = report.splitlines()
        planned = int(lines[0].removeprefix("1..")) if lines else 0

        scheme = (HERE / "edit.scm").read_text().replace("PHOTO", str(PHOTOS / "coffee.png"))
        scheme = scheme.replace("OUT", str(folder / "out.xcf"))
        with Sandbox("--job-ms", "60", port=port):
            said = run_gimp(environment, "plug-in-script-fu-eval", scheme)
        edited = (folder / "out.xcf").exists() and "layers: 2" in said

        print(f"1..{planned + 1}")
        print("\n".join(lines[1:]))
        print(f"{'ok' if edited else 'not ok'} {planned + 1} - script-fu edits a layer with named arguments")
        results = [line for line in lines if line.startswith(("ok", "not ok"))]
        if not edited or not planned or len(results) < planned:
            print("\n".join("# " + line for line in (output + said).splitlines()))
        return 0 if edited and planned and len(results) == planned and "\nnot ok" not in report else 1


if __name__ == "__main__":
    sys.exit(main())
