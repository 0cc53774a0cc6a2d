// providers/model.hpp - a model as one service offers it, read from data. No I/O: the texts are handed in.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace seedream {

struct Pixels {
  int width = 0, height = 0;
  gint64 count() const { return gint64(width) * height; }
  double ratio() const { return double(width) / height; }
  bool operator==(const Pixels&) const = default;
};

// Width to height, as people write it: "16:9", "9:19.5".
struct Ratio {
  std::string text;
  double value = 1;
};

// Of sensible shapes, so that no frame of such a shape is larger than a number can tell.
std::optional<Pixels> read_pixels(std::string_view text);  // "2048x1536"
std::optional<Ratio> read_ratio(std::string_view text);    // "4:3"

// A size that the service can be asked for by a name of its own.
struct NamedSize {
  std::string name;
  Pixels pixels;
};

// A size class: "2K" stands for 2048×2048 or about as many pixels in another shape.
struct Tier {
  std::string name;
  std::vector<std::pair<Ratio, Pixels>> table;  // empty: known to the service by its name only
};

struct SizeRules {
  std::vector<NamedSize> names;
  std::vector<Tier> tiers;    // smallest first
  std::vector<Ratio> ratios;  // what may be said beside a tier
  std::string default_tier;   // what is asked for where nobody says a size; empty: nothing is
  bool any_pixels = false;    // width and height may be said, within these limits:
  gint64 min_pixels = 1, max_pixels = 1;
  double max_ratio = 16;  // of the longer side to the shorter
};

struct InputRules {
  unsigned max_count = 1;
  std::size_t max_bytes = 0;
  gint64 max_pixels = 0;
  int min_side = 1;
  double max_ratio = 16;
  std::vector<std::string> media_types;
};

struct Price {
  double usd = 0;                      // per picture
  std::optional<gint64> large_pixels;  // pictures of more pixels cost …
  double large_usd = 0;                // … this
  double usd_per_input = 0;
};

struct Model {
  std::string id;                                 // ours, the same for all services: "seedream-4.5"
  std::string name;                               // for people
  std::string service_id;                         // what the service calls it
  std::map<std::string, std::string> region_ids;  // what it is called in some of the service's regions
  SizeRules sizes;
  InputRules inputs;
  std::optional<Price> price;  // none: unknown
  std::vector<std::string> qualities, formats;
  unsigned max_count = 1;          // pictures of one job
  unsigned max_per_request = 1;    // more are asked for in several requests
  unsigned recommended_words = 0;  // in a prompt; 0: no such advice
  bool takes_seed = false;
  bool streams = false;       // pictures can come one by one
  bool draws_groups = false;  // several pictures of one request belong together, and the model says how many
  std::map<std::string, std::string> fields;  // names that a service may change

  std::string field(const char* name, const char* usual) const;
};

using ModelPtr = std::shared_ptr<const Model>;
using Offers = std::vector<std::pair<std::string, ModelPtr>>;  // by the service's id

// Reads one model's file: what each service makes of it. Fails, saying where, for what is no such file.
Result<Offers> read_model(std::string_view json);

// What drawing costs, in US dollars; each: a picture's size, 0×0 where nobody knows it. What goes in is paid
// for with each request that it takes. Nothing: nobody has said a price.
std::optional<double> price_of(const Model& model, unsigned count, Pixels each, unsigned n_inputs);

}  // namespace seedream
