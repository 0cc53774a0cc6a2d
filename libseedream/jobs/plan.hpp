// jobs/plan.hpp - what a job needs to be run, and what it leaves behind. Values only.
#pragma once
#include <gegl.h>

#include <string>
#include <vector>

#include "image/picture.hpp"
#include "jobs/machine.hpp"
#include "jobs/upload.hpp"
#include "providers/provider.hpp"

namespace seedream::jobs {

class Journal;

// A picture that was heard of before and is not here yet.
struct KnownPicture {
  unsigned number;  // among all of its job
  std::string url;
  gint64 expires = 0;  // when it ends, in microseconds since 1970; 0: nobody knows
};

struct Plan {
  const Provider* provider = nullptr;
  ModelPtr model;
  std::string base_url;  // empty: the provider's program is started for this job
  Secret api_key;        // sent to base_url and nowhere else
  std::chrono::seconds deadline{600};
  Request request;
  Pixels expected;  // what one picture should come as; 0×0: nobody knows
  std::vector<Input> inputs;
  std::vector<std::string> notes;    // what is done otherwise than asked
  std::shared_ptr<Journal> journal;  // nullptr: nothing is written down
  double estimate_usd = 0;           // what it will probably cost; 0: nobody knows
  bool submit_only = false;          // it is enough that the service has taken the job

  // A job that was sent before is not sent again: it is asked for by the service's ids for it, or the
  // pictures that lack are fetched from where they were said to be.
  std::vector<std::string> resumed_ids;
  std::vector<KnownPicture> resumed_pictures;
  unsigned kept = 0;          // whole pictures that are here since then
  double known_cost_usd = 0;  // what it had cost by then
  bool is_resumed() const { return !resumed_ids.empty() || !resumed_pictures.empty(); }
  // A job that is asked for comes with all of its pictures.
  unsigned kept_beside() const { return resumed_pictures.empty() ? 0 : kept; }
};

// A picture that came back.
struct Drawn {
  Bytes bytes;             // as the service sent them
  image::Info info;        // codec is nullptr where it is no picture
  Ref<GeglBuffer> buffer;  // the pixels; empty where they cannot be decoded
  std::string path;        // where the bytes are kept; empty: nowhere
};

struct Stage {
  SeedreamStage stage = SEEDREAM_STAGE_PREPARING;
  double fraction = -1;  // 0–1; below 0: unknown
};

// Where a request, or a whole job, stands.
struct Tally {
  Standing standing;
  std::string service_id;  // of several requests: each, with commas between
  double cost_usd = 0;     // what the service says, else the price of what was drawn
  bool cost_is_told = false;
};

// What it has led to.
struct Outcome : Tally {
  Stage stage;
  std::vector<Drawn> pictures;
  ErrorPtr missing;  // why fewer pictures came than were asked for
};

}  // namespace seedream::jobs
