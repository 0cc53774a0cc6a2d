// plugin/jobs-window.cpp - the window of all jobs.
#include "jobs-window.hpp"

#include <glib/gi18n.h>
#include <libgimp/gimpui.h>

#include "answer.hpp"
#include "insertion.hpp"
#include "job-list.hpp"
#include "mnemonics.hpp"
#include "money.hpp"
#include "procedures.hpp"
#include "recovery.hpp"
#include "rerun.hpp"
#include "widgets.hpp"

namespace seedream::plugin {
namespace {

constexpr int list_width = 760, list_height = 420;  // pixels of the screen at 1×
constexpr int details_height = 84;
constexpr std::chrono::seconds after_a_cancel{3};

// Whether the plug-in knows what to ask for to have it once more.
bool can_be_made_again(SeedreamJob* job) {
  return read_placement(seedream_job_get_placement(job)) ||
         seedream_job_get_operation(job) == SEEDREAM_OPERATION_GENERATE;
}

// A job of another program says no more than what it asked for.
Recipe recipe_of(SeedreamJob* job) {
  if (auto placement = read_placement(seedream_job_get_placement(job)))
    return placement->recipe;
  SeedreamProvider* provider = seedream_job_get_provider(job);
  Recipe recipe{.procedure = generate_kind.name, .arguments = {}, .origins = {}};
  recipe.arguments = {{"prompt", seedream_job_get_prompt(job)},
                      {"provider", provider ? seedream_provider_get_id(provider) : ""},
                      {"model", seedream_job_get_model(job)},
                      {"count", std::to_string(seedream_job_get_count(job))},
                      {"size", seedream_job_get_size(job)},
                      {"seed", std::to_string(seedream_job_get_seed(job))}};
  return recipe;
}

class Window {
 public:
  Window(GimpPlugIn* plug_in, SeedreamHistory* history, GtkWindow* parent);
  ~Window();
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;
  void run();

 private:
  // What can be done with the selected jobs.
  struct Action {
    const char* label;
    const char* icon;
    void (Window::*act)();
    bool (*is_offered)(SeedreamJob*);
    bool for_several;
    GtkWidget *button = nullptr, *item = nullptr;
  };

  GtkWidget* new_search();
  GtkWidget* new_actions();
  GtkWidget* new_details();
  GtkWidget* new_notice();
  void recover();
  void search();
  void update();
  void describe(SeedreamJob* job);
  void notify(GtkMessageType type, const std::string& text);
  void sum_up();
  void show_totals(double budget);
  gboolean key(const GdkEventKey* event);
  void pop_up(const GdkEvent* event);

  void insert() { insert_next(Insertion::Where::its_place, list_.selected()); }
  void open() { insert_next(Insertion::Where::new_image, list_.selected()); }
  void insert_next(Insertion::Where where, std::vector<Ref<SeedreamJob>> jobs);
  void save();
  void copy();
  void rerun();
  void star();
  void cancel();
  void forget();
  void clean_up();
  bool confirm(const std::string& question, const char* verb);

