// plugin/widgets.cpp - what the windows have in common.
#include "widgets.hpp"

#include "base/glib-ptr.hpp"

namespace seedream::plugin {

Timer soon(std::function<void()> what) {
  return start_timer(std::chrono::milliseconds(0), std::move(what));
}

GtkWidget* new_text(const std::string& text) {
  GtkWidget* label = gtk_label_new(text.c_str());
  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_label_set_line_wrap(GTK_LABEL(label), TRUE);
  gtk_widget_show(label);
  return label;
}

GtkWidget* new_remark(const std::string& text) {
  GtkWidget* label = new_text(text);
  gtk_style_context_add_class(gtk_widget_get_style_context(label), GTK_STYLE_CLASS_DIM_LABEL);
  return label;
}

void set_text(GtkWidget* label, const std::string& text) {
  gtk_label_set_text(GTK_LABEL(label), text.c_str());
}

void show_as_error(GtkWidget* label, bool is_wrong) {
  GtkStyleContext* style = gtk_widget_get_style_context(label);
  if (is_wrong)
    gtk_style_context_add_class(style, GTK_STYLE_CLASS_ERROR);
  else
    gtk_style_context_remove_class(style, GTK_STYLE_CLASS_ERROR);
}

void set_accessible_name(GtkWidget* widget, const std::string& name) {
  atk_object_set_name(gtk_widget_get_accessible(widget), name.c_str());
}

void set_accessible_description(GtkWidget* widget, const std::string& description) {
  atk_object_set_description(gtk_widget_get_accessible(widget), description.c_str());
}

void clear(GtkWidget* container) {
  gtk_container_foreach(
      GTK_CONTAINER(container), [](GtkWidget* child, gpointer) noexcept { gtk_widget_destroy(child); },
      nullptr);
}

GtkWidget* new_scrolled(GtkWidget* view, int width, int height) {
  GtkWidget* frame = gtk_scrolled_window_new(nullptr, nullptr);
  gtk_scrolled_window_set_shadow_type(GTK_SCROLLED_WINDOW(frame), GTK_SHADOW_IN);
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(frame), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_widget_set_size_request(frame, width, height);
  gtk_container_add(GTK_CONTAINER(frame), view);
  return frame;
}

GtkWidget* new_button(const char* label, const char* icon) {
  GtkWidget* button = gtk_button_new_with_mnemonic(label);
  if (icon) {
    gtk_button_set_image(GTK_BUTTON(button), gtk_image_new_from_icon_name(icon, GTK_ICON_SIZE_BUTTON));
    gtk_button_set_always_show_image(GTK_BUTTON(button), TRUE);
  }
  gtk_widget_show(button);
  return button;
}

void set_choices(GtkWidget* combo, const Choices& choices, const std::string& chosen) {
  auto* list = GTK_COMBO_BOX_TEXT(combo);
  gtk_combo_box_text_remove_all(list);
  for (const auto& [value, text] : choices)
    gtk_combo_box_text_append(list, value.c_str(), text.c_str());
  if (!gtk_combo_box_set_active_id(GTK_COMBO_BOX(combo), chosen.c_str()))
    gtk_combo_box_set_active(GTK_COMBO_BOX(combo), 0);
}

GtkWidget* new_combo(const Choices& choices, const std::string& chosen) {
  GtkWidget* combo = gtk_combo_box_text_new();
  set_choices(combo, choices, chosen);
  gtk_widget_show(combo);
  return combo;
}

std::string chosen_in(GtkWidget* combo) {
  const char* id = gtk_combo_box_get_active_id(GTK_COMBO_BOX(combo));
  return id ? id : "";
}

Rows::Rows(GtkSizeGroup* labels) : labels_(labels) {
  gtk_widget_show(box_);
}

GtkWidget* Rows::add(const char* text, GtkWidget* widget, GtkWidget* named) {
  if (!named)
    named = widget;
  GtkWidget* row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, narrow);
  GtkWidget* label = gtk_label_new_with_mnemonic(text);
  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_label_set_mnemonic_widget(GTK_LABEL(label), named);
  gtk_size_group_add_widget(labels_, label);
  gtk_box_pack_start(GTK_BOX(row), label, FALSE, FALSE, 0);
  gtk_box_pack_start(GTK_BOX(row), widget, TRUE, TRUE, 0);
  gtk_box_pack_start(GTK_BOX(box_), row, FALSE, FALSE, 0);
  set_accessible_name(named, gtk_label_get_text(GTK_LABEL(label)));
  gtk_widget_show(label);
  gtk_widget_show(row);
  return widget;
}

void Rows::add(GtkWidget* row) {
  gtk_box_pack_start(GTK_BOX(box_), row, FALSE, FALSE, 0);
  gtk_widget_show(row);
}

void Rows::add_remark(GtkWidget* remark) {
  GtkWidget* row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, narrow);
  GtkWidget* gap = gtk_label_new(nullptr);
  gtk_size_group_add_widget(labels_, gap);
  gtk_box_pack_start(GTK_BOX(row), gap, FALSE, FALSE, 0);
  gtk_box_pack_start(GTK_BOX(row), remark, TRUE, TRUE, 0);
  gtk_widget_show(gap);
  add(row);
}

}  // namespace seedream::plugin
