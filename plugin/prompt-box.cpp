// plugin/prompt-box.cpp - where the prompt is written.
#include "prompt-box.hpp"

#include <glib/gi18n.h>
#include <libgimp/gimpui.h>

#include "arguments.hpp"
#include "history.hpp"

namespace seedream::plugin {
namespace {

constexpr guint most_prompts = 200;  // of earlier jobs
constexpr int list_width = 420, list_height = 220;

GtkWidget* new_view(GtkTextBuffer* buffer) {
  GtkWidget* view = gtk_text_view_new_with_buffer(buffer);
  auto* text = GTK_TEXT_VIEW(view);
  gtk_text_view_set_wrap_mode(text, GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_accepts_tab(text, FALSE);
  gtk_text_view_set_left_margin(text, narrow);
  gtk_text_view_set_right_margin(text, narrow);
  gtk_text_view_set_top_margin(text, narrow);
  gtk_text_view_set_bottom_margin(text, narrow);
  set_accessible_name(view, _("Prompt"));
  return view;
}

// As ByteDance counts a prompt's length: 300 Chinese characters are as much as 600 English words.
unsigned words_in(const std::string& text) {
  unsigned words = 0;
  bool inside = false;
  for (const char* at = text.c_str(); *at; at = g_utf8_next_char(at)) {
    const gunichar sign = g_utf8_get_char(at);
    const bool is_wide = g_unichar_iswide(sign);
    const bool is_letter = !is_wide && !g_unichar_isspace(sign);
    if (is_wide && g_unichar_isalnum(sign))
      words += 2;
    else if (is_letter && !inside)
      ++words;
    inside = is_letter;
  }
  return words;
}

bool contains(const std::string& text, const std::string& words) {
  const CharPtr folded(g_utf8_casefold(text.c_str(), -1)), wanted(g_utf8_casefold(words.c_str(), -1));
  return strstr(folded.get(), wanted.get()) != nullptr;
}

GtkWidget* new_menu_button(const char* label) {
  GtkWidget* button = gtk_menu_button_new();
  GtkWidget* box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, narrow);
  GtkWidget* text = gtk_label_new_with_mnemonic(label);
  gtk_label_set_mnemonic_widget(GTK_LABEL(text), button);
  gtk_box_pack_start(GTK_BOX(box), text, FALSE, FALSE, 0);
  gtk_box_pack_start(GTK_BOX(box), gtk_image_new_from_icon_name("pan-down-symbolic", GTK_ICON_SIZE_BUTTON),
                     FALSE, FALSE, 0);
  gtk_container_add(GTK_CONTAINER(button), box);
  gtk_button_set_relief(GTK_BUTTON(button), GTK_RELIEF_NONE);
  set_accessible_name(button, gtk_label_get_text(GTK_LABEL(text)));
  gtk_widget_show_all(button);
  return button;
}

}  // namespace

PromptBox::PromptBox(GimpProcedureConfig* config, SeedreamOperation operation, const char* procedure)
    : procedure_(procedure),
      operation_(operation),
      buffer_(gimp_prop_text_buffer_new(G_OBJECT(config), "prompt", 0)),
      box_(gtk_box_new(GTK_ORIENTATION_VERTICAL, narrow / 2)),
      view_(new_view(buffer_)),
      hint_(new_remark("")),
      presets_(gtk_menu_new()),
      popover_(gtk_popover_new(nullptr)),
      search_(gtk_search_entry_new()),
      list_(gtk_list_box_new()),
      empty_(new_remark("")) {
  g_object_unref(buffer_);  // the view holds it
  GtkWidget* row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, narrow);
  GtkWidget* label = gtk_label_new_with_mnemonic(_("_Prompt"));
  gtk_label_set_mnemonic_widget(GTK_LABEL(label), view_);
  gtk_box_pack_start(GTK_BOX(row), label, FALSE, FALSE, 0);
  gtk_box_pack_end(GTK_BOX(row), new_history_button(), FALSE, FALSE, 0);
  gtk_box_pack_end(GTK_BOX(row), new_presets_button(), FALSE, FALSE, 0);
  gtk_box_pack_start(GTK_BOX(box_), row, FALSE, FALSE, 0);
  gtk_box_pack_start(GTK_BOX(box_), new_scrolled(view_, 420, 88), TRUE, TRUE, 0);
  gtk_label_set_max_width_chars(GTK_LABEL(hint_), 56);
  gtk_widget_set_no_show_all(hint_, TRUE);
  gtk_widget_hide(hint_);
  gtk_box_pack_start(GTK_BOX(box_), hint_, FALSE, FALSE, 0);
  gtk_widget_show_all(box_);
  on(buffer_, "changed", [this] { show_length(); });
}

