"""tests/support/keyring.py [PROGRAM [ARGUMENT…]] - a real keyring on a session bus of its own.

As a program it runs another one beside such a keyring. The bus starts no other service by itself, so nothing of the
desktop's can be reached from it, and nobody is asked for a password.
"""
from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir={folder}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""
NEEDED = ("dbus-daemon", "gnome-keyring-daemon", "secret-tool", "gdbus")
SECRETS = "org.freedesktop.secrets"
DEFAULT = "/org/freedesktop/secrets/aliases/default"
PATIENCE = 120  # seconds


def missing() -> str:
    """Why there can be no keyring on this machine; empty: there can."""
    return ", ".join(f"there is no {name}" for name in NEEDED if not shutil.which(name))


class Bus:
    """A session bus with nobody on it."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="seedream-bus-")
        folder = Path(self._folder.name)
        for name in ("runtime", "data"):
            (folder / name).mkdir(mode=0o700)
        (folder / "bus.conf").write_text(BUS.format(folder=folder))
        self._processes: list[subprocess.Popen] = []
        self.environment = {**{name: value for name, value in os.environ.items()
                               if name not in ("DISPLAY", "WAYLAND_DISPLAY")},
                            "HOME": str(folder), "XDG_DATA_HOME": str(folder / "data"),
                            "XDG_RUNTIME_DIR": str(folder / "runtime")}
        self._bus = self._start(["dbus-daemon", f"--config-file={folder}/bus.conf", "--nofork", "--print-address"],
                                stdout=subprocess.PIPE, text=True)
        self.address = self._bus.stdout.readline().strip()
        self._bus.stdout.close()
        assert self.address, "the bus did not say where it is"
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = self.address

    def _start(self, command: list[str], **options) -> subprocess.Popen:
        process = subprocess.Popen(command, env=self.environment, stderr=subprocess.DEVNULL, **options)
        self._processes.append(process)
        return process

    def end(self) -> None:
        """The bus alone, as at a logout."""
        self._bus.terminate()
        self._bus.wait()

    def stop(self) -> None:
        for process in reversed(self._processes):
            process.send_signal(signal.SIGCONT)
            process.terminate()
            process.wait()
        self._folder.cleanup()


class Keyring(Bus):
    """The same with an unlocked keyring on it."""

    def __init__(self) -> None:
        super().__init__()
        self._daemon = self._start(["gnome-keyring-daemon", "--unlock", "--components=secrets", "--foreground"],
                                   stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        self._daemon.stdin.write(b"\n")  # its password
        self._daemon.stdin.close()
        end = time.monotonic() + PATIENCE
        while self._said(DEFAULT, "org.freedesktop.DBus.Properties.Get", "org.freedesktop.Secret.Collection",
                         "Locked") != "(<false>,)":
            assert time.monotonic() < end, f"the keyring did not come within {PATIENCE} s"
            time.sleep(0.02)

    def _said(self, path: str, method: str, *arguments: str) -> str:
        return self.run("gdbus", "call", "--session", "-d", SECRETS, "-o", path, "-m", method, *arguments)

    def run(self, *command: str) -> str:
        """What a program beside the keyring prints; empty where it fails."""
        return subprocess.run(command, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True, timeout=PATIENCE).stdout.strip()

    def lock(self) -> None:
        """From now on its user would be asked; here nobody can be."""
        assert self._said("/org/freedesktop/secrets", "org.freedesktop.Secret.Service.Lock", f"['{DEFAULT}']")

    def stick(self) -> None:
        """From now on it answers nothing."""
        self._daemon.send_signal(signal.SIGSTOP)

    def secret(self, variable: str) -> str:
        """What another program finds there."""
        return self.run("secret-tool", "lookup", "xdg:schema", "org.seedream.ApiKey", "variable", variable)


def main(command: list[str]) -> int:
    if reason := missing():
        print(f"1..0 # SKIP {reason}")
        return 0
    keyring = Keyring()
    try:
        return subprocess.run(command, env=keyring.environment).returncode
    finally:
        keyring.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
