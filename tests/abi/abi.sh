#!/bin/sh
# abi.sh dump LIBRARY FILE HEADER…    - writes down what programs that are linked with the library rely on.
# abi.sh check LIBRARY BASELINE HEADER… - fails when such programs would break; new functions break none.
# What the headers do not define is nobody's business and is left out; so are paths, which differ between machines.
set -eu

skip() { echo "$1" >&2; exit 77; }

dump() {
  library=$1 file=$2; shift 2
  readelf -S "$library" | grep -q '\.debug_info' || skip "the library was built without debugging information"
  # Newer ones would otherwise write down what the library itself calls as well.
  abidw --help 2>&1 | grep -q -e --no-load-undefined && undefined=--no-load-undefined-interfaces || undefined=
  mkdir "$scratch/headers"
  cp "$@" "$scratch/headers"
  abidw $undefined --exported-interfaces-only --drop-private-types --type-id-style hash --no-corpus-path \
    --no-comp-dir-path --no-show-locs --no-elf-needed --no-parameter-names --headers-dir "$scratch/headers" --out-file "$file" "$library"
  sed -i "s,\(<abi-instr .*path='\)[^']*/,\1," "$file"
}

check() {
  library=$1 baseline=$2; shift 2
  now=$scratch/now.abi
  dump "$library" "$now" "$@"
  format() { sed -n "1s/.* version='\([0-9.]*\)'.*/\1/p" "$1"; }
  [ "$(format "$now")" = "$(format "$baseline")" ] || skip "the baseline was written by another abidw"
  abidiff --no-added-syms "$baseline" "$now"
}

command -v abidw >/dev/null && command -v abidiff >/dev/null || skip "there is no abidw"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
verb=$1; shift
"$verb" "$@"
