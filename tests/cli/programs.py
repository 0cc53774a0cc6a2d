"""tests/cli/programs.py - the two programs, a server that lies, and PNG pictures, for tests to play with."""
from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import select
import socket
import sqlite3
import struct
import subprocess
import tempfile
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PHOTOS = Path(__file__).resolve().parent.parent / "photos"
KEY = "sk-secret-0123456789abcdef"
KEY_VARIABLES = ("IMAROUTER_API_KEY", "OPENROUTER_API_KEY", "ARK_API_KEY")
PATIENCE = 120  # seconds: what takes longer hangs
# What a developer may say to the programs from outside; nothing else comes through.
PASSED_ON = ("ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS", "G_DEBUG", "MALLOC_CHECK_", "LD_LIBRARY_PATH")


def program(variable: str) -> str:
    """The path of a program that is to be tested."""
    path = os.environ.get(variable, "")
    if not os.access(path, os.X_OK):
        raise SystemExit(f"Bail out! {variable} does not name a program")
    return os.path.abspath(path)


SEEDREAM = program("SEEDREAM_PROGRAM")
SANDBOX = program("SEEDREAM_SANDBOX_PROGRAM")


def wait_for(what: Callable[[], Any], seconds: float = 10) -> Any:
    """Asks again and again until the answer is true, and returns it."""
    end = time.monotonic() + seconds
    while not (answer := what()):
        assert time.monotonic() < end, f"it did not happen in {seconds} s"
        time.sleep(0.01)
    return answer


# Pictures

