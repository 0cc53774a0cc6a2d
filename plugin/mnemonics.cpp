// plugin/mnemonics.cpp - every letter leads to one widget.
#include "mnemonics.hpp"

#include <set>
#include <string>
#include <vector>

#include "base/glib-ptr.hpp"

namespace seedream::plugin {
namespace {

void collect(GtkWidget* widget, gpointer labels) noexcept {
  if (GTK_IS_LABEL(widget) && gtk_label_get_use_underline(GTK_LABEL(widget)))
    static_cast<std::vector<GtkLabel*>*>(labels)->push_back(GTK_LABEL(widget));
  if (GTK_IS_CONTAINER(widget))
    gtk_container_forall(GTK_CONTAINER(widget), collect, labels);
}

std::string with_mnemonic(const std::string& text, std::size_t at) {
  std::string marked;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == at)
      marked += '_';
    marked += text[i];
    if (text[i] == '_')
      marked += '_';
  }
  return marked;
}

// The first letter of a word if one is free, else any letter; nothing is marked where none is.
void choose_another(GtkLabel* label, const std::set<gunichar>& taken) {
  const std::string text = gtk_label_get_text(label);
  std::size_t found = std::string::npos;
  bool at_begin = true, found_at_begin = false;
  for (std::size_t i = 0; i < text.size() && !found_at_begin;) {
    const char* at = text.c_str() + i;
    const gunichar letter = g_utf8_get_char(at);
    const bool is_free =
        g_unichar_isalnum(letter) && !g_unichar_iswide(letter) && !taken.contains(g_unichar_tolower(letter));
    if (is_free && (at_begin || found == std::string::npos)) {
      found = i;
      found_at_begin = at_begin;
    }
    at_begin = !g_unichar_isalnum(letter);
    i = std::size_t(g_utf8_next_char(at) - text.c_str());
  }
  gtk_label_set_text_with_mnemonic(label, with_mnemonic(text, found).c_str());
}

gunichar mnemonic_of(GtkLabel* label) {
  return g_unichar_tolower(gdk_keyval_to_unicode(gtk_label_get_mnemonic_keyval(label)));
}

}  // namespace

void keep_mnemonics_apart(GtkWidget* window) {
  std::vector<GtkLabel*> labels, losers;
  collect(window, &labels);
  std::set<gunichar> taken;
  for (GtkLabel* label : labels)
    if (const gunichar letter = mnemonic_of(label); letter && !taken.insert(letter).second)
      losers.push_back(label);
  for (GtkLabel* label : losers) {
    choose_another(label, taken);
    if (const gunichar letter = mnemonic_of(label))
      taken.insert(letter);
  }
}

}  // namespace seedream::plugin
