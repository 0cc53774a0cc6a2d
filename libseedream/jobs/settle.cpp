// jobs/settle.cpp - what a record means that its program has left behind.
#include "jobs/settle.hpp"

#include <glib/gi18n-lib.h>

#include <algorithm>
#include <cmath>

#include "providers/provider.hpp"

namespace seedream::jobs {
namespace {

bool lacks(const StoredPicture& picture) {
  return picture.file.empty() && !picture.purged && !picture.url.empty();
}

void set_error(StoredJob* stored, const ErrorPtr& error) {
  stored->error_code = error->code;
  stored->error_message = error->message;
}

}  // namespace

unsigned kept_pictures(const StoredJob& stored) {
  return unsigned(std::count_if(stored.pictures.begin(), stored.pictures.end(), [](const auto& picture) {
    return picture.purged || (!picture.file.empty() && !picture.damaged);
  }));
}

bool can_be_asked_for(const StoredJob& stored) {
  const Provider* provider = find_provider(stored.provider);
  const bool has_address = std::any_of(stored.pictures.begin(), stored.pictures.end(), lacks);
  const bool is_at_service = provider && provider->keeps_jobs && !stored.service_id.empty();
  return kept_pictures(stored) < stored.count && (has_address || is_at_service);
}

// What has not ended is always worth it. What ended without its pictures is, unless the service itself had
// the last word; but not for ever.
bool is_worth_asking_for(const StoredJob& stored, gint64 moment) {
  constexpr double long_enough = 7.0 * 24 * 3600 * G_USEC_PER_SEC;
  if (!can_be_asked_for(stored))
    return false;
  if (!is_final(stored.standing.state))
    return true;
  const bool is_open = stored.standing.state == SEEDREAM_JOB_STATE_CANCELLED ||
                       stored.standing.state == SEEDREAM_JOB_STATE_UNKNOWN;
  const bool was_refused =
      stored.error_code == SEEDREAM_ERROR_REFUSED || stored.error_code == SEEDREAM_ERROR_INVALID;
  return is_open && !was_refused && stored.standing.charged != SEEDREAM_CHARGE_NO &&
         std::abs(double(moment) - double(stored.created)) < long_enough;
}

gint64 expiry_of(const StoredJob& stored) {
  const Provider* provider = find_provider(stored.provider);
  if (!provider || provider->keeps_pictures.count() == 0)
    return 0;
  const gint64 kept = provider->keeps_pictures.count() * gint64{3600} * G_USEC_PER_SEC;
  gint64 first = 0;
  for (const StoredPicture& picture : stored.pictures) {
    const gint64 end = std::min(picture.told, G_MAXINT64 - kept) + kept;
    if (lacks(picture) && picture.told > 0 && (first == 0 || end < first))
      first = end;
  }
  return first;
}

StoredJob lost(StoredJob stored) {
  stored.standing = {SEEDREAM_JOB_STATE_UNKNOWN, SEEDREAM_CHARGE_UNKNOWN};
  set_error(&stored,
            make_error(SEEDREAM_ERROR_UNAVAILABLE,
                       _("Its program ended before an answer came, and the service keeps no job that "
                         "could be asked for. It may have been charged: look at your account before "
                         "you try again.")));
  return stored;
}

StoredJob settled(StoredJob stored) {
  if (is_final(stored.standing.state) || stored.attended || can_be_asked_for(stored))
    return stored;
  const unsigned kept = kept_pictures(stored);
  if (kept > 0) {
    if (!stored.cost_is_told && stored.cost_usd == 0)
      stored.cost_usd = stored.estimate_usd * kept / std::max(stored.count, 1u);
    stored.standing = {SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES};
    if (kept < stored.count)
      set_error(&stored, make_error(SEEDREAM_ERROR_UNAVAILABLE,
                                    _("Its program ended before it was done: %u of %u pictures are here."),
                                    kept, stored.count));
    return stored;
  }
  return lost(std::move(stored));
}

}  // namespace seedream::jobs
