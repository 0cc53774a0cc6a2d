// sandbox/downloads.cpp - finished pictures at addresses of their own.
#include "sandbox/downloads.hpp"

#include "sandbox/trouble.hpp"

namespace seedream::sandbox {
namespace {

constexpr const char* prefix = "/results/";

constexpr const char* expired =
    "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>";

// Storage knows no service's words.
Reply wording(Trouble trouble) noexcept {
  const unsigned status = trouble == Trouble::busy ? 429 : trouble == Trouble::unavailable ? 503 : 500;
  return {.status = status, .media_type = "text/plain", .body = Bytes::of("The storage is out of order.\n")};
}

}  // namespace

std::string Downloads::add(const std::string& order, std::size_t index, const Bytes& picture) {
  if (const auto elsewhere = faults_.strike("address"))
    return *elsewhere;
  const std::string path = format("%s%s/%zu", prefix, order.c_str(), index);
  pictures_[path] = picture;
  return root_ + path;
}

bool Downloads::keeps(const std::string& path) {
  return path.starts_with(prefix);
}

bool Downloads::answer(const Call& call, const std::shared_ptr<Answer>& answer) noexcept {
  if (!keeps(call.path))
    return false;
  Reply reply = this->reply(call);
  reply.download = true;
  answer->finish(std::move(reply));
  return true;
}

Reply Downloads::reply(const Call& call) {
  if (auto reply = strike_answer(call, Leg::picture, faults_, wording))
    return std::move(*reply);
  const auto found = pictures_.find(call.path);
  if (found == pictures_.end() || faults_.strikes("gone-picture"))
    return {.status = 404, .media_type = "text/plain", .body = Bytes::of("gone")};
  if (faults_.strikes("expired-picture"))
    return {.status = 403, .media_type = "application/xml", .body = Bytes::of(expired)};
  return {.media_type = "application/octet-stream", .body = spoil_picture(found->second, faults_)};
}

}  // namespace seedream::sandbox
