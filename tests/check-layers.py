#!/usr/bin/env python3
"""check-layers.py LIBSEEDREAM - fails when a file includes what stands above it, or a library that another room owns.

The tables are the architecture: a room sees only what stands to its right. With --self-test it breaks each
rule once and fails when that goes unnoticed.
"""
import pathlib
import re
import sys
import tempfile

ROOMS = {"base", "wire", "image", "net", "keys", "providers", "jobs"}
MAY_INCLUDE = {
    "base": set(),
    "wire": {"base"},
    "image": {"base"},
    "net": {"base", "wire"},
    "keys": {"base"},
    "providers": {"base", "wire"},
    "jobs": {"base", "wire", "image", "net", "providers"},
    "door": ROOMS,  # seedream-*.cpp and their private headers
    "api": set(),  # the public headers
    "sandbox": {"base", "wire", "image"},  # a program of its own
    "cli": set(),
    "plugin": {"base"},
}
# Numbers and names only, so every room may have them.
LEAVES = {"seedream-error.h", "seedream-enums.h", "seedream-macros.h", "seedream-version.h"}
# cli/ proves that the one public header is enough.
OURS = {"cli": {"seedream.h"}, "plugin": {"seedream.h"}}
OWNERS = {
    r"libsoup/": {"net", "sandbox"},
    r"json-glib/": {"wire", "cli", "plugin"},
    r"modp_": {"wire"},
    r"png\.h|jpeglib\.h|jerror\.h|webp/": {"image"},
    r"gegl|babl": {"image", "jobs", "door", "api", "sandbox", "plugin"},
    r"sqlite3\.h": {"jobs"},
    r"libsecret/": {"keys"},
    r"libgimp|gtk/|libnotify/": {"plugin"},
}
INCLUDE = re.compile(r'\s*#\s*include\s+["<]([^">]+)[">]')
# libsoup takes a body as a GInputStream only.
MAY_DEFINE_OBJECTS = {"net/body-stream.cpp"}
OBJECT = re.compile(r"\s*G_DE(?:FINE|CLARE)_(?:FINAL_)?TYPE")


def room_of(path, root):
    if not path.is_relative_to(root):
        return "plugin"
    inside = path.relative_to(root).parts
    if len(inside) > 1:
        return inside[0]
    return "api" if path.suffix == ".h" else "door"


def fault(room, header):
    """Why ROOM may not include HEADER, or None."""
    target = header.split("/")[0] if "/" in header else None
    if target in MAY_INCLUDE and target != room and target not in MAY_INCLUDE[room]:
        return f"{room} may not include {target}"
    if re.match(r"seedream[-.]", header):
        if room in OURS and header not in OURS[room]:
            return f"{room} may not include {header}; seedream.h is for users"
        if room in ROOMS | {"sandbox"} and header not in LEAVES:
            return f"{room} may not include {header}, which stands above it"
        if room == "api" and not header.endswith(".h"):
            return "a public header may not include a private one"
    for pattern, owners in OWNERS.items():
        if re.match(pattern, header) and room not in owners:
            return f"{header} belongs to {', '.join(sorted(owners))}"
    return None


def faults_in(path, room, root):
    objects = not path.is_relative_to(root) or path.relative_to(root).as_posix() in MAY_DEFINE_OBJECTS
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        hit = INCLUDE.match(line)
        why = fault(room, hit[1]) if hit else None
        if room in ROOMS and not objects and OBJECT.match(line):
            why = "GObject types are defined in seedream-*.cpp"
        if why:
            yield f"{path}:{number}: {why}"


def check(root):
    files = [path for folder in (root, root.parent / "plugin") for path in sorted(folder.rglob("*.[ch]*"))]
    rooms = {path: room_of(path, root) for path in files if path.suffix in {".c", ".h", ".cpp", ".hpp"}}
    unknown = [f"{path}: no rule knows the room {room}" for path, room in rooms.items() if room not in MAY_INCLUDE]
    return unknown + [each for path, room in rooms.items() if room in MAY_INCLUDE for each in faults_in(path, room, root)]


