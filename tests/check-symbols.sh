#!/bin/sh
# check-symbols.sh LIBRARY LIST - fails when the library exports anything but the names in LIST.
set -eu
nm -D --defined-only "$1" | awk '$2 ~ /[TDBRVW]/ {print $3}' | LC_ALL=C sort | diff -u "$2" -
