"""test_secrets.py - that a key which draws in GIMP is found nowhere afterwards: in no document, no setting, no log."""
from __future__ import annotations

import base64
import contextlib
import http.server
import pathlib
import sys
import tempfile
import threading

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]
import tap  # noqa: E402
from desktop import Sandbox, clean_environment, make_profile  # noqa: E402
from test_headless import BATCH, run_gimp  # noqa: E402

KEY = "sk-planted-8c2d7e4f9a1b3065-Yx"


class Echo(http.server.BaseHTTPRequestHandler):
    """A service that repeats every key."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        said = self.headers.get("Authorization", "").removeprefix("Bearer ")
        body = f'{{"error":{{"message":"no such key: {said}","code":"{said}"}}}}'.encode()
        self.send_response(400)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Request-Id", said)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def echo() -> str:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def forms() -> list[bytes]:
    percent = "".join(f"%{ord(letter):02X}" for letter in KEY)
    encoded = []
    for before in range(3):
        text = base64.b64encode(b"\0" * before + KEY.encode()).decode().rstrip("=")
        encoded.append(text[(before * 8 + 5) // 6:(before + len(KEY)) * 8 // 6])
    return [form.encode() for form in (KEY, percent, percent.lower(), *encoded)] + [KEY.encode("utf-16-le")]


class Left:
    """What a GIMP that has drawn leaves behind."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.report, self.documents = folder / "tap", folder / "documents"
        for place in (self.documents, folder / "tmp"):
            place.mkdir()
        with Sandbox("--job-ms", "60", "--api-key", KEY) as sandbox, echo() as url:
            environment = clean_environment(
                make_profile(folder), IMAROUTER_BASE_URL=sandbox.url, IMAROUTER_API_KEY=KEY, OPENROUTER_BASE_URL=url,
                OPENROUTER_API_KEY=KEY, ARK_BASE_URL=url, ARK_API_KEY=KEY, SEEDREAM_PORT="0", SEEDREAM_TIMEOUT="30",
                SEEDREAM_SECRETS=str(self.documents), TMPDIR=str(folder / "tmp"), G_MESSAGES_DEBUG="all")
            batch = BATCH.format(folders=[str(HERE / "inside"), str(HERE), str(HERE.parent / "support")],
                                 name="secrets_left", report=str(self.report), words=[])
            self.said = run_gimp(environment, "python-fu-eval", batch, "--verbose").encode()

    def files(self) -> list[pathlib.Path]:
        return [path for path in self.folder.rglob("*") if path.is_file() and not path.is_symlink()]


def search(where: str, content: bytes) -> None:
    for form in forms():
        at = content.find(form)
        assert at < 0, f"{where} has the key: …{content[max(0, at - 60):at + 60]!r}…"


def test_it_drew_well_and_badly(left: Left) -> None:
    lines = left.report.read_text().splitlines() if left.report.exists() else []
    results = [line for line in lines if line.startswith(("ok", "not ok"))]
    good = results and lines[0] == f"1..{len(results)}" and not any(line.startswith("not") for line in results)
    assert good, "\n".join(lines) + left.said.decode(errors="replace")[-4000:]


def test_no_file_holds_the_key(left: Left) -> None:
    names = {path.name for path in left.files()}
    assert {"edited.xcf", "again.xcf", "modelark.xcf", "pluginrc"} <= names, names
    assert any(name.endswith((".db", ".sqlite", ".sqlite3")) for name in names), names
    for path in left.files():
        search(str(path), str(path).encode() + path.read_bytes())


def test_gimp_at_its_most_talkative_does_not_tell_the_key(left: Left) -> None:
    assert b"seedream" in left.said.lower(), left.said
    search("what GIMP said", left.said)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="seedream-secrets-") as name:
        it = Left(pathlib.Path(name))
        sys.exit(tap.main(globals(), lambda: contextlib.nullcontext(it)))
