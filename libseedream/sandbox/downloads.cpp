// sandbox/downloads.cpp - finished pictures at addresses of their own.
#include "sandbox/downloads.hpp"

#include "sandbox/trouble.hpp"

namespace seedream::sandbox {
namespace {

constexpr const char* prefix = "/results/";

}  // namespace

std::string Downloads::add(const std::string& order, std::size_t index, const Bytes& picture) {
  const std::string path = format("%s%s/%zu", prefix, order.c_str(), index);
  pictures_[path] = picture;
  return root_ + path;
}

bool Downloads::answer(const Call& call, const std::shared_ptr<Answer>& answer) noexcept {
  if (!call.path.starts_with(prefix))
    return false;
  Reply reply = this->reply(call.path);
  reply.download = true;
  answer->finish(std::move(reply));
  return true;
}

Reply Downloads::reply(const std::string& path) {
  const auto found = pictures_.find(path);
  if (found == pictures_.end() || faults_.strikes("gone-picture"))
    return {.status = 404, .media_type = "text/plain", .body = Bytes::of("gone")};
  return {.media_type = "application/octet-stream", .body = spoil_picture(found->second, faults_)};
}

}  // namespace seedream::sandbox
