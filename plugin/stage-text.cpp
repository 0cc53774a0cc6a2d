// plugin/stage-text.cpp - what a job is doing just now.
#include "stage-text.hpp"

#include <glib/gi18n.h>

#include <cmath>

#include "base/result.hpp"

namespace seedream::plugin {
namespace {

// The one text with a percentage in it where that is known, else the other. with: takes a number as text.
std::string in_percent(const char* with, const char* without, double fraction) {
  if (fraction < 0)
    return without;
  const std::string percent = std::to_string(int(fraction * 100));
  return CharPtr(g_strdup_printf(with, percent.c_str())).get();
}

std::string drawing_text(double elapsed, double expected) {
  if (expected < 1)
    /* Translators: how long it has drawn: "Drawing, 12 s" */
    return format(_("Drawing, %s"), duration_text(elapsed).c_str());
  /* Translators: how long it has drawn, and how long that takes as a rule: "Drawing, 12 s of about 20 s" */
  return format(_("Drawing, %s of about %s"), duration_text(elapsed).c_str(),
                duration_text(expected).c_str());
}

}  // namespace

std::string duration_text(double seconds) {
  const int whole = int(std::lround(seconds));
  /* Translators: a duration in seconds */
  if (whole < 60)
    return format(_("%d s"), whole);
  /* Translators: a duration in minutes and seconds */
  return format(_("%d min %d s"), whole / 60, whole % 60);
}

std::string stage_text(SeedreamStage stage, double fraction, double elapsed, double expected) {
  switch (stage) {
    case SEEDREAM_STAGE_PREPARING:
      return _("Preparing");
    case SEEDREAM_STAGE_UPLOADING:
      return in_percent(_("Uploading, %s %%"), _("Uploading"), fraction);
    case SEEDREAM_STAGE_QUEUED:
      return _("Queued");
    case SEEDREAM_STAGE_DRAWING:
      return drawing_text(elapsed, expected);
    case SEEDREAM_STAGE_DOWNLOADING:
      return in_percent(_("Downloading, %s %%"), _("Downloading"), fraction);
    case SEEDREAM_STAGE_DECODING:
      return _("Decoding");
  }
  return "";
}

}  // namespace seedream::plugin