  GimpPlugIn* const plug_in_;
  const Ref<SeedreamHistory> history_;
  GtkWidget* const window_;
  JobList list_;
  std::vector<Action> actions_;
  GtkWidget* const menu_ = gtk_menu_new();
  GtkWidget *words_ = nullptr, *filter_ = nullptr, *prompt_ = nullptr, *fate_ = nullptr, *totals_ = nullptr,
            *notice_ = nullptr, *notice_text_ = nullptr;
  GMainLoop* const loop_ = g_main_loop_new(nullptr, FALSE);
  JobsPtr days_, months_;  // totals of each
  bool sums_up_ = false, sum_again_ = false;
  std::unique_ptr<Insertion> insertion_;
  std::unique_ptr<Recovery> recovery_;
  Timer soon_, later_;
  const Ref<GCancellable> wanted_ = Ref<GCancellable>::adopt(g_cancellable_new());
};

Window::Window(GimpPlugIn* plug_in, SeedreamHistory* history, GtkWindow* parent)
    : plug_in_(plug_in),
      history_(Ref<SeedreamHistory>::share(history)),
      window_(gimp_dialog_new(_("Seedream Jobs and History"), "seedream-jobs", GTK_WIDGET(parent),
                              static_cast<GtkDialogFlags>(0), gimp_standard_help_func,
                              "plug-in-seedream-jobs", _("_Close"), GTK_RESPONSE_CLOSE, nullptr)),
      list_(history) {
  const auto is_here = [](SeedreamJob* job) { return seedream_job_get_n_images(job) > 0; };
  const auto any = [](SeedreamJob*) { return true; };
  const auto is_over = [](SeedreamJob* job) {
    return seedream_job_get_state(job) >= SEEDREAM_JOB_STATE_COMPLETED;
  };
  const auto runs = [](SeedreamJob* job) {
    return seedream_job_get_state(job) < SEEDREAM_JOB_STATE_COMPLETED;
  };
  actions_ = {{N_("_Insert as Layer"), "list-add", &Window::insert, is_here, true},
              {N_("_Open as Image"), "document-open", &Window::open, is_here, true},
              {N_("_Save Original…"), "document-save-as", &Window::save, is_here, false},
              {N_("Copy _Prompt"), "edit-copy", &Window::copy, any, false},
              {N_("_Re-run…"), "view-refresh", &Window::rerun, can_be_made_again, false},
              {N_("S_tar"), "starred", &Window::star, any, true},
              {N_("C_ancel Job"), "process-stop", &Window::cancel, runs, true},
              {N_("_Delete"), "edit-delete", &Window::forget, is_over, true}};
  if (parent)
    gtk_window_set_modal(GTK_WINDOW(window_), TRUE);
  GtkWidget* content = gtk_dialog_get_content_area(GTK_DIALOG(window_));
  GtkWidget* box = gtk_box_new(GTK_ORIENTATION_VERTICAL, wide);
  gtk_container_set_border_width(GTK_CONTAINER(box), wide);
  gtk_box_pack_start(GTK_BOX(content), new_notice(), FALSE, FALSE, 0);
  gtk_box_pack_start(GTK_BOX(content), box, TRUE, TRUE, 0);
  gtk_box_pack_start(GTK_BOX(box), new_search(), FALSE, FALSE, 0);
  GtkWidget* middle = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, wide);
  GtkWidget* scrolled = new_scrolled(list_.view(), list_width, list_height);
  list_.scroll_with(gtk_scrolled_window_get_vadjustment(GTK_SCROLLED_WINDOW(scrolled)));
  gtk_box_pack_start(GTK_BOX(middle), scrolled, TRUE, TRUE, 0);
  gtk_box_pack_start(GTK_BOX(middle), new_actions(), FALSE, FALSE, 0);
  gtk_box_pack_start(GTK_BOX(box), middle, TRUE, TRUE, 0);
  gtk_box_pack_start(GTK_BOX(box), new_details(), FALSE, FALSE, 0);
  totals_ = new_remark("");
  gtk_box_pack_start(GTK_BOX(box), totals_, FALSE, FALSE, 0);
  gtk_widget_show_all(box);

