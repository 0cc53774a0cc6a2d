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
  // known: the store has the job already, for it was sent before.
  Journal(std::shared_ptr<Store> store, StoredJob job, bool known)
      : store_(std::move(store)), job_(std::move(job)), known_(known), begun_(known) {}

  // Before the request leaves for this address.
  void begin(const std::string& base_url) noexcept;
  // What a request was told, before anything is made of it. strand: which of the job's requests.
  void heard(unsigned strand, const Steps& steps) noexcept;
  // Keeps a picture's bytes; index: which of the request's. Returns the file's path; empty: it could not be
  // written.
  std::string keep(unsigned strand, unsigned index, const Drawn& drawn) noexcept;
  // How it stands, and at last how it ended.
  void sum_up(const Tally& tally, const std::vector<std::string>& notes, const GError* error) noexcept;

  // It was never sent: it leaves no trace.
  void drop() noexcept;

  // Why something could not be written; empty: everything was.
  std::string trouble() const noexcept;
  StoredJob job() const noexcept;

 private:
  StoredPicture& picture(unsigned strand, unsigned index);
  void check(Result<Done> result);

  const std::shared_ptr<Store> store_;
  mutable std::mutex mutex_;  // guards the rest
  StoredJob job_;
  const bool known_;
  bool begun_;                                   // the store has the job
  bool over_ = false;                            // whoever still prepares it is too late
  std::map<unsigned, std::string> service_ids_;  // by strand
  std::map<unsigned, unsigned> pictures_heard_;  // likewise
  std::string trouble_;
};

// A picture's number among all of its job.
constexpr unsigned pictures_per_strand = 100;
constexpr unsigned number_of(unsigned strand, unsigned index) {
  return strand * pictures_per_strand + index;
}

}  // namespace seedream::jobs
