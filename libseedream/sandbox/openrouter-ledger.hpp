// sandbox/openrouter-ledger.hpp - what was drawn through OpenRouter's contract, and what it cost.
#pragma once
#include <map>

#include "sandbox/openrouter-requests.hpp"

namespace seedream::sandbox::openrouter {

struct Generation {
  std::string id;
  const Model* model = nullptr;
  const char* api_type = "completions";  // or "image"
  gint64 begun = 0;                      // microseconds since 1970
  gint64 took = 0;                       // microseconds
  unsigned inputs = 0, pictures = 0;
  double cost = 0;  // US dollars
  bool streamed = false;
  std::string user, session;
  std::string referer, user_agent;

  gint64 created() const { return begun / G_USEC_PER_SEC; }
  gint64 tokens() const { return gint64(pictures) * completion_tokens; }
};

class Ledger {
 public:
  // From then on it is known.
  void add(Generation generation);
  // The answer to GET /generation; empty: there is none with this id.
  std::string describe(const std::string& id) const;
  // The answer to GET /key.
  std::string describe_key() const;

 private:
  std::map<std::string, Generation> generations_;
  double spent_ = 0;  // US dollars
};

Generation begin_generation(const Asked& asked, const char* api_type);

}  // namespace seedream::sandbox::openrouter
