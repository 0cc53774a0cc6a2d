// jobs/journal.hpp - what is written down of one job while it runs, so that a paid picture is not lost. Its
// functions wait for the disk and may be called from several workers at once.
#pragma once
#include <map>
#include <mutex>

#include "jobs/plan.hpp"
#include "jobs/store.hpp"

namespace seedream::jobs {

class Journal {
 public:
  // Of a job that has not been sent yet.
  Journal(std::shared_ptr<Store> store, StoredJob job, Attachments attachments)
      : store_(std::move(store)),
        job_(std::move(job)),
        attachments_(std::move(attachments)),
        known_(false),
        begun_(false) {}
  // Of one that was sent before. claim: nothing where somebody else may run it as well.
  Journal(std::shared_ptr<Store> store, StoredJob job, std::optional<Claim> claim)
      : store_(std::move(store)),
        job_(std::move(job)),
        claim_(std::move(claim)),
        known_(true),
        begun_(true) {}

  // Before the request leaves for this address, with the key of this mark. Fails where the budget does not
  // allow for it; what else is wrong keeps no picture from being drawn, see trouble(). Returns what people
  // shall be told.
  Result<std::vector<std::string>> begin(const std::string& base_url, const std::string& key_mark,
                                         double estimate_usd) noexcept;
  // Before anything is asked of one that was sent before.
  void take_up() noexcept;
  // Whether some program wants it cancelled.
  bool is_cancel_wanted() const noexcept;
  // What a request was told, and the pictures that came with it, before anything is made of them. strand:
  // which of the job's requests.
  void heard(unsigned strand, const Steps& steps) noexcept;
  // Keeps a picture's bytes; index: which of the request's. Returns the file's path; empty: it could not be
  // written.
  std::string keep(unsigned strand, unsigned index, const Drawn& drawn) noexcept;
  // What people know it by in a list; a worker makes it, and nobody waits. Where it cannot be written, as
  // after the job was forgotten, the list makes it.
  void keep_thumbnail(unsigned strand, unsigned index, const Ref<GeglBuffer>& picture) noexcept;
  // How it stands, and at last how it ended. late: its pictures came after a cancel.
  void sum_up(const Tally& tally, const std::vector<std::string>& notes, const GError* error,
              bool late) noexcept;

  // It was never sent: it leaves no trace. One that was sent before is where it was.
  void drop() noexcept;

  // Why something could not be written; empty: everything was.
  std::string trouble() const noexcept;
  StoredJob job() const noexcept;

 private:
  StoredPicture& picture(unsigned strand, unsigned index);
  void keep_as_it_came(unsigned strand, unsigned index, const Bytes& bytes);
  void claim();
  bool has_learned_nothing(const Tally& tally, const GError* error) const;
  void check(Result<Done> result);

  const std::shared_ptr<Store> store_;
  mutable std::mutex mutex_;  // guards the rest
  StoredJob job_;
  const std::string id_ = job_.id;  // guarded by nothing: it never changes
  Attachments attachments_;
  std::optional<Claim> claim_;
  const bool known_;
  bool begun_;                                   // the store has the job
  bool over_ = false;                            // whoever still prepares it is too late
  std::map<unsigned, std::string> service_ids_;  // by strand
  std::map<unsigned, unsigned> pictures_heard_;  // likewise
  std::map<unsigned, std::string> as_they_came_;  // paths, by a picture's number
  std::string trouble_;
};

// What people are told of a picture that came after a cancel.
const char* late_note();

// It may go away by itself, or the user may mend it: a job that ended so may be asked for again.
bool is_passing(const GError* error);

// A picture's number among all of its job.
constexpr unsigned pictures_per_strand = 100;
constexpr unsigned number_of(unsigned strand, unsigned index) {
  return strand * pictures_per_strand + index;
}

}  // namespace seedream::jobs
