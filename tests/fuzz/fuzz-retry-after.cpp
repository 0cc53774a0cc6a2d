// fuzz-retry-after.cpp - how long a service asks us to wait, in its own words: never a time that has passed,
// and what we write ourselves is read as it was meant.
#include "base/glib-ptr.hpp"
#include "fuzz.hpp"
#include "net/retry-after.hpp"

using namespace seedream;

namespace {

constexpr gint64 now = 1'795'320'000;

std::string date_in(int seconds) {
  const std::unique_ptr<GDateTime, Deleter<g_date_time_unref>> date(
      g_date_time_new_from_unix_utc(now + seconds));
  return CharPtr(g_date_time_format(date.get(), "%a, %d %b %Y %H:%M:%S GMT")).get();
}

void there_and_back(int seconds) {
  const auto as_number = net::read_retry_after(std::to_string(seconds), now);
  const auto as_date = net::read_retry_after(date_in(seconds), now);
  g_assert(as_number == as_date);
  g_assert(seconds < 0 || (as_number && as_number->count() == seconds));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const guint8* data, std::size_t size) {
  // A header has no NUL.
  const std::string text(fuzz::text_of(data, size));
  const auto wait = net::read_retry_after(text.substr(0, text.find('\0')), now);
  g_assert(!wait || wait->count() >= 0);
  there_and_back(FuzzedDataProvider(data, size).ConsumeIntegral<int>());
  return 0;
}
