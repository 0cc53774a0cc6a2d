// bench/memory.cpp - how much memory a case takes at its height: each in a process of its own.
#include "bench/memory.hpp"

#include <malloc.h>

#include "bench/own.hpp"
#include "bench/photograph.hpp"
#include "bench/service.hpp"

namespace bench {
namespace {

double bytes_of(const char* name) {
  gchar* text = nullptr;
  check(g_file_get_contents("/proc/self/status", &text, nullptr, nullptr),
        "this machine does not tell memory");
  const std::string status = CharPtr(text).get();
  const auto at = status.find(name);
  check(at != std::string::npos, "this machine does not tell memory");
  return g_ascii_strtod(status.c_str() + at + std::string(name).size(), nullptr) * 1024;
}

// From here on the height is told anew.
double begin() {
  malloc_trim(0);
  FILE* file = std::fopen("/proc/self/clear_refs", "w");
  check(file && std::fputs("5", file) >= 0 && std::fclose(file) == 0,
        "this machine does not forget memory's height");
  return bytes_of("VmRSS:");
}

void run_one(const Places& places, const std::string& what) {
  const Photograph photograph = take_photograph(places.side);
  const auto buffer = photograph.buffer();
  Service service(places.server, places.answer(places.side));
  const double start = begin();
  const Run run =
      what == "naive"
          ? run_naive(service.url(), buffer.get())
          : Own(service.url())
                .run({.model = what == "png" ? lossless_model : usual_model, .input = buffer.get()});
  std::printf("%.0f\n", bytes_of("VmHWM:") - start);
  check_same(photograph, run.picture.get());
}

// Whoever starts many takes each picture away as it comes.
void run_crowd(const Places& places, int jobs) {
  const Photograph photograph = take_photograph(crowd_side);
  const auto buffer = photograph.buffer();
  Service service(places.server, places.answer(crowd_side));
  Own own(service.url());
  int right = 0;
  const double start = begin();
  own.run_many({.input = buffer.get()}, jobs, [&](GeglBuffer* picture) {
    check_same(photograph, picture);
    ++right;
  });
  std::printf("%.0f\n", bytes_of("VmHWM:") - start);
  check(right == jobs, "not all jobs brought their picture");
}

}  // namespace

void warm_up(const Places& places) {
  const Photograph small = take_photograph(small_side);
  const auto buffer = small.buffer();
  Service service(places.server, places.answer(small_side));
  Own own(service.url());
  for (const char* model : {usual_model, lossless_model, lossy_model})
    check_same(small, own.run({.model = model, .input = buffer.get()}).picture.get());
  check_same(small, run_naive(service.url(), buffer.get()).picture.get());
}

int measure_memory(const Places& places, const std::string& what) {
  warm_up(places);
  const int jobs = std::atoi(what.c_str());
  if (jobs > 0)
    run_crowd(places, jobs);
  else
    run_one(places, what);
  return 0;
}

double peak_memory(const Places& places, const std::string& what) {
  const std::string side = std::to_string(places.side);
  const char* arguments[] = {places.self.c_str(),   "--child",  what.c_str(),          "--server",
                             places.server.c_str(), "--folder", places.folder.c_str(), "--size",
                             side.c_str(),          nullptr};
  gchar* out = nullptr;
  int status = 0;
  check(g_spawn_sync(nullptr, const_cast<char**>(arguments), nullptr, G_SPAWN_CHILD_INHERITS_STDIN, nullptr,
                     nullptr, &out, nullptr, &status, nullptr),
        "the memory cannot be measured");
  const CharPtr held(out);
  check(g_spawn_check_wait_status(status, nullptr), "the memory cannot be measured");
  return g_ascii_strtod(out, nullptr);
}

}  // namespace bench
