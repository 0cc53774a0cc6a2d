// bench/pipeline.cpp - a picture's whole way to a service and back: how plug-ins do it, how the library does
// it, and how fast it could be. Machines differ and are busy, so ratios count, and each is taken within a
// round.
//
//   bench-pipeline --server PROGRAM --command PROGRAM [--size PIXELS]
//
// The photograph is 4096 pixels wide and high; --size or SEEDREAM_BENCH_SIZE make it another one, for which
// the gates do not count. Ends with 1 where one of them is missed, or a picture is wrong; with 77 where
// none is, but the machine was too busy to tell.
#include <fcntl.h>
#include <glib/gstdio.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <map>
#include <optional>
#include <thread>

#include "bench/limits.hpp"
#include "bench/memory.hpp"
#include "bench/own.hpp"
#include "bench/sizes.hpp"

using namespace bench;

namespace {

// What is asked for, all in one place. A figure that could not be measured is left out.
enum class Must { reach, stay_below };
struct Gate {
  const char* what;
  Must must;
  double bound;
  const char* unit;
  bool timed = true;  // a busy machine makes it worse
};
constexpr Gate gates[] = {
    {"submit JPEG, naive / own", Must::reach, 100, "x"},
    {"submit JPEG, own / limit", Must::stay_below, 1.6, "x"},
    {"submit PNG, naive / own", Must::reach, 35, "x"},
    {"submit PNG, own / limit", Must::stay_below, 3.2, "x"},
    {"receive, naive / own", Must::reach, 3.5, "x"},
    {"receive, own / limit", Must::stay_below, 1.5, "x"},
    {"submit and receive, naive / own", Must::reach, 35, "x"},
    {"tail after the last byte at 50 MB/s", Must::stay_below, 10, "ms"},
    {"memory with JPEG, over raw pixels", Must::stay_below, 1.5, "x", false},
    {"memory with PNG, over raw pixels", Must::stay_below, 2.1, "x", false},
    {"longest gap of the main loop", Must::stay_below, 16, "ms"},
    {"submit JPEG, per pixel, 8192 / 2048", Must::stay_below, 1.5, "x"},
    {"receive, per pixel, 8192 / 2048", Must::stay_below, 1.5, "x"},
    {"memory of each job that waits, over its pixels", Must::stay_below, 0.2, "x", false},
    {"seedream --version", Must::stay_below, 10, "ms"},
};
constexpr int gated_side = 4096;

constexpr double link_rate = 50e6;  // bytes per second
constexpr int wanted_rounds = 5, most_rounds = 8, slow_rounds = 2, most_slow_rounds = 3;
constexpr double too_noisy = 1.5, least_psnr = 40;  // times what it should be; dB
constexpr int told_nothing = 77;

std::map<std::string, double> found;  // by what a gate calls it

// How busy the machine is with other things.
struct Probe {
  double copy = 0;     // milliseconds of a processor's time that a large copy takes: memory may be busy
  double waiting = 0;  // how much longer than that one waits for it: processors may be
};

// In milliseconds. The naive way to submit takes long, so it is not in each round.
struct Round {
  Probe probe;
  std::optional<double> naive_submit;
  double naive_receive = 0, naive_tail = 0;
  double jpeg_submit = 0, png_submit = 0, receive = 0, receive_events = 0, tail = 0, gap = 0;
  Limit limit;
};

double processor_time() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return double(time.tv_sec) * 1e3 + double(time.tv_nsec) / 1e6;
}

Probe copy_for_a_while() {
  constexpr int copies = 10;
  const std::vector<char> from(64 << 20, 1);
  std::vector<char> to(from.size(), 1);
  const double start = processor_time();
  const double waited = time_of([&] {
    for (int i = 0; i < copies; ++i)
      std::memcpy(to.data(), from.data(), from.size());
  });
  const double worked = processor_time() - start;
  return {worked / copies, waited / worked};
}

Probe worse_of(const Probe& one, const Probe& other) {
  return {std::max(one.copy, other.copy), std::max(one.waiting, other.waiting)};
}

