// providers/check.cpp - whether a service can do what a request asks.
#include "providers/check.hpp"

#include <glib/gi18n-lib.h>

#include <algorithm>

#include "providers/size.hpp"

namespace seedream {
namespace {

bool is_blank(const std::string& text) {
  return text.find_first_not_of(" \t\r\n") == std::string::npos;
}

ErrorPtr check_images(const Provider& provider, const Request& request) {
  const unsigned n = request.n_images;
  switch (request.operation) {
    case SEEDREAM_OPERATION_GENERATE:
      return n == 0 ? nullptr
                    : make_error(SEEDREAM_ERROR_INVALID,
                                 _("Generating takes no pictures; edit one or compose several."));
    case SEEDREAM_OPERATION_EDIT:
      return n == 1 ? nullptr : make_error(SEEDREAM_ERROR_INVALID, _("Editing takes one picture, not %u."), n);
    case SEEDREAM_OPERATION_COMPOSE:
      if (n < 2)
        return make_error(SEEDREAM_ERROR_INVALID, _("Composing takes two pictures or more, not %u."), n);
      if (n > provider.can.max_images)
        return make_error(SEEDREAM_ERROR_INVALID, _("%s takes %u pictures at most, not %u."), provider.name,
                          provider.can.max_images, n);
  }
  return nullptr;
}

ErrorPtr check_word(const char* what, const std::string& word, std::span<const char* const> known) {
  if (word.empty() || std::find(known.begin(), known.end(), word) != known.end())
    return nullptr;
  std::string all;
  for (const char* each : known)
    all += (all.empty() ? "" : ", ") + std::string(each);
  return make_error(SEEDREAM_ERROR_INVALID, _("“%s” is no %s of this service; it knows %s."), word.c_str(),
                    what, all.c_str());
}

}  // namespace

Result<Done> check_request(const Provider& provider, const Request& request) {
  if (is_blank(request.prompt))
    return make_error(SEEDREAM_ERROR_INVALID, _("The prompt is empty; say what to draw."));
  if (!g_utf8_validate(request.prompt.data(), static_cast<gssize>(request.prompt.size()), nullptr))
    return make_error(SEEDREAM_ERROR_INVALID, _("The prompt is not UTF-8 text."));
  if (!request.model.empty() && request.model != provider.model)
    return make_error(SEEDREAM_ERROR_INVALID, _("%s has no model “%s”; it has %s."), provider.name,
                      request.model.c_str(), provider.model);
  if (request.count < 1 || request.count > provider.can.max_count)
    return make_error(SEEDREAM_ERROR_INVALID, _("%s draws 1 to %u pictures at once, not %u."), provider.name,
                      provider.can.max_count, request.count);
  if (request.seed && !provider.can.takes_seed)
    return make_error(SEEDREAM_ERROR_INVALID, _("%s takes no seed."), provider.name);
  if (auto error = check_images(provider, request))
    return error;
  if (auto error = check_word(_("quality"), request.quality, provider.can.qualities))
    return error;
  if (auto error = check_word(_("format"), request.format, provider.can.formats))
    return error;
  if (auto size = choose_size(provider.can, request.size, request.aspect); !size)
    return size.take_error();
  return Done{};
}

}  // namespace seedream
