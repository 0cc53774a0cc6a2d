// bench/own.cpp - the library's way, through what everyone may call.
#include "bench/own.hpp"

#include <glib/gstdio.h>

namespace bench {
namespace {

// The limits are so wide that nothing but the format is a matter of choice.
std::string model_file(const char* id, const char* media_type) {
  return CharPtr(
             g_strdup_printf(
                 "{\"id\":\"%s\",\"name\":\"%s\",\"pixels\":{\"min\":1000,\"max\":100000000},"
                 "\"tiers\":{\"2K\":{\"1:1\":\"2048x2048\"}},"
                 "\"inputs\":{\"max\":1,\"max_bytes\":900000000,\"max_pixels\":100000000,\"types\":[\"%s\"]},"
                 "\"services\":{\"openrouter\":{\"id\":\"bench/%s\",\"max_count\":1,\"max_per_request\":1,"
                 "\"tiers\":[\"2K\"],\"default_tier\":\"2K\",\"ratios\":[\"1:1\"],\"streams\":true}}}",
                 id, id, media_type, id))
      .get();
}

// What one run waits for.
struct Waiting {
  GMainLoop* loop = g_main_loop_new(nullptr, FALSE);
  Run run;
  gint64 last_tick = 0;
  std::function<void(GeglBuffer*)> take;
  int awaited = 1;

  ~Waiting() { g_main_loop_unref(loop); }

  void tick() {
    const gint64 now = g_get_monotonic_time();
    run.longest_gap = std::max(run.longest_gap, milliseconds(last_tick, now));
    last_tick = now;
  }
  void has(Ref<GeglBuffer> picture) {
    run.finished = g_get_monotonic_time();
    if (take)
      take(picture.get());
    else
      run.picture = std::move(picture);
    if (--awaited == 0)
      g_main_loop_quit(loop);
  }
};

void on_loaded(GObject* source, GAsyncResult* result, gpointer data) noexcept {
  GError* error = nullptr;
  GeglBuffer* buffer = seedream_image_load_finish(SEEDREAM_IMAGE(source), result, &error);
  if (!buffer)
    give_up(error->message);
  static_cast<Waiting*>(data)->has(Ref<GeglBuffer>::adopt(buffer));
}

void on_ran(GObject* source, GAsyncResult* result, gpointer data) noexcept {
  GError* error = nullptr;
  SeedreamJob* job = SEEDREAM_JOB(source);
  if (!seedream_job_run_finish(job, result, &error))
    give_up(error->message);
  seedream_image_load_async(seedream_job_get_image(job, 0), nullptr, on_loaded, data);
}

gboolean on_tick(gpointer data) noexcept {
  static_cast<Waiting*>(data)->tick();
  return G_SOURCE_CONTINUE;
}

// A source that is ready each millisecond, before all others: what it misses, a window would miss.
GSource* start_ticking(Waiting* waiting) {
  GSource* source = g_timeout_source_new(1);
  g_source_set_priority(source, G_PRIORITY_HIGH);
  g_source_set_callback(source, on_tick, waiting, nullptr);
  g_source_attach(source, nullptr);
  return source;
}

void stop_ticking(GSource* source) {
  g_source_destroy(source);
  g_source_unref(source);
}

}  // namespace

void describe_models(const std::string& data_folder) {
  const std::string folder = data_folder + "/seedream/models";
  check(g_mkdir_with_parents(folder.c_str(), 0700) == 0, "there is no room for models");
  const std::pair<const char*, const char*> models[] = {{lossless_model, "image/png"},
                                                        {lossy_model, "image/jpeg"}};
  for (const auto& [id, media_type] : models)
    check(g_file_set_contents((folder + "/" + id + ".json").c_str(), model_file(id, media_type).c_str(), -1,
                              nullptr),
          "there is no room for models");
}

Own::Own(const std::string& url) {
  GError* error = nullptr;
  client_ = Ref<SeedreamClient>::adopt(seedream_client_new("openrouter", &error));
  if (!client_)
    give_up(error->message);
  seedream_client_set_api_key(client_.get(), "sk-bench");
  seedream_client_set_base_url(client_.get(), url.c_str());
}

Ref<SeedreamJob> Own::job_of(const Wish& wish) const {
  const auto operation = wish.input ? SEEDREAM_OPERATION_EDIT : SEEDREAM_OPERATION_GENERATE;
  const auto request = Ref<SeedreamRequest>::adopt(seedream_request_new(operation, "a lighthouse at dusk"));
  seedream_request_set_model(request.get(), wish.model);
  seedream_request_set_stream(request.get(), wish.as_events ? SEEDREAM_STREAMING_ON : SEEDREAM_STREAMING_OFF);
  if (wish.input) {
    const auto copy = Ref<GeglBuffer>::adopt(gegl_buffer_dup(wish.input));
    const auto image = Ref<SeedreamImage>::adopt(seedream_image_new_from_buffer(copy.get()));
    seedream_request_add_image(request.get(), image.get());
  }
  GError* error = nullptr;
  SeedreamJob* job = seedream_client_create_job(client_.get(), request.get(), &error);
  if (!job)
    give_up(error->message);
  return Ref<SeedreamJob>::adopt(job);
}

Run Own::run(const Wish& wish) {
  Waiting waiting;
  waiting.run.started = waiting.last_tick = g_get_monotonic_time();
  GSource* ticks = start_ticking(&waiting);
  {
    const auto job = job_of(wish);
    seedream_job_run_async(job.get(), nullptr, on_ran, &waiting);
  }
  g_main_loop_run(waiting.loop);
  waiting.tick();
  stop_ticking(ticks);
  return std::move(waiting.run);
}

void Own::run_many(const Wish& wish, int jobs, const std::function<void(GeglBuffer*)>& take) {
  Waiting waiting;
  waiting.take = take;
  waiting.awaited = jobs;
  for (int i = 0; i < jobs; ++i)
    seedream_job_run_async(job_of(wish).get(), nullptr, on_ran, &waiting);
  g_main_loop_run(waiting.loop);
}

}  // namespace bench