PromptBox::~PromptBox() {
  g_cancellable_cancel(loading_.get());
}

GtkWidget* PromptBox::new_presets_button() {
  GtkWidget* button = new_menu_button(_("Prese_ts"));
  gtk_menu_button_set_popup(GTK_MENU_BUTTON(button), presets_);
  gtk_widget_set_tooltip_text(button, _("Prompts to begin with"));
  fill_presets();
  return button;
}

void PromptBox::fill_presets() {
  clear(presets_);
  std::string group;
  for (const Preset& preset : presets_for(procedure_)) {
    if (!group.empty() && group != preset.group)
      gtk_menu_shell_append(GTK_MENU_SHELL(presets_), gtk_separator_menu_item_new());
    group = preset.is_own ? "own" : preset.group;
    GtkWidget* item = gtk_menu_item_new_with_label(preset.name.c_str());
    if (!preset.comment.empty())
      gtk_widget_set_tooltip_text(item, preset.comment.c_str());
    on(item, "activate", [this, preset] { use(preset); });
    gtk_menu_shell_append(GTK_MENU_SHELL(presets_), item);
  }
  gtk_menu_shell_append(GTK_MENU_SHELL(presets_), gtk_separator_menu_item_new());
  GtkWidget* save = gtk_menu_item_new_with_mnemonic(_("_Save the Prompt as a Preset…"));
  on(save, "activate", [this] { soon_ = soon([this] { save_as_preset(); }); });
  gtk_menu_shell_append(GTK_MENU_SHELL(presets_), save);
  gtk_widget_show_all(presets_);
}

std::string PromptBox::text() const {
  GtkTextIter start, end;
  gtk_text_buffer_get_bounds(buffer_, &start, &end);
  return CharPtr(gtk_text_buffer_get_text(buffer_, &start, &end, FALSE)).get();
}

// Takes the place of what is selected; what was written already stays. The first gap is selected, to be
// filled in.
void PromptBox::use(const Preset& preset) {
  gtk_text_buffer_delete_selection(buffer_, FALSE, TRUE);
  GtkTextIter at;
  gtk_text_buffer_get_iter_at_mark(buffer_, &at, gtk_text_buffer_get_insert(buffer_));
  const int begin = gtk_text_iter_get_offset(&at);
  insert(preset.prompt);
  GtkTextIter from, gap, gap_end;
  gtk_text_buffer_get_iter_at_offset(buffer_, &from, begin);
  GtkTextIter unused;
  if (gtk_text_iter_forward_search(&from, "<", GTK_TEXT_SEARCH_TEXT_ONLY, &gap, &unused, nullptr) &&
      gtk_text_iter_forward_search(&gap, ">", GTK_TEXT_SEARCH_TEXT_ONLY, &unused, &gap_end, nullptr))
    gtk_text_buffer_select_range(buffer_, &gap, &gap_end);
  take_focus();
}

void PromptBox::insert(const std::string& text) {
  gtk_text_buffer_delete_selection(buffer_, FALSE, TRUE);
  GtkTextIter at;
  gtk_text_buffer_get_iter_at_mark(buffer_, &at, gtk_text_buffer_get_insert(buffer_));
  GtkTextIter before = at;
  const bool touches =
      gtk_text_iter_backward_char(&before) && !g_unichar_isspace(gtk_text_iter_get_char(&before));
  const bool touches_next = !gtk_text_iter_is_end(&at) && g_unichar_isalnum(gtk_text_iter_get_char(&at));
  const std::string words = (touches ? " " : "") + text + (touches_next ? " " : "");
  gtk_text_buffer_insert(buffer_, &at, words.c_str(), -1);
  gtk_text_view_scroll_mark_onscreen(GTK_TEXT_VIEW(view_), gtk_text_buffer_get_insert(buffer_));
  take_focus();
}

