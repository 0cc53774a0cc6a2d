// plugin/money.cpp - amounts as people write them where they live.
#include "money.hpp"

#include <glib/gi18n.h>

#include <cmath>

#include "base/result.hpp"

namespace seedream::plugin {

std::string in_dollars(double usd) {
  // A model may cost less than a cent a picture, or a fraction more than one.
  const double cents = usd * 100;
  const int digits = usd >= 1 || std::abs(cents - std::round(cents)) < 1e-6 ? 2 : 3;
  const std::string amount = format("%.*f", digits, usd);
  /* Translators: an amount of US dollars, such as "0.04", and where the sign stands in your language */
  return format(_("$%s"), amount.c_str());
}

}  // namespace seedream::plugin