  list_.selection_changed = [this] { update(); };
  list_.record_changed = [this] { sum_up(); };
  list_.failed = [this](const char* why) { notify(GTK_MESSAGE_ERROR, why); };
  g_signal_connect(list_.view(), "row-activated",
                   G_CALLBACK(+[](GtkTreeView*, GtkTreePath*, GtkTreeViewColumn*, gpointer self) noexcept {
                     auto* window = static_cast<Window*>(self);
                     if (gtk_widget_get_sensitive(window->actions_.front().button))
                       window->insert();
                   }),
                   this);
  g_signal_connect(list_.view(), "button-press-event",
                   G_CALLBACK(+[](GtkWidget*, GdkEventButton* event, gpointer self) noexcept -> gboolean {
                     if (!gdk_event_triggers_context_menu(reinterpret_cast<GdkEvent*>(event)))
                       return FALSE;
                     static_cast<Window*>(self)->pop_up(reinterpret_cast<GdkEvent*>(event));
                     return TRUE;
                   }),
                   this);
  g_signal_connect(list_.view(), "popup-menu",
                   G_CALLBACK(+[](GtkWidget*, gpointer self) noexcept -> gboolean {
                     static_cast<Window*>(self)->pop_up(nullptr);
                     return TRUE;
                   }),
                   this);
  g_signal_connect(window_, "key-press-event",
                   G_CALLBACK(+[](GtkWidget*, GdkEventKey* event, gpointer self) noexcept -> gboolean {
                     return static_cast<Window*>(self)->key(event);
                   }),
                   this);
  on(window_, "response", [this] { g_main_loop_quit(loop_); });
  list_.show("", SEEDREAM_HISTORY_FILTER_ALL);
  sum_up();
  recover();
  keep_mnemonics_apart(window_);
  gtk_widget_grab_focus(list_.view());
}

Window::~Window() {
  g_cancellable_cancel(wanted_.get());
  list_.selection_changed = list_.record_changed = nullptr;
  gtk_widget_destroy(menu_);
  gtk_widget_destroy(window_);
  g_main_loop_unref(loop_);
}

void Window::recover() {
  recovery_ = std::make_unique<Recovery>(history_.get(), [this](guint waiting) {
    if (waiting > 0)
      notify(GTK_MESSAGE_INFO, waiting_text(waiting));
    else
      gtk_widget_hide(notice_);
  });
}

void Window::run() {
  gtk_widget_show(window_);
  g_main_loop_run(loop_);
}

GtkWidget* Window::new_notice() {
  notice_ = gtk_info_bar_new();
  notice_text_ = new_text("");
  gtk_box_pack_start(GTK_BOX(gtk_info_bar_get_content_area(GTK_INFO_BAR(notice_))), notice_text_, TRUE, TRUE,
                     0);
  gtk_widget_set_no_show_all(notice_, TRUE);
  return notice_;
}

void Window::notify(GtkMessageType type, const std::string& text) {
  set_text(notice_text_, text);
  gtk_info_bar_set_message_type(GTK_INFO_BAR(notice_), type);
  gtk_widget_show(notice_);
}

GtkWidget* Window::new_search() {
  GtkWidget* row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, narrow);
  words_ = gtk_search_entry_new();
  gtk_entry_set_placeholder_text(GTK_ENTRY(words_), _("Search prompts, models and services"));
  set_accessible_name(words_, _("Search"));
  filter_ = new_combo({{"all", _("All jobs")},
                       {"active", _("Under way")},
                       {"waiting", _("Not inserted yet")},
                       {"starred", _("With a star")}},
                      "all");
  set_accessible_name(filter_, _("Which jobs"));
  GtkWidget* clean = new_button(_("Clean _Up…"), "edit-clear");
  gtk_widget_set_tooltip_text(clean,
                              _("Remove the originals that are kept for longer, or take more room, than the "
                                "settings say"));
  gtk_box_pack_start(GTK_BOX(row), words_, TRUE, TRUE, 0);
  gtk_box_pack_start(GTK_BOX(row), filter_, FALSE, FALSE, 0);
  gtk_box_pack_start(GTK_BOX(row), clean, FALSE, FALSE, 0);
  on(words_, "search-changed", [this] { search(); });
  on(filter_, "changed", [this] { search(); });
  on(clean, "clicked", [this] { clean_up(); });
  return row;
}

