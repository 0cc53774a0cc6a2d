// plugin/reference-list.cpp - the list of a composition's pictures in the dialog. The config holds it; this
// shows it.
#include <glib/gi18n.h>
#include <libgimp/gimpui.h>

#include <algorithm>

#include "lists.hpp"
#include "references.hpp"

namespace seedream::plugin {
namespace {

enum Column { NUMBER, NAME, N_COLUMNS };

class List {
 public:
  explicit List(const Call& call);
  GtkWidget* widget() const { return box_; }

 private:
  void refill(int chosen);
  void write(int chosen);
  int chosen() const;
  void move(int by);
  void move_up() { move(-1); }
  void move_down() { move(1); }
  void remove();
  void add_files();
  void add(Reference reference);
  void show_menu();
  void add_to_menu(GtkWidget* menu, const char* label, Reference reference);
  GtkWidget* add_button(GtkWidget* row, const char* label, void (List::*action)());
  void update_buttons();
  gboolean key(const GdkEventKey* event);

  const Call call_;
  std::vector<Reference> references_;
  GtkListStore* const store_ = gtk_list_store_new(N_COLUMNS, G_TYPE_STRING, G_TYPE_STRING);
  GtkWidget* const box_ = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget* const view_ = gtk_tree_view_new_with_model(GTK_TREE_MODEL(store_));
  GtkWidget *up_ = nullptr, *down_ = nullptr, *remove_ = nullptr;
};

// Every entry of the menu holds what it adds.
struct Entry {
  List* list;
  Reference reference;
};

GtkWidget* scrolled(GtkWidget* view) {
  GtkWidget* frame = gtk_scrolled_window_new(nullptr, nullptr);
  gtk_scrolled_window_set_shadow_type(GTK_SCROLLED_WINDOW(frame), GTK_SHADOW_IN);
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(frame), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_widget_set_size_request(frame, 420, 120);
  gtk_container_add(GTK_CONTAINER(frame), view);
  return frame;
}

List::List(const Call& call) : call_(call) {
  if (auto known = references_of(call))
    references_ = *known;
  auto* view = GTK_TREE_VIEW(view_);
  gtk_tree_view_insert_column_with_attributes(view, -1, _("Called"), gtk_cell_renderer_text_new(), "text",
                                              NUMBER, nullptr);
  gtk_tree_view_insert_column_with_attributes(view, -1, _("Picture"), gtk_cell_renderer_text_new(), "text",
                                              NAME, nullptr);
  atk_object_set_name(gtk_widget_get_accessible(view_), _("Pictures to compose"));
  gtk_box_pack_start(GTK_BOX(box_), scrolled(view_), TRUE, TRUE, 0);

  GtkWidget* row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
  add_button(row, _("A_dd…"), &List::show_menu);
  add_button(row, _("Add _File…"), &List::add_files);
  remove_ = add_button(row, _("Remo_ve"), &List::remove);
  up_ = add_button(row, _("_Up"), &List::move_up);
  down_ = add_button(row, _("Do_wn"), &List::move_down);
  gtk_box_pack_start(GTK_BOX(box_), row, FALSE, FALSE, 0);
  gtk_widget_show_all(box_);

  g_signal_connect_swapped(
      gtk_tree_view_get_selection(view), "changed",
      G_CALLBACK(+[](gpointer list) noexcept { static_cast<List*>(list)->update_buttons(); }), this);
  g_signal_connect(view_, "key-press-event",
                   G_CALLBACK(+[](GtkWidget*, GdkEventKey* event, gpointer list) noexcept -> gboolean {
                     return static_cast<List*>(list)->key(event);
                   }),
                   this);
  // The list lives as long as its widget.
  g_object_set_data_full(G_OBJECT(box_), "list", this, [](gpointer list) noexcept {
    g_object_unref(static_cast<List*>(list)->store_);
    delete static_cast<List*>(list);
  });
  refill(0);
}

GtkWidget* List::add_button(GtkWidget* row, const char* label, void (List::*action)()) {
  struct Action {
    List* list;
    void (List::*run)();
  };
  GtkWidget* button = gtk_button_new_with_mnemonic(label);
  g_signal_connect_data(
      button, "clicked", G_CALLBACK(+[](GtkWidget*, gpointer data) noexcept {
        const auto* a = static_cast<Action*>(data);
        (a->list->*a->run)();
      }),
      new Action{this, action}, [](gpointer data, GClosure*) noexcept { delete static_cast<Action*>(data); },
      GConnectFlags(0));
  gtk_box_pack_start(GTK_BOX(row), button, FALSE, FALSE, 0);
  return button;
}

void List::refill(int chosen) {
  gtk_list_store_clear(store_);
  for (std::size_t i = 0; i < references_.size(); ++i)
    gtk_list_store_insert_with_values(store_, nullptr, -1, NUMBER, format(_("image %zu"), i + 1).c_str(),
                                      NAME, references_[i].name().c_str(), -1);
  if (!references_.empty()) {
    const std::unique_ptr<GtkTreePath, Deleter<gtk_tree_path_free>> path(
        gtk_tree_path_new_from_indices(std::clamp(chosen, 0, int(references_.size()) - 1), -1));
    gtk_tree_view_set_cursor(GTK_TREE_VIEW(view_), path.get(), nullptr, FALSE);
  }
  update_buttons();
}

void List::write(int chosen) {
  set_references(call_, references_);
  refill(chosen);
}

int List::chosen() const {
  GtkTreeIter at;
  if (!gtk_tree_selection_get_selected(gtk_tree_view_get_selection(GTK_TREE_VIEW(view_)), nullptr, &at))
    return -1;
  const std::unique_ptr<GtkTreePath, Deleter<gtk_tree_path_free>> path(
      gtk_tree_model_get_path(GTK_TREE_MODEL(store_), &at));
  return gtk_tree_path_get_indices(path.get())[0];
}

void List::update_buttons() {
  const int at = chosen();
  gtk_widget_set_sensitive(up_, at > 0);
  gtk_widget_set_sensitive(down_, at >= 0 && at + 1 < int(references_.size()));
  gtk_widget_set_sensitive(remove_, at >= 0);
}

void List::move(int by) {
  const int from = chosen(), to = from + by;
  if (from < 0 || to < 0 || to >= int(references_.size()))
    return;
  std::swap(references_[std::size_t(from)], references_[std::size_t(to)]);
  write(to);
}

void List::remove() {
  const int at = chosen();
  if (at < 0)
    return;
  references_.erase(references_.begin() + at);
  write(at);
}

// Delete removes, Alt with an arrow moves.
gboolean List::key(const GdkEventKey* event) {
  const bool alt = (event->state & gtk_accelerator_get_default_mod_mask()) == GDK_MOD1_MASK;
  if (event->keyval == GDK_KEY_Delete)
    remove();
  else if (alt && event->keyval == GDK_KEY_Up)
    move_up();
  else if (alt && event->keyval == GDK_KEY_Down)
    move_down();
  else
    return FALSE;
  return TRUE;
}

void List::add(Reference reference) {
  references_.push_back(std::move(reference));
  write(int(references_.size()) - 1);
}

void List::add_files() {
  GtkWidget* chooser = gtk_file_chooser_dialog_new(
      _("Add Pictures"), GTK_WINDOW(gtk_widget_get_toplevel(box_)), GTK_FILE_CHOOSER_ACTION_OPEN,
      _("_Cancel"), GTK_RESPONSE_CANCEL, _("_Add"), GTK_RESPONSE_ACCEPT, nullptr);
  gtk_file_chooser_set_select_multiple(GTK_FILE_CHOOSER(chooser), TRUE);
  GtkFileFilter* pictures = gtk_file_filter_new();
  gtk_file_filter_set_name(pictures, _("PNG, JPEG and WebP pictures"));
  for (const char* type : {"image/png", "image/jpeg", "image/webp"})
    gtk_file_filter_add_mime_type(pictures, type);
  gtk_file_chooser_add_filter(GTK_FILE_CHOOSER(chooser), pictures);
  if (gtk_dialog_run(GTK_DIALOG(chooser)) == GTK_RESPONSE_ACCEPT) {
    const std::unique_ptr<GSList, Deleter<g_slist_free>> uris(
        gtk_file_chooser_get_uris(GTK_FILE_CHOOSER(chooser)));
    for (GSList* uri = uris.get(); uri; uri = uri->next)
      add({.kind = Reference::Kind::file, .file = CharPtr(static_cast<char*>(uri->data)).get()});
  }
  gtk_widget_destroy(chooser);
}

void List::add_to_menu(GtkWidget* menu, const char* label, Reference reference) {
  GtkWidget* item = gtk_menu_item_new_with_label(label);
  g_signal_connect_data(
      item, "activate", G_CALLBACK(+[](GtkWidget*, gpointer data) noexcept {
        const auto* entry = static_cast<Entry*>(data);
        entry->list->add(entry->reference);
      }),
      new Entry{this, std::move(reference)},
      [](gpointer data, GClosure*) noexcept { delete static_cast<Entry*>(data); }, GConnectFlags(0));
  gtk_menu_shell_append(GTK_MENU_SHELL(menu), item);
}

// All open images, and their layers below each.
void List::show_menu() {
  GtkWidget* menu = gtk_menu_new();
  gtk_menu_attach_to_widget(GTK_MENU(menu), box_, nullptr);
  for (GimpImage* image : open_images()) {
    add_to_menu(menu, CharPtr(gimp_image_get_name(image)).get(),
                {.kind = Reference::Kind::image, .image = image, .file = {}});
    for (GimpLayer* layer : taken(gimp_image_get_layers(image)))
      add_to_menu(menu,
                  format(_("    Layer “%s”"), CharPtr(gimp_item_get_name(GIMP_ITEM(layer))).get()).c_str(),
                  {.kind = Reference::Kind::layer, .item = GIMP_ITEM(layer), .file = {}});
  }
  gtk_widget_show_all(menu);
  gtk_menu_popup_at_widget(GTK_MENU(menu), box_, GDK_GRAVITY_SOUTH_WEST, GDK_GRAVITY_NORTH_WEST, nullptr);
}

}  // namespace

GtkWidget* new_reference_list(const Call& call) {
  return (new List(call))->widget();
}

}  // namespace seedream::plugin