// On two processors at once, as what is measured.
Probe probe() {
  Probe beside;
  std::thread thread([&] { beside = copy_for_a_while(); });
  const Probe here = copy_for_a_while();
  thread.join();
  return worse_of(here, beside);
}

class Pipeline {
 public:
  explicit Pipeline(const Places& places)
      : photograph_(take_photograph(places.side)),
        buffer_(photograph_.buffer()),
        service_(places.server, places.answer(places.side)),
        slow_service_(places.server, places.answer(places.side), link_rate),
        own_(service_.url()),
        slow_own_(slow_service_.url()),
        limits_(photograph_, read(places.answer(places.side))) {}

  Round run(bool with_naive_submit) {
    Round round{.probe = probe()};
    if (with_naive_submit)
      run_naive_submit(&round);
    run_naive_receive(&round);
    run_jpeg(&round);
    run_png(&round);
    run_receive(&round);
    run_tails(&round);
    round.limit = limits_.measure(buffer_.get(), jpeg_.quality, service_);
    round.probe = worse_of(round.probe, probe());
    return round;
  }

  void describe() const {
    std::printf("sent: JPEG of quality %d, %.1f MB, %.1f dB; PNG of %.1f MB; came: PNG of %.1f MB\n",
                jpeg_.quality, jpeg_bytes_ / 1e6, jpeg_.psnr, png_bytes_ / 1e6, answer_bytes_ / 1e6);
  }
  double raw_bytes() const { return photograph_.raw_bytes(); }

 private:
  Bytes read(const std::string& path) {
    gchar* data = nullptr;
    gsize size = 0;
    check(g_file_get_contents(path.c_str(), &data, &size, nullptr), "the answer is lost");
    answer_bytes_ = double(size);
    return Bytes::adopt(g_bytes_new_take(data, size));
  }

  void run_naive_submit(Round* round) {
    const Run run = run_naive(service_.url(), buffer_.get());
    round->naive_submit = milliseconds(run.started, service_.next().request_last);
    check_same(photograph_, run.picture.get());
    check_same_png(photograph_, service_.last_picture());
  }

  void run_naive_receive(Round* round) {
    const Run run = run_naive(service_.url(), nullptr);
    round->naive_receive = milliseconds(service_.next().answer_first, run.finished);
    check_same(photograph_, run.picture.get());
  }

  void run_jpeg(Round* round) {
    // Of smaller ones even a PNG is below the service's limit.
    const char* model = photograph_.side == gated_side ? usual_model : lossy_model;
    const Run run = own_.run({.model = model, .input = buffer_.get()});
    const Passage passage = service_.next();
    round->jpeg_submit = milliseconds(run.started, passage.request_last);
    round->receive = milliseconds(passage.answer_first, run.finished);
    round->gap = run.longest_gap;
    check_same(photograph_, run.picture.get());
    const Bytes sent = service_.last_picture();
    jpeg_bytes_ = double(sent.size());
    jpeg_ = look_at_jpeg(photograph_, sent);
    check(jpeg_.psnr > least_psnr, "the JPEG that was sent is a poor one");
  }

  void run_png(Round* round) {
    const Run run = own_.run({.model = lossless_model, .input = buffer_.get()});
    round->png_submit = milliseconds(run.started, service_.next().request_last);
    round->gap = std::max(round->gap, run.longest_gap);
    check_same(photograph_, run.picture.get());
    const Bytes sent = service_.last_picture();
    png_bytes_ = double(sent.size());
    check_same_png(photograph_, sent);
  }

  void run_receive(Round* round) {
    const Run run = own_.run({.as_events = true});
    round->receive_events = milliseconds(service_.next().answer_first, run.finished);
    round->gap = std::max(round->gap, run.longest_gap);
    check_same(photograph_, run.picture.get());
  }

  void run_tails(Round* round) {
    const Run own = slow_own_.run({});
    round->tail = milliseconds(slow_service_.next().answer_last, own.finished);
    check_same(photograph_, own.picture.get());
    const Run naive = run_naive(slow_service_.url(), nullptr);
    round->naive_tail = milliseconds(slow_service_.next().answer_last, naive.finished);
    check_same(photograph_, naive.picture.get());
  }

