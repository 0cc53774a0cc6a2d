# tests/host/host.sh - finds or makes a place where GIMP 3 is, and runs commands in it. Sourced by
# plugin/try and tests/run. Where Debian packages libgimp-3.0-dev that place is this machine; elsewhere it
# is a Debian 13 root, made once with mmdebstrap, kept in the cache and entered with bubblewrap. tests/run makes
# a second root in the same way.

checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cache=${SEEDREAM_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/seedream-for-gimp}
. "$checkout/tests/host/packages.sh"

# What was compiled once, in whichever checkout, is taken from the cache: Meson uses ccache where it is. Where a checkout
# lies is no part of what is compiled.
export CCACHE_DIR=$cache/ccache CCACHE_BASEDIR=$checkout CCACHE_NOHASHDIR=1

say() { printf '== %s\n' "$*" >&2; }

# timed TEXT COMMAND… - says what is being done, and afterwards how long it took.
timed() {
  local text=$1 start=$SECONDS; shift
  say "$text …"
  "$@" || { say "$text: failed after $((SECONDS - start)) s"; return 1; }
  say "$text: $((SECONDS - start)) s"
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else say "needs root or sudo for: $*"; return 1; fi
}

# quietly COMMAND… - keeps the output for the case that it fails.
quietly() {
  local log status=0; log=$(mktemp)
  "$@" >"$log" 2>&1 </dev/null || { status=$?; tail -n 40 "$log" >&2; }
  rm -f "$log"
  return $status
}

installed() { dpkg-query -W -f '${Status}\n' "$@" 2>/dev/null | grep -c '^install ok installed$'; }

update_package_lists() { quietly as_root apt-get update; }

