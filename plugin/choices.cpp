// plugin/choices.cpp - services, models and sizes to choose from.
#include "choices.hpp"

#include <glib/gi18n.h>

#include "base/result.hpp"

namespace seedream::plugin {
namespace {

// A size's name as people read it: with the pixels where it has any.
std::string text_of_size(SeedreamModel* model, const char* size) {
  int width = 0, height = 0;
  const bool is_tier = g_ascii_isdigit(size[0]);
  if (is_tier || !seedream_model_get_pixels(model, size, &width, &height))
    return size;
  return format("%s, %d×%d", size, width, height);
}

}  // namespace

Choices provider_choices() {
  Choices choices;
  gsize n = 0;
  SeedreamProvider* const* all = seedream_provider_list(&n);
  for (gsize i = 0; i < n; ++i)
    choices.emplace_back(seedream_provider_get_id(all[i]), seedream_provider_get_name(all[i]));
  return choices;
}

Choices model_choices(SeedreamProvider* provider) {
  Choices choices;
  gsize n = 0;
  SeedreamModel* const* all = seedream_provider_list_models(provider, &n);
  for (gsize i = 0; i < n; ++i)
    choices.emplace_back(seedream_model_get_id(all[i]), seedream_model_get_name(all[i]));
  return choices;
}

GtkWidget* new_size_combo() {
  GtkWidget* combo = gtk_combo_box_text_new_with_entry();
  GtkWidget* entry = gtk_bin_get_child(GTK_BIN(combo));
  set_accessible_name(entry, _("Size"));
  gtk_widget_set_tooltip_text(combo, _("Choose one, or type width × height in pixels, such as 2304x1728"));
  gtk_widget_show(combo);
  return combo;
}

void fill_size_combo(GtkWidget* combo, SeedreamModel* model, const std::string& chosen) {
  auto* list = GTK_COMBO_BOX_TEXT(combo);
  gtk_combo_box_text_remove_all(list);
  gtk_combo_box_text_append(list, "auto", _("Automatic"));
  for (const char* const* size = seedream_model_get_sizes(model); *size; ++size)
    gtk_combo_box_text_append(list, *size, text_of_size(model, *size).c_str());
  if (!gtk_combo_box_set_active_id(GTK_COMBO_BOX(combo), chosen.c_str()))
    gtk_entry_set_text(GTK_ENTRY(gtk_bin_get_child(GTK_BIN(combo))), chosen.c_str());
}

std::string size_in(GtkWidget* combo) {
  const std::string known = chosen_in(combo);
  if (!known.empty())
    return known;
  // As people write it: "2304 × 1728".
  std::string size;
  for (const char* at = gtk_entry_get_text(GTK_ENTRY(gtk_bin_get_child(GTK_BIN(combo)))); *at;
       at = g_utf8_next_char(at)) {
    const gunichar sign = g_utf8_get_char(at);
    if (sign == U'×')
      size += 'x';
    else if (!g_unichar_isspace(sign))
      size.append(at, std::size_t(g_utf8_next_char(at) - at));
  }
  return size.empty() ? "auto" : size;
}

}  // namespace seedream::plugin