  double answer_bytes_ = 0, jpeg_bytes_ = 0, png_bytes_ = 0;
  Photograph photograph_;
  Ref<GeglBuffer> buffer_;
  Service service_, slow_service_;
  Own own_, slow_own_;
  Limits limits_;
  JpegLook jpeg_;
};

std::vector<Round> quiet_ones(const std::vector<Round>& rounds) {
  double best = HUGE_VAL;
  for (const Round& round : rounds)
    best = std::min(best, round.probe.copy);
  std::vector<Round> quiet;
  for (const Round& round : rounds)
    if (round.probe.copy <= too_noisy * best && round.probe.waiting <= too_noisy)
      quiet.push_back(round);
  return quiet;
}

template <typename Figure>
double median_of(const std::vector<Round>& rounds, Figure&& figure) {
  std::vector<double> values;
  for (const Round& round : rounds)
    if (const std::optional<double> value = figure(round))
      values.push_back(*value);
  return median(values);
}

void print_row(const char* what, double time, std::optional<double> naive, std::optional<double> limit) {
  std::printf("%-34s %9.1f", what, time);
  naive ? std::printf(" %10.1f", *naive) : std::printf(" %10s", "");
  limit ? std::printf(" %10.2f\n", *limit) : std::printf("\n");
}

// Ratios are taken within a round; of the naive way to submit there is but one figure for all.
void tell_rounds(const std::vector<Round>& rounds) {
  const double naive_submit = median_of(rounds, [](const Round& r) { return r.naive_submit; });
  const auto ratio = [&](auto&& above, auto&& below) {
    return median_of(rounds, [&](const Round& r) { return std::optional<double>(above(r) / below(r)); });
  };
  const auto figure = [](auto member) { return [member](const Round& r) { return r.*member; }; };
  const auto naive_sends = [&](const Round&) { return naive_submit; };
  const auto jpeg = figure(&Round::jpeg_submit), png = figure(&Round::png_submit);
  const auto receive = figure(&Round::receive), events = figure(&Round::receive_events);
  const auto naive_receive = figure(&Round::naive_receive), naive_tail = figure(&Round::naive_tail);
  const auto tail = figure(&Round::tail);
  const auto all = [](const Round& r) { return r.jpeg_submit + r.receive; };
  const auto naive_all = [&](const Round& r) { return naive_submit + r.naive_receive; };
  const auto limit_jpeg = [](const Round& r) { return r.limit.submit_jpeg; };
  const auto limit_png = [](const Round& r) { return *r.limit.submit_png; };
  const auto limit_receive = [](const Round& r) { return *r.limit.receive; };

  found["submit JPEG, naive / own"] = ratio(naive_sends, jpeg);
  found["submit JPEG, own / limit"] = ratio(jpeg, limit_jpeg);
  found["submit PNG, naive / own"] = ratio(naive_sends, png);
  found["receive, naive / own"] = ratio(naive_receive, receive);
  found["submit and receive, naive / own"] = ratio(naive_all, all);
  found["tail after the last byte at 50 MB/s"] = median_of(rounds, tail);
  std::optional<double> png_over, receive_over, events_over;
  if (HAVE_ISAL) {
    png_over = found["submit PNG, own / limit"] = ratio(png, limit_png);
    receive_over = found["receive, own / limit"] = ratio(receive, limit_receive);
    events_over = ratio(events, limit_receive);
  }
  std::printf("%-34s %9s %10s %10s\n", "", "ms", "naive/own", "own/limit");
  print_row("naive: submit", naive_submit, {}, {});
  print_row("naive: receive", median_of(rounds, naive_receive), {}, {});
  print_row("naive: tail at 50 MB/s", median_of(rounds, naive_tail), {}, {});
  print_row("own: submit JPEG", median_of(rounds, jpeg), found["submit JPEG, naive / own"],
            found["submit JPEG, own / limit"]);
  print_row("own: submit PNG", median_of(rounds, png), found["submit PNG, naive / own"], png_over);
  print_row("own: receive", median_of(rounds, receive), found["receive, naive / own"], receive_over);
  print_row("own: receive, as events", median_of(rounds, events), ratio(naive_receive, events), events_over);
  print_row("own: submit JPEG and receive", median_of(rounds, all), found["submit and receive, naive / own"],
            {});
  print_row("own: tail at 50 MB/s", median_of(rounds, tail), ratio(naive_tail, tail), {});
  print_row("limit: submit JPEG", median_of(rounds, limit_jpeg), {}, {});
  if (HAVE_ISAL) {
    print_row("limit: submit PNG", median_of(rounds, limit_png), {}, {});
    print_row("limit: receive", median_of(rounds, limit_receive), {}, {});
  }
  double longest = 0;
  for (const Round& round : rounds)
    longest = std::max(longest, round.gap);
  found["longest gap of the main loop"] = longest;
  std::printf("longest gap of the main loop: %.1f ms, median of the rounds' %.1f ms\n", longest,
              median_of(rounds, figure(&Round::gap)));
}

