// plugin/settings-dialog.cpp - the window in which the settings are changed.
#include "settings-dialog.hpp"

#include <glib/gi18n.h>
#include <libgimp/gimpui.h>

#include "answer.hpp"
#include "choices.hpp"
#include "history.hpp"
#include "keys.hpp"
#include "mnemonics.hpp"
#include "money.hpp"
#include "settings.hpp"
#include "wait.hpp"
#include "widgets.hpp"

namespace seedream::plugin {
namespace {

// One that can tell of the account to which the service's key belongs: itself, or another that takes the same
// key.
SeedreamProvider* teller_for(SeedreamProvider* provider) {
  if (seedream_provider_get_tells_balance(provider))
    return provider;
  gsize n = 0;
  SeedreamProvider* const* all = seedream_provider_list(&n);
  for (gsize i = 0; i < n; ++i)
    if (seedream_provider_get_tells_balance(all[i]) &&
        g_strcmp0(seedream_provider_get_key_variable(all[i]), seedream_provider_get_key_variable(provider)) ==
            0)
      return all[i];
  return nullptr;
}

void add_page(GtkWidget* pages, const char* title, GtkWidget* content) {
  gtk_container_set_border_width(GTK_CONTAINER(content), wide);
  gtk_notebook_append_page(GTK_NOTEBOOK(pages), content, gtk_label_new_with_mnemonic(title));
}

// As wide as the widgets above it.
GtkWidget* add_remark(Rows& rows, const std::string& text) {
  GtkWidget* remark = new_remark(text);
  gtk_label_set_max_width_chars(GTK_LABEL(remark), 48);
  rows.add_remark(remark);
  return remark;
}

class Window {
 public:
  Window(GtkWindow* parent, SeedreamProvider* provider);
  ~Window();
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;
  bool run();

 private:
  GtkWidget* service_page();
  GtkWidget* picture_page();
  GtkWidget* record_page();
  void show_rules(Ref<SeedreamHistory> history, Ref<SeedreamRules> rules);
  ErrorPtr save_rules();
  SeedreamProvider* provider() const { return seedream_provider_lookup(chosen_in(provider_).c_str()); }
  std::string typed_key() const;
  void show_provider();
  void show_key();
  void say_where(const Key& key);
  void show_test();
  void test();
  void test_with(const std::string& key);
  void judge(bool fine, const std::string& text);
  void keep_url();
  bool save();
  ErrorPtr save_keys();

