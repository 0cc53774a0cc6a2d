#!/usr/bin/env python3
"""run.py TARGET [--seeds FOLDER]… - replays every input that is kept for a fuzz target, then lets it make its own.

TARGET is fuzz-NAME; its inputs are in corpus/NAME, finds/NAME and the FOLDERs, its words in NAME.dict. Speaks TAP.
SEEDREAM_FUZZ says for how many seconds it makes inputs (3); SEEDREAM_FUZZ_CORPUS names a folder where what it learns is
kept, in a folder for each target, and taken up again. What it finds lies in fuzz-finds beside TARGET.
"""
import argparse
import os
import pathlib
import re
import resource
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
# Generous: a slow input is a find, a slow machine is not.
SECONDS_PER_INPUT = 60
MEGABYTES = 3000
LIMITS = {"picture": 6000, "arriving": 6000, "store": 16384}  # of an input's size; ISA-L begins its fast loop late


def run(command):
    """What it printed, and whether it came out well."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return done.stdout.decode(errors="replace"), done.returncode == 0


def tell(number, passed, what, output):
    print(f"{'ok' if passed else 'not ok'} {number} - {what}", flush=True)
    if not passed:
        print(*output.splitlines()[-80:], sep="\n", file=sys.stderr)  # which Meson shows
    return passed


def figures(name, output):
    runs = re.findall(r"^Done (\d+) runs in (\d+) second", output, re.M)
    seen = re.findall(r"cov: (\d+) ft: (\d+) corp: (\d+)", output)
    if runs and seen:
        (count, seconds), (cov, features, corpus) = runs[-1], seen[-1]
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        print(f"# fuzz {name}: {count} executions in {seconds} s ({used.ru_utime + used.ru_stime:.0f} s of processor), "
              f"{cov} edges, {features} features, {corpus} inputs")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("target", type=pathlib.Path)
    parser.add_argument("--seeds", type=pathlib.Path, action="append", default=[])
    options = parser.parse_args()
    name = options.target.name.removeprefix("fuzz-")
    asked = os.environ.get("SEEDREAM_FUZZ")
    seconds = int(asked or 3)
    seed = [] if asked else ["-seed=1"]  # the short run is the same each time; who looks for more has chance to help

    finds = options.target.resolve().parent / "fuzz-finds" / name
    finds.mkdir(parents=True, exist_ok=True)
    limits = [f"-timeout={SECONDS_PER_INPUT}", f"-rss_limit_mb={MEGABYTES}", f"-artifact_prefix={finds}/"]
    folders = [folder for folder in (HERE / "corpus" / name, HERE / "finds" / name, *options.seeds) if folder.is_dir()]
    inputs = sorted(path for folder in folders for path in folder.iterdir() if path.is_file())

    print("1..2")
    output, replayed = run([options.target, *limits, *inputs]) if inputs else ("there is none", False)
    passed = tell(1, replayed, f"{name}: every input that is kept passes", output)

    words = HERE / f"{name.split('-', 1)[0] if name.startswith('answers') else name}.dict"
    more = [f"-dict={words}"] if words.exists() else []
    kept = os.environ.get("SEEDREAM_FUZZ_CORPUS")
    with tempfile.TemporaryDirectory() as temporary:
        corpus = pathlib.Path(kept) / name if kept else pathlib.Path(temporary)
        corpus.mkdir(parents=True, exist_ok=True)
        output, clean = run([options.target, *limits, *more, *seed, f"-max_total_time={seconds}", "-print_final_stats=1",
                             f"-max_len={LIMITS.get(name, 4096)}", corpus, *folders])
    passed = tell(2, clean, f"{name}: no input that it makes is a find", output) and passed
    figures(name, output)
    return 0 if passed else 1


sys.exit(main())