int naive_submits(const std::vector<Round>& rounds) {
  return int(
      std::count_if(rounds.begin(), rounds.end(), [](const Round& r) { return r.naive_submit.has_value(); }));
}

// Whether the machine was quiet enough.
bool measure_rounds(const Places& places) {
  Pipeline pipeline(places);
  std::vector<Round> rounds;
  while (quiet_ones(rounds).size() < wanted_rounds && rounds.size() < most_rounds)
    rounds.push_back(
        pipeline.run(rounds.size() < most_slow_rounds && naive_submits(quiet_ones(rounds)) < slow_rounds));
  const auto quiet = quiet_ones(rounds);
  const bool enough = quiet.size() >= wanted_rounds && naive_submits(quiet) > 0;
  std::printf("\n%d×%d pixels, %zu rounds, %zu of them too noisy\n", places.side, places.side, rounds.size(),
              rounds.size() - quiet.size());
  pipeline.describe();
  tell_rounds(enough ? quiet : rounds);
  return enough;
}

void measure_peaks(const Places& places) {
  const double raw = double(places.side) * places.side * 4;
  const double naive = peak_memory(places, "naive"), jpeg = peak_memory(places, "jpeg"),
               png = peak_memory(places, "png");
  found["memory with JPEG, over raw pixels"] = jpeg / raw;
  found["memory with PNG, over raw pixels"] = png / raw;
  std::printf("\npeak memory over start, MiB: naive %.0f, JPEG %.0f, PNG %.0f; raw pixels %.0f\n",
              naive / 0x1p20, jpeg / 0x1p20, png / 0x1p20, raw / 0x1p20);
  const double few = peak_memory(places, "8"), many = peak_memory(places, "50");
  found["memory of each job that waits, over its pixels"] =
      (many - few) / (50 - 8) / (double(crowd_side) * crowd_side * 4);
  std::printf("peak memory over start, MiB, edits of %d×%d pixels: 8 at once %.0f, 50 at once %.0f\n",
              crowd_side, crowd_side, few / 0x1p20, many / 0x1p20);
}

void tell_sizes(const Places& places) {
  const Growth growth = measure_sizes(places, wanted_rounds);
  found["submit JPEG, per pixel, 8192 / 2048"] = growth.submit;
  found["receive, per pixel, 8192 / 2048"] = growth.receive;
}