BROKEN = {
    "libseedream/base/a.hpp": '#include "wire/json.hpp"',
    "libseedream/wire/a.cpp": '#include "providers/provider.hpp"',
    "libseedream/wire/b.cpp": '#include "image/picture.hpp"',
    "libseedream/image/a.cpp": '#include "seedream-image.h"',
    "libseedream/net/a.cpp": '#include "jobs/runner.hpp"',
    "libseedream/providers/a/a.cpp": '#include "net/transport.hpp"',
    "libseedream/providers/a/b.cpp": "#include <json-glib/json-glib.h>",
    "libseedream/providers/a/c.cpp": "#include <modp_b64.h>",
    "libseedream/keys/a.cpp": '#include "providers/provider.hpp"',
    "libseedream/jobs/a.cpp": "#include <libsoup/soup.h>",
    "libseedream/jobs/b.cpp": "G_DEFINE_FINAL_TYPE(A, a, G_TYPE_OBJECT)",
    "libseedream/net/b.cpp": "G_DEFINE_TYPE_WITH_CODE(A, a, G_TYPE_OBJECT, )",
    "libseedream/jobs/c.cpp": "#include <png.h>",
    "libseedream/jobs/e.cpp": '#include "keys/keyring.hpp"',
    "libseedream/wire/c.cpp": "  #  include <gegl.h>",
    "libseedream/seedream-a.h": '#include "jobs/runner.hpp"',
    "libseedream/seedream-b.h": '#include "seedream-job-private.hpp"',
    "libseedream/seedream-a.cpp": '#include "sandbox/painter.hpp"',
    "libseedream/seedream-b.cpp": "#include <libsoup/soup.h>",
    "libseedream/seedream-d.cpp": "#include <libsecret/secret.h>",
    "libseedream/cli/a.c": '#include "seedream-job.h"',
    "libseedream/cli/b.c": '#include "base/result.hpp"',
    "libseedream/sandbox/a.cpp": '#include "jobs/runner.hpp"',
    "libseedream/attic/a.cpp": "",
    "plugin/a.cpp": '#include "jobs/runner.hpp"',
    "plugin/b.cpp": '#include "seedream-job-private.hpp"',
}
SOUND = {
    "libseedream/keys/b.cpp": '#include <libsecret/secret.h>\n#include "base/result.hpp"\n#include "seedream-error.h"',
    "libseedream/jobs/d.cpp": '#include "net/transport.hpp"\n#include <gegl.h>\n#include "seedream-error.h"',
    "libseedream/net/body-stream.cpp": '#include "wire/json.hpp"\nG_DEFINE_TYPE(A, a, G_TYPE_OBJECT)',
    "libseedream/seedream-c.cpp": '#include "jobs/runner.hpp"\n#include "seedream-job-private.hpp"',
    "libseedream/seedream-c.h": '#include <gegl.h>\n#include "seedream-macros.h"',
    "libseedream/cli/c.c": '#include <seedream.h>\n#include <json-glib/json-glib.h>\n#include "command.h"',
    "plugin/c.cpp": '#include <seedream.h>\n#include "base/result.hpp"\n#include <libgimp/gimp.h>',
}


def self_test():
    with tempfile.TemporaryDirectory() as folder:
        top = pathlib.Path(folder)
        for name, text in (BROKEN | SOUND).items():
            (top / name).parent.mkdir(parents=True, exist_ok=True)
            (top / name).write_text(text)
        found = check(top / "libseedream")
        unseen = [name for name in BROKEN if not any(f"{top / name}:" in each for each in found)]
        wrong = [each for each in found if any(f"{top / name}:" in each for name in SOUND)]
        return [f"unnoticed: {name}: {BROKEN[name]}" for name in unseen] + wrong


if __name__ == "__main__":
    answer = self_test() if sys.argv[1] == "--self-test" else check(pathlib.Path(sys.argv[1]))
    print("\n".join(answer))
    sys.exit(bool(answer))
