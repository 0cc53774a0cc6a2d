// fuzz-model.cpp - a model's file, which anybody may have written: it is refused, or all that is asked for by
// it stays within sense.
#include "fuzz.hpp"
#include "providers/size.hpp"

using namespace seedream;

namespace {

bool is_size(Pixels pixels) {
  return pixels.width >= 1 && pixels.height >= 1;
}

void choose(const Model& model) {
  for (const char* size : {"", "auto", "1K", "2K", "2048x1536", "65536x1"})
    for (const char* aspect : {"", "1:1", "16:9", "9:19.5"})
      for (const bool edits : {false, true}) {
        Request request{.operation = edits ? SEEDREAM_OPERATION_EDIT : SEEDREAM_OPERATION_GENERATE,
                        .size = size,
                        .aspect = aspect};
        if (edits)
          request.images.push_back({1024, 333});
        if (auto chosen = choose_size(model, request))
          g_assert(chosen->pixels == Pixels{} || is_size(chosen->pixels));
      }
}

void frame(const Model& model) {
  for (const Pixels region : {Pixels{1, 1}, {640, 480}, {1, 262'144}, {262'144, 262'144}})
    for (const char* wish : {"", "2K", "4096x4096"}) {
      const Frame frame = plan_frame(model.sizes, region, wish);
      g_assert(frame.pixels.width >= region.width && frame.pixels.height >= region.height);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const guint8* data, std::size_t size) {
  auto offers = read_model(fuzz::text_of(data, size));
  if (!offers) {
    const ErrorPtr error = offers.take_error();
    g_assert(g_error_matches(error.get(), SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID));
    g_assert(g_utf8_validate(error->message, -1, nullptr));
    return 0;
  }
  g_assert(!offers->empty());
  for (const auto& [service, model] : *offers) {
    choose(*model);
    frame(*model);
    const auto price = price_of(*model, model->max_count, {2048, 2048}, model->inputs.max_count);
    g_assert(!price || *price >= 0);
  }
  return 0;
}