// Without a fork: this process is large, and copying what it knows of its memory takes longer than the
// command.
void run_to_the_end(const std::string& program, const char* argument) {
  char* arguments[] = {const_cast<char*>(program.c_str()), const_cast<char*>(argument), nullptr};
  posix_spawn_file_actions_t silence;
  posix_spawn_file_actions_init(&silence);
  posix_spawn_file_actions_addopen(&silence, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  check(posix_spawn(&child, program.c_str(), &silence, nullptr, arguments, environ) == 0,
        "the command cannot be started");
  int status = 0;
  check(waitpid(child, &status, 0) == child && status == 0, "the command failed");
  posix_spawn_file_actions_destroy(&silence);
}

void measure_command(const Places& places) {
  std::vector<double> times;
  for (int i = 0; i < 21; ++i)
    times.push_back(time_of([&] { run_to_the_end(places.command, "--version"); }));
  found["seedream --version"] = median(times);
}

// How many gates are missed. quiet: whether times count.
int judge(bool quiet) {
  int missed = 0;
  std::printf("\n%-42s %10s %12s\n", "gate", "measured", "wanted");
  for (const Gate& gate : gates) {
    const auto figure = found.find(gate.what);
    if (figure == found.end()) {
      std::printf("%-42s %10s\n", gate.what, "-");
      continue;
    }
    const bool reaches = gate.must == Must::reach, counts = quiet || !gate.timed;
    const bool good = reaches ? figure->second >= gate.bound : figure->second <= gate.bound;
    missed += good || !counts ? 0 : 1;
    std::printf("%-42s %7.2f %-2s %4s %4.4g %-2s %s\n", gate.what, figure->second, gate.unit,
                reaches ? ">=" : "<=", gate.bound, gate.unit,
                good     ? ""
                : counts ? "MISSED"
                         : "missed, if the machine is not to blame");
  }
  return missed;
}

void draw_answers(const Places& places) {
  for (const int side : {small_side, crowd_side, places.side})
    save_png(take_photograph(side), places.answer(side), 6);
}

int measure_all(const Places& places) {
  draw_answers(places);
  warm_up(places);
  const bool quiet = measure_rounds(places);
  measure_peaks(places);
  tell_sizes(places);
  measure_command(places);
  const int missed = judge(quiet);
  if (!quiet)
    std::printf("the machine is too busy: the times tell nothing\n");
  if (places.side == gated_side)
    return missed > 0 ? 1 : quiet ? 0 : told_nothing;
  std::printf("gates count for %d² pixels only\n", gated_side);
  return 0;
}

// However it ends.
std::string own_folder;

void remove_own_folder() {
  std::error_code ignored;
  std::filesystem::remove_all(own_folder, ignored);
}

void print_machine() {
  std::printf("%u processors, GEGL %d.%d.%d, ISA-L: %s\n", g_get_num_processors(), GEGL_MAJOR_VERSION,
              GEGL_MINOR_VERSION, GEGL_MICRO_VERSION, HAVE_ISAL ? "yes" : "no");
}

// The case that a process of its own is to measure; empty in the first one.
std::string read_arguments(int argc, char** argv, Places* places) {
  std::string child;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i], value = argv[i + 1];
    if (name == "--size")
      places->side = std::atoi(value.c_str());
    else if (name == "--server")
      places->server = value;
    else if (name == "--command")
      places->command = value;
    else if (name == "--folder")
      places->folder = value;
    else if (name == "--child")
      child = value;
  }
  check(places->side >= small_side && !places->server.empty(), "see the beginning of pipeline.cpp");
  return child;
}

void make_folder(Places* places) {
  own_folder = places->folder = CharPtr(g_dir_make_tmp("seedream-bench-XXXXXX", nullptr)).get();
  std::atexit(remove_own_folder);
  describe_models(own_folder);
}

}  // namespace

int main(int argc, char** argv) {
  const char* size = g_getenv("SEEDREAM_BENCH_SIZE");
  Places places{.self = argv[0], .side = size && *size ? std::atoi(size) : gated_side};
  const std::string child = read_arguments(argc, argv, &places);
  if (child.empty())
    make_folder(&places);
  g_setenv("XDG_DATA_HOME", places.folder.c_str(), TRUE);  // before anything asks for it
  gegl_init(nullptr, nullptr);
  // What does not fit is written to the disk, which takes five times as long.
  g_object_set(gegl_config(), "tile-cache-size", guint64(4) << 30, nullptr);
  if (!child.empty())
    return measure_memory(places, child);
  setvbuf(stdout, nullptr, _IOLBF, 0);
  print_machine();
  return measure_all(places);
}
