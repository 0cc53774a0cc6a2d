// plugin/dialog.cpp - the dialogs, made of the procedure's own arguments.
#include "dialog.hpp"

#include <glib/gi18n.h>
#include <libgimp/gimpui.h>

#include <cstring>

#include "answer.hpp"
#include "choices.hpp"
#include "history.hpp"
#include "job-list.hpp"
#include "jobs-window.hpp"
#include "keys.hpp"
#include "mnemonics.hpp"
#include "money.hpp"
#include "preview.hpp"
#include "prompt-box.hpp"
#include "recovery.hpp"
#include "settings-dialog.hpp"
#include "settings.hpp"

namespace seedream::plugin {
namespace {

constexpr int enter_key = 1, use_sandbox = 2, see_jobs = 3;  // responses of the notices
constexpr int rare_height = 118;                             // pixels of the screen at 1×: three rows
constexpr const char* sandbox_id = "sandbox";  // needs no key, so it is what is offered where there is none

bool is_blank(const std::string& text) {
  return text.find_first_not_of(" \n\r\t") == std::string::npos;
}

class Dialog {
 public:
  Dialog(const Kind& kind, const Call& call, const GError* trouble);
  ~Dialog();
  Dialog(const Dialog&) = delete;
  Dialog& operator=(const Dialog&) = delete;
  bool run() { return gimp_procedure_dialog_run(GIMP_PROCEDURE_DIALOG(dialog_)) != FALSE; }

 private:
  GtkWidget* new_notice();
  GtkWidget* new_offer();
  void look_at_history(Ref<SeedreamHistory> history);
  void tell_spending(double spent, double budget);
  GtkWidget* new_left();
  GtkWidget* new_right();
  void add_row(Rows& rows, const char* property);
  GtkWidget* new_provider_combo() const;
  GtkWidget* heed(GtkWidget* combo, const char* property, std::string (*read)(GtkWidget*));
  GtkWidget* new_rare_options();

  void changed(const char* property);
  void fill_for_service();
  void look_for_key();
  void tell_of_key(const Key& key);
  void notify(GtkMessageType type, const std::string& text, bool offers_key);
  void answer_notice(int response);
  void update();
  void update_preview();
  void tell_size(SeedreamImage* sent);
  double price() const;

  const Kind& kind_;
  const Call call_;
  GimpProcedureConfig* const config_;
  GtkWidget* const dialog_;
  GtkSizeGroup* const labels_ = gtk_size_group_new(GTK_SIZE_GROUP_HORIZONTAL);
  PromptBox prompt_;
  Preview preview_;
  GtkWidget *notice_ = nullptr, *notice_text_ = nullptr, *about_ = nullptr, *size_text_ = nullptr,
            *price_ = nullptr, *offer_ = nullptr, *offer_text_ = nullptr;
  GtkWidget *provider_ = nullptr, *model_ = nullptr, *size_ = nullptr;
  GtkWidget *seed_ = nullptr, *ok_ = nullptr;
  bool lacks_key_ = false, fills_ = false;
  std::string spending_;       // a sentence; empty: there is no budget
  double left_ = G_MAXDOUBLE;  // of it, in US dollars
  Ref<SeedreamHistory> history_;
  std::unique_ptr<Recovery> recovery_;
  const Ref<GCancellable> here_ = Ref<GCancellable>::adopt(g_cancellable_new());
  Timer updating_, answering_;
  Ref<GCancellable> wanted_;
};

Dialog::Dialog(const Kind& kind, const Call& call, const GError* trouble)
    : kind_(kind),
      call_(call),
      config_(call.config),
      dialog_(gimp_procedure_dialog_new(call.procedure, call.config, _(kind.title))),
      prompt_(config_, kind.operation, kind.word) {
  gimp_procedure_dialog_set_ok_label(GIMP_PROCEDURE_DIALOG(dialog_), _(kind.verb));
  ok_ = gtk_dialog_get_widget_for_response(GTK_DIALOG(dialog_), GTK_RESPONSE_OK);
  GtkWidget* content = gtk_dialog_get_content_area(GTK_DIALOG(dialog_));
  gtk_box_pack_start(GTK_BOX(content), new_notice(), FALSE, FALSE, 0);
  gtk_box_pack_start(GTK_BOX(content), new_offer(), FALSE, FALSE, 0);
  GtkWidget* columns = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 3 * narrow);
  gtk_container_set_border_width(GTK_CONTAINER(columns), wide);
  gtk_box_pack_start(GTK_BOX(columns), new_left(), kind.make_list != nullptr, TRUE, 0);
  gtk_box_pack_start(GTK_BOX(columns), new_right(), TRUE, TRUE, 0);
  gtk_box_pack_start(GTK_BOX(content), columns, TRUE, TRUE, 0);
  gtk_widget_show(columns);

