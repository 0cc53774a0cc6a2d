"""tests/cli/test_command_local.py - this machine's files as an enemy left them, and homes that cannot be written to."""
from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tap  # noqa: E402
from command import generate, jobs, listed, quick, real, small
from programs import PATIENCE, SEEDREAM, SMALL, Ended, Place, Sandbox, end_of, make_places

EDIT = ["edit", "-p", "less", "-o", "x.png"]
NOBODY = 65534


# Whom it runs as. Root may do everything, so for root somebody else stands in.

def run_as_somebody_else(place: Place, words: list[str], **environment: str) -> Ended:
    """Runs the command as an ordinary user who owns nothing here."""
    if os.geteuid() != 0:
        raise tap.Skip("it takes two users")
    begun = time.monotonic()
    try:
        process = subprocess.Popen([SEEDREAM, *words], env=place.environment(**environment), cwd=place.folder,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   user=NOBODY, group=NOBODY, extra_groups=[])
    except PermissionError:
        raise tap.Skip("another user cannot reach the program") from None
    ended = end_of(process, begun)
    if ended.status == 127:
        raise tap.Skip("another user cannot reach the library")
    return ended


def open_to_all(*folders: Path, mode: int = 0o777) -> None:
    for folder in folders:
        folder.chmod(mode)


# What is written

def test_without_a_mask_nobody_else_may_read_what_is_kept(place: Place) -> None:
    generate(place, real(small(place)), "-n", "2", mask=0).expect(0)
    jobs(place, "star", listed(place)[0]["id"], mask=0).expect(0)
    place.seedream("rules", "monthly-budget", "10", mask=0).expect(0)
    kept = [path for path in (place.data / "seedream").rglob("*")] + [place.data / "seedream"]
    assert len([path for path in kept if path.is_file()]) >= 3, kept
    for path in kept:
        wanted = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.lstat().st_mode) == wanted, (path, oct(path.lstat().st_mode))


def test_a_picture_gets_the_mode_that_the_mask_leaves(place: Place) -> None:
    for mask, mode in ((0o022, 0o644), (0o077, 0o600)):
        generate(place, quick(small(place)), out=f"{mask}.png", mask=mask).expect(0)
        assert stat.S_IMODE((place.folder / f"{mask}.png").stat().st_mode) == mode


@tap.each({"a file": "victim", "nothing": "nowhere"})
def test_a_link_in_the_place_of_the_picture_is_replaced_and_not_followed(place: Place, target: str) -> None:
    place.file("victim", b"mine")
    (place.folder / "x.png").symlink_to(target)
    generate(place, quick(small(place))).expect(0)
    assert place.read("x.png") == SMALL and not (place.folder / "x.png").is_symlink()
    assert place.read("victim") == b"mine" and not (place.folder / "nowhere").exists()


def test_links_in_the_place_of_numbered_pictures_are_left_alone(place: Place) -> None:
    place.file("victim", b"mine")
    for name in ("x-1.png", "x-2.png"):
        (place.folder / name).symlink_to("victim")
    ended = generate(place, real(small(place)), "-n", "2").expect(0)
    assert ended.paths() == ["x-1-1.png", "x-2-1.png"], ended
    assert place.read("victim") == b"mine"


@tap.each({"a pipe": os.mkfifo, "a folder": os.mkdir})
def test_nothing_is_sent_where_the_pictures_name_belongs_to(place: Place, make: Callable[[Path], None]) -> None:
    make(place.folder / "x.png")
    sandbox = small(place)
    generate(place, quick(sandbox)).expect(2)
    assert sandbox.log() == []


def test_nothing_is_left_beside_the_picture(place: Place) -> None:
    sandbox = small(place)
    generate(place, quick(sandbox)).expect(0)
    generate(place, quick(sandbox)).expect(0)
    assert place.names(beside=["small.png"]) == ["x.png"]


def test_nothing_is_sent_for_a_file_of_somebody_else_in_a_shared_folder(place: Place) -> None:
    sandbox = small(place)
    open_to_all(place.folder.parent, place.data)
    open_to_all(place.folder, mode=0o1777)
    place.file("x.png", b"root's")
    (place.folder / "x.png").chmod(0o666)
    words = ["generate", "-p", "a hill", "-o", "x.png", *quick(sandbox)]
    ended = run_as_somebody_else(place, words)
    assert ended.status == 2 and sandbox.log() == [], ended
    assert place.read("x.png") == b"root's"
    run_as_somebody_else(place, [*words[:-4], "-o", "y.png", *quick(sandbox)]).expect(0)


def test_nothing_is_sent_for_a_file_in_a_folder_that_takes_none(place: Place) -> None:
    sandbox = small(place)
    open_to_all(place.folder.parent, place.data)
    place.file("x.png", b"root's")
    (place.folder / "x.png").chmod(0o666)
    open_to_all(place.folder, mode=0o755)
    ended = run_as_somebody_else(place, ["generate", "-p", "a hill", "-o", "x.png", *quick(sandbox)])
    assert ended.status == 2 and sandbox.log() == [], ended


# What is read

@tap.each({"a device without end": "/dev/zero", "a device that holds nothing": "/dev/null", "itself": "x.in",
           "a folder": "/usr"})
