// support/answers.hpp - answers of a service, without one.
#pragma once
#include <string>

#include "base/http.hpp"

namespace seedream::test {

inline HttpAnswer answer(unsigned status, const std::string& body) {
  HttpAnswer answer;
  answer.status = status;
  answer.media_type = "application/json";
  answer.body = Bytes::adopt(g_bytes_new(body.data(), body.size()));
  return answer;
}

}  // namespace seedream::test