void PromptBox::save_as_preset() {
  GtkWidget* dialog = gtk_dialog_new_with_buttons(
      _("Save the Prompt as a Preset"), GTK_WINDOW(gtk_widget_get_toplevel(box_)), GTK_DIALOG_MODAL,
      _("_Cancel"), GTK_RESPONSE_CANCEL, _("_Save"), GTK_RESPONSE_ACCEPT, nullptr);
  GtkSizeGroup* labels = gtk_size_group_new(GTK_SIZE_GROUP_HORIZONTAL);
  Rows rows(labels);
  GtkWidget* name = rows.add(_("_Name"), gtk_entry_new());
  g_object_unref(labels);
  gtk_entry_set_width_chars(GTK_ENTRY(name), 32);
  gtk_entry_set_activates_default(GTK_ENTRY(name), TRUE);
  gtk_widget_show(name);
  gtk_container_set_border_width(GTK_CONTAINER(rows.widget()), wide);
  gtk_container_add(GTK_CONTAINER(gtk_dialog_get_content_area(GTK_DIALOG(dialog))), rows.widget());
  gtk_dialog_set_default_response(GTK_DIALOG(dialog), GTK_RESPONSE_ACCEPT);
  const auto allow = [=] {
    gtk_dialog_set_response_sensitive(GTK_DIALOG(dialog), GTK_RESPONSE_ACCEPT,
                                      !on_one_line(gtk_entry_get_text(GTK_ENTRY(name))).empty());
  };
  on(name, "changed", allow);
  allow();
  if (gtk_dialog_run(GTK_DIALOG(dialog)) == GTK_RESPONSE_ACCEPT) {
    auto saved = save_preset(on_one_line(gtk_entry_get_text(GTK_ENTRY(name))), procedure_, text());
    if (!saved)
      g_message("%s", saved.take_error()->message);
    fill_presets();
  }
  gtk_widget_destroy(dialog);
  take_focus();
}

GtkWidget* PromptBox::new_history_button() {
  GtkWidget* button = new_menu_button(_("Histor_y"));
  gtk_widget_set_tooltip_text(button, _("Prompts of earlier jobs"));
  gtk_menu_button_set_popover(GTK_MENU_BUTTON(button), popover_);
  GtkWidget* box = gtk_box_new(GTK_ORIENTATION_VERTICAL, narrow);
  gtk_container_set_border_width(GTK_CONTAINER(box), narrow);
  gtk_entry_set_placeholder_text(GTK_ENTRY(search_), _("Search"));
  set_accessible_name(search_, _("Search the earlier prompts"));
  set_accessible_name(list_, _("Earlier prompts"));
  gtk_list_box_set_selection_mode(GTK_LIST_BOX(list_), GTK_SELECTION_BROWSE);
  gtk_list_box_set_placeholder(GTK_LIST_BOX(list_), empty_);
  gtk_box_pack_start(GTK_BOX(box), search_, FALSE, FALSE, 0);
  gtk_box_pack_start(GTK_BOX(box), new_scrolled(list_, list_width, list_height), TRUE, TRUE, 0);
  gtk_container_add(GTK_CONTAINER(popover_), box);
  gtk_widget_show_all(box);
  on(popover_, "map", [this] { load_history(); });
  on(search_, "search-changed", [this] { gtk_list_box_invalidate_filter(GTK_LIST_BOX(list_)); });
  on(search_, "activate", [this] {
    for (int i = 0; GtkListBoxRow* row = gtk_list_box_get_row_at_index(GTK_LIST_BOX(list_), i); ++i)
      if (gtk_widget_get_child_visible(GTK_WIDGET(row)))
        return use_prompt(static_cast<const char*>(g_object_get_data(G_OBJECT(row), "prompt")));
  });
  gtk_list_box_set_filter_func(
      GTK_LIST_BOX(list_),
      [](GtkListBoxRow* row, gpointer search) noexcept -> gboolean {
        return contains(static_cast<const char*>(g_object_get_data(G_OBJECT(row), "prompt")),
                        gtk_entry_get_text(GTK_ENTRY(search)));
      },
      search_, nullptr);
  g_signal_connect(list_, "row-activated",
                   G_CALLBACK(+[](GtkListBox*, GtkListBoxRow* row, gpointer self) noexcept {
                     static_cast<PromptBox*>(self)->use_prompt(
                         static_cast<const char*>(g_object_get_data(G_OBJECT(row), "prompt")));
                   }),
                   this);
  return button;
}

