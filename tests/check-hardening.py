#!/usr/bin/env python3
"""check-hardening.py [--fortified] FILE… - fails where a library or a program lacks what a mistake in memory shall
meet: what is set up while it is loaded stays read-only, no stack runs as code, programs lie anywhere, a stack that was
written over is noticed, and with --fortified a call that writes too much.
check-hardening.py --self-test COMPILER… - fails unless a program that lacks all of these is found out in each."""
from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path


def shown(file: str, *options: str) -> str:
    return subprocess.run(["readelf", "--wide", *options, file], check=True, capture_output=True, text=True,
                          env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"}).stdout


def lacks(file: str, fortified: bool) -> list[str]:
    """What a file lacks, in words."""
    header, segments, dynamic = shown(file, "--file-header"), shown(file, "--segments"), shown(file, "--dynamic")
    imports = set(re.findall(r" UND (\w+)@", shown(file, "--dyn-syms")))
    program = "INTERP" in segments
    wanted = {
        "RELRO": "GNU_RELRO" in segments,
        "BIND_NOW": bool(re.search(r"\(FLAGS(_1)?\).*\b(BIND_)?NOW\b", dynamic)),
        "a stack that is no code": bool(re.search(r"^ +GNU_STACK .* RW  0x", segments, re.MULTILINE)),
        "a place of its own at each start": bool(re.search(r"^ +Type: +DYN ", header, re.MULTILINE)) and
                                            (not program or bool(re.search(r"\(FLAGS_1\).*\bPIE\b", dynamic))),
        "code that is the same everywhere": "(TEXTREL)" not in dynamic,
        "a guarded stack": "__stack_chk_fail" in imports,
        "fortified calls": not fortified or any(re.fullmatch(r"__\w+_chk", name) for name in imports),
    }
    return [what for what, is_there in wanted.items() if not is_there]


BARE = """
#include <stdio.h>
#include <string.h>
int main (int n, char **words)
{
  char text[64];
  strcpy (text, words[n - 1]);
  return puts (text);
}
"""


def self_test(compiler: list[str]) -> int:
    """Two programs: one with nothing, of which all is told, and one with all, of which nothing is."""
    without = ["-O2", "-U_FORTIFY_SOURCE", "-fno-stack-protector", "-fno-pie", "-no-pie", "-Wl,-z,norelro",
               "-Wl,-z,lazy", "-Wl,-z,execstack"]
    all_of_it = ["-O2", "-U_FORTIFY_SOURCE", "-D_FORTIFY_SOURCE=2", "-fstack-protector-strong", "-fPIE", "-pie",
                 "-Wl,-z,relro", "-Wl,-z,now", "-Wl,-z,noexecstack"]
    with tempfile.TemporaryDirectory() as folder:
        source, program = Path(folder, "bare.c"), str(Path(folder, "bare"))
        source.write_text(BARE)
        missing = []
        for options in without, all_of_it:
            subprocess.run([*compiler, "-w", *options, str(source), "-o", program], check=True)
            missing.append(lacks(program, True))
    print(f"without: {missing[0]}\nwith: {missing[1]}")
    expected = ["RELRO", "BIND_NOW", "a stack that is no code", "a place of its own at each start", "a guarded stack",
                "fortified calls"]
    return 0 if missing == [expected, []] else 1


def main(words: list[str]) -> int:
    if words[0] == "--self-test":
        return self_test(words[1:])
    fortified = words[0] == "--fortified"
    failed = 0
    for file in words[fortified:]:
        missing = lacks(file, fortified)
        failed += bool(missing)
        print(f"{Path(file).name}: " + ("lacks " + ", ".join(missing) if missing else "has all of it"))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
