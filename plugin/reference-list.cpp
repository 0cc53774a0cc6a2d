// plugin/reference-list.cpp - the list of a composition's pictures in the dialog. The config holds it; this
// shows it.
#include <cairo-gobject.h>
#include <glib/gi18n.h>
#include <libgimp/gimpui.h>

#include <algorithm>

#include "lists.hpp"
#include "references.hpp"
#include "widgets.hpp"

namespace seedream::plugin {
namespace {

enum Column { PLACE, IS_ON, PICTURE, NUMBER, NAME, REMARK, IS_SENT, N_COLUMNS };
constexpr int thumbnail = 40;   // pixels of the screen at 1×
constexpr int link_column = 2;  // of the view: a click on the number puts it into the prompt
constexpr int list_width = 380, list_height = 250;

class List {
 public:
  List(const Call& call, Insert insert);
  ~List();
  List(const List&) = delete;
  List& operator=(const List&) = delete;
  GtkWidget* widget() const { return box_; }

 private:
  void make_view();
  void make_buttons();
  void refill(int at);
  std::string remark_on(const Reference& reference, unsigned number) const;
  void show_thumbnail(std::size_t place);
  void read_thumbnail(std::size_t place);
  void write(int at);
  void follow_rows();
  int chosen() const;
  void move(int by);
  void remove();
  void toggle(std::size_t at);
  void name_in_prompt(int place);
  void add_files();
  void paste();
  void add(Reference reference);
  void fill_menu();
  void add_to_menu(const std::string& label, Reference reference);
  void update_buttons();
  gboolean key(const GdkEventKey* event);
  gboolean click(const GdkEventButton* event);