void PromptBox::load_history() {
  fill_history({});
  set_text(empty_, _("Reading…"));
  const auto done = [](GObject* history, GAsyncResult* result, gpointer data) noexcept {
    GError* raw = nullptr;
    const std::unique_ptr<char*, Deleter<g_strfreev>> prompts(
        seedream_history_list_prompts_finish(SEEDREAM_HISTORY(history), result, &raw));
    const ErrorPtr error(raw);
    if (error && g_error_matches(error.get(), G_IO_ERROR, G_IO_ERROR_CANCELLED))
      return;  // nobody is there any more
    std::vector<std::string> all;
    for (char** prompt = prompts.get(); prompt && *prompt; ++prompt)
      all.emplace_back(*prompt);
    auto* self = static_cast<PromptBox*>(data);
    self->fill_history(all);
    set_text(self->empty_, error ? error->message : _("Nothing yet."));
  };
  open_history(loading_.get(), [this, done](Result<Ref<SeedreamHistory>> history) {
    if (history)
      seedream_history_list_prompts_async(history->get(), operation_, most_prompts, loading_.get(), done,
                                          this);
    else
      set_text(empty_, history.take_error()->message);
  });
  gtk_widget_grab_focus(search_);
}

void PromptBox::fill_history(const std::vector<std::string>& prompts) {
  clear(list_);
  for (const std::string& prompt : prompts) {
    GtkWidget* label = gtk_label_new(on_one_line(prompt).c_str());
    gtk_label_set_xalign(GTK_LABEL(label), 0);
    gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
    gtk_widget_set_tooltip_text(label, prompt.c_str());
    gtk_widget_set_margin_start(label, narrow);
    gtk_widget_set_margin_end(label, narrow);
    GtkWidget* row = gtk_list_box_row_new();
    gtk_container_add(GTK_CONTAINER(row), label);
    set_accessible_name(row, prompt);
    g_object_set_data_full(G_OBJECT(row), "prompt", g_strdup(prompt.c_str()), g_free);
    gtk_container_add(GTK_CONTAINER(list_), row);
  }
  gtk_widget_show_all(list_);
}

// All of what stood there goes: an earlier prompt is whole.
void PromptBox::use_prompt(const std::string& prompt) {
  gtk_text_buffer_set_text(buffer_, prompt.c_str(), -1);
  gtk_popover_popdown(GTK_POPOVER(popover_));
  take_focus();
}

void PromptBox::set_model(SeedreamModel* model) {
  model_ = Ref<SeedreamModel>::share(model);
  show_length();
}

void PromptBox::show_length() {
  const unsigned most = model_ ? seedream_model_get_recommended_words(model_.get()) : 0;
  const unsigned words = words_in(text());
  gtk_widget_set_visible(hint_, most > 0 && words > most);
  if (most > 0 && words > most)
    /* Translators: how many words the prompt has; the model's name; how many it heeds best */
    set_text(hint_, format(ngettext("%u word. %s heeds prompts of up to %u words best.",
                                    "%u words. %s heeds prompts of up to %u words best.", words),
                           words, seedream_model_get_name(model_.get()), most));
}

}  // namespace seedream::plugin
