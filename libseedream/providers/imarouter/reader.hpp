// providers/imarouter/reader.hpp - reads ImaRouter's answers, tolerantly: its page and its clients disagree
// on names.
#pragma once
#include "providers/provider.hpp"
#include "wire/json.hpp"

namespace seedream::imarouter {

struct JobAnswer {
  std::string id;
  std::string status;                // as it came
  std::vector<std::string> outputs;  // URLs or data URLs
  std::string error;                 // the service's own words
  std::optional<double> usd;         // what it took
};

JobAnswer read_job(wire::Json root);

enum class Phase { queued, running, completed, failed };
// A word that nobody knows means that the job is still under way.
Phase phase_of(const std::string& status);

}  // namespace seedream::imarouter
