"""tests/cli/clients.py - programs that draw by seedream.h alone, and what they hold meanwhile."""
from __future__ import annotations

import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from programs import PATIENCE, Picture, Place, program, write_png

CLIENT = program("SEEDREAM_FAULT_CLIENT")
QUARTERS = ((255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255))
WIDTH, HEIGHT = 64, 48
SEEN = f"{WIDTH}x{HEIGHT} RGBW"  # what a client says of a picture of these


def quarters_png() -> bytes:
    """What the sandbox's odd pictures show, as a plain one of nine kilobytes."""
    pixels = b"".join(bytes(QUARTERS[(x >= WIDTH // 2) + 2 * (y >= HEIGHT // 2)])
                      for y in range(HEIGHT) for x in range(WIDTH))
    return write_png(Picture(WIDTH, HEIGHT, 3, pixels), compression=0)


@dataclass(frozen=True)
class Contract:
    """A way in which a service answers."""
    provider: str
    streaming: str = "auto"


@dataclass(frozen=True)
class Measures:
    """What a client's process holds: KiB, and numbers."""
    peak: int
    resident: int
    allocated: int  # and not freed: what a leak makes grow, and what allocators keep for later does not
    descriptors: int
    living: int  # jobs and clients


@dataclass(frozen=True)
class Drawn:
    """How a job went."""
    code: str  # of the error, or "ok"
    charged: str
    state: str
    pictures: int
    whole: int  # of them
    shown: str  # by the first one
    seconds: float
    busy: float  # seconds that the process had a processor
    peak: int  # KiB
    message: str


class Client:
    """A process that draws what it is told to."""

    def __init__(self, place: Place) -> None:
        self._process = subprocess.Popen(
            [CLIENT], env=place.environment(GIO_USE_PROXY_RESOLVER="dummy", G_DEBUG="fatal-criticals",
                                            G_SLICE="always-malloc"),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def say(self, *words: object) -> None:
        self._process.stdin.write("\t".join(map(str, words)) + "\n")
        self._process.stdin.flush()

    def hear(self) -> list[str]:
        line = self._process.stdout.readline()
        assert line, f"the client ended with {self._process.wait(PATIENCE)}"
        return line.rstrip("\n").split("\t")

    def order(self, number: int, contract: Contract, url: str, seconds: int, prompt: str,
              folder: Path | str = "") -> None:
        self.say("draw", number, contract.provider, url, seconds, contract.streaming, prompt, folder)

    def drawn(self) -> tuple[int, Drawn]:
        """The next job that ends."""
        kind, number, code, charged, state, pictures, whole, shown, seconds, busy, peak, message = self.hear()
        assert kind == "drawn"
        return int(number), Drawn(code, charged, state, int(pictures), int(whole), shown, float(seconds),
                                  float(busy), int(peak), message)

    def measure(self) -> Measures:
        self.say("measure")
        kind, *numbers = self.hear()
        assert kind == "measures"
        return Measures(*map(int, numbers))

    def settled(self, descriptors: int = 1000) -> Measures:
        """What it holds when nothing is under way any more, or what it holds too much after a while.

        descriptors: so many may be left.
        """
        end = time.monotonic() + PATIENCE
        while True:
            now = self.measure()
            if (now.living == 0 and now.descriptors <= descriptors) or time.monotonic() > end:
                return now
            time.sleep(0.02)

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def stop(self) -> int:
        """Returns its status."""
        self._process.stdin.close()
        try:
            return self._process.wait(PATIENCE)
        finally:
            self._process.kill()
            self._process.stdout.close()
