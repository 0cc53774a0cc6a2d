# tests/host/host.sh - finds or makes a place where GIMP 3 is, and runs commands in it. Sourced by
# plugin/try and tests/run. Where Debian packages libgimp-3.0-dev that place is this machine; elsewhere it
# is a Debian 13 root, made once with mmdebstrap, kept in the cache and entered with bubblewrap.

checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cache=${SEEDREAM_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/seedream-for-gimp}
. "$checkout/tests/host/packages.sh"

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

# The root's name holds a sum of its package list, so that a changed list makes a new root.
root_of() {
  local packages; packages=$(printf '%s\n' "${library_packages[@]}" "${plugin_packages[@]}" "${check_packages[@]}" | sort -u)
  printf '%s/%s-%s\n' "$cache" "$1" "$(printf '%s' "$packages" | sha256sum | cut -c1-12)"
}

bootstrap() {
  local suite=$1 dir=$2 list
  list=$(IFS=,; echo "${library_packages[*]},${plugin_packages[*]},${check_packages[*]}")
  as_root mmdebstrap --mode=root --variant=minbase --include="$list" \
    --aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Check-Valid-Until "false"' \
    --customize-hook='rm -rf "$1"/var/cache/apt/archives/*.deb' "$suite" "$dir"
}

# make_root SUITE - makes the root if it is not in the cache yet. An interrupted making leaves no root:
# it grows under another name and is renamed when it is whole.
make_root() {
  root=$(root_of "$1")
  [ -d "$root" ] && return
  need mmdebstrap bubblewrap debian-archive-keyring || return
  mkdir -p "$cache"
  local growing; growing=$(mktemp -d "$cache/growing-XXXXXX") && as_root chmod 755 "$growing"
  timed "making a Debian $1 root with GIMP 3 in $cache (once, 1.6 GB, a minute or two)" quietly bootstrap "$1" "$growing" \
    || { as_root rm -rf "$growing"; return 1; }
  as_root mv -T "$growing" "$root"
}

# prepare_host - afterwards in_host runs a command where GIMP 3 and its headers are.
prepare_host() {
  [ -n "${host_is_ready:-}" ] && return
  [ -n "$(find /var/lib/apt/lists -name '*_Packages*' -print -quit 2>/dev/null)" ] ||
    { timed "reading the package lists" update_package_lists && lists_are_fresh=1; }
  root=
  if packaged libgimp-3.0-dev && [ -z "${SEEDREAM_FORCE_ROOT:-}" ]; then
    need "${library_packages[@]}" "${plugin_packages[@]}" "${check_packages[@]}" || return
  else
    need bubblewrap && make_root trixie || return
  fi
  host_is_ready=1
}

# in_host COMMAND… - in the root everything is read-only but the checkout, the cache and /tmp, each at its own
# path. $HOME is a folder of the cache, so nothing there touches the user's own GIMP settings.
in_host() {
  mkdir -p "$cache/home"
  if [ -z "$root" ]; then HOME="$cache/home" XDG_CACHE_HOME= XDG_CONFIG_HOME= XDG_DATA_HOME= "$@"; return; fi
  local binds=() entry
  for entry in usr etc var opt; do [ -d "$root/$entry" ] && binds+=(--ro-bind "$root/$entry" "/$entry"); done
  for entry in bin sbin lib lib64; do binds+=(--symlink "usr/$entry" "/$entry"); done
  [ -d /tmp/.X11-unix ] && binds+=(--ro-bind /tmp/.X11-unix /tmp/.X11-unix)
  [ -n "${XDG_RUNTIME_DIR:-}" ] && [ -d "${XDG_RUNTIME_DIR:-}" ] && binds+=(--bind "$XDG_RUNTIME_DIR" "$XDG_RUNTIME_DIR")
  [ -n "${XAUTHORITY:-}" ] && [ -f "${XAUTHORITY:-}" ] && binds+=(--ro-bind "$XAUTHORITY" "$XAUTHORITY")
  bwrap --dev /dev --proc /proc --perms 1777 --tmpfs /tmp --tmpfs /run --tmpfs /var/tmp "${binds[@]}" \
    --bind "$cache" "$cache" --bind "$checkout" "$checkout" --chdir "$checkout" \
    --ro-bind-try /etc/resolv.conf /etc/resolv.conf \
    --setenv HOME "$cache/home" --unsetenv XDG_CACHE_HOME --unsetenv XDG_CONFIG_HOME --unsetenv XDG_DATA_HOME \
    --setenv PATH /usr/local/bin:/usr/bin:/bin --setenv LC_ALL C.UTF-8 --unshare-pid --die-with-parent "$@"
}

# What a build for tests and releases has: all of it, and no warnings.
everything=(-Dplugin=enabled -Dtests=enabled -Dintrospection=enabled -Dvapi=enabled -Ddocs=enabled -Dwerror=true)

# build_in_host DIR [OPTION…] - builds the checkout in DIR where GIMP 3 is.
build_in_host() {
  local dir=$1; shift
  [ -f "$dir/build.ninja" ] || quietly in_host meson setup "$dir" "$checkout" "$@" || { rm -rf "$dir"; return 1; }
  quietly in_host ninja -C "$dir"
}
