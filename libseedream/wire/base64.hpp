// wire/base64.hpp - base64 text to bytes, strictly.
#pragma once
#include <string_view>

#include "base/result.hpp"

namespace seedream::wire {

// Fails for text that is cut or holds anything else: a picture with a hole must not pass for a whole one.
Result<Bytes> decode_base64(std::string_view text);

}  // namespace seedream::wire
