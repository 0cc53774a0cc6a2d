// jobs/settle.hpp - what a record means that its program has left behind.
#pragma once
#include "jobs/store.hpp"

namespace seedream::jobs {

// How many whole pictures are here.
unsigned kept_pictures(const StoredJob& stored);

// Whether something of it lacks that its service, or some server, may still have.
bool can_be_asked_for(const StoredJob& stored);

// Likewise for what was left behind: whether asking for it once more may bring anything. moment: now.
bool is_worth_asking_for(const StoredJob& stored, gint64 moment);

// When the first address of a picture that is not here ends, in microseconds since 1970; 0: nobody knows, or
// there is none.
gint64 expiry_of(const StoredJob& stored);

// What nobody runs any more and cannot be asked for is what is kept; and where nothing is, nobody knows what
// became of it. Anything else stays as it is.
StoredJob settled(StoredJob stored);
// Nobody will ever know what became of it.
StoredJob lost(StoredJob stored);

}  // namespace seedream::jobs