  const Call call_;
  const Insert insert_;
  std::vector<Reference> references_;
  std::vector<Ref<GdkPixbuf>> thumbnails_;  // one for each of them; none: it is not there yet
  unsigned most_ = 0;
  bool refilling_ = false;
  Ref<GCancellable> reading_;
  std::vector<gulong> heeds_model_;  // how many are sent goes by it
  Timer soon_;
  GtkListStore* const store_ =
      gtk_list_store_new(N_COLUMNS, G_TYPE_INT, G_TYPE_BOOLEAN, CAIRO_GOBJECT_TYPE_SURFACE, G_TYPE_STRING,
                         G_TYPE_STRING, G_TYPE_STRING, G_TYPE_BOOLEAN);
  GtkWidget* const box_ = gtk_box_new(GTK_ORIENTATION_VERTICAL, narrow);
  GtkWidget* const view_ = gtk_tree_view_new_with_model(GTK_TREE_MODEL(store_));
  GtkWidget* const menu_ = gtk_menu_new();
  GtkWidget *up_ = nullptr, *down_ = nullptr, *remove_ = nullptr, *insert_button_ = nullptr;
};

List::List(const Call& call, Insert insert)
    : call_(call), insert_(std::move(insert)), references_(offered_references(call)) {
  GtkWidget* label = gtk_label_new_with_mnemonic(_("P_ictures"));
  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_label_set_mnemonic_widget(GTK_LABEL(label), view_);
  gtk_box_pack_start(GTK_BOX(box_), label, FALSE, FALSE, 0);
  make_view();
  gtk_box_pack_start(GTK_BOX(box_), new_scrolled(view_, list_width, list_height), TRUE, TRUE, 0);
  make_buttons();
  // As high as the buttons beside the prompt, so that what is below begins at the same height.
  int height = 0;
  gtk_widget_get_preferred_height(up_, &height, nullptr);
  gtk_widget_set_size_request(label, -1, height);
  gtk_widget_show_all(box_);
  for (const char* property : {"notify::model", "notify::provider"})
    heeds_model_.push_back(on(call_.config, property, [this] { refill(chosen()); }));
  // The list lives as long as its widget.
  g_object_set_data_full(G_OBJECT(box_), "list", this,
                         [](gpointer list) noexcept { delete static_cast<List*>(list); });
  refill(0);
}

List::~List() {
  if (reading_)
    g_cancellable_cancel(reading_.get());
  for (gulong handler : heeds_model_)
    g_signal_handler_disconnect(call_.config, handler);
  g_signal_handlers_disconnect_by_data(store_, this);
  g_object_unref(store_);
}

void List::make_view() {
  auto* view = GTK_TREE_VIEW(view_);
  gtk_tree_view_set_headers_visible(view, FALSE);
  gtk_tree_view_set_reorderable(view, TRUE);
  set_accessible_name(view_, _("Pictures to compose"));
  gtk_widget_set_tooltip_text(
      view_, _("Drag pictures, or press Alt with an arrow key, to change their order. A click on "
               "a number puts it into the prompt."));
  GtkCellRenderer* box = gtk_cell_renderer_toggle_new();
  gtk_tree_view_insert_column_with_attributes(view, -1, _("Sent"), box, "active", IS_ON, nullptr);
  g_signal_connect(box, "toggled",
                   G_CALLBACK(+[](GtkCellRenderer*, const char* path, gpointer list) noexcept {
                     static_cast<List*>(list)->toggle(std::size_t(g_ascii_strtoull(path, nullptr, 10)));
                   }),
                   this);
  GtkCellRenderer* picture = gtk_cell_renderer_pixbuf_new();
  gtk_cell_renderer_set_fixed_size(picture, thumbnail + narrow, thumbnail + narrow);
  gtk_tree_view_insert_column_with_attributes(view, -1, _("Thumbnail"), picture, "surface", PICTURE,
                                              "sensitive", IS_SENT, nullptr);
  GtkCellRenderer* number = gtk_cell_renderer_text_new();
  g_object_set(number, "underline", PANGO_UNDERLINE_SINGLE, nullptr);
  gtk_tree_view_insert_column_with_attributes(view, -1, _("Called"), number, "text", NUMBER, "sensitive",
                                              IS_SENT, nullptr);
  GtkCellRenderer* name = gtk_cell_renderer_text_new();
  g_object_set(name, "ellipsize", PANGO_ELLIPSIZE_MIDDLE, nullptr);
  GtkTreeViewColumn* column = gtk_tree_view_column_new();
  gtk_tree_view_column_set_title(column, _("Picture"));
  GtkCellArea* area = gtk_cell_layout_get_area(GTK_CELL_LAYOUT(column));
  gtk_orientable_set_orientation(GTK_ORIENTABLE(area), GTK_ORIENTATION_VERTICAL);
  gtk_tree_view_column_pack_start(column, name, FALSE);
  gtk_tree_view_column_set_attributes(column, name, "text", NAME, "sensitive", IS_SENT, nullptr);
  GtkCellRenderer* remark = gtk_cell_renderer_text_new();
  g_object_set(remark, "scale", PANGO_SCALE_SMALL, "ellipsize", PANGO_ELLIPSIZE_END, "sensitive", FALSE,
               nullptr);
  gtk_tree_view_column_pack_start(column, remark, FALSE);
  gtk_tree_view_column_set_attributes(column, remark, "text", REMARK, nullptr);
  gtk_tree_view_append_column(view, column);
  gtk_tree_view_set_search_column(view, NAME);

  on(gtk_tree_view_get_selection(view), "changed", [this] { update_buttons(); });
  // A row that is dragged is inserted in its new place, then deleted from the old one.
  on(store_, "row-deleted", [this] {
    if (!refilling_)
      soon_ = soon([this] { follow_rows(); });
  });
  g_signal_connect(
      view_, "row-activated",
      G_CALLBACK(+[](GtkTreeView*, GtkTreePath* path, GtkTreeViewColumn*, gpointer list) noexcept {
        static_cast<List*>(list)->name_in_prompt(gtk_tree_path_get_indices(path)[0]);
      }),
      this);
  g_signal_connect(view_, "button-release-event",
                   G_CALLBACK(+[](GtkWidget*, GdkEventButton* event, gpointer list) noexcept -> gboolean {
                     return static_cast<List*>(list)->click(event);
                   }),
                   this);
  g_signal_connect(view_, "key-press-event",
                   G_CALLBACK(+[](GtkWidget*, GdkEventKey* event, gpointer list) noexcept -> gboolean {
                     return static_cast<List*>(list)->key(event);
                   }),
                   this);
}

// All with an icon alone, as below GIMP's own list of layers.
void List::make_buttons() {
  GtkWidget* row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_style_context_add_class(gtk_widget_get_style_context(row), GTK_STYLE_CLASS_LINKED);
  const auto prepare = [row](GtkWidget* button, const char* icon, const char* text) {
    gtk_container_add(GTK_CONTAINER(button), gtk_image_new_from_icon_name(icon, GTK_ICON_SIZE_BUTTON));
    gtk_widget_set_tooltip_text(button, text);
    set_accessible_name(button, text);
    gtk_box_pack_start(GTK_BOX(row), button, TRUE, TRUE, 0);
    return button;
  };
  GtkWidget* open = prepare(gtk_menu_button_new(), "list-add", _("Add an Open Image or Layer"));
  gtk_menu_button_set_popup(GTK_MENU_BUTTON(open), menu_);
  on(menu_, "show", [this] { fill_menu(); });
  on(prepare(gtk_button_new(), "document-open", _("Add Files")), "clicked",
     [this] { soon_ = soon([this] { add_files(); }); });
  on(prepare(gtk_button_new(), "edit-paste", _("Paste from the Clipboard")), "clicked", [this] { paste(); });
  up_ = prepare(gtk_button_new(), "go-up", _("Up"));
  on(up_, "clicked", [this] { move(-1); });
  down_ = prepare(gtk_button_new(), "go-down", _("Down"));
  on(down_, "clicked", [this] { move(1); });
  insert_button_ = prepare(gtk_button_new(), "gimp-tool-text", _("Name It in the Prompt"));
  on(insert_button_, "clicked", [this] { name_in_prompt(chosen()); });
  remove_ = prepare(gtk_button_new(), "edit-delete", _("Remove"));
  on(remove_, "clicked", [this] { remove(); });
  gtk_box_pack_start(GTK_BOX(box_), row, FALSE, FALSE, 0);
  fill_menu();
}

// What it is, or why it is not sent.
std::string List::remark_on(const Reference& reference, unsigned number) const {
  if (!reference.is_on)
    return _("Switched off");
  if (number > most_)
    return format(
        ngettext("Not sent: the model takes %u picture", "Not sent: the model takes %u pictures", most_),
        most_);
  if (reference.kind == Reference::Kind::file)
    return _("File");
  if (reference.image)
    return _("Open image");
  GimpImage* home = gimp_item_get_image(reference.item);
  const auto images = open_images();
  if (std::find(images.begin(), images.end(), home) == images.end())
    return _("From the clipboard");
  /* Translators: the name of the image that the layer is in */
  return format(_("Layer of %s"), name_of(home).c_str());
}

void List::refill(int at) {
  refilling_ = true;
  most_ = most_references(call_);
  thumbnails_.resize(references_.size());
  gtk_list_store_clear(store_);
  unsigned number = 0;
  for (std::size_t i = 0; i < references_.size(); ++i) {
    const Reference& reference = references_[i];
    number += reference.is_on;
    const bool is_sent = reference.is_on && number <= most_;
    // The prompt's own words, in whatever language the prompt is.
    const std::string called = is_sent ? "image " + std::to_string(number) : "";
    gtk_list_store_insert_with_values(store_, nullptr, -1, PLACE, int(i), IS_ON, reference.is_on, NUMBER,
                                      called.c_str(), NAME, reference.name().c_str(), REMARK,
                                      remark_on(reference, number).c_str(), IS_SENT, is_sent, -1);
    show_thumbnail(i);
  }
  if (!references_.empty()) {
    const std::unique_ptr<GtkTreePath, Deleter<gtk_tree_path_free>> path(
        gtk_tree_path_new_from_indices(std::clamp(at, 0, int(references_.size()) - 1), -1));
    gtk_tree_view_set_cursor(GTK_TREE_VIEW(view_), path.get(), nullptr, FALSE);
  }
  refilling_ = false;
  update_buttons();
}

void List::show_thumbnail(std::size_t place) {
  if (!thumbnails_[place])
    read_thumbnail(place);
  GtkTreeIter row;
  if (!thumbnails_[place] ||
      !gtk_tree_model_iter_nth_child(GTK_TREE_MODEL(store_), &row, nullptr, int(place)))
    return;
  cairo_surface_t* surface = gdk_cairo_surface_create_from_pixbuf(
      thumbnails_[place].get(), gtk_widget_get_scale_factor(view_), nullptr);
  gtk_list_store_set(store_, &row, PICTURE, surface, -1);
  cairo_surface_destroy(surface);
}

void List::read_thumbnail(std::size_t place) {
  const Reference& reference = references_[place];
  const int size = thumbnail * gtk_widget_get_scale_factor(view_);
  if (reference.image) {
    thumbnails_[place] = Ref<GdkPixbuf>::adopt(
        gimp_image_get_thumbnail(reference.image, size, size, GIMP_PIXBUF_SMALL_CHECKS));
    return;
  }
  if (reference.item) {
    thumbnails_[place] = Ref<GdkPixbuf>::adopt(
        gimp_drawable_get_thumbnail(GIMP_DRAWABLE(reference.item), size, size, GIMP_PIXBUF_SMALL_CHECKS));
    return;
  }
  if (!reading_)
    reading_ = Ref<GCancellable>::adopt(g_cancellable_new());
  struct Reading {
    List* list;
    std::string file;
    Ref<GCancellable> wanted;
  };
  // A picture of a file is made in a worker, and the list may be another one by then.
  const auto file = Ref<GFile>::adopt(g_file_new_for_commandline_arg(reference.file.c_str()));
  GTask* task = g_task_new(
      file.get(), reading_.get(),
      [](GObject*, GAsyncResult* result, gpointer data) noexcept {
        const std::unique_ptr<Reading> made(static_cast<Reading*>(data));
        const auto pixbuf =
            Ref<GdkPixbuf>::adopt(static_cast<GdkPixbuf*>(g_task_propagate_pointer(G_TASK(result), nullptr)));
        if (!pixbuf || g_cancellable_is_cancelled(made->wanted.get()))
          return;
        auto& list = *made->list;
        for (std::size_t i = 0; i < list.references_.size(); ++i)
          if (list.references_[i].file == made->file) {
            list.thumbnails_[i] = pixbuf;
            list.show_thumbnail(i);
          }
      },
      new Reading{this, reference.file, reading_});
  g_task_set_task_data(task, GINT_TO_POINTER(size), nullptr);
  g_task_run_in_thread(
      task, [](GTask* self, gpointer source, gpointer data, GCancellable* cancellable) noexcept {
        GError* raw = nullptr;
        const auto stream = Ref<GFileInputStream>::adopt(g_file_read(G_FILE(source), cancellable, &raw));
        const int side = GPOINTER_TO_INT(data);
        GdkPixbuf* pixbuf = stream ? gdk_pixbuf_new_from_stream_at_scale(G_INPUT_STREAM(stream.get()), side,
                                                                         side, TRUE, cancellable, &raw)
                                   : nullptr;
        if (pixbuf)
          g_task_return_pointer(self, pixbuf, g_object_unref);
        else
          g_task_return_error(self, raw);
      });
  g_object_unref(task);
}

void List::write(int at) {
  set_references(call_, references_);
  refill(at);
}

// After a row was dragged: the rows are in the order that is meant.
void List::follow_rows() {
  std::vector<Reference> ordered;
  std::vector<Ref<GdkPixbuf>> pictures;
  const int moved = chosen();
  GtkTreeIter row;
  for (gboolean more = gtk_tree_model_get_iter_first(GTK_TREE_MODEL(store_), &row); more;
       more = gtk_tree_model_iter_next(GTK_TREE_MODEL(store_), &row)) {
    int place = 0;
    gtk_tree_model_get(GTK_TREE_MODEL(store_), &row, PLACE, &place, -1);
    ordered.push_back(references_[std::size_t(place)]);
    pictures.push_back(thumbnails_[std::size_t(place)]);
  }
  references_ = std::move(ordered);
  thumbnails_ = std::move(pictures);
  write(moved);
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
  gtk_widget_set_sensitive(insert_button_, at >= 0 && references_[std::size_t(at)].is_on);
}

void List::move(int by) {
  const int from = chosen(), to = from + by;
  if (from < 0 || to < 0 || to >= int(references_.size()))
    return;
  std::swap(references_[std::size_t(from)], references_[std::size_t(to)]);
  std::swap(thumbnails_[std::size_t(from)], thumbnails_[std::size_t(to)]);
  write(to);
}

void List::remove() {
  const int at = chosen();
  if (at < 0)
    return;
  references_.erase(references_.begin() + at);
  thumbnails_.erase(thumbnails_.begin() + at);
  write(at);
}

void List::toggle(std::size_t at) {
  references_[at].is_on = !references_[at].is_on;
  write(int(at));
}

void List::name_in_prompt(int place) {
  GtkTreeIter row;
  if (!gtk_tree_model_iter_nth_child(GTK_TREE_MODEL(store_), &row, nullptr, place))
    return;
  char* called = nullptr;
  gtk_tree_model_get(GTK_TREE_MODEL(store_), &row, NUMBER, &called, -1);
  const CharPtr held(called);
  if (called && *called)
    insert_(called);
}

gboolean List::click(const GdkEventButton* event) {
  auto* view = GTK_TREE_VIEW(view_);
  GtkTreePath* path = nullptr;
  GtkTreeViewColumn* column = nullptr;
  if (event->button != GDK_BUTTON_PRIMARY ||
      !gtk_tree_view_get_path_at_pos(view, int(event->x), int(event->y), &path, &column, nullptr, nullptr))
    return FALSE;
  const int place = gtk_tree_path_get_indices(path)[0];
  gtk_tree_path_free(path);
  if (column == gtk_tree_view_get_column(view, link_column))
    name_in_prompt(place);
  return FALSE;
}

// Delete removes, Space switches, Alt with an arrow moves.
gboolean List::key(const GdkEventKey* event) {
  const bool alt = (event->state & gtk_accelerator_get_default_mod_mask()) == GDK_MOD1_MASK;
  if (event->keyval == GDK_KEY_Delete)
    remove();
  else if (event->keyval == GDK_KEY_space && chosen() >= 0)
    toggle(std::size_t(chosen()));
  else if (alt && event->keyval == GDK_KEY_Up)
    move(-1);
  else if (alt && event->keyval == GDK_KEY_Down)
    move(1);
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

// The picture becomes a layer of an image that nobody sees: there is no file of it.
void List::paste() {
  gtk_clipboard_request_image(
      gtk_widget_get_clipboard(box_, GDK_SELECTION_CLIPBOARD),
      [](GtkClipboard*, GdkPixbuf* pixbuf, gpointer data) noexcept {
        auto* box = static_cast<GtkWidget*>(data);
        auto* list = static_cast<List*>(g_object_get_data(G_OBJECT(box), "list"));
        if (!pixbuf && list)
          gtk_widget_error_bell(box);
        if (pixbuf && list) {
          const int width = gdk_pixbuf_get_width(pixbuf), height = gdk_pixbuf_get_height(pixbuf);
          auto scratch = std::make_shared<Scratch>(width, height, GIMP_RGB, GIMP_PRECISION_U8_NON_LINEAR);
          GimpLayer* layer = gimp_layer_new_from_pixbuf(scratch->image(), _("Clipboard"), pixbuf, 100,
                                                        GIMP_LAYER_MODE_NORMAL, 0, 0);
          gimp_image_insert_layer(scratch->image(), layer, nullptr, 0);
          list->call_.lent->push_back(std::move(scratch));
          list->add({.kind = Reference::Kind::layer, .item = GIMP_ITEM(layer), .file = {}});
        }
        g_object_unref(box);
      },
      g_object_ref(box_));
}

void List::add_to_menu(const std::string& label, Reference reference) {
  GtkWidget* item = gtk_menu_item_new_with_label(label.c_str());
  on(item, "activate", [this, reference] { add(reference); });
  gtk_menu_shell_append(GTK_MENU_SHELL(menu_), item);
}

// All open images, and their layers below each.
void List::fill_menu() {
  clear(menu_);
  for (GimpImage* image : open_images()) {
    add_to_menu(name_of(image), {.kind = Reference::Kind::image, .image = image, .file = {}});
    for (GimpLayer* layer : taken(gimp_image_get_layers(image)))
      /* Translators: the layer's name, in a menu */
      add_to_menu("    " + format(_("Layer “%s”"), CharPtr(gimp_item_get_name(GIMP_ITEM(layer))).get()),
                  {.kind = Reference::Kind::layer, .item = GIMP_ITEM(layer), .file = {}});
  }
  gtk_widget_show_all(menu_);
}

}  // namespace

GtkWidget* new_reference_list(const Call& call, Insert insert) {
  return (new List(call, std::move(insert)))->widget();
}

}  // namespace seedream::plugin