  g_signal_connect(config_, "notify",
                   G_CALLBACK(+[](GimpProcedureConfig*, GParamSpec* spec, gpointer self) noexcept {
                     static_cast<Dialog*>(self)->changed(spec->name);
                   }),
                   this);
  // Whoever comes back from the image may have changed it.
  on(dialog_, "notify::is-active", [this] {
    if (!gtk_window_is_active(GTK_WINDOW(dialog_)))
      return;
    updating_ = soon([this] { update(); });
    update_preview();
  });
  fill_for_service();
  look_for_key();
  open_history(here_.get(), [this](Result<Ref<SeedreamHistory>> history) {
    if (history)  // why it cannot be opened is said when the job runs
      look_at_history(*history);
  });
  update();
  update_preview();
  if (trouble)
    notify(GTK_MESSAGE_ERROR, trouble->message, false);
  prompt_.take_focus();
}

Dialog::~Dialog() {
  g_signal_handlers_disconnect_by_data(config_, this);
  g_cancellable_cancel(here_.get());
  if (wanted_)
    g_cancellable_cancel(wanted_.get());
  gtk_widget_destroy(dialog_);
  g_object_unref(labels_);
}

GtkWidget* Dialog::new_notice() {
  notice_ = gtk_info_bar_new();
  notice_text_ = new_text("");
  gtk_label_set_max_width_chars(GTK_LABEL(notice_text_), 72);
  gtk_box_pack_start(GTK_BOX(gtk_info_bar_get_content_area(GTK_INFO_BAR(notice_))), notice_text_, TRUE, TRUE,
                     0);
  gtk_info_bar_add_button(GTK_INFO_BAR(notice_), _("Enter a _Key…"), enter_key);
  gtk_info_bar_add_button(GTK_INFO_BAR(notice_), _("_Try It in the Sandbox"), use_sandbox);
  gtk_orientable_set_orientation(GTK_ORIENTABLE(gtk_info_bar_get_action_area(GTK_INFO_BAR(notice_))),
                                 GTK_ORIENTATION_VERTICAL);
  gtk_widget_set_no_show_all(notice_, TRUE);
  g_signal_connect(notice_, "response", G_CALLBACK(+[](GtkInfoBar*, int response, gpointer self) noexcept {
                     auto* dialog = static_cast<Dialog*>(self);
                     dialog->answering_ = soon([dialog, response] { dialog->answer_notice(response); });
                   }),
                   this);
  return notice_;
}

// What was paid for once and never came to its place is told at the next occasion.
GtkWidget* Dialog::new_offer() {
  offer_ = gtk_info_bar_new_with_buttons(_("_Jobs and History…"), see_jobs, nullptr);
  offer_text_ = new_text("");
  gtk_label_set_max_width_chars(GTK_LABEL(offer_text_), 60);
  gtk_box_pack_start(GTK_BOX(gtk_info_bar_get_content_area(GTK_INFO_BAR(offer_))), offer_text_, TRUE, TRUE,
                     0);
  gtk_widget_set_no_show_all(offer_, TRUE);
  on(offer_, "response", [this] {
    answering_ = soon([this] {
      show_jobs(gimp_procedure_get_plug_in(call_.procedure), history_.get(), GTK_WINDOW(dialog_));
      look_at_history(history_);
    });
  });
  return offer_;
}

void Dialog::look_at_history(Ref<SeedreamHistory> history) {
  history_ = std::move(history);
  recovery_ = std::make_unique<Recovery>(history_.get(), [this](guint waiting) {
    gtk_widget_set_visible(offer_, waiting > 0);
    if (waiting == 0)
      return;
    set_text(offer_text_, waiting_text(waiting));
    keep_mnemonics_apart(dialog_);
  });
  seedream_history_get_spending_async(
      history_.get(), here_.get(), on_answer, asked(here_.get(), [this](GObject*, GAsyncResult* result) {
        double budget = -1;
        const double spent = seedream_history_get_spending_finish(history_.get(), result, &budget, nullptr);
        tell_spending(spent, budget);
      }));
}

// The library refuses what is over the budget; here it is seen before.
void Dialog::tell_spending(double spent, double budget) {
  left_ = budget < 0 ? G_MAXDOUBLE : budget - spent;
  spending_ = budget < 0 ? ""
                         /* Translators: two amounts of money */
                         : format(_("%s of this month's budget of %s are used."), in_dollars(spent).c_str(),
                                  in_dollars(budget).c_str());
  update();
}

GtkWidget* Dialog::new_left() {
  GtkWidget* left = gtk_box_new(GTK_ORIENTATION_VERTICAL, narrow);
  about_ = new_text("");
  size_text_ = new_remark("");
  price_ = new_text("");
  for (GtkWidget* label : {about_, size_text_, price_})
    gtk_label_set_max_width_chars(GTK_LABEL(label), 38);
  if (kind_.make_list)
    gtk_box_pack_start(GTK_BOX(left),
                       kind_.make_list(call_, [this](const std::string& text) { prompt_.insert(text); }),
                       TRUE, TRUE, 0);
  else
    gtk_box_pack_start(GTK_BOX(left), preview_.widget(), FALSE, FALSE, 0);
  gtk_box_pack_start(GTK_BOX(left), about_, FALSE, FALSE, 0);
  gtk_box_pack_start(GTK_BOX(left), size_text_, FALSE, FALSE, 0);
  gtk_box_pack_start(GTK_BOX(left), price_, FALSE, FALSE, 0);
  gtk_widget_show(left);
  return left;
}

GtkWidget* Dialog::new_right() {
  GtkWidget* right = gtk_box_new(GTK_ORIENTATION_VERTICAL, wide);
  gtk_box_pack_start(GTK_BOX(right), prompt_.widget(), TRUE, TRUE, 0);
  Rows rows(labels_);
  for (const char* property : kind_.usual)
    add_row(rows, property);
  gtk_box_pack_start(GTK_BOX(right), rows.widget(), FALSE, FALSE, 0);
  gtk_box_pack_start(GTK_BOX(right), new_rare_options(), FALSE, FALSE, 0);
  gtk_widget_show(right);
  return right;
}

GtkWidget* Dialog::new_rare_options() {
  GtkWidget* expander = gtk_expander_new_with_mnemonic(_("M_ore options"));
  gtk_expander_set_label_fill(GTK_EXPANDER(expander), TRUE);
  gtk_label_set_xalign(GTK_LABEL(gtk_expander_get_label_widget(GTK_EXPANDER(expander))), 0);
  Rows rows(labels_);
  for (const char* property : kind_.rare)
    add_row(rows, property);
  gtk_widget_set_margin_top(rows.widget(), narrow);
  gtk_widget_set_margin_end(rows.widget(), narrow);
  // On a small screen there is no room for all of them.
  GtkWidget* view = gtk_scrolled_window_new(nullptr, nullptr);
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(view), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_overlay_scrolling(GTK_SCROLLED_WINDOW(view), FALSE);
  gtk_scrolled_window_set_propagate_natural_height(GTK_SCROLLED_WINDOW(view), TRUE);
  gtk_scrolled_window_set_min_content_height(GTK_SCROLLED_WINDOW(view), rare_height);
  gtk_scrolled_window_set_max_content_height(GTK_SCROLLED_WINDOW(view), rare_height);
  gtk_container_add(GTK_CONTAINER(view), rows.widget());
  gtk_widget_show_all(view);
  gtk_container_add(GTK_CONTAINER(expander), view);
  gtk_widget_show(expander);
  return expander;
}

// GIMP's own widget for an argument, unless there is more to say than the argument knows.
void Dialog::add_row(Rows& rows, const char* property) {
  if (strcmp(property, "provider") == 0) {
    provider_ = rows.add(_("Ser_vice"), heed(new_provider_combo(), property, chosen_in));
  } else if (strcmp(property, "model") == 0) {
    model_ = rows.add(_("_Model"), heed(new_combo({}, ""), property, chosen_in));
  } else if (strcmp(property, "size") == 0) {
    size_ = rows.add(_("Si_ze"), heed(new_size_combo(), property, size_in));
  } else {
    // GIMP 3.2 makes radio buttons of a short list unless it is told otherwise.
    GParamSpec* spec = g_object_class_find_property(G_OBJECT_GET_CLASS(config_), property);
    const GType type = GIMP_IS_PARAM_SPEC_CHOICE(spec) ? GTK_TYPE_COMBO_BOX : G_TYPE_NONE;
    GtkWidget* row = gimp_procedure_dialog_get_widget(GIMP_PROCEDURE_DIALOG(dialog_), property, type);
    if (GIMP_IS_LABELED(row)) {
      auto* label = GTK_LABEL(gimp_labeled_get_label(GIMP_LABELED(row)));
      gtk_size_group_add_widget(labels_, GTK_WIDGET(label));
      if (GtkWidget* widget = gtk_label_get_mnemonic_widget(label))
        set_accessible_name(widget, gtk_label_get_text(label));
    }
    if (strcmp(property, "seed") == 0)
      seed_ = row;
    rows.add(row);
  }
}

GtkWidget* Dialog::new_provider_combo() const {
  Choices choices = provider_choices();
  choices.insert(choices.begin(),
                 /* Translators: the name of the service that the settings say */
                 {"default", format(_("As set up: %s"), seedream_provider_get_name(usual_provider()))});
  return new_combo(choices, text_of(config_, "provider"));
}

// What is chosen by hand goes into the config; what is filled in comes from there.
GtkWidget* Dialog::heed(GtkWidget* combo, const char* property, std::string (*read)(GtkWidget*)) {
  on(combo, "changed", [this, combo, property, read] {
    if (!fills_)
      g_object_set(config_, property, read(combo).c_str(), nullptr);
  });
  return combo;
}

// What there is to choose from goes by the service, and by the model.
void Dialog::fill_for_service() {
  const auto model = model_of(config_);
  fills_ = true;
  if (provider_)
    gtk_combo_box_set_active_id(GTK_COMBO_BOX(provider_), text_of(config_, "provider").c_str());
  if (model_)
    set_choices(model_, model_choices(provider_of(config_)), seedream_model_get_id(model.get()));
  if (size_)
    fill_size_combo(size_, model.get(), size_of(config_));
  fills_ = false;
  if (seed_)
    gtk_widget_set_sensitive(seed_, seedream_model_get_takes_seed(model.get()));
  prompt_.set_model(model.get());
}

void Dialog::changed(const char* property) {
  const auto is = [property](const char* name) { return strcmp(property, name) == 0; };
  if (is("provider") || is("model"))
    fill_for_service();
  if (is("provider"))
    look_for_key();
  if (!is("prompt") && !is("count") && !is("seed"))
    update_preview();
  updating_ = soon([this] { update(); });
}

void Dialog::look_for_key() {
  if (wanted_)
    g_cancellable_cancel(wanted_.get());
  wanted_ = Ref<GCancellable>::adopt(g_cancellable_new());
  find_key(provider_of(config_), wanted_.get(), [this](const Key& key) { tell_of_key(key); });
}

void Dialog::tell_of_key(const Key& key) {
  SeedreamProvider* provider = provider_of(config_);
  const bool lacked = lacks_key_;
  lacks_key_ = key.source == SEEDREAM_KEY_SOURCE_NONE;
  if (!key.trouble.empty())
    notify(GTK_MESSAGE_WARNING, key.trouble, true);
  else if (lacks_key_)
    notify(
        GTK_MESSAGE_QUESTION,
        /* Translators: the service's name; the web site where keys are made */
        format(
            _("%s draws with a key of yours, which you get at %s. Without one you can try everything in the "
              "sandbox, which paints on this machine and costs nothing."),
            seedream_provider_get_name(provider), key_host(provider).c_str()),
        true);
  else if (lacked)
    gtk_widget_hide(notice_);
  update();
}

void Dialog::notify(GtkMessageType type, const std::string& text, bool offers_key) {
  set_text(notice_text_, text);
  gtk_info_bar_set_message_type(GTK_INFO_BAR(notice_), type);
  gtk_widget_set_visible(gtk_info_bar_get_action_area(GTK_INFO_BAR(notice_)), offers_key);
  gtk_widget_show(notice_);
}

void Dialog::answer_notice(int response) {
  if (response == use_sandbox) {
    g_object_set(config_, "provider", sandbox_id, nullptr);
  } else if (response == enter_key && edit_settings(GTK_WINDOW(dialog_), provider_of(config_))) {
    g_object_set(config_, "provider", "default", nullptr);
    fill_for_service();
    look_for_key();
  }
}

// In US dollars; below 0: nobody knows.
double Dialog::price() const {
  const auto model = model_of(config_);
  int width = 0, height = 0;
  const auto sight = kind_.look(call_);
  seedream_model_get_pixels(model.get(), sight.size.c_str(), &width, &height);
  const int jobs = kind_.count_jobs ? kind_.count_jobs(call_) : 1;
  const double usd = seedream_model_estimate(model.get(), guint(number_of(config_, "count")), width, height,
                                             guint(sight.n_inputs));
  return usd * jobs;
}

void Dialog::update() {
  const std::string objection = objection_to(kind_, call_);
  const double usd = is_there(kind_, call_) ? price() : -1;
  const bool is_too_much = usd > 0 && usd > left_;
  gtk_dialog_set_response_sensitive(
      GTK_DIALOG(dialog_), GTK_RESPONSE_OK,
      objection.empty() && !lacks_key_ && !is_too_much && !is_blank(text_of(config_, "prompt")));
  set_text(about_, objection.empty() ? kind_.describe(call_) : objection);
  if (!is_there(kind_, call_))
    return;
  const bool is_free = seedream_model_get_price(model_of(config_).get()) == 0;
  const std::string money = usd < 0 ? "" : in_dollars(usd);
  const char* service = seedream_provider_get_name(provider_of(config_));
  /* Translators: the service's name; how much it costs */
  const std::string costs = is_free         ? format(_("Free of charge: %s draws on this machine."), service)
                            : money.empty() ? format(_("What %s charges for this is not known."), service)
                                            : format(_("%s charges about %s."), service, money.c_str());
  set_text(price_, is_free || spending_.empty() ? costs : costs + "\n" + spending_);
  show_as_error(price_, is_too_much);
  const std::string verb = _(kind_.verb);
  /* Translators: the button that begins: what it does, and what that costs: "Edit ($0.04)" */
  const std::string label =
      is_free || money.empty() ? verb : format(_("%s (%s)"), verb.c_str(), money.c_str());
  gtk_button_set_label(GTK_BUTTON(ok_), label.c_str());
  gtk_button_set_use_underline(GTK_BUTTON(ok_), TRUE);
  keep_mnemonics_apart(dialog_);
}

void Dialog::update_preview() {
  if (kind_.make_list)
    return tell_size(nullptr);
  preview_.show([this] { return is_there(kind_, call_) ? kind_.look(call_).sight : Sight{}; },
                model_of(config_), [this](SeedreamImage* sent) { tell_size(sent); });
}

// "1600×1200 → 2304×1728, JPEG, 3.1 MB"
void Dialog::tell_size(SeedreamImage* sent) {
  if (!is_there(kind_, call_))
    return set_text(size_text_, "");
  const View view = kind_.look(call_);
  int width = 0, height = 0;
  const bool known =
      seedream_model_get_pixels(model_of(config_).get(), view.size.c_str(), &width, &height) != FALSE;
  std::string text = known ? format("%d×%d", width, height) : view.size;
  if (sent) {
    const char* media_type = seedream_image_get_media_type(sent);
    const CharPtr type(g_ascii_strup(strchr(media_type, '/') + 1, -1));
    const CharPtr bytes(g_format_size(g_bytes_get_size(seedream_image_get_bytes(sent))));
    text = format("%d×%d → %s, %s %s", seedream_image_get_width(sent), seedream_image_get_height(sent),
                  text.c_str(), type.get(), bytes.get());
  }
  set_text(size_text_, text);
}

}  // namespace

bool ask(const Kind& kind, const Call& call, const GError* trouble) {
  gimp_ui_init("seedream");
  return Dialog(kind, call, trouble).run();
}

}  // namespace seedream::plugin