def test_no_picture_comes_of_a_link_to(place: Place, target: str) -> None:
    sandbox = place.sandbox()
    (place.folder / "x.in").symlink_to(target)
    place.seedream(*EDIT, "x.in", *quick(sandbox)).expect(2)
    assert sandbox.log() == []


def test_a_file_without_end_is_no_picture(place: Place) -> None:
    sandbox = place.sandbox()
    with open(place.folder / "huge.png", "wb") as file:
        file.truncate(1 << 36)  # 64 GiB, of which the disk keeps none
    place.seedream(*EDIT, "huge.png", *quick(sandbox)).expect(2)
    assert sandbox.log() == []


def test_a_picture_comes_through_a_pipe(place: Place) -> None:
    sandbox = small(place)
    place.seedream(*EDIT, "/dev/stdin", *quick(sandbox), said=SMALL).expect(0)


ABSURD = {"no address": "x", "an empty host": "http://", "a file": "file:///etc/passwd",
          "much": "http://" + "a" * 100000, "a line break": "http://127.0.0.1\r\nX: y",
          "a port that is none": "http://127.0.0.1:99999999"}


@tap.each(ABSURD)
def test_a_base_url_of_the_environment_is_refused_that_is(place: Place, url: str) -> None:
    ended = generate(place, ["--provider", "imarouter"], "--timeout", "5", IMAROUTER_BASE_URL=url)
    assert ended.status in (2, 6) and "Traceback" not in ended.stderr, ended


@tap.each({"a line break": "sk-1\r\nX-Evil: 1", "much": "k" * 100000})
def test_no_header_comes_of_a_key_of_the_environment_with(place: Place, key: str) -> None:
    sandbox = small(place)
    ended = place.seedream("generate", "-p", "a hill", "-o", "x.png", *real(sandbox), key=key)
    assert ended.status != 0 and key not in ended.stderr + ended.stdout, ended
    assert b"X-Evil" not in sandbox.log_path.read_bytes()


def test_a_data_folder_that_is_no_path_is_not_used(place: Place) -> None:
    """As the desktop's rules for folders say."""
    generate(place, quick(small(place)), XDG_DATA_HOME="../../..").expect(0)
    assert place.names(beside=["small.png"]) == ["x.png"]


# Where it runs

def in_bubblewrap(place: Place, home: Path, writable: list[Path], words: list[str],
                  **environment: str) -> Ended:
    """Runs the command in a sandbox as Flatpak's are: everything is read-only but what is said."""
    if not shutil.which("bwrap"):
        raise tap.Skip("there is no bubblewrap")
    bwrap = ["bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--unshare-ipc", "--die-with-parent"]
    for folder in writable:
        bwrap += ["--bind", str(folder), str(folder)]
    if subprocess.run([*bwrap, "true"], capture_output=True, timeout=PATIENCE).returncode != 0:
        raise tap.Skip("bubblewrap may not run here")
    begun = time.monotonic()
    names = {**place.environment(**environment), "HOME": str(home)}
    process = subprocess.Popen([*bwrap, "--chdir", str(place.folder), SEEDREAM, *words], env=names,
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return end_of(process, begun)


def drawing(sandbox: Sandbox) -> list[str]:
    return ["generate", "-p", "a hill", "-o", "x.png", *quick(sandbox)]


def test_under_a_home_that_cannot_be_written_to_a_job_runs_and_the_user_is_told(place: Place) -> None:
    home = place.folder.parent / "home"
    home.mkdir()
    sandbox = small(place)
    ended = in_bubblewrap(place, home, [place.folder], drawing(sandbox),
                          XDG_DATA_HOME=str(home / ".local/share")).expect(0)
    assert place.read("x.png") == SMALL
    assert ended.stderr.count("not protected against a crash") == 1 and list(home.iterdir()) == [], ended


def test_in_a_flatpak_all_is_kept_in_the_applications_own_folder(place: Place) -> None:
    home = place.folder.parent / "home"
    own = home / ".var/app/org.gimp.GIMP"
    (own / "cache").mkdir(parents=True)
    sandbox = small(place)
    ended = in_bubblewrap(place, home, [own, place.folder], drawing(sandbox), XDG_DATA_HOME=str(own / "data"),
                          XDG_CACHE_HOME=str(own / "cache"), XDG_CONFIG_HOME=str(own / "config"),
                          XDG_DATA_DIRS="/app/share:/usr/share", FLATPAK_ID="org.gimp.GIMP").expect(0)
    assert ended.stderr == "" and (own / "data/seedream/jobs.sqlite").is_file(), ended
    assert [path.name for path in home.iterdir()] == [".var"]


def test_models_and_services_are_known_without_any_file_of_ours(place: Place) -> None:
    """They are in the library, so no prefix, such as Flatpak's /app, has to be found."""
    plain = place.seedream("models", "--json").expect(0).stdout
    elsewhere = place.seedream("models", "--json", XDG_DATA_DIRS="/nonexistent", HOME="/nonexistent").expect(0).stdout
    assert plain == elsewhere and "seedream-4.5" in plain


if __name__ == "__main__":
    sys.exit(tap.main(globals(), make_places(), at_once=3))
