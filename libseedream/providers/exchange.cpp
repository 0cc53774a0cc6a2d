// providers/exchange.cpp - what exchanges have in common.
#include <glib/gi18n-lib.h>

#include "providers/provider.hpp"

namespace seedream {

Pixels region_of(const Request& request) {
  const bool edits = request.operation == SEEDREAM_OPERATION_EDIT && !request.images.empty();
  return edits ? request.images.front() : Pixels{};
}

std::optional<ServiceCall> Exchange::resume(const std::string&) noexcept {
  return std::nullopt;
}

Steps Exchange::hear_beginning(const HttpAnswer&) noexcept {
  return {};
}

Steps Exchange::hear_event(std::string_view) noexcept {
  return {};
}

Steps Exchange::hear_end() noexcept {
  return just(Failed{make_error(SEEDREAM_ERROR_BAD_ANSWER, _("The service streams what nobody asked it to.")),
                     SEEDREAM_CHARGE_UNKNOWN});
}

}  // namespace seedream
