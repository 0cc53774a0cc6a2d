// providers/faults.cpp - what an answer other than success means to the user.
#include "providers/faults.hpp"

#include <glib/gi18n-lib.h>

#include "base/presentable.hpp"

namespace seedream {
namespace {

const char* advice(SeedreamError code) {
  switch (code) {
    case SEEDREAM_ERROR_SIGN_IN:
      return _("The service does not accept the key. Check the key and that it belongs to this service.");
    case SEEDREAM_ERROR_PAY:
      return _("The account's balance is used up. Add credit, then try again.");
    case SEEDREAM_ERROR_SHRINK:
      return _(
          "The request is too large for the service. Send smaller or fewer pictures, or a shorter prompt.");
    case SEEDREAM_ERROR_WAIT:
      return _("The service has too many requests. Wait a moment, then try again.");
    case SEEDREAM_ERROR_UNAVAILABLE:
      return _("The service is out of order. Try again later.");
    case SEEDREAM_ERROR_REFUSED:
      return _("The service refuses the request. Change the prompt, the pictures or the model.");
    default:
      return _("The service's answer makes no sense.");
  }
}

// A refusal costs nothing; an error inside the service may come after the drawing.
SeedreamCharge charge_of(unsigned status, bool created) {
  if (!created)
    return SEEDREAM_CHARGE_UNKNOWN;
  const bool refused = (status >= 400 && status < 500 && status != 408) || status == 503;
  return refused ? SEEDREAM_CHARGE_NO : SEEDREAM_CHARGE_UNKNOWN;
}

}  // namespace

SeedreamError kind_of(unsigned status) {
  switch (status) {
    case 401:
      return SEEDREAM_ERROR_SIGN_IN;
    case 402:
      return SEEDREAM_ERROR_PAY;
    case 413:
      return SEEDREAM_ERROR_SHRINK;
    case 408:
      return SEEDREAM_ERROR_UNAVAILABLE;
    case 429:
      return SEEDREAM_ERROR_WAIT;
    default:
      return status >= 500   ? SEEDREAM_ERROR_UNAVAILABLE
             : status >= 400 ? SEEDREAM_ERROR_REFUSED
                             : SEEDREAM_ERROR_BAD_ANSWER;
  }
}

Failed failure_of(const Fault& fault, bool created) {
  const SeedreamError code = fault.kind.value_or(kind_of(fault.status));
  const std::string shown = presentable(fault.words);
  ErrorPtr error = shown.empty() ? make_error(code, _("%s (HTTP %u.)"), advice(code), fault.status)
                                 : make_error(code, _("%s It says: “%s” (HTTP %u)."), advice(code),
                                              shown.c_str(), fault.status);
  return {std::move(error), charge_of(fault.status, created), fault.hopeless};
}

Failed unreadable(const Provider& provider, const char* what) {
  return {make_error(SEEDREAM_ERROR_BAD_ANSWER, what, provider.name), SEEDREAM_CHARGE_UNKNOWN};
}

}  // namespace seedream
