// sandbox/imarouter.hpp - ImaRouter's two contracts. Both begin jobs and let them be polled; what differs is
// their addresses and their words.
#pragma once
#include "sandbox/jobs.hpp"

namespace seedream::sandbox {

namespace imarouter {

struct Dialect {
  std::string_view create_prefix;  // what follows is the operation
  std::string_view poll_prefix;    // what follows is the job's id
  std::string_view account_path;   // empty: none
  bool (*knows)(const std::string& operation);
  // What is wrong with the order; nothing: it is in order, and the commission is filled in.
  std::optional<Reply> (*refuse)(const std::string& operation, wire::Json body, Commission& commission);
  // An empty id: the fault that forgets it.
  void (*write_created)(wire::JsonWriter& json, const std::string& id);
  void (*write_job)(wire::JsonWriter& json, const std::string& id, const JobView& job);
};

extern const Dialect page;  // create under /v1/image/seedream-4.5/, poll under /v1/jobs/
extern const Dialect v1;    // create and poll under /v1/images/generations

Reply error_reply(unsigned status, const char* code, const std::string& message);
inline Reply wrong_parameter(const std::string& message) {
  return error_reply(400, "invalid_parameter", message);
}

}  // namespace imarouter

std::unique_ptr<Contract> make_imarouter(const imarouter::Dialect& dialect, const Options& options,
                                         Faults& faults, Studio& studio, Downloads& downloads);

}  // namespace seedream::sandbox
