// plugin/widgets.hpp - what the windows have in common: their spacing, labels, lists and signals. A label's
// mnemonic leads to its widget, which a screen reader calls by the label.
#pragma once
#include <gtk/gtk.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/timer.hpp"

namespace seedream::plugin {

constexpr int narrow = 6, wide = 12;  // pixels between things that belong together, and between groups

// Calls back for every such signal, whatever it tells, for as long as the object lives.
template <typename Callback>
gulong on(gpointer object, const char* signal, Callback callback) {
  return g_signal_connect_data(
      object, signal, G_CALLBACK(+[](gpointer data) noexcept { (*static_cast<Callback*>(data))(); }),
      new Callback(std::move(callback)),
      [](gpointer data, GClosure*) noexcept { delete static_cast<Callback*>(data); }, G_CONNECT_SWAPPED);
}

// As soon as what is going on now has ended: a window that waits for its user would keep a screen reader
// waiting, which has pressed the button.
[[nodiscard]] Timer soon(std::function<void()> what);

// Text on a line or more, left.
GtkWidget* new_text(const std::string& text);
// Likewise, but less important.
GtkWidget* new_remark(const std::string& text);
void set_text(GtkWidget* label, const std::string& text);

// In the colour of what is wrong, or not.
void show_as_error(GtkWidget* label, bool is_wrong);

void set_accessible_name(GtkWidget* widget, const std::string& name);
void set_accessible_description(GtkWidget* widget, const std::string& description);

// Takes all out of a list or a menu.
void clear(GtkWidget* container);

// A frame in which something long scrolls. height: its least, in pixels.
GtkWidget* new_scrolled(GtkWidget* view, int width, int height);

GtkWidget* new_button(const char* label, const char* icon = nullptr);

// What one can choose from: a stable value, and what people read.
using Choices = std::vector<std::pair<std::string, std::string>>;
// A combo box of them; the one with that value is chosen, or the first.
GtkWidget* new_combo(const Choices& choices, const std::string& chosen);
void set_choices(GtkWidget* combo, const Choices& choices, const std::string& chosen);
std::string chosen_in(GtkWidget* combo);

// Rows of a label and a widget, the labels all as wide as the widest.
class Rows {
 public:
  explicit Rows(GtkSizeGroup* labels);
  GtkWidget* widget() const { return box_; }
  // The widget takes the rest of the row. named: what in it the label is for; nullptr: all of it.
  GtkWidget* add(const char* text, GtkWidget* widget, GtkWidget* named = nullptr);
  // A row that has its own label already.
  void add(GtkWidget* row);
  // Below the widget of the row above.
  void add_remark(GtkWidget* remark);

 private:
  GtkSizeGroup* labels_;  // borrowed
  GtkWidget* const box_ = gtk_box_new(GTK_ORIENTATION_VERTICAL, narrow);
};

}  // namespace seedream::plugin