@dataclass(frozen=True)
class Picture:
    """8-bit pixels, RGB or RGBA, row by row."""
    width: int
    height: int
    channels: int
    pixels: bytes

    @staticmethod
    def plain(width: int, height: int, colour: tuple[int, ...]) -> Picture:
        return Picture(width, height, len(colour), bytes(colour) * (width * height))

    def averages(self, columns: int, rows: int, box: tuple[int, int, int, int]) -> list[float]:
        """The mean of each channel in each cell of a grid over a box (left, top, width, height)."""
        left, top, width, height = box
        means = []
        for row in range(rows):
            lines = range(top + row * height // rows, top + (row + 1) * height // rows)
            for column in range(columns):
                first, last = left + column * width // columns, left + (column + 1) * width // columns
                for channel in range(3):
                    total = sum(sum(self.pixels[(y * self.width + first) * self.channels + channel:
                                                (y * self.width + last) * self.channels:self.channels])
                                for y in lines)
                    means.append(total / (len(lines) * (last - first)))
        return means


PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def png_chunk(kind: bytes, data: bytes) -> bytes:
    """One chunk of a PNG file."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_header(width: int, height: int, channels: int) -> bytes:
    """How a PNG file begins."""
    colour_type = {3: 2, 4: 6}[channels]
    return PNG_SIGNATURE + png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, colour_type, 0, 0, 0))


def write_png(picture: Picture, compression: int = 6) -> bytes:
    """A PNG file without any filter."""
    stride = picture.width * picture.channels
    lines = b"".join(b"\0" + picture.pixels[y * stride:(y + 1) * stride] for y in range(picture.height))
    return (png_header(picture.width, picture.height, picture.channels) +
            png_chunk(b"IDAT", zlib.compress(lines, compression)) + png_chunk(b"IEND", b""))


def png_size(data: bytes) -> tuple[int, int]:
    """Width and height."""
    assert data.startswith(PNG_SIGNATURE), f"no PNG: {data[:16]!r}"
    return struct.unpack(">II", data[16:24])


def png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kinds and contents; fails where a sum is wrong."""
    at = len(PNG_SIGNATURE)
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        content = data[at + 8:at + 8 + length]
        assert struct.unpack(">I", data[at + 8 + length:at + 12 + length])[0] == zlib.crc32(kind + content)
        yield kind, content
        at += 12 + length


def paeth(line: bytes, above: bytes) -> bytes:
    """Undoes the Paeth filter for one channel of one line."""
    out = bytearray(len(line))
    a = c = 0
    for x, b in enumerate(above):
        if b == c:
            guess = a
        elif a == c:
            guess = b
        else:
            to_a, to_b, to_c = abs(b - c), abs(a - c), abs(a + b - c - c)
            guess = a if to_a <= to_b and to_a <= to_c else b if to_b <= to_c else c
        out[x] = a = (line[x] + guess) & 255
        c = b
    return bytes(out)


def unfilter_channel(kind: int, line: bytes, above: bytes) -> bytes:
    """Undoes a PNG filter for one channel of one line."""
    if kind == 0:
        return line
    if kind == 4:
        return paeth(line, above)
    if kind == 2:
        return bytes((x + b) & 255 for x, b in zip(line, above))
    out, a = bytearray(len(line)), 0
    for i, x in enumerate(line):  # 1: Sub, 3: Average
        out[i] = a = (x + (a if kind == 1 else (a + above[i]) // 2)) & 255
    return bytes(out)


def read_png(data: bytes) -> Picture:
    """Reads 8-bit RGB and RGBA that is not interlaced."""
    parts: dict[bytes, bytes] = {}
    for kind, content in png_chunks(data):
        parts[kind] = parts.get(kind, b"") + content
    assert b"IEND" in parts, "the PNG is cut short"
    width, height, depth, colour_type, _, _, interlaced = struct.unpack(">IIBBBBB", parts[b"IHDR"])
    assert depth == 8 and colour_type in (2, 6) and not interlaced, "this reader does not know that PNG"
    channels = {2: 3, 6: 4}[colour_type]
    raw, stride = zlib.decompress(parts[b"IDAT"]), width * channels
    pixels = bytearray()
    above = bytes(stride)
    for y in range(height):
        at = y * (stride + 1)
        line = bytearray(raw[at + 1:at + 1 + stride])
        for channel in range(channels):
            line[channel::channels] = unfilter_channel(raw[at], bytes(line[channel::channels]),
                                                       above[channel::channels])
        pixels += line
        above = bytes(line)
    return Picture(width, height, channels, bytes(pixels))


# A server that lies

@dataclass
class Heard:
    """A request as the server heard it."""
    method: str
    path: str
    headers: dict[str, str]  # names in lower case
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


Tale = bytes | Iterable[bytes] | None  # None: the connection is cut without a word


def http_answer(status: int, body: bytes | str | dict = b"", **headers: str) -> bytes:
    """A whole HTTP answer. Header names are written with _ for -."""
    if isinstance(body, dict):
        body = json.dumps(body)
        headers.setdefault("content_type", "application/json")
    content = body.encode() if isinstance(body, str) else body
    head = {"connection": "close", "content_length": str(len(content)), **headers}
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in head.items())
    return f"HTTP/1.1 {status} Sure\r\n{lines}\r\n".encode() + content


class LyingServer:
    """Answers on a loopback port with whatever the test says, byte by byte, and remembers what it heard."""

    def __init__(self, tell: Callable[[Heard], Tale], listen: bool = True) -> None:
        self.heard: list[Heard] = []
        self._tell = tell
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        if listen:
            self.listen()

    def listen(self) -> None:
        """Until then connections are refused."""
        self._socket.listen(16)
        threading.Thread(target=self._serve, daemon=True).start()

    def creates(self) -> list[Heard]:
        return [each for each in self.heard if each.method == "POST"]

    def fetches(self) -> list[Heard]:
        """Requests for pictures."""
        return [each for each in self.heard if each.method == "GET" and not each.path.startswith("/v1/")]

    def stop(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self._answer, args=(self._socket.accept()[0],), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.settimeout(PATIENCE)
            heard = self._hear(connection)
            if not heard:
                return
            self.heard.append(heard)
            tale = self._tell(heard)
            for piece in [tale] if isinstance(tale, bytes) else tale or ():
                connection.sendall(piece)

    @staticmethod
    def _hear(connection: socket.socket) -> Heard | None:
        with connection.makefile("rb") as stream:
            first = stream.readline().decode("latin-1").split()
            if len(first) != 3:
                return None
            headers = {}
            while line := stream.readline().decode("latin-1").strip():
                name, _, value = line.partition(":")
                headers[name.lower()] = value.strip()
            body = stream.read(int(headers.get("content-length", "0")))
            return Heard(first[0], first[1], headers, body)


SMALL = write_png(Picture.plain(4, 2, (10, 200, 30)))


def completed(*urls: str) -> bytes:
    """What ImaRouter says of a job whose pictures are there."""
    return http_answer(200, {"id": "job_1", "status": "completed", "output": [{"url": url} for url in urls]})


def imarouter(create: Iterable[Tale] = (), polls: Iterable[Tale] = (), pictures: Iterable[Tale] = (),
              ) -> Callable[[Heard], Tale]:
    """ImaRouter as it should be, after these answers have been given."""
    first = {"create": iter(create), "poll": iter(polls), "picture": iter(pictures)}

    def tell(heard: Heard) -> Tale:
        if heard.method == "POST":
            return next(first["create"], http_answer(200, {"id": "job_1", "status": "queued"}))
        if heard.path.startswith("/v1/jobs/"):
            return next(first["poll"], completed(f"http://{heard.headers['host']}/picture"))
        return next(first["picture"], http_answer(200, SMALL))
    return tell


# The programs

class Sandbox:
    """A running seedream-sandbox."""

    def __init__(self, folder: Path, options: Iterable[str], environment: dict[str, str]) -> None:
        self.log_path = folder / f"sandbox-{len(list(folder.glob('sandbox-*.log')))}.log"
        self.log_path.touch()
        self.process = subprocess.Popen([SANDBOX, "--log", str(self.log_path), *options], env=environment,
                                        cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
        self.url = self.process.stdout.readline().decode().rstrip("\n") if ready else ""
        self.port = int(self.url.rpartition(":")[2] or 0)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def log(self) -> list[dict]:
        """What it has written about its requests."""
        return [json.loads(line) for line in self.log_path.read_text().splitlines()]

    def creates(self) -> list[dict]:
        return [line for line in self.log() if line["method"] == "POST"]

    def polls(self) -> list[dict]:
        return [line for line in self.log() if re.match("/v1/(jobs|images/generations)/", line["path"])]

    def fetches(self) -> list[dict]:
        return [line for line in self.log() if line["path"].startswith("/results/")]

    def ask(self, method: str, path: str, body: Any = None, key: str | None = "any") -> tuple[int, bytes]:
        """Makes one request; a body that is not bytes is sent as JSON."""
        content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"} if content is not None else {}
        if key is not None:
            headers["Authorization"] = f"Bearer {key}"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, content, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def create(self, verb: str = "generate", **body: Any) -> str:
        """Begins a job; returns its id."""
        status, answer = self.ask("POST", f"/v1/image/seedream-4.5/{verb}", {"prompt": "a hill", **body})
        assert status in (200, 201, 202), (status, answer)
        return json.loads(answer)["id"]

    def job(self, name: str) -> dict:
        status, answer = self.ask("GET", f"/v1/jobs/{name}")
        assert status == 200, (status, answer)
        return json.loads(answer)

    def finished(self, name: str) -> dict:
        """Waits for a job's end."""
        def look() -> dict | None:
            job = self.job(name)
            return job if job["status"] in ("completed", "failed") else None
        return wait_for(look, PATIENCE)

    def pictures(self, name: str) -> list[bytes]:
        """Waits for a job's pictures and fetches them."""
        job = self.finished(name)
        assert job["status"] == "completed", job
        return [self.fetch(output["url"]) for output in job["output"]]

    def fetch(self, url: str) -> bytes:
        assert url.startswith(self.url + "/"), url
        status, picture = self.ask("GET", url.removeprefix(self.url), key=None)
        assert status == 200, status
        return picture

    def draw(self, verb: str = "generate", **body: Any) -> bytes:
        """A job's first picture."""
        return self.pictures(self.create(verb, **body))[0]


@dataclass
class Ended:
    """A program that has ended."""
    status: int
    stdout: str
    stderr: str
    seconds: float

    def json(self) -> dict:
        """The one object that --json promises."""
        assert self.stdout.count("\n") == 1 and self.stdout.endswith("\n"), repr(self.stdout)
        return json.loads(self.stdout)

    def paths(self) -> list[str]:
        return self.stdout.splitlines()

    def expect(self, status: int) -> Ended:
        assert self.status == status, f"status {self.status}, not {status}; {self}"
        return self


@dataclass
class Place:
    """Folders of a test's own, and what runs in them; all of it ends with the test."""
    folder: Path
    data: Path  # where programs keep what is not to be lost
    home: Path
    stack: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    def environment(self, **extra: str) -> dict[str, str]:
        """A clean one: no keys, no keyring, no settings, no locale from outside."""
        passed_on = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        return {"HOME": str(self.home), "XDG_DATA_HOME": str(self.data), "LC_ALL": "C.UTF-8",
                "DBUS_SESSION_BUS_ADDRESS": "disabled:",
                "PATH": f"{os.path.dirname(SANDBOX)}:/usr/bin:/bin", **passed_on, **extra}

    def sandbox(self, *options: str) -> Sandbox:
        """Starts one that hurries, unless the options say otherwise."""
        hurry = () if "--job-ms" in options else ("--job-ms", "30")
        sandbox = Sandbox(self.folder, (*hurry, *options), self.environment())
        self.stack.callback(sandbox.stop)
        assert sandbox.port, "the sandbox did not say where it is"
        return sandbox

    def server(self, tell: Callable[[Heard], Tale], listen: bool = True) -> LyingServer:
        server = LyingServer(tell, listen)
        self.stack.callback(server.stop)
        return server

    @contextlib.contextmanager
    def record(self) -> Iterator[sqlite3.Connection]:
        """The record of jobs, past the library, as anybody could change it."""
        with contextlib.closing(sqlite3.connect(self.data / "seedream" / "jobs.sqlite")) as record, record:
            yield record

    def start(self, *arguments: str, key: str | None = KEY, stdin: int = subprocess.DEVNULL,
              stderr: int = subprocess.PIPE, mask: int = -1, **environment: str) -> subprocess.Popen:
        """Starts the command. mask: of what it makes; -1: as here."""
        keys = dict.fromkeys(KEY_VARIABLES, key) if key is not None else {}
        process = subprocess.Popen([SEEDREAM, *arguments], env=self.environment(**keys, **environment),
                                   cwd=self.folder, stdin=stdin, stdout=subprocess.PIPE, stderr=stderr,
                                   umask=mask)
        self.stack.callback(lambda: process.poll() is None and process.kill())
        return process

    def seedream(self, *arguments: str, key: str | None = KEY, said: bytes | None = None, mask: int = -1,
                 **environment: str) -> Ended:
        """Runs the command to its end. said: on its standard input."""
        begun = time.monotonic()
        if said is None:
            return end_of(self.start(*arguments, key=key, mask=mask, **environment), begun)
        read, write = os.pipe()
        with open(read, "rb") as stdin:
            os.set_blocking(write, False)
            with open(write, "wb", buffering=0) as pipe:
                assert pipe.write(said) == len(said), "a pipe does not hold so much"
            return end_of(self.start(*arguments, key=key, stdin=stdin, mask=mask, **environment), begun)

    def run(self, *arguments: str) -> Ended:
        """Runs a program that ends by itself."""
        begun = time.monotonic()
        return end_of(subprocess.Popen(arguments, env=self.environment(), cwd=self.folder,
                                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE), begun)

    def file(self, name: str, content: bytes) -> str:
        """Writes a file; returns its name."""
        (self.folder / name).write_bytes(content)
        return name

    def read(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()

    def names(self, beside: Iterable[str] = ()) -> list[str]:
        """What is in the folder, beside what the test itself needs."""
        return sorted(path.name for path in self.folder.iterdir()
                      if path.suffix != ".log" and path.name not in beside)


def end_of(process: subprocess.Popen, begun: float) -> Ended:
    """Waits for a program's end, but not for ever."""
    try:
        stdout, stderr = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        stdout, stderr = process.communicate()
        raise AssertionError(f"it did not end in {PATIENCE} s; {stdout!r} {stderr!r}") from None
    return Ended(process.returncode, stdout.decode(errors="surrogateescape"),
                 (stderr or b"").decode(errors="surrogateescape"), time.monotonic() - begun)


def make_places() -> Callable[[], contextlib.AbstractContextManager[Place]]:
    """Places that share a home, where libraries keep what they have found out."""
    home = tempfile.TemporaryDirectory(prefix="seedream-home-")

    @contextlib.contextmanager
    def make_place() -> Iterator[Place]:
        with tempfile.TemporaryDirectory(prefix="seedream-") as folder, contextlib.ExitStack() as stack:
            folders = [Path(folder) / name for name in ("work", "data")]
            for each in folders:
                each.mkdir()
            yield Place(*folders, Path(home.name), stack)
    return make_place
