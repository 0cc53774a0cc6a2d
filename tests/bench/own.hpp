// bench/own.hpp - the library's way, through what everyone may call.
#pragma once
#include <seedream.h>

#include <functional>

#include "bench/naive.hpp"

namespace bench {

// Where the user's own models are looked for. Call this before anything of the library.
void describe_models(const std::string& data_folder);

constexpr const char* usual_model = nullptr;  // the one that is recommended, with the service's limits
constexpr const char* lossless_model = "bench-lossless";  // takes PNG alone, as large as it is
constexpr const char* lossy_model = "bench-lossy";        // takes JPEG alone, as large as it is

struct Wish {
  const char* model = usual_model;
  GeglBuffer* input = nullptr;  // nullptr: no picture is sent
  bool as_events = false;       // the answer comes as a stream of events
};

class Own {
 public:
  explicit Own(const std::string& url);
  Run run(const Wish& wish);
  // All begin at once. Each picture is handed over as it comes and not kept here.
  void run_many(const Wish& wish, int jobs, const std::function<void(GeglBuffer*)>& take);

 private:
  Ref<SeedreamJob> job_of(const Wish& wish) const;
  Ref<SeedreamClient> client_;
};

}  // namespace bench
