"""A virtual desktop with a real GIMP on it, driven as a person would: windows, menus, keys and the mouse."""

import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
PHOTOS = REPOSITORY / "tests" / "photos"
ARTEFACTS = pathlib.Path(os.environ.get("SEEDREAM_ARTEFACTS", REPOSITORY / "out"))
PLUG_IN = pathlib.Path(os.environ["SEEDREAM_PLUG_IN"])
SANDBOX = pathlib.Path(os.environ["SEEDREAM_SANDBOX_PROGRAM"])


def gimp_program(name: str) -> str:
    """The path of gimp or gimp-console, whichever 3.x is installed."""
    found = sorted(pathlib.Path("/usr/bin").glob(f"{name}-3.[0-9]*"))
    if not found:
        raise SystemExit(f"{name} 3 is not installed")
    return str(found[-1])


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Sandbox:
    """A seedream-sandbox of this test's own. Options go on its command line."""

    def __init__(self, *options: str, port: int = 0):
        self.process = subprocess.Popen([SANDBOX, "--port", str(port), *options], stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()
        if not self.url.startswith("http://"):
            raise RuntimeError("the sandbox does not serve")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()


def make_profile(folder: pathlib.Path) -> pathlib.Path:
    """A GIMP settings folder that holds nothing but our plug-in."""
    profile = folder / "gimp"
    home = profile / "plug-ins" / "seedream"
    home.mkdir(parents=True)
    (home / "seedream").symlink_to(PLUG_IN)
    (home / "locale").symlink_to(PLUG_IN.parents[1] / "po")
    (profile / "gimprc").write_text("(show-welcome-dialog no)\n(check-updates no)\n(color-profile-policy keep)\n")
    return profile


def clean_environment(profile: pathlib.Path, **more: str) -> dict:
    """What GIMP is started with: no key and no address but what the test gives."""
    environment = {k: v for k, v in os.environ.items() if not k.endswith(("_API_KEY", "_BASE_URL"))}
    environment.update(
        GIMP3_DIRECTORY=str(profile),
        HOME=str(profile.parent),
        PATH=f"{SANDBOX.parent}:/usr/bin:/bin",
        LC_ALL="C.UTF-8",
        DBUS_SESSION_BUS_ADDRESS="disabled:",  # nobody's keyring and nobody's notifications but a desktop's own
        GDK_BACKEND="x11",  # not the desktop of whoever runs this
        NO_AT_BRIDGE="0",
        GTK_MODULES="gail:atk-bridge",
    )
    environment.update(more)
    return environment


def wait_for(what: str, look, seconds: float = 180):
    """Looks until something true comes, and returns it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            hit = look()
        except Exception as trouble:  # a widget may vanish while it is looked at
            if os.environ.get("SEEDREAM_TEST_VERBOSE"):
                print("#", trouble, file=sys.stderr)
            hit = None
        if hit:
            return hit
        time.sleep(0.1)
    raise AssertionError(f"{what} did not come within {seconds} s")


def shoot(name: str, environment: dict) -> pathlib.Path:
    """Takes a picture of the screen."""
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    path = ARTEFACTS / f"{name}.png"
    subprocess.run(["import", "-window", "root", str(path)], env=environment, check=True, timeout=30)
    return path


class Screen:
    """Xvfb, a window manager and a session bus. One a process: the accessibility library stays with its first bus, so
    each test runs in a process of its own."""

    def __init__(self, folder: pathlib.Path, size: tuple = (1280, 900)):
        self.processes: list = []
        self.folder = folder  # the home of all that the bus starts
        read, write = os.pipe()
        self._start(["Xvfb", "-displayfd", str(write), "-screen", "0", f"{size[0]}x{size[1]}x24", "-nolisten", "tcp"],
                    pass_fds=(write,))
        os.close(write)
        with os.fdopen(read) as display:
            os.environ["DISPLAY"] = ":" + display.readline().strip()
        self._start(["openbox"], stdout=subprocess.DEVNULL)
        bus = self._start(["dbus-daemon", "--session", "--nofork", "--print-address"], stdout=subprocess.PIPE, text=True,
                          env={**os.environ, "HOME": str(folder), "XDG_RUNTIME_DIR": str(folder)})
        self.bus = os.environ["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().strip()
        import pyatspi  # it reads the bus's address when it is imported

        self.atspi = pyatspi

    def _start(self, command: list, **options):
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL, **options)
        self.processes.append(process)
        return process

    def start_keyring(self):
        """An unlocked keyring of this bus's own."""
        environment = {**os.environ, "HOME": str(self.folder), "XDG_RUNTIME_DIR": str(self.folder)}
        daemon = self._start(["gnome-keyring-daemon", "--unlock", "--components=secrets", "--foreground"],
                             stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, env=environment)
        daemon.stdin.write(b"\n")  # its password
        daemon.stdin.close()

    def secret(self, variable: str) -> str:
        """What another program finds in the keyring."""
        done = subprocess.run(["secret-tool", "lookup", "xdg:schema", "org.seedream.ApiKey", "variable", variable],
                              capture_output=True, text=True, timeout=20)
        return done.stdout.strip()

    def start_notifications(self):
        self._start(["dunst"])

    @staticmethod
    def notifications() -> list:
        """What the desktop was told: summaries and bodies."""
        done = subprocess.run(["dunstctl", "history"], capture_output=True, text=True, timeout=20)
        found = json.loads(done.stdout or "{}").get("data", [[]])[0]
        return [(each["summary"]["data"], each["body"]["data"]) for each in found]

    def stop(self):
        for process in reversed(self.processes):
            process.terminate()
            process.wait()


class Desktop:
    """GIMP with photographs open, on the screen."""

    def __init__(self, photos: list, **environment: str):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="seedream-desktop-"))
        self.screen = Screen(self.folder)
        self.atspi = self.screen.atspi
        self.environment = clean_environment(make_profile(self.folder), DBUS_SESSION_BUS_ADDRESS=self.screen.bus,
                                             **environment)
        self._start(photos)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind:
            self.shoot("at-the-failure")
            print("# " + (self.folder / "gimp.log").read_text().replace("\n", "\n# "))
        self._kill()
        self.screen.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _start(self, photos: list):
        with open(self.folder / "gimp.log", "a") as log:
            self.process = subprocess.Popen([gimp_program("gimp"), "-n", "-s", *map(str, photos)],
                                            env=self.environment, stdout=log, stderr=log, start_new_session=True)

    def _kill(self):
        with contextlib.suppress(ProcessLookupError):  # it may have quit by itself
            os.killpg(self.process.pid, signal.SIGKILL)  # its plug-ins with it
        self.process.wait()

    def restart(self, *photos: str):
        """Ends GIMP in the hardest way and begins a fresh one of the same user."""
        self._kill()
        wait_for("its end on the screen", lambda: not self.application("gimp"))
        self._start([PHOTOS / name for name in photos])
        self.wait_for_image()

    # --- looking ---

    def application(self, name: str):
        return next((a for a in self.atspi.Registry.getDesktop(0) if a and name in a.name), None)

    def find(self, node, wanted):
        for child in node:
            if child is None:
                continue
            if wanted(child):
                return child
            hit = self.find(child, wanted)
            if hit:
                return hit
        return None

    def find_all(self, node, wanted):
        hits = []
        for child in node:
            if child is None:
                continue
            if wanted(child):
                hits.append(child)
            hits += self.find_all(child, wanted)
        return hits

    def gimp(self):
        return wait_for("GIMP", lambda: self.application("gimp"))

    def wait_for_image(self):
        """Waits until a photograph's window is there, and puts it over the whole screen."""
        wait_for("the image window", lambda: self.title())
        # A first start shows a welcome dialog all the same.
        for window in self.gimp():
            if "Welcome" in window.name:
                self.press(window, "Close")
        window = self.window_id("GIMP")
        with contextlib.suppress(subprocess.TimeoutExpired):  # of a window that has that size already no news comes
            subprocess.run(["xdotool", "windowsize", "--sync", window, "1280", "880"], env=self.environment,
                           check=False, timeout=10)
        subprocess.run(["xdotool", "windowmove", window, "0", "0"], env=self.environment, check=False, timeout=10)
        time.sleep(1)
        # Mostly the image is in the middle now, but GIMP may have missed it that the window grew.
        self.choose("Center Image in Window")
        time.sleep(0.3)

    def title(self) -> str:
        """The image window's title: "[coffee] (imported)-1.0 (RGB …, 1 layer) 600x400 – GIMP"."""
        return next((w.name for w in self.gimp() if re.search(r"\d+ layers?\)", w.name)), "")

    def layers(self) -> int:
        found = re.search(r"(\d+) layers?\)", self.title())
        return int(found[1]) if found else 0

    def window_id(self, name: str) -> str:
        return wait_for(f"the window {name}", lambda: subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--name", name], env=self.environment, capture_output=True,
            text=True).stdout.split())[-1]

    def texts(self, node) -> list:
        """Every text that a screen reader would find below a node."""
        return [c.name for c in self.find_all(node, lambda c: bool(c.name))]

    def shoot(self, name: str) -> pathlib.Path:
        return shoot(name, self.environment)

    # --- doing ---

    def choose(self, label: str):
        """Chooses the menu item that begins so."""
        item = wait_for(f"menu item {label}",
                        lambda: self.find(self.gimp(), lambda c: c.getRoleName() == "menu item" and
                                          c.name.startswith(label)))
        item.queryAction().doAction(0)

    def press(self, node, name: str):
        button = wait_for(f"button {name}", lambda: self.find(node, lambda c: c.getRoleName() in ("button", "push button", "toggle button")
                                                              and c.name == name))
        button.queryAction().doAction(0)

    def agree(self, dialog):
        """Presses the button that begins, whatever it is called and whatever that costs."""
        button = wait_for("the button that begins", lambda: self.find(dialog, self.begins))
        wait_for("the button to be offered", lambda: button.getState().contains(self.atspi.STATE_SENSITIVE))
        button.queryAction().doAction(0)

    @staticmethod
    def begins(node) -> bool:
        return node.getRoleName() in ("button", "push button") and bool(re.match(r"(Edit|Compose|Draw)\b", node.name))

    def dialog(self):
        """The plug-in's dialog, once it is there."""
        return wait_for("the plug-in's dialog", lambda: next(
            (w for a in self.atspi.Registry.getDesktop(0) if a and "seedream" in a.name for w in a
             if w.getRoleName() in ("dialog", "frame", "window")), None))

    def no_dialog(self):
        wait_for("the dialog's end", lambda: not any(
            True for a in self.atspi.Registry.getDesktop(0) if a and "seedream" in a.name for _ in a))

    def type_prompt(self, dialog, text: str):
        field = wait_for("the prompt", lambda: self.find(dialog, lambda c: c.getRoleName() == "text" and
                                                         c.name == "Prompt"))
        field.queryEditableText().setTextContents(text)

    def prompt(self, dialog) -> str:
        field = wait_for("the prompt", lambda: self.find(dialog, lambda c: c.getRoleName() == "text" and
                                                         c.name == "Prompt"))
        return field.queryText().getText(0, -1)

    def pick(self, dialog, label: str):
        """Chooses what a combo box or a menu of the dialog offers."""
        wait_for(label, lambda: self.find(dialog, lambda c: c.getRoleName() == "menu item" and c.name == label)
                 ).queryAction().doAction(0)

    def write(self, text: str):
        """Types, into whatever has the focus."""
        subprocess.run(["xdotool", "type", "--clearmodifiers", "--delay", "15", text], env=self.environment, check=True,
                       timeout=20)

    def click(self, x: int, y: int):
        subprocess.run(["xdotool", "mousemove", str(x), str(y), "sleep", "0.1", "click", "1"], env=self.environment,
                       check=True, timeout=10)

    def middle(self, node) -> tuple:
        box = node.queryComponent().getExtents(self.atspi.DESKTOP_COORDS)
        return box.x + box.width // 2, box.y + box.height // 2

    def key(self, keys: str):
        subprocess.run(["xdotool", "key", "--clearmodifiers", keys], env=self.environment, check=True, timeout=10)

    def drag(self, start: tuple, end: tuple):
        """A stroke with the left button, on the screen."""
        steps = ["mousemove", str(start[0]), str(start[1]), "mousedown", "1"]
        for i in range(1, 11):
            x = start[0] + (end[0] - start[0]) * i // 10
            y = start[1] + (end[1] - start[1]) * i // 10
            steps += ["mousemove", str(x), str(y), "sleep", "0.02"]
        subprocess.run(["xdotool", *steps, "mouseup", "1"], env=self.environment, check=True, timeout=20)