void Window::search() {
  const std::string chosen = chosen_in(filter_);
  list_.show(gtk_entry_get_text(GTK_ENTRY(words_)), chosen == "active"    ? SEEDREAM_HISTORY_FILTER_ACTIVE
                                                    : chosen == "waiting" ? SEEDREAM_HISTORY_FILTER_WAITING
                                                    : chosen == "starred" ? SEEDREAM_HISTORY_FILTER_STARRED
                                                                          : SEEDREAM_HISTORY_FILTER_ALL);
}

// The same as buttons and in the list's menu.
GtkWidget* Window::new_actions() {
  GtkWidget* column = gtk_box_new(GTK_ORIENTATION_VERTICAL, narrow);
  for (Action& action : actions_) {
    action.button = new_button(_(action.label), action.icon);
    gtk_box_pack_start(GTK_BOX(column), action.button, FALSE, FALSE, 0);
    action.item = gtk_menu_item_new_with_mnemonic(_(action.label));
    gtk_menu_shell_append(GTK_MENU_SHELL(menu_), action.item);
    // A window that opens from here would keep whoever pressed the button waiting.
    const auto act = [this, act = action.act] { soon_ = soon([this, act] { (this->*act)(); }); };
    on(action.button, "clicked", act);
    on(action.item, "activate", act);
  }
  gtk_widget_show_all(menu_);
  return column;
}

GtkWidget* Window::new_details() {
  GtkWidget* box = gtk_box_new(GTK_ORIENTATION_VERTICAL, narrow);
  prompt_ = new_text("");
  fate_ = new_remark("");
  for (GtkWidget* label : {prompt_, fate_}) {
    gtk_label_set_selectable(GTK_LABEL(label), TRUE);
    gtk_widget_set_can_focus(label, FALSE);
    gtk_box_pack_start(GTK_BOX(box), label, FALSE, FALSE, 0);
  }
  GtkWidget* scrolled = new_scrolled(box, -1, details_height);
  gtk_scrolled_window_set_shadow_type(GTK_SCROLLED_WINDOW(scrolled), GTK_SHADOW_NONE);
  return scrolled;
}

void Window::describe(SeedreamJob* job) {
  if (!job) {
    set_text(prompt_, list_.is_empty() ? _("There are no jobs here.") : "");
    return set_text(fate_, "");
  }
  set_text(prompt_, seedream_job_get_prompt(job));
  std::string text;
  const auto add = [&text](const std::string& sentence) { text += (text.empty() ? "" : "\n") + sentence; };
  const GError* wrong =
      seedream_job_get_error(job) ? seedream_job_get_error(job) : seedream_job_get_missing(job);
  if (wrong)
    add(wrong->message);
  if (const gint64 expires = seedream_job_get_expires(job))
    /* Translators: date and time */
    add(format(_("The service keeps the picture until %s."), time_text(expires).c_str()));
  for (const char* const* note = seedream_job_get_notes(job); *note; ++note)
    add(*note);
  set_text(fate_, text);
}

void Window::update() {
  const auto jobs = list_.selected();
  bool all_starred = !jobs.empty();
  for (const auto& job : jobs)
    all_starred = all_starred && seedream_job_get_starred(job.get());
  for (const Action& action : actions_) {
    bool offered = !jobs.empty() && (jobs.size() == 1 || action.for_several);
    for (const auto& job : jobs)
      offered = offered && action.is_offered(job.get());
    gtk_widget_set_sensitive(action.button, offered);
    gtk_widget_set_sensitive(action.item, offered);
    if (action.act == &Window::star) {
      const char* label = all_starred ? _("Remove S_tar") : _("S_tar");
      gtk_button_set_label(GTK_BUTTON(action.button), label);
      gtk_menu_item_set_label(GTK_MENU_ITEM(action.item), label);
    }
  }
  describe(jobs.size() == 1 ? jobs.front().get() : nullptr);
  keep_mnemonics_apart(window_);
}