  Settings changed_ = settings();
  std::map<std::string, std::string> new_keys_;  // by the provider's id; empty: it is to be forgotten
  SeedreamProvider* shown_ = nullptr;
  GtkSizeGroup* const labels_ = gtk_size_group_new(GTK_SIZE_GROUP_HORIZONTAL);
  GtkWidget *const window_, *provider_ = nullptr, *key_ = nullptr, *forget_ = nullptr, *where_ = nullptr,
                            *page_ = nullptr, *url_ = nullptr, *test_ = nullptr, *verdict_ = nullptr,
                            *model_ = nullptr, *size_ = nullptr, *finished_ = nullptr, *originals_ = nullptr,
                            *saves_originals_ = nullptr, *record_ = nullptr, *remembers_ = nullptr,
                            *days_ = nullptr, *megabytes_ = nullptr, *limits_ = nullptr, *budget_ = nullptr;
  Ref<SeedreamHistory> history_;  // nothing: it cannot be opened, or is not yet
  Ref<SeedreamRules> rules_;
  const Ref<GCancellable> here_ = Ref<GCancellable>::adopt(g_cancellable_new());
  Ref<GCancellable> wanted_ = Ref<GCancellable>::adopt(g_cancellable_new());
};

Window::Window(GtkWindow* parent, SeedreamProvider* provider)
    : window_(gimp_dialog_new(_("Seedream Settings"), "seedream-settings", GTK_WIDGET(parent),
                              GTK_DIALOG_MODAL, gimp_standard_help_func, "plug-in-seedream-settings",
                              _("_Cancel"), GTK_RESPONSE_CANCEL, _("_Save"), GTK_RESPONSE_OK, nullptr)) {
  gtk_dialog_set_default_response(GTK_DIALOG(window_), GTK_RESPONSE_OK);
  gtk_window_set_resizable(GTK_WINDOW(window_), FALSE);
  GtkWidget* pages = gtk_notebook_new();
  gtk_container_set_border_width(GTK_CONTAINER(pages), wide);
  add_page(pages, _("_Service"), service_page());
  add_page(pages, _("_New Pictures"), picture_page());
  add_page(pages, _("_History and Money"), record_page());
  gtk_box_pack_start(GTK_BOX(gtk_dialog_get_content_area(GTK_DIALOG(window_))), pages, TRUE, TRUE, 0);
  gtk_widget_show_all(pages);
  gtk_combo_box_set_active_id(GTK_COMBO_BOX(provider_),
                              seedream_provider_get_id(provider ? provider : usual_provider()));
  show_provider();
  on(provider_, "changed", [this] { show_provider(); });
}

Window::~Window() {
  g_cancellable_cancel(here_.get());
  g_cancellable_cancel(wanted_.get());
  gtk_widget_destroy(window_);
  g_object_unref(labels_);
}

GtkWidget* Window::service_page() {
  Rows rows(labels_);
  provider_ = rows.add(_("Ser_vice"), new_combo(provider_choices(), changed_.provider));
  key_ = gtk_entry_new();
  gtk_entry_set_visibility(GTK_ENTRY(key_), FALSE);
  gtk_entry_set_input_purpose(GTK_ENTRY(key_), GTK_INPUT_PURPOSE_PASSWORD);
  gtk_entry_set_width_chars(GTK_ENTRY(key_), 36);
  GtkWidget* key_box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, narrow);
  forget_ = new_button(_("_Forget"));
  gtk_widget_set_tooltip_text(forget_, _("Take the key out of the keyring"));
  gtk_box_pack_start(GTK_BOX(key_box), key_, TRUE, TRUE, 0);
  gtk_box_pack_start(GTK_BOX(key_box), forget_, FALSE, FALSE, 0);
  rows.add(_("API _key"), key_box, key_);
  where_ = add_remark(rows, "");
  page_ = new_text("");
  rows.add_remark(page_);
  url_ = rows.add(_("_Base URL"), gtk_entry_new());
  GtkWidget* test_row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, narrow);
  test_ = new_button(_("_Test"));
  verdict_ = new_text("");
  gtk_label_set_max_width_chars(GTK_LABEL(verdict_), 40);
  gtk_box_pack_start(GTK_BOX(test_row), test_, FALSE, FALSE, 0);
  gtk_box_pack_start(GTK_BOX(test_row), verdict_, TRUE, TRUE, 0);
  rows.add_remark(test_row);
  on(key_, "changed", [this] { show_test(); });
  on(forget_, "clicked", [this] {
    new_keys_[seedream_provider_get_id(shown_)] = "";
    gtk_entry_set_text(GTK_ENTRY(key_), "");
    say_where({});
  });
  on(test_, "clicked", [this] { test(); });
  return rows.widget();
}

GtkWidget* Window::picture_page() {
  Rows rows(labels_);
  model_ = rows.add(_("_Model"), new_combo({}, ""));
  size_ = rows.add(_("Si_ze"), new_size_combo());
  finished_ = rows.add(_("Finished _pictures"), new_combo({{"layers", _("Become layers of the image")},
                                                           {"images", _("Become images of their own")}},
                                                          changed_.opens_images ? "images" : "layers"));
  originals_ =
      gtk_file_chooser_button_new(_("Folder for the Originals"), GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER);
  saves_originals_ =
      gtk_check_button_new_with_mnemonic(_("Save the _originals too, as the service sent them"));
  gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(saves_originals_), !changed_.originals.empty());
  gtk_file_chooser_set_filename(GTK_FILE_CHOOSER(originals_),
                                changed_.originals.empty()
                                    ? g_get_user_special_dir(G_USER_DIRECTORY_PICTURES)
                                          ? g_get_user_special_dir(G_USER_DIRECTORY_PICTURES)
                                          : g_get_home_dir()
                                    : changed_.originals.c_str());
  set_accessible_name(originals_, _("Folder for the Originals"));
  rows.add_remark(saves_originals_);
  rows.add_remark(originals_);
  g_object_bind_property(saves_originals_, "active", originals_, "sensitive", G_BINDING_SYNC_CREATE);
  rows.add_remark(new_remark(_("The desktop's proxy settings are used.")));
  return rows.widget();
}

