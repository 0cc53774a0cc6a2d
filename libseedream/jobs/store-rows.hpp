// jobs/store-rows.hpp - jobs as rows of the store's database, and back.
#pragma once
#include <string>
#include <vector>

#include "jobs/store-database.hpp"
#include "jobs/store.hpp"

namespace seedream::jobs {

// An id becomes part of file names, so it is nothing else than a UUID in lower case.
bool is_id(const std::string& id);
ErrorPtr unknown_job(const std::string& id);

// What the file of such a picture is called behind the dot.
const char* suffix_of(const StoredPicture& picture);

void write_notes(Change* change, const StoredJob& job);
void write_pictures(Change* change, const StoredJob& job);
// Whoever looks at changes only shall see this one.
void touch(Change* change, const std::string& job_id);

// What was written by a later version, or by anybody else, is no reason to hand on what no enum has.
template <typename Enum>
Enum enum_of(gint64 number, Enum last, Enum otherwise) {
  return number >= 0 && number <= last ? static_cast<Enum>(number) : otherwise;
}

// A statement that reads whole jobs; which: all that follows the table's name.
std::string selecting(const std::string& which);
// What it finds, with notes, pictures and where their files are. The rows are as they were at one moment: the
// jobs' stay open while what belongs to each is read. The files are looked at afterwards, as they come before
// their rows.
Result<std::vector<StoredJob>> read_jobs(const Database& database, const std::string& store, Statement* rows);

}  // namespace seedream::jobs