gboolean Window::key(const GdkEventKey* event) {
  const bool control = (event->state & GDK_CONTROL_MASK) != 0;
  const bool in_list = gtk_window_get_focus(GTK_WINDOW(window_)) == list_.view();
  const auto press = [this](void (Window::*act)()) {
    for (const Action& action : actions_)
      if (action.act == act && gtk_widget_get_sensitive(action.button))
        gtk_button_clicked(GTK_BUTTON(action.button));
    return TRUE;
  };
  if (control && event->keyval == GDK_KEY_f) {
    gtk_widget_grab_focus(words_);
    return TRUE;
  }
  if (in_list && control && event->keyval == GDK_KEY_c)
    return press(&Window::copy);
  if (in_list && control && event->keyval == GDK_KEY_d)
    return press(&Window::star);
  if (in_list && event->keyval == GDK_KEY_Delete)
    return press(&Window::forget);
  return FALSE;
}

void Window::pop_up(const GdkEvent* event) {
  if (event)
    gtk_menu_popup_at_pointer(GTK_MENU(menu_), event);
  else
    gtk_menu_popup_at_widget(GTK_MENU(menu_), list_.view(), GDK_GRAVITY_CENTER, GDK_GRAVITY_NORTH_WEST,
                             nullptr);
}

// One after another: GIMP's undo has a group for each.
void Window::insert_next(Insertion::Where where, std::vector<Ref<SeedreamJob>> jobs) {
  insertion_.reset();
  if (jobs.empty())
    return;
  const Ref<SeedreamJob> job = jobs.front();
  jobs.erase(jobs.begin());
  insertion_ = std::make_unique<Insertion>(
      history_.get(), job.get(), where, [this, where, jobs](Result<std::vector<GimpLayer*>> outcome) {
        if (!outcome)
          return notify(GTK_MESSAGE_ERROR, outcome.take_error()->message);
        if (insertion_->makes_image() && !outcome->empty())
          gimp_display_new(gimp_item_get_image(GIMP_ITEM(outcome->front())));
        gtk_widget_hide(notice_);
        soon_ = soon([this, where, jobs] { insert_next(where, jobs); });
      });
  insertion_->start();
}

void Window::save() {
  const auto jobs = list_.selected();
  SeedreamImage* image = seedream_job_get_image(jobs.front().get(), 0);
  const auto chooser = Ref<GtkFileChooserNative>::adopt(gtk_file_chooser_native_new(
      _("Save Original"), GTK_WINDOW(window_), GTK_FILE_CHOOSER_ACTION_SAVE, nullptr, nullptr));
  const std::string name =
      layer_name(seedream_job_get_prompt(jobs.front().get())) + "." + seedream_image_get_suffix(image);
  const CharPtr plain(g_strdelimit(g_strdup(name.c_str()), "/\\", '_'));
  gtk_file_chooser_set_current_name(GTK_FILE_CHOOSER(chooser.get()), plain.get());
  gtk_file_chooser_set_do_overwrite_confirmation(GTK_FILE_CHOOSER(chooser.get()), TRUE);
  if (gtk_native_dialog_run(GTK_NATIVE_DIALOG(chooser.get())) != GTK_RESPONSE_ACCEPT)
    return;
  const auto file = Ref<GFile>::adopt(gtk_file_chooser_get_file(GTK_FILE_CHOOSER(chooser.get())));
  const Bytes bytes = Bytes::share(seedream_image_get_bytes(image));
  g_file_replace_contents_bytes_async(
      file.get(), bytes.get(), nullptr, FALSE, G_FILE_CREATE_NONE, nullptr, on_answer,
      asked(wanted_.get(), [this, bytes](GObject* source, GAsyncResult* result) {
        GError* raw = nullptr;
        g_file_replace_contents_finish(G_FILE(source), result, nullptr, &raw);
        const ErrorPtr error(raw);
        if (error)
          notify(GTK_MESSAGE_ERROR, error->message);
      }));
}