// What holds for all programs that share the record of jobs; it is shown when it has been read.
GtkWidget* Window::record_page() {
  Rows rows(labels_);
  remembers_ = gtk_check_button_new_with_mnemonic(_("_Remember prompts and pictures of finished jobs"));
  rows.add_remark(remembers_);
  add_remark(
      rows,
      _("Otherwise each job is forgotten as soon as its pictures are inserted; what it cost is counted all "
        "the same."));
  GtkWidget* keep = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, narrow);
  days_ = gtk_spin_button_new_with_range(0, 3650, 1);
  megabytes_ = gtk_spin_button_new_with_range(0, 1000000, 100);
  const auto add = [keep](GtkWidget* spin, const char* unit, const char* name) {
    set_accessible_name(spin, name);
    gtk_box_pack_start(GTK_BOX(keep), spin, FALSE, FALSE, 0);
    gtk_box_pack_start(GTK_BOX(keep), gtk_label_new(unit), FALSE, FALSE, 0);
  };
  add(days_, _("days"), _("Keep originals, days"));
  add(megabytes_, _("MB"), _("Keep originals, MB"));
  rows.add(_("_Keep originals"), keep, days_);
  add_remark(rows,
             _("0 means no limit. Nothing is removed before you clean up in Jobs and History, and what has a "
               "star stays."));
  GtkWidget* money = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, narrow);
  limits_ = gtk_check_button_new_with_mnemonic(_("Monthly _budget, $"));
  budget_ = gtk_spin_button_new_with_range(0, 100000, 1);
  gtk_spin_button_set_digits(GTK_SPIN_BUTTON(budget_), 2);
  set_accessible_name(budget_, _("Monthly budget in US dollars"));
  gtk_box_pack_start(GTK_BOX(money), limits_, FALSE, FALSE, 0);
  gtk_box_pack_start(GTK_BOX(money), budget_, FALSE, FALSE, 0);
  g_object_bind_property(limits_, "active", budget_, "sensitive", G_BINDING_SYNC_CREATE);
  rows.add_remark(money);
  add_remark(rows, _("What would go over it is not sent."));
  record_ = rows.widget();
  gtk_widget_set_sensitive(record_, FALSE);
  open_history(here_.get(), [this](Result<Ref<SeedreamHistory>> opened) {
    if (!opened)
      return;
    SeedreamHistory* history = opened->get();
    seedream_history_get_rules_async(
        history, here_.get(), on_answer, asked(here_.get(), [this](GObject* source, GAsyncResult* result) {
          auto* answering = SEEDREAM_HISTORY(source);
          auto rules =
              Ref<SeedreamRules>::adopt(seedream_history_get_rules_finish(answering, result, nullptr));
          if (rules)
            show_rules(Ref<SeedreamHistory>::share(answering), std::move(rules));
        }));
  });
  return record_;
}

void Window::show_rules(Ref<SeedreamHistory> history, Ref<SeedreamRules> rules) {
  history_ = std::move(history);
  rules_ = std::move(rules);
  const double budget = seedream_rules_get_monthly_budget(rules_.get());
  gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(remembers_), seedream_rules_get_keeps_history(rules_.get()));
  gtk_spin_button_set_value(GTK_SPIN_BUTTON(days_), seedream_rules_get_keep_days(rules_.get()));
  gtk_spin_button_set_value(GTK_SPIN_BUTTON(megabytes_), seedream_rules_get_keep_megabytes(rules_.get()));
  gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(limits_), budget >= 0);
  gtk_spin_button_set_value(GTK_SPIN_BUTTON(budget_), budget >= 0 ? budget : 10);
  gtk_widget_set_sensitive(record_, TRUE);
}

