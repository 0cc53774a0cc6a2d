// plugin/job-list.cpp - the list of jobs.
#include "job-list.hpp"

#include <cairo-gobject.h>
#include <glib/gi18n.h>

#include <algorithm>

#include "answer.hpp"
#include "arguments.hpp"
#include "base/result.hpp"
#include "money.hpp"
#include "widgets.hpp"

namespace seedream::plugin {
namespace {

enum Column { ID, STAR, PICTURE, PROMPT, ABOUT, STATE, COST, BOLD, JOB, N_COLUMNS };
constexpr int thumbnail = 48;  // pixels of the screen at 1×
constexpr int row_height = thumbnail + 8;
constexpr guint page = 100;             // jobs that are read at once
constexpr double before_the_end = 600;  // pixels of the screen: so far ahead more is read
constexpr unsigned most_readers = 3;    // of thumbnails at the same time

const char* operation_text(SeedreamOperation operation) {
  switch (operation) {
    case SEEDREAM_OPERATION_EDIT:
      return _("Edited");
    case SEEDREAM_OPERATION_COMPOSE:
      return _("Composed");
    default:
      return _("Drawn");
  }
}

std::string about_text(SeedreamJob* job) {
  SeedreamProvider* provider = seedream_job_get_provider(job);
  return time_text(seedream_job_get_created(job)) + " · " + operation_text(seedream_job_get_operation(job)) +
         " · " + (provider ? seedream_provider_get_name(provider) : "?") + " · " +
         seedream_job_get_model(job);
}

}  // namespace

std::string time_text(gint64 microseconds) {
  const std::unique_ptr<GDateTime, Deleter<g_date_time_unref>> time(
      g_date_time_new_from_unix_local(microseconds / G_USEC_PER_SEC));
  return time ? CharPtr(g_date_time_format(time.get(), "%x %H:%M")).get() : "";
}

bool is_waiting(SeedreamJob* job) {
  const SeedreamJobState state = seedream_job_get_state(job);
  return state >= SEEDREAM_JOB_STATE_COMPLETED && seedream_job_get_n_images(job) > 0 &&
         seedream_job_get_delivered(job) == 0 && !seedream_job_get_attended(job);
}

std::string waiting_text(guint jobs) {
  return format(ngettext("Pictures of %u earlier job have arrived and are not inserted yet.",
                         "Pictures of %u earlier jobs have arrived and are not inserted yet.", jobs),
                jobs);
}

std::string state_text(SeedreamJob* job) {
  const bool attended = seedream_job_get_attended(job) != FALSE;
  switch (seedream_job_get_state(job)) {
    case SEEDREAM_JOB_STATE_NEW:
    case SEEDREAM_JOB_STATE_QUEUED:
      return attended ? _("Queued") : _("Interrupted");
    case SEEDREAM_JOB_STATE_RUNNING:
      return attended ? _("Being drawn") : _("Interrupted");
    case SEEDREAM_JOB_STATE_FAILED:
      return _("Failed");
    case SEEDREAM_JOB_STATE_UNKNOWN:
      return _("Fate unknown");
    case SEEDREAM_JOB_STATE_CANCELLED:
      return seedream_job_get_late(job) ? _("Arrived late") : _("Cancelled");
    default:
      break;
  }
  if (seedream_job_get_n_images(job) == 0)
    return _("Done, original removed");
  if (seedream_job_get_late(job))
    return _("Arrived late");
  if (is_waiting(job))
    return _("Arrived");
  return seedream_job_get_missing(job) ? _("Done in part") : _("Done");
}

std::string cost_text(SeedreamJob* job) {
  if (seedream_job_get_charged(job) == SEEDREAM_CHARGE_NO)
    return "";
  const bool is_over = seedream_job_get_state(job) >= SEEDREAM_JOB_STATE_COMPLETED;
  if (seedream_job_get_charged(job) == SEEDREAM_CHARGE_UNKNOWN) {
    const std::string guess = in_dollars(seedream_job_get_estimate(job));
    /* Translators: an amount of money that a job may have cost, or not: nobody knows */
    return is_over ? format(_("maybe %s"), guess.c_str()) : "≈ " + guess;
  }
  const std::string amount = in_dollars(seedream_job_get_cost(job));
  return seedream_job_get_cost_is_told(job) || seedream_job_get_cost(job) == 0 ? amount : "≈ " + amount;
}

JobList::JobList(SeedreamHistory* history)
    : history_(Ref<SeedreamHistory>::share(history)),
      store_(gtk_list_store_new(N_COLUMNS, G_TYPE_STRING, G_TYPE_STRING, CAIRO_GOBJECT_TYPE_SURFACE,
                                G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_INT,
                                SEEDREAM_TYPE_JOB)),
      view_(gtk_tree_view_new_with_model(GTK_TREE_MODEL(store_))) {
  make_view();
  heeds_ = on(history, "changed", [this] { read_changes(); });
  seedream_history_watch(history, nullptr);  // where it cannot be, the list is as it was when it was read
  read_changes();
}

JobList::~JobList() {
  g_cancellable_cancel(wanted_.get());
  if (page_wanted_)
    g_cancellable_cancel(page_wanted_.get());
  g_signal_handler_disconnect(history_.get(), heeds_);
  if (scrolled_)
    g_signal_handlers_disconnect_by_data(scrolled_.get(), this);
  g_object_unref(store_);
}

void JobList::make_view() {
  auto* view = GTK_TREE_VIEW(view_);
  set_accessible_name(view_, _("Jobs"));
  gtk_tree_selection_set_mode(gtk_tree_view_get_selection(view), GTK_SELECTION_MULTIPLE);
  gtk_tree_view_set_enable_search(view, FALSE);  // the search above the list reads all of them
  const auto add = [view](const char* title, int width) {
    GtkTreeViewColumn* column = gtk_tree_view_column_new();
    gtk_tree_view_column_set_title(column, title);
    gtk_tree_view_column_set_sizing(column, GTK_TREE_VIEW_COLUMN_FIXED);
    gtk_tree_view_column_set_fixed_width(column, width);
    gtk_tree_view_append_column(view, column);
    return column;
  };
  const auto add_text = [](GtkTreeViewColumn* column, int number) {
    GtkCellRenderer* cell = gtk_cell_renderer_text_new();
    g_object_set(cell, "ellipsize", PANGO_ELLIPSIZE_END, nullptr);
    gtk_tree_view_column_pack_start(column, cell, TRUE);
    gtk_tree_view_column_set_attributes(column, cell, "text", number, "weight", BOLD, nullptr);
    return cell;
  };
  star_ = add("★", 34);
  GtkCellRenderer* star = gtk_cell_renderer_pixbuf_new();
  gtk_tree_view_column_pack_start(star_, star, TRUE);
  gtk_tree_view_column_set_attributes(star_, star, "icon-name", STAR, nullptr);
  GtkTreeViewColumn* picture = add("", thumbnail + 3 * narrow);
  GtkCellRenderer* image = gtk_cell_renderer_pixbuf_new();
  gtk_cell_renderer_set_fixed_size(image, thumbnail + narrow, row_height);
  gtk_tree_view_column_pack_start(picture, image, TRUE);
  gtk_tree_view_column_set_cell_data_func(
      picture, image,
      [](GtkTreeViewColumn*, GtkCellRenderer* cell, GtkTreeModel*, GtkTreeIter* row, gpointer list) noexcept {
        static_cast<JobList*>(list)->draw_thumbnail(cell, row);
      },
      this, nullptr);
  GtkTreeViewColumn* prompt = add(_("Prompt"), 340);
  gtk_tree_view_column_set_expand(prompt, TRUE);
  GtkCellArea* area = gtk_cell_layout_get_area(GTK_CELL_LAYOUT(prompt));
  gtk_orientable_set_orientation(GTK_ORIENTABLE(area), GTK_ORIENTATION_VERTICAL);
  g_object_set(add_text(prompt, PROMPT), "yalign", 1.0F, nullptr);
  GtkCellRenderer* about = gtk_cell_renderer_text_new();
  g_object_set(about, "scale", PANGO_SCALE_SMALL, "ellipsize", PANGO_ELLIPSIZE_END, "sensitive", FALSE,
               "yalign", 0.0F, nullptr);
  gtk_tree_view_column_pack_start(prompt, about, TRUE);
  gtk_tree_view_column_set_attributes(prompt, about, "text", ABOUT, nullptr);
  add_text(add(_("State"), 150), STATE);
  g_object_set(add_text(add(_("Cost"), 84), COST), "xalign", 1.0F, nullptr);
  gtk_tree_view_set_fixed_height_mode(view, TRUE);

  on(gtk_tree_view_get_selection(view), "changed", [this] {
    if (selection_changed)
      selection_changed();
  });
  g_signal_connect(view_, "button-release-event",
                   G_CALLBACK(+[](GtkWidget*, GdkEventButton* event, gpointer list) noexcept -> gboolean {
                     return static_cast<JobList*>(list)->click(event);
                   }),
                   this);
}

void JobList::scroll_with(GtkAdjustment* scrolled) {
  scrolled_ = Ref<GtkAdjustment>::share(scrolled);
  for (const char* signal : {"value-changed", "changed"})
    g_signal_connect_swapped(scrolled, signal,
                             G_CALLBACK(+[](JobList* self) noexcept { self->look_for_more(); }), this);
}

bool JobList::is_empty() const {
  return rows_.empty();
}

bool JobList::is_whole_list() const {
  return words_.empty() && filter_ == SEEDREAM_HISTORY_FILTER_ALL;
}

void JobList::show(const std::string& words, SeedreamHistoryFilter filter) {
  words_ = words;
  filter_ = filter;
  reload();
}

// What is selected stays selected where it is on the first page.
void JobList::reload() {
  const auto chosen = selected();
  chosen_ = chosen.empty() ? "" : seedream_job_get_id(chosen.front().get());
  if (page_wanted_)
    g_cancellable_cancel(page_wanted_.get());
  page_wanted_ = Ref<GCancellable>::adopt(g_cancellable_new());
  last_ = {};
  reads_page_ = is_complete_ = false;
  read_page();
}

void JobList::look_for_more() {
  const double below = gtk_adjustment_get_upper(scrolled_.get()) - gtk_adjustment_get_value(scrolled_.get()) -
                       gtk_adjustment_get_page_size(scrolled_.get());
  // Whoever tells of the scrolling is about to draw: what is asked for comes afterwards.
  if (below < before_the_end && last_ && !reads_page_ && !is_complete_)
    soon_page_ = soon([this] { read_page(); });
}

void JobList::read_page() {
  if (reads_page_ || is_complete_)
    return;
  reads_page_ = true;
  seedream_history_query_async(
      history_.get(), words_.c_str(), filter_, last_.get(), page, page_wanted_.get(), on_answer,
      asked(page_wanted_.get(), [this](GObject*, GAsyncResult* result) {
        GError* raw = nullptr;
        const JobsPtr jobs(seedream_history_query_finish(history_.get(), result, &raw));
        const ErrorPtr error(raw);
        reads_page_ = false;
        if (jobs)
          take_page(jobs.get());
        else if (failed)
          failed(error->message);
      }));
}

void JobList::take_page(GPtrArray* jobs) {
  const bool is_first = !last_;
  if (is_first) {
    rows_.clear();
    gtk_list_store_clear(store_);
    thumbnails_read_.clear();
    thumbnails_wanted_.clear();
  }
  for (guint i = 0; i < jobs->len; ++i) {
    auto* job = static_cast<SeedreamJob*>(jobs->pdata[i]);
    const char* id = seedream_job_get_id(job);
    if (rows_.contains(id))
      continue;
    gtk_list_store_append(store_, &rows_[id]);
    fill(&rows_[id], job);
  }
  is_complete_ = jobs->len < page;
  if (jobs->len > 0)
    last_ = Ref<SeedreamJob>::share(static_cast<SeedreamJob*>(jobs->pdata[jobs->len - 1]));
  if (is_first && jobs->len > 0) {
    GtkTreeIter first;
    gtk_tree_model_get_iter_first(GTK_TREE_MODEL(store_), &first);
    const auto again = rows_.find(chosen_);
    gtk_tree_selection_select_iter(gtk_tree_view_get_selection(GTK_TREE_VIEW(view_)),
                                   again == rows_.end() ? &first : &again->second);
  }
  if (selection_changed)
    selection_changed();
}

// The changes are read one after another: what comes meanwhile is read next.
void JobList::read_changes() {
  if (reads_changes_) {
    changes_wait_ = true;
    return;
  }
  reads_changes_ = true;
  seedream_history_list_changes_async(history_.get(), revision_, wanted_.get(), on_answer,
                                      asked(wanted_.get(), [this](GObject*, GAsyncResult* result) {
                                        gint64 revision = 0;
                                        guint total = 0;
                                        const JobsPtr jobs(seedream_history_list_changes_finish(
                                            history_.get(), result, &revision, &total, nullptr));
                                        reads_changes_ = false;
                                        if (jobs) {
                                          take_changes(jobs.get(), total);
                                          revision_ = revision;
                                        }
                                        if (std::exchange(changes_wait_, false))
                                          read_changes();
                                      }));
}

void JobList::take_changes(GPtrArray* jobs, guint total) {
  const bool is_first = revision_ == G_MAXINT64;
  guint begun = 0;
  for (guint i = 0; i < jobs->len; ++i) {
    auto* job = static_cast<SeedreamJob*>(jobs->pdata[i]);
    const char* id = seedream_job_get_id(job);
    if (const auto row = rows_.find(id); row != rows_.end()) {
      fill(&row->second, job);
    } else if (is_whole_list() && last_) {
      // It is a new one: what lies further down has not been read, and is read as it is then.
      GtkTreeIter top;
      const bool has_top = gtk_tree_model_get_iter_first(GTK_TREE_MODEL(store_), &top) != FALSE;
      Ref<SeedreamJob> newest;
      if (has_top) {
        SeedreamJob* held = nullptr;
        gtk_tree_model_get(GTK_TREE_MODEL(store_), &top, JOB, &held, -1);
        newest = Ref<SeedreamJob>::adopt(held);
      }
      if (newest && seedream_job_get_created(job) < seedream_job_get_created(newest.get()))
        continue;
      gtk_list_store_prepend(store_, &rows_[id]);
      fill(&rows_[id], job);
      ++begun;
    }
  }
  // Something was forgotten, or was begun that the list does not show.
  const bool is_else = !is_first && total != total_ + begun;
  total_ = total;
  if (is_else || (!is_first && !is_whole_list() && jobs->len > 0) || (!is_first && rows_.empty()))
    reload();
  else if (jobs->len > 0 && selection_changed)
    selection_changed();
  if (!is_first && record_changed)
    record_changed();
}

void JobList::fill(GtkTreeIter* row, SeedreamJob* job) {
  const char* id = seedream_job_get_id(job);
  if (seedream_job_get_n_images(job) > 0) {
    void* surface = nullptr;
    gtk_tree_model_get(GTK_TREE_MODEL(store_), row, PICTURE, &surface, -1);
    if (surface)
      cairo_surface_destroy(static_cast<cairo_surface_t*>(surface));
    else
      thumbnails_read_.erase(id);  // it may have one by now
  }
  gtk_list_store_set(store_, row, ID, id, STAR,
                     seedream_job_get_starred(job) ? "starred-symbolic" : "non-starred-symbolic", PROMPT,
                     on_one_line(seedream_job_get_prompt(job)).c_str(), ABOUT, about_text(job).c_str(), STATE,
                     state_text(job).c_str(), COST, cost_text(job).c_str(), BOLD,
                     is_waiting(job) ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL, JOB, job, -1);
}

std::vector<Ref<SeedreamJob>> JobList::selected() const {
  std::vector<Ref<SeedreamJob>> jobs;
  gtk_tree_selection_selected_foreach(
      gtk_tree_view_get_selection(GTK_TREE_VIEW(view_)),
      [](GtkTreeModel* model, GtkTreePath*, GtkTreeIter* row, gpointer into) noexcept {
        SeedreamJob* job = nullptr;
        gtk_tree_model_get(model, row, JOB, &job, -1);
        static_cast<std::vector<Ref<SeedreamJob>>*>(into)->push_back(Ref<SeedreamJob>::adopt(job));
      },
      &jobs);
  return jobs;
}

// Only what comes into sight is drawn, so only for that a thumbnail is read.
void JobList::draw_thumbnail(GtkCellRenderer* cell, GtkTreeIter* row) {
  void* surface = nullptr;
  char* id = nullptr;
  gtk_tree_model_get(GTK_TREE_MODEL(store_), row, PICTURE, &surface, ID, &id, -1);
  const CharPtr held(id);
  g_object_set(cell, "surface", surface, nullptr);
  if (surface)
    return cairo_surface_destroy(static_cast<cairo_surface_t*>(surface));
  if (!id || !thumbnails_read_.insert(id).second)
    return;
  thumbnails_wanted_.emplace_back(id);
  soon_ = soon([this] { read_thumbnails(); });
}

void JobList::read_thumbnails() {
  while (thumbnails_reading_ < most_readers && !thumbnails_wanted_.empty()) {
    const std::string id = std::move(thumbnails_wanted_.back());  // what was seen last is most likely seen
    thumbnails_wanted_.pop_back();
    read_thumbnail(id);
  }
}

void JobList::read_thumbnail(const std::string& id) {
  ++thumbnails_reading_;
  seedream_history_load_thumbnail_async(
      history_.get(), id.c_str(), wanted_.get(), on_answer,
      asked(wanted_.get(), [this, id](GObject*, GAsyncResult* result) {
        const Bytes file =
            Bytes::adopt(seedream_history_load_thumbnail_finish(history_.get(), result, nullptr));
        --thumbnails_reading_;
        if (file)
          show_thumbnail(id, file);
        read_thumbnails();
      }));
}

void JobList::show_thumbnail(const std::string& id, const Bytes& file) {
  const int size = thumbnail * gtk_widget_get_scale_factor(view_);
  decoding_[id] = Work::start<Ref<GdkPixbuf>>(
      [file, size] {
        const auto stream = Ref<GInputStream>::adopt(g_memory_input_stream_new_from_bytes(file.get()));
        return Ref<GdkPixbuf>::adopt(
            gdk_pixbuf_new_from_stream_at_scale(stream.get(), size, size, TRUE, nullptr, nullptr));
      },
      [this, id](Ref<GdkPixbuf> pixels) {
        if (const auto row = rows_.find(id); pixels && row != rows_.end()) {
          cairo_surface_t* surface = gdk_cairo_surface_create_from_pixbuf(
              pixels.get(), gtk_widget_get_scale_factor(view_), gtk_widget_get_window(view_));
          gtk_list_store_set(store_, &row->second, PICTURE, surface, -1);
          cairo_surface_destroy(surface);
        }
        decoding_.erase(id);
      });
}

gboolean JobList::click(const GdkEventButton* event) {
  GtkTreePath* path = nullptr;
  GtkTreeViewColumn* column = nullptr;
  auto* view = GTK_TREE_VIEW(view_);
  if (event->button != GDK_BUTTON_PRIMARY ||
      !gtk_tree_view_get_path_at_pos(view, int(event->x), int(event->y), &path, &column, nullptr, nullptr))
    return FALSE;
  const CharPtr text(gtk_tree_path_to_string(path));
  gtk_tree_path_free(path);
  if (column == star_)
    toggle_star(text.get());
  return FALSE;
}

void JobList::toggle_star(const char* path) {
  GtkTreeIter row;
  if (!gtk_tree_model_get_iter_from_string(GTK_TREE_MODEL(store_), &row, path))
    return;
  SeedreamJob* job = nullptr;
  gtk_tree_model_get(GTK_TREE_MODEL(store_), &row, JOB, &job, -1);
  const auto held = Ref<SeedreamJob>::adopt(job);
  seedream_history_star_async(history_.get(), seedream_job_get_id(job), !seedream_job_get_starred(job),
                              nullptr, nullptr, nullptr);
}

}  // namespace seedream::plugin
