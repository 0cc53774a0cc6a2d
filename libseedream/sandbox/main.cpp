// sandbox/main.cpp - seedream-sandbox: an offline stand-in for the services, on loopback.
#include <gio/gunixinputstream.h>
#include <glib-unix.h>

#include <unistd.h>
#include <clocale>
#include <csignal>
#include <cstdio>

#include "sandbox/faults.hpp"
#include "sandbox/server.hpp"
#include "seedream-version.h"

namespace seedream::sandbox {
namespace {

constexpr int usage_error = 2;

// Nothing is owed to anybody: a picture that is just being painted does not keep the program alive.
gboolean leave(gpointer) noexcept {
  std::fflush(nullptr);
  _exit(0);
}

gboolean on_input(int fd, GIOCondition, gpointer) noexcept {
  char ignored[256];
  if (read(fd, ignored, sizeof ignored) <= 0)
    leave(nullptr);
  return G_SOURCE_CONTINUE;
}

int serve(Options options) {
  if (options.until_eof)
    g_unix_fd_add(STDIN_FILENO, static_cast<GIOCondition>(G_IO_IN | G_IO_HUP), on_input, nullptr);
  Server server(std::move(options));
  auto root = server.start();
  if (!root) {
    std::fprintf(stderr, "seedream-sandbox: %s\n", root.take_error()->message);
    return usage_error;
  }
  g_unix_signal_add(SIGTERM, leave, nullptr);
  g_unix_signal_add(SIGINT, leave, nullptr);
  std::printf("%s\n", root->c_str());
  std::fflush(stdout);
  g_main_loop_run(g_main_loop_new(nullptr, FALSE));
  return 0;
}

}  // namespace
}  // namespace seedream::sandbox

int main(int argc, char** argv) {
  using namespace seedream::sandbox;
  std::setlocale(LC_ALL, "");
  // babl chooses among its conversions by how fast each was at its first try, and they round differently;
  // equal requests shall give equal pictures whatever the machine was doing then. So it is left with those
  // that are exact.
  g_setenv("BABL_PATH_LENGTH", "1", TRUE);
  g_setenv("BABL_TOLERANCE", "0.000000000001", TRUE);
  g_setenv("BABL_LUT", "0", TRUE);
  auto options = read_options(argc, argv);
  if (!options) {
    std::fprintf(stderr, "seedream-sandbox: %s\n", options.take_error()->message);
    return usage_error;
  }
  if (options->version) {
    std::puts("seedream-sandbox " SEEDREAM_VERSION);
    return 0;
  }
  if (options->list_faults) {
    for (const Fault& fault : all_faults())
      std::printf("%s: %s\n", fault.name, fault.sentence);
    return 0;
  }
  return serve(std::move(*options));
}