ErrorPtr Window::save_rules() {
  if (!rules_)
    return nullptr;
  const auto number = [](GtkWidget* spin) {
    return guint(gtk_spin_button_get_value_as_int(GTK_SPIN_BUTTON(spin)));
  };
  seedream_rules_set_keeps_history(rules_.get(), gtk_toggle_button_get_active(GTK_TOGGLE_BUTTON(remembers_)));
  seedream_rules_set_keep_days(rules_.get(), number(days_));
  seedream_rules_set_keep_megabytes(rules_.get(), number(megabytes_));
  seedream_rules_set_monthly_budget(rules_.get(), gtk_toggle_button_get_active(GTK_TOGGLE_BUTTON(limits_))
                                                      ? gtk_spin_button_get_value(GTK_SPIN_BUTTON(budget_))
                                                      : -1);
  return set_rules(history_.get(), rules_.get());
}

std::string Window::typed_key() const {
  const CharPtr key(g_strstrip(g_strdup(gtk_entry_get_text(GTK_ENTRY(key_)))));
  return key.get();
}

// What was typed for one service is kept while another one is looked at.
void Window::keep_url() {
  if (!shown_)
    return;
  const char* id = seedream_provider_get_id(shown_);
  changed_.base_urls[id] = gtk_entry_get_text(GTK_ENTRY(url_));
  if (const std::string key = typed_key(); !key.empty())
    new_keys_[id] = key;
}

void Window::show_provider() {
  keep_url();
  shown_ = provider();
  const char* id = seedream_provider_get_id(shown_);
  const char* usual = seedream_provider_get_base_url(shown_);
  gtk_entry_set_text(GTK_ENTRY(url_), changed_.base_urls[id].c_str());
  gtk_entry_set_placeholder_text(GTK_ENTRY(url_), usual ? usual : "");
  gtk_widget_set_sensitive(url_, usual != nullptr);
  const auto key = new_keys_.find(id);
  gtk_entry_set_text(GTK_ENTRY(key_), key == new_keys_.end() ? "" : key->second.c_str());
  if (const char* page = seedream_provider_get_key_page(shown_)) {
    /* Translators: a web site */
    const std::string text = format(_("Get a key at %s"), key_host(shown_).c_str());
    const CharPtr link(g_markup_printf_escaped("<a href=\"%s\">%s</a>", page, text.c_str()));
    gtk_label_set_markup(GTK_LABEL(page_), link.get());
  }
  gtk_widget_set_visible(gtk_widget_get_parent(page_), seedream_provider_get_key_page(shown_) != nullptr);
  gtk_widget_set_sensitive(key_, seedream_provider_get_key_variable(shown_) != nullptr);
  set_choices(model_, model_choices(shown_), changed_.model);
  fill_size_combo(size_, seedream_provider_lookup_model(shown_, nullptr), changed_.size);
  judge(true, "");
  show_key();
  show_test();
  keep_mnemonics_apart(window_);
}

void Window::show_key() {
  set_text(where_, "");
  gtk_widget_set_sensitive(forget_, FALSE);
  g_cancellable_cancel(wanted_.get());
  wanted_ = Ref<GCancellable>::adopt(g_cancellable_new());
  find_key(shown_, wanted_.get(), [this](const Key& key) { say_where(key); });
}

void Window::say_where(const Key& key) {
  const char* variable = seedream_provider_get_key_variable(shown_);
  gtk_widget_set_sensitive(forget_, key.source == SEEDREAM_KEY_SOURCE_KEYRING);
  gtk_entry_set_placeholder_text(GTK_ENTRY(key_), key.text.empty() ? "" : "••••••••••••••••");
  if (!key.trouble.empty())
    set_text(where_, key.trouble);
  else if (key.source == SEEDREAM_KEY_SOURCE_NOT_NEEDED)
    set_text(where_, _("It draws on this machine, free of charge, and needs no key."));
  else if (key.source == SEEDREAM_KEY_SOURCE_ENVIRONMENT)
    set_text(where_,
             format(_("It comes from %s in the environment, which goes before the keyring."), variable));
  else if (key.source == SEEDREAM_KEY_SOURCE_KEYRING)
    set_text(where_, _("It is in the keyring."));
  else
    set_text(where_, _("There is none yet. Paste it here; it is kept in the keyring."));
}