void Window::copy() {
  GtkClipboard* clipboard = gtk_clipboard_get(GDK_SELECTION_CLIPBOARD);
  gtk_clipboard_set_text(clipboard, seedream_job_get_prompt(list_.selected().front().get()), -1);
  gtk_clipboard_store(clipboard);
}

// It asks, sends and inserts as if it had been called from the menu; this window stays meanwhile.
void Window::rerun() {
  const auto jobs = list_.selected();
  const auto placement = read_placement(seedream_job_get_placement(jobs.front().get()));
  GimpImage* home = placement ? find_home(placement->home) : nullptr;
  auto found = find_rerun(recipe_of(jobs.front().get()), home);
  auto trouble = found ? run_again(plug_in_, *found, home) : found.take_error();
  if (trouble)
    notify(GTK_MESSAGE_ERROR, trouble->message);
}

void Window::star() {
  const auto jobs = list_.selected();
  bool all_starred = true;
  for (const auto& job : jobs)
    all_starred = all_starred && seedream_job_get_starred(job.get());
  for (const auto& job : jobs)
    seedream_history_star_async(history_.get(), seedream_job_get_id(job.get()), !all_starred, nullptr,
                                nullptr, nullptr);
}

void Window::cancel() {
  for (const auto& job : list_.selected())
    seedream_history_cancel_async(history_.get(), seedream_job_get_id(job.get()), nullptr, nullptr, nullptr);
  // By then whoever ran them has let go: what was paid for and comes all the same is fetched.
  later_ = start_timer(after_a_cancel, [this] { recover(); });
}

bool Window::confirm(const std::string& question, const char* verb) {
  GtkWidget* dialog = gtk_message_dialog_new(GTK_WINDOW(window_), GTK_DIALOG_MODAL, GTK_MESSAGE_QUESTION,
                                             GTK_BUTTONS_NONE, "%s", question.c_str());
  gtk_window_set_title(GTK_WINDOW(dialog), _("Seedream"));
  gtk_dialog_add_buttons(GTK_DIALOG(dialog), _("_Cancel"), GTK_RESPONSE_CANCEL, verb, GTK_RESPONSE_OK,
                         nullptr);
  const int response = gtk_dialog_run(GTK_DIALOG(dialog));
  gtk_widget_destroy(dialog);
  return response == GTK_RESPONSE_OK;
}

void Window::forget() {
  const auto jobs = list_.selected();
  const auto n = jobs.size();
  if (!confirm(
          format(ngettext("Delete %zu job with its original pictures? They cannot be had again. What it cost "
                          "stays in the totals.",
                          "Delete %zu jobs with their original pictures? They cannot be had again. What they "
                          "cost stays in the totals.",
                          n),
                 n),
          _("_Delete")))
    return;
  for (const auto& job : jobs)
    seedream_history_forget_async(history_.get(), seedream_job_get_id(job.get()), nullptr, on_answer,
                                  asked(wanted_.get(), [this](GObject*, GAsyncResult* result) {
                                    GError* raw = nullptr;
                                    seedream_history_forget_finish(history_.get(), result, &raw);
                                    const ErrorPtr error(raw);
                                    if (error)
                                      notify(GTK_MESSAGE_ERROR, error->message);
                                  }));
}

void Window::clean_up() {
  seedream_history_purge_async(
      history_.get(), TRUE, wanted_.get(), on_answer,
      asked(wanted_.get(), [this](GObject*, GAsyncResult* result) {
        guint64 n_bytes = 0;
        const guint n = seedream_history_purge_finish(history_.get(), result, &n_bytes, nullptr);
        if (n == 0)
          return notify(GTK_MESSAGE_INFO,
                        _("There is nothing to clean up. How long originals are kept, and how much room they "
                          "may take, stands in the settings."));
        const CharPtr room(g_format_size(n_bytes));
        /* Translators: how many pictures; how much room, such as "12.3 MB" */
        const std::string question = format(
            ngettext("Remove %u original, %s? Its job, its thumbnail and its cost stay; so do originals with "
                     "a star.",
                     "Remove %u originals, %s? Their jobs, thumbnails and costs stay; so do originals with a "
                     "star.",
                     n),
            n, room.get());
        soon_ = soon([this, question] {
          if (confirm(question, _("_Remove")))
            seedream_history_purge_async(history_.get(), FALSE, nullptr, nullptr, nullptr);
        });
      }));
}

