// seedream-request-private.hpp - what the client needs of a SeedreamRequest.
#pragma once
#include <vector>

#include "jobs/store.hpp"
#include "jobs/upload.hpp"
#include "providers/provider.hpp"
#include "seedream-request.h"

namespace seedream {

struct FullRequest {
  Request request;
  std::vector<jobs::Input> inputs;
  std::string placement;
  jobs::Attachments attachments;
};

const FullRequest& contents_of(SeedreamRequest* request);

}  // namespace seedream