void Window::show_test() {
  const bool can = teller_for(shown_) != nullptr;
  gtk_widget_set_sensitive(test_, can);
  if (!can && seedream_provider_get_key_variable(shown_))
    /* Translators: the service's name */
    judge(true, format(_("%s does not tell whether a key works before it draws."),
                       seedream_provider_get_name(shown_)));
}

void Window::judge(bool fine, const std::string& text) {
  set_text(verdict_, text);
  show_as_error(verdict_, !fine);
}

void Window::test() {
  judge(true, _("Asking…"));
  if (!typed_key().empty())
    return test_with(typed_key());
  find_key(shown_, wanted_.get(), [this](const Key& key) { test_with(key.text.text()); });
}

void Window::test_with(const std::string& key) {
  GError* raw = nullptr;
  const auto client =
      Ref<SeedreamClient>::adopt(seedream_client_new(seedream_provider_get_id(teller_for(shown_)), &raw));
  const char* url = gtk_entry_get_text(GTK_ENTRY(url_));
  seedream_client_set_api_key(client.get(), key.c_str());
  if (*url)
    seedream_client_set_base_url(client.get(), url);
  seedream_client_query_balance_async(
      client.get(), wanted_.get(), on_answer,
      asked(wanted_.get(), [this](GObject* source, GAsyncResult* result) {
        double left = 0;
        GError* error_raw = nullptr;
        const bool told =
            seedream_client_query_balance_finish(SEEDREAM_CLIENT(source), result, &left, &error_raw) != FALSE;
        const ErrorPtr error(error_raw);
        if (!told)
          judge(false, error->message);
        else if (left == G_MAXDOUBLE)
          judge(true, _("The key works."));
        else
          /* Translators: an amount of money, such as "$12.34" */
          judge(true, format(_("The key works. %s are left."), in_dollars(left).c_str()));
      }));
}

// The keyring may ask the user for its password meanwhile.
ErrorPtr Window::save_keys() {
  ErrorPtr trouble;
  for (const auto& entry : new_keys_)
    if (ErrorPtr error = wait_for<ErrorPtr>([&](auto done) {
          store_key(seedream_provider_lookup(entry.first.c_str()), entry.second, wanted_.get(),
                    std::move(done));
        }))
      trouble = std::move(error);
  return trouble;
}

bool Window::save() {
  keep_url();
  changed_.provider = seedream_provider_get_id(shown_);
  changed_.model = chosen_in(model_);
  changed_.size = size_in(size_);
  changed_.opens_images = chosen_in(finished_) == "images";
  const CharPtr folder(gtk_file_chooser_get_filename(GTK_FILE_CHOOSER(originals_)));
  const bool saves = gtk_toggle_button_get_active(GTK_TOGGLE_BUTTON(saves_originals_)) != FALSE;
  changed_.originals = saves && folder ? folder.get() : "";
  gtk_widget_set_sensitive(window_, FALSE);
  ErrorPtr trouble = save_keys();
  if (auto saved = change_settings(changed_); !saved)
    trouble = saved.take_error();
  if (auto error = save_rules())
    trouble = std::move(error);
  gtk_widget_set_sensitive(window_, TRUE);
  if (trouble)
    judge(false, trouble->message);
  return !trouble;
}

bool Window::run() {
  while (gimp_dialog_run(GIMP_DIALOG(window_)) == GTK_RESPONSE_OK)
    if (save())
      return true;
  return false;
}

}  // namespace

bool edit_settings(GtkWindow* parent, SeedreamProvider* provider) {
  return Window(parent, provider).run();
}

}  // namespace seedream::plugin
