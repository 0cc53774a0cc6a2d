// providers/provider.hpp - what a service adapter is: a translator between our request and somebody's HTTP
// API. An adapter never opens a socket, reads a clock, sees a key or decodes a picture.
#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/http.hpp"
#include "base/result.hpp"
#include "seedream-enums.h"

namespace seedream {

// A picture as it goes over the wire.
struct Upload {
  std::string media_type;
  Bytes bytes;
};

// Everything the answer depends on.
struct Request {
  SeedreamOperation operation = SEEDREAM_OPERATION_GENERATE;
  std::string prompt;
  std::string model;    // empty: the provider's first
  unsigned count = 1;   // pictures wanted
  std::string size;     // "auto", a tier, WxH in pixels, or a name of the service's own; empty is "auto"
  std::string aspect;   // "W:H"; empty: as the size says
  std::string quality;  // empty: the service's own
  std::string format;   // "png", "jpeg" or "webp": a wish; empty: the service's own
  std::optional<gint64> seed;
  unsigned n_images = 0;        // how many pictures go in; known before they are encoded
  std::vector<Upload> uploads;  // in the order in which the prompt counts them
};

// A call to the service itself: the runner puts the base URL before the path and the key into the headers, so
// that no key can go anywhere else.
struct ServiceCall {
  std::string method = "GET";
  std::string path;
  Headers headers;
  Bytes body;
  std::string body_type;
  bool creates = false;  // costs money: sent again only when it certainly had no effect
};

// What the adapter makes of an answer.
struct Ask {  // make another call, later
  ServiceCall call;
  std::chrono::milliseconds after{0};
};
struct Accepted {  // the service has taken the job under this id
  std::string service_id;
};
struct Underway {  // the service says where the job stands: queued or running
  SeedreamJobState state;
};
struct PictureAt {  // a finished picture is there to be fetched, without the key
  std::string url;
};
struct PictureHere {  // a finished picture came with the answer
  Bytes bytes;
};
struct Cost {  // what the service says that it took, in US dollars
  double usd;
};
struct Finished {};  // that was all
struct Failed {      // there is no (further) picture
  ErrorPtr error;
  SeedreamCharge charged;
};
using Step = std::variant<Ask, Accepted, Underway, PictureAt, PictureHere, Cost, Finished, Failed>;

// One job's talk with one service. What open() and hear() are given is borrowed. open() writes all pictures
// into one body, which takes a while: it is called in a worker, before anything else.
class Exchange {
 public:
  virtual ~Exchange() = default;
  virtual Result<ServiceCall> open(const Request& request) noexcept = 0;
  virtual std::vector<Step> hear(const HttpAnswer& answer) noexcept = 0;
};

// A size that the service can be asked for by name.
struct NamedSize {
  const char* name;
  int width;   // pixels
  int height;  // pixels
};

struct Capabilities {
  std::span<const NamedSize> sizes;
  std::span<const char* const> qualities;
  std::span<const char* const> formats;
  unsigned max_count;
  unsigned max_images;
  bool takes_seed;
  double usd_per_image;
};

struct Provider {
  const char* id;                 // stable: it stands in job records and scripts
  const char* name;               // a proper name, shown to people as it is
  const char* base_url;           // the service's root; nullptr where a program is started
  const char* api_prefix;         // what users may have pasted behind the root
  const char* program;            // serves on loopback and is started by us; else nullptr
  const char* key_variable;       // environment variable; nullptr: no key is needed
  const char* base_url_variable;  // environment variable
  const char* model;              // the model that is asked for if nobody says another
  Capabilities can;
  std::unique_ptr<Exchange> (*begin)();
};

std::span<const Provider* const> providers();
const Provider* find_provider(std::string_view id);

}  // namespace seedream
