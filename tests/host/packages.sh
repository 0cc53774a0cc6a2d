# tests/host/packages.sh - which Debian packages the work needs, each list in one place. Sourced.

# Builds libseedream, its command and its sandbox, and runs their tests: on Debian 12 too.
library_packages=(
  g++ ccache meson ninja-build pkg-config gettext python3 python3-jsonschema python3-yaml ca-certificates
  libglib2.0-dev libsoup-3.0-dev libjson-glib-dev libgegl-dev libbabl-dev
  libpng-dev libjpeg-dev libwebp-dev libisal-dev libmodpbase64-dev libsqlite3-dev libsecret-1-dev check
  dbus dbus-daemon gnome-keyring libsecret-tools
  fonts-dejavu-core
)

# Builds the plug-in and drives it in a real GIMP 3: Debian 13 and newer.
plugin_packages=(
  gimp libgimp-3.0-dev gir1.2-gimp-3.0 python3-gi libnotify-dev appstream
  xvfb xauth openbox at-spi2-core gir1.2-atspi-2.0 python3-pyatspi
  xdotool xclip imagemagick dunst locales adwaita-icon-theme librsvg2-common fonts-droid-fallback fonts-nanum
)

# What only the checks need: other compilers, and what describes the library to other languages and to people.
check_packages=(
  clang libclang-rt-dev clang-tidy cppcheck valgrind
  gobject-introspection libgirepository1.0-dev valac gi-docgen mandoc abigail-tools
)
