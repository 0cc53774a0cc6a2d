"""An edit in a real GIMP with a window, beside a plug-in that does it as plug-ins in Python do.

bench_pipeline.py [ROUNDS [SIDE…]] - the two take turns in one GIMP, each on a fresh image. The service is a process
on loopback that answers at once with the picture that was sent, so that all the time is overhead:

  submit    from the call to the request's last byte, the plug-in's start included
  insert    from the answer's last byte to the call's end, when the layer is in the image
  overhead  both; on the way between the two the answer comes, which the naive one only waits for
  whole     from the call to its end

The calls come from a plug-in of GIMP's Python, not from a script inside GIMP: GIMP's own main loop goes on meanwhile as
it does while a user waits, and its longest gap is one that the user would feel. The naive plug-in runs no main loop at
all: it stands still for the whole call.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

from bench_support import Gates, Session, median, median_ratio
from desktop import PHOTOS

HERE = pathlib.Path(__file__).resolve().parent
SERVER = os.environ["SEEDREAM_BENCH_SERVER"]
OURS, NAIVE = "plug-in-seedream-edit", "plug-in-naive-edit"
PROGRAMS = {OURS: "seedream", NAIVE: "naive-edit.py"}
# What must hold at 4096×4096.
LEAST_RATIO = 12  # of the overheads
MOST_MEMORY = 200  # MiB of the plug-in
MOST_GAP = 16  # ms of the plug-in's main loop
MOST_STALL = 1.1  # of GIMP's own main loop, over the naive one's; a tenth is noise
GATED_SIDE = 4096


def make_photo(side: int, path: pathlib.Path):
    """A photograph with as much grain as one that has that many pixels of its own: 22 MB at 4096×4096."""
    options = f"-resize {side}x{side}! -attenuate 0.04 +noise Gaussian -strip -depth 8 -define png:compression-level=6"
    command = ["convert", "-seed", "1", PHOTOS / "astronaut.png", *options.split(), f"PNG24:{path}"]
    subprocess.run(command, check=True)


class Service:
    def __init__(self, picture: pathlib.Path):
        self.process = subprocess.Popen([SERVER, "--picture", str(picture)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()

    def requests(self) -> list:
        """Ends it."""
        out, _ = self.process.communicate()
        return [each for each in map(json.loads, out.splitlines()) if each["method"] == "POST"]


def measured(call: dict, processes: list, requests: list) -> dict:
    request, = [each for each in requests if call["begun"] <= each["request_last"] <= call["ended"]]
    plug_in, = [each for each in processes if each.program == PROGRAMS[call["name"]] and
                call["begun"] <= each.first("exec") <= call["ended"]]
    gimp, = [each for each in processes if each.pid == call["gimp"]]
    submit, insert = request["request_last"] - call["begun"], call["ended"] - request["answer_last"]
    whole = call["ended"] - call["begun"]
    gap = plug_in.longest_gap_ms(call["begun"], call["ended"]) if plug_in.first("loop") is not None else whole / 1000
    return {"submit ms": submit / 1000, "insert ms": insert / 1000, "overhead ms": (submit + insert) / 1000,
            "whole ms": whole / 1000,
            "request MB": request["body_bytes"] / 1e6, "answer MB": request["answer_bytes"] / 1e6,
            "plug-in's peak MiB": plug_in.peak_mib(), "GIMP's peak over start MiB": call["gimp_kib"] / 1024,
            "plug-in's longest gap ms": gap,
            "GIMP's longest gap ms": gimp.longest_gap_ms(call["begun"], call["settled"])}


def measure(side: int, rounds: int) -> dict:
    """By procedure, what was measured in each round but the first, which warms."""
    with tempfile.TemporaryDirectory(prefix="seedream-bench-") as name:
        photo = pathlib.Path(name) / "photo.png"
        make_photo(side, photo)
        service = Service(photo)
        words = [str(rounds + 1), str(photo), "4K" if side > 2048 else "2K"]
        with Session("bench_pipeline", words, {"naive-edit.py": HERE / "naive-edit.py"}, OPENROUTER_API_KEY="test",
                     OPENROUTER_BASE_URL=service.url) as session:
            answer = session.wait(1500)
            assert "calls" in answer, answer
            processes = session.processes()
        requests = service.requests()
    return {name: [measured(call, processes, requests) for call in answer["calls"] if call["name"] == name][1:]
            for name in (OURS, NAIVE)}


def show(side: int, found: dict) -> dict:
    """The table of medians; returns them."""
    medians = {name: {what: median(each[what] for each in rows) for what in rows[0]} for name, rows in found.items()}
    print(f"{f'{side}×{side}':30}{'ours':>12}{'naive':>12}{'naive/ours':>12}")
    for what, ours in medians[OURS].items():
        naive = medians[NAIVE][what]
        print(f"{what:30}{ours:12.1f}{naive:12.1f}{median_ratio(found[NAIVE], found[OURS], what):12.2f}")
    return medians


def check(found: dict, medians: dict) -> int:
    gates = Gates()
    ours = medians[OURS]
    gates.check("overhead, naive over ours", median_ratio(found[NAIVE], found[OURS], "overhead ms"), LEAST_RATIO,
                at_least=True)
    gates.check("plug-in's peak MiB", ours["plug-in's peak MiB"], MOST_MEMORY)
    gates.check("plug-in's longest gap ms", ours["plug-in's longest gap ms"], MOST_GAP)
    gates.check("GIMP's longest gap, ours over naive", median_ratio(found[OURS], found[NAIVE], "GIMP's longest gap ms"),
                MOST_STALL)
    return gates.status()


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    status = 0
    for side in [int(word) for word in sys.argv[2:]] or [2048, GATED_SIDE]:
        found = measure(side, rounds)
        medians = show(side, found)
        if side == GATED_SIDE:
            status = check(found, medians)
    return status


if __name__ == "__main__":
    sys.exit(main())
