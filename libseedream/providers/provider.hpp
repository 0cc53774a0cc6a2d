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
#include "providers/model.hpp"
#include "seedream-enums.h"

namespace seedream {

// A picture as it goes over the wire: its bytes, or an address where the service fetches it itself.
struct Upload {
  std::string media_type;
  Bytes bytes;
  std::string url;
};

// Everything the answer depends on.
struct Request {
  SeedreamOperation operation = SEEDREAM_OPERATION_GENERATE;
  std::string prompt;
  std::string model;    // what the service calls it, or what we do; empty: the service's first
  unsigned count = 1;   // pictures wanted
  bool group = false;   // they shall belong together, and the model may draw fewer
  std::string size;     // "auto", a tier, WxH in pixels, or a name of the service's own; empty is "auto"
  std::string aspect;   // "W:H"; empty: as the size says
  std::string quality;  // empty: the service's own
  std::string format;   // "png", "jpeg" or "webp": a wish; empty: the service's own
  std::optional<gint64> seed;
  std::optional<bool> stream;  // whether pictures shall come as they are drawn; nothing: as the service likes
  std::vector<Pixels>
      images;  // the pictures that go in, before they are encoded; 0×0: the service fetches it
  std::vector<Upload> uploads;  // in the order in which the prompt counts them
};

// What "auto" follows: the picture that is edited, if it is here.
Pixels region_of(const Request& request);

// A call to the service itself: the runner puts the base URL before the path and the key into the headers, so
// that no key can go anywhere else.
struct ServiceCall {
  std::string method = "GET";
  std::string path;
  Headers headers;
  Body body;
  std::string body_type;
  bool creates = false;  // costs money: sent again only when it certainly had no effect
  bool streams = false;  // the answer may come as an event stream
};

// What the adapter makes of an answer.
struct Ask {  // make another call, later
  ServiceCall call;
  std::chrono::milliseconds after{0};
};
struct Accepted {  // the service has taken the request under this id
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
struct Missing {  // one of several pictures will not come, the others may
  ErrorPtr error;
};
struct Cost {  // what the service says that it took, in US dollars
  double usd;
};
struct Finished {};  // that was all
struct Failed {      // there is no (further) picture
  ErrorPtr error;
  SeedreamCharge charged;
  bool hopeless = false;  // the same call would fail again, whatever its status says
};
using Step = std::variant<Ask, Accepted, Underway, PictureAt, PictureHere, Missing, Cost, Finished, Failed>;

using Steps = std::vector<Step>;
inline Steps just(Step step) {
  Steps steps;
  steps.push_back(std::move(step));
  return steps;
}

// One request's talk with one service. What the functions are given is borrowed. They run in a worker, one
// after another: open() writes all pictures into one body and the others read pictures out of one, which
// takes a while.
class Exchange {
 public:
  virtual ~Exchange() = default;
  virtual Result<ServiceCall> open(const Request& request, const Model& model) noexcept = 0;
  // The call that asks for a job which was accepted earlier, by another program perhaps. Services that keep
  // no jobs have none.
  virtual std::optional<ServiceCall> resume(const std::string& service_id) noexcept;
  virtual Steps hear(const HttpAnswer& answer) noexcept = 0;  // a whole answer
  // An answer that streams: its beginning, without a body; the data of each event; its end, proper or not.
  virtual Steps hear_beginning(const HttpAnswer& head) noexcept;
  virtual Steps hear_event(std::string_view data) noexcept;
  virtual Steps hear_end() noexcept;
};

// One of the places where a service runs. Accounts and models may differ between them.
struct Region {
  const char* id;  // what a user may say instead of the URL
  const char* base_url;
};

// What a service tells of the account behind a key.
struct Account {
  std::optional<double> balance_usd;  // nothing: unlimited, or it does not tell
};
struct AccountCalls {
  ServiceCall (*ask)();
  Result<Account> (*read)(const HttpAnswer& answer);
};

// What a service tells of a model, where it does.
struct DiscoveryCalls {
  ServiceCall (*ask)(const std::string& model);
  Result<Model> (*read)(const HttpAnswer& answer, const Model& usual);
};

struct Provider {
  const char* id;                   // stable: it stands in job records and scripts
  const char* name;                 // a proper name, shown to people as it is
  std::span<const Region> regions;  // the first is the usual one; none where a program is started
  const char* api_prefix;           // what users may have pasted behind the root
  const char* program;              // serves on loopback and is started by us; else nullptr
  const char* key_variable;         // environment variable; nullptr: no key is needed
  const char* base_url_variable;    // environment variable
  const char* key_page;             // where a key is made; nullptr: none is needed
  bool keeps_jobs;                  // a job can be asked for later, by its id
  unsigned at_once = 8;             // requests of one program that may be under way there
  std::chrono::hours keeps_pictures{0};  // behind the addresses that it tells; 0: nobody knows how long
  std::unique_ptr<Exchange> (*begin)();
  const AccountCalls* account = nullptr;      // nullptr: it tells nothing of accounts
  const DiscoveryCalls* discovery = nullptr;  // nullptr: it tells nothing of models
};

std::span<const Provider* const> providers();
const Provider* find_provider(std::string_view id);

}  // namespace seedream
