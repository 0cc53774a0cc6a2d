// plugin/job-list.hpp - the list of jobs: read page by page as somebody looks at it, thumbnails as they come
// into sight, and always as the record is just now.
#pragma once
#include <gtk/gtk.h>
#include <seedream.h>

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/timer.hpp"
#include "base/work.hpp"

namespace seedream::plugin {

using JobsPtr = std::unique_ptr<GPtrArray, Deleter<g_ptr_array_unref>>;

// A moment as people write it.
std::string time_text(gint64 microseconds);
// What a job's state is called for people; also of one that another program runs, or none any more.
std::string state_text(SeedreamJob* job);
// What it has cost, "≈" before an estimate; empty: nothing.
std::string cost_text(SeedreamJob* job);
// Whether its pictures are here and were not put where they belong.
bool is_waiting(SeedreamJob* job);

// That there are so many jobs of which that is true.
std::string waiting_text(guint jobs);

class JobList {
 public:
  explicit JobList(SeedreamHistory* history);
  ~JobList();
  JobList(const JobList&) = delete;
  JobList& operator=(const JobList&) = delete;

  GtkWidget* view() const { return view_; }  // a GtkTreeView, to be put into a scrolled window
  // From then on it looks for more where it is scrolled to the end.
  void scroll_with(GtkAdjustment* scrolled);

  void show(const std::string& words, SeedreamHistoryFilter filter);
  // As selected, from the top.
  std::vector<Ref<SeedreamJob>> selected() const;
  bool is_empty() const;

  // Called when other jobs are selected, and when the selected ones have changed.
  std::function<void()> selection_changed;
  // Called when some job has changed, also one that is not seen.
  std::function<void()> record_changed;
  // Called where the record cannot be read.
  std::function<void(const char* why)> failed;

 private:
  void make_view();
  void reload();
  void read_page();
  void take_page(GPtrArray* jobs);
  void read_changes();
  void take_changes(GPtrArray* jobs, guint total);
  void fill(GtkTreeIter* row, SeedreamJob* job);
  void draw_thumbnail(GtkCellRenderer* cell, GtkTreeIter* row);
  void read_thumbnails();
  void read_thumbnail(const std::string& id);
  void show_thumbnail(const std::string& id, const Bytes& file);
  void look_for_more();
  gboolean click(const GdkEventButton* event);
  void toggle_star(const char* path);
  bool is_whole_list() const;

  const Ref<SeedreamHistory> history_;
  GtkListStore* const store_;
  GtkWidget* const view_;
  Ref<GtkAdjustment> scrolled_;  // the widgets go before the list does
  GtkTreeViewColumn* star_ = nullptr;
  std::string words_;
  SeedreamHistoryFilter filter_ = SEEDREAM_HISTORY_FILTER_ALL;
  std::map<std::string, GtkTreeIter> rows_;  // by the job's id; a list store's iters stay
  std::string chosen_;                       // the id of what is to be selected after reading all anew
  Ref<SeedreamJob> last_;                    // of the page that was read last
  bool reads_page_ = false, is_complete_ = false, reads_changes_ = false, changes_wait_ = false;
  gint64 revision_ = G_MAXINT64;
  guint total_ = 0;
  std::vector<std::string> thumbnails_wanted_;  // the last one first
  std::set<std::string> thumbnails_read_;       // or being read
  unsigned thumbnails_reading_ = 0;
  std::map<std::string, Work> decoding_;
  Timer soon_, soon_page_;
  gulong heeds_ = 0;
  Ref<GCancellable> page_wanted_;
  const Ref<GCancellable> wanted_ = Ref<GCancellable>::adopt(g_cancellable_new());
};

}  // namespace seedream::plugin