install_now() { quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"; }

# need PACKAGE… - installs what is missing of them.
need() {
  local missing=() package
  for package; do [ "$(installed "$package")" = 1 ] || missing+=("$package"); done
  [ ${#missing[@]} = 0 ] && return
  [ -n "${lists_are_fresh:-}" ] || { timed "reading the package lists" update_package_lists || return; lists_are_fresh=1; }
  timed "installing ${missing[*]}" install_now "${missing[@]}"
}

packaged() { apt-cache policy "$1" 2>/dev/null | grep -q 'Candidate: [0-9]'; }

# root_of SUITE PACKAGE… - the root's name holds a sum of its package list, so that a changed list makes a new root.
root_of() {
  local suite=$1 packages; shift
  packages=$(printf '%s\n' "$@" | sort -u)
  printf '%s/%s-%s\n' "$cache" "$suite" "$(printf '%s' "$packages" | sha256sum | cut -c1-12)"
}

bootstrap() {
  local suite=$1 dir=$2; shift 2
  local list; list=$(IFS=,; echo "$*")
  as_root mmdebstrap --mode=root --variant=minbase --include="$list" \
    --aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Check-Valid-Until "false"' \
    --customize-hook='rm -rf "$1"/var/cache/apt/archives/*.deb' "$suite" "$dir"
}

# make_root SUITE PACKAGE… - makes the root if it is not in the cache yet; afterwards $made is where it is. An
# interrupted making leaves no root: it grows under another name and is renamed when it is whole.
make_root() {
  made=$(root_of "$@")
  need bubblewrap || return
  [ -d "$made" ] && return
  need mmdebstrap debian-archive-keyring || return
  mkdir -p "$cache"
  local growing; growing=$(mktemp -d "$cache/growing-XXXXXX") && as_root chmod 755 "$growing"
  timed "making a Debian $1 root with GIMP 3 in $cache (once, 1.6 GB, a few minutes)" \
    quietly bootstrap "$1" "$growing" "${@:2}" || { as_root rm -rf "$growing"; return 1; }
  # Somebody else may have made it meanwhile.
  as_root mv -T "$growing" "$made" 2>/dev/null || { as_root rm -rf "$growing"; [ -d "$made" ]; }
}

# prepare_host - afterwards in_host runs a command where GIMP 3 and its headers are.
prepare_host() {
  [ -n "${host_is_ready:-}" ] && return
  [ -n "$(find /var/lib/apt/lists -name '*_Packages*' -print -quit 2>/dev/null)" ] ||
    { timed "reading the package lists" update_package_lists && lists_are_fresh=1; }
  local packages=("${library_packages[@]}" "${plugin_packages[@]}" "${check_packages[@]}")
  root=
  if packaged libgimp-3.0-dev && [ -z "${SEEDREAM_FORCE_ROOT:-}" ]; then
    need "${packages[@]}" || return
  else
    make_root trixie "${packages[@]}" || return
    root=$made
  fi
  host_is_ready=1
}

# in_host COMMAND… - $HOME is a folder of the cache, so nothing there touches the user's own GIMP settings.
in_host() {
  mkdir -p "$cache/home"
  if [ -n "$root" ]; then in_root "$root" "$@"
  else HOME="$cache/home" XDG_CACHE_HOME= XDG_CONFIG_HOME= XDG_DATA_HOME= "$@"; fi
}

# in_root ROOT COMMAND… - everything is read-only but the checkout, the cache and /tmp, each at its own path.
in_root() {
  local root=$1 binds=() entry; shift
  mkdir -p "$cache/home"
  for entry in usr etc var opt; do [ -d "$root/$entry" ] && binds+=(--ro-bind "$root/$entry" "/$entry"); done
  for entry in bin sbin lib lib64; do binds+=(--symlink "usr/$entry" "/$entry"); done
  # The display's socket alone: its folder must be one that Xvfb can write to.
  entry=${DISPLAY:-}; entry=${entry##*:}; entry=/tmp/.X11-unix/X${entry%%.*}
  [ -S "$entry" ] && binds+=(--ro-bind "$entry" "$entry")
  [ -n "${XDG_RUNTIME_DIR:-}" ] && [ -d "${XDG_RUNTIME_DIR:-}" ] && binds+=(--bind "$XDG_RUNTIME_DIR" "$XDG_RUNTIME_DIR")
  [ -n "${XAUTHORITY:-}" ] && [ -f "${XAUTHORITY:-}" ] && binds+=(--ro-bind "$XAUTHORITY" "$XAUTHORITY")
  bwrap --dev /dev --proc /proc --perms 1777 --tmpfs /tmp --tmpfs /run --tmpfs /var/tmp \
    --perms 1777 --dir /tmp/.X11-unix "${binds[@]}" \
    --bind "$cache" "$cache" --bind "$checkout" "$checkout" --chdir "$checkout" \
    --ro-bind-try /etc/resolv.conf /etc/resolv.conf \
    --setenv HOME "$cache/home" --unsetenv XDG_CACHE_HOME --unsetenv XDG_CONFIG_HOME --unsetenv XDG_DATA_HOME \
    --setenv PATH /usr/local/bin:/usr/bin:/bin --setenv LC_ALL C.UTF-8 --unshare-pid --die-with-parent "$@"
}

# What a build for tests and releases has: all of it, and no warnings.
everything=(-Dplugin=enabled -Dtests=enabled -Dintrospection=enabled -Dvapi=enabled -Ddocs=enabled -Dwerror=true)
# What the plug-in's tests alone need: no packages but library_packages and plugin_packages. A compiler that is newer
# every week may warn of what is none.
plug_in_alone=(-Dplugin=enabled -Dtests=enabled -Dintrospection=disabled -Dvapi=disabled -Ddocs=disabled)

# build_in WHERE DIR [OPTION…] [-- TARGET…] - builds the checkout, or those targets, in DIR. WHERE is what runs a command
# there, such as in_host.
build_in() {
  local where=$1 dir=$2 options=(); shift 2
  while [ $# -gt 0 ] && [ "$1" != -- ]; do options+=("$1"); shift; done
  [ $# = 0 ] || shift
  [ -f "$dir/build.ninja" ] || quietly "$where" meson setup "$dir" "$checkout" ${options[@]+"${options[@]}"} ||
    { rm -rf "$dir"; return 1; }
  quietly "$where" ninja -C "$dir" "$@"
}

build_in_host() { build_in in_host "$@"; }