// Three questions, one after another; what changes meanwhile is counted the next time.
void Window::sum_up() {
  if (sums_up_) {
    sum_again_ = true;
    return;
  }
  sums_up_ = true;
  const auto take = [this](GAsyncResult* result, JobsPtr& into) {
    into.reset(seedream_history_sum_up_finish(history_.get(), result, nullptr));
  };
  const auto take_budget = [this](GObject*, GAsyncResult* result) {
    double budget = -1;
    seedream_history_get_spending_finish(history_.get(), result, &budget, nullptr);
    show_totals(budget);
    sums_up_ = false;
    if (std::exchange(sum_again_, false))
      sum_up();
  };
  const auto take_months = [this, take, take_budget](GObject*, GAsyncResult* result) {
    take(result, months_);
    seedream_history_get_spending_async(history_.get(), wanted_.get(), on_answer,
                                        asked(wanted_.get(), take_budget));
  };
  const auto take_days = [this, take, take_months](GObject*, GAsyncResult* result) {
    take(result, days_);
    seedream_history_sum_up_async(history_.get(), SEEDREAM_PERIOD_MONTH, FALSE, wanted_.get(), on_answer,
                                  asked(wanted_.get(), take_months));
  };
  seedream_history_sum_up_async(history_.get(), SEEDREAM_PERIOD_DAY, FALSE, wanted_.get(), on_answer,
                                asked(wanted_.get(), take_days));
}

// "Today $0.12 · This month ≈ $3.40 of $10.00, and $0.08 that may have been charged"
void Window::show_totals(double budget) {
  const std::unique_ptr<GDateTime, Deleter<g_date_time_unref>> now(g_date_time_new_now_local());
  const auto total_of = [&now](GPtrArray* totals, const char* pattern) -> SeedreamTotal* {
    const CharPtr period(g_date_time_format(now.get(), pattern));
    for (guint i = 0; totals && i < totals->len; ++i)
      if (auto* total = SEEDREAM_TOTAL(totals->pdata[i]);
          g_strcmp0(seedream_total_get_period(total), period.get()) == 0)
        return total;
    return nullptr;
  };
  const auto amount = [](SeedreamTotal* total) {
    const double cost = total ? seedream_total_get_cost(total) : 0;
    return (total && seedream_total_get_estimated(total) > 0 ? "≈ " : "") + in_dollars(cost);
  };
  SeedreamTotal* month = total_of(months_.get(), "%Y-%m");
  /* Translators: two amounts of money */
  std::string text = format(_("Today %s · This month %s"), amount(total_of(days_.get(), "%Y-%m-%d")).c_str(),
                            amount(month).c_str());
  if (budget >= 0)
    /* Translators: "Today $0.12 · This month $3.40" "of the budget of $10.00" */
    text = format(_("%s of the budget of %s"), text.c_str(), in_dollars(budget).c_str());
  if (const double uncertain = month ? seedream_total_get_uncertain(month) : 0; uncertain > 0)
    /* Translators: a sentence with sums, and an amount of money */
    text = format(_("%s · %s more may have been charged, or is under way"), text.c_str(),
                  in_dollars(uncertain).c_str());
  set_text(totals_, text);
}

}  // namespace

void show_jobs(GimpPlugIn* plug_in, SeedreamHistory* history, GtkWindow* parent) {
  Window(plug_in, history, parent).run();
}

}  // namespace seedream::plugin
