// sandbox/options.hpp - what the command line says.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace seedream::sandbox {

struct Options {
  unsigned port = 0;  // 0: a free one
  unsigned latency_ms = 0;
  unsigned job_ms = 600;         // long enough to be seen queued and running by a client in a hurry
  std::string api_key;           // empty: any will do
  std::string picture = "draw";  // "draw", "echo" or a file
  Bytes picture_bytes;           // of that file
  std::vector<std::string> faults;
  std::string log;
  bool list_faults = false;
  bool until_eof = false;
  bool version = false;
};

Result<Options> read_options(int argc, char** argv);

}  // namespace seedream::sandbox
