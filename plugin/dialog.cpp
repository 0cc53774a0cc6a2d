// plugin/dialog.cpp - the dialogs, made of the procedure's own arguments.
#include "dialog.hpp"

#include <glib/gi18n.h>
#include <libgimp/gimpui.h>

#include "arguments.hpp"

namespace seedream::plugin {
namespace {

// What follows the settings: what will be sent, what it costs, whether OK is offered.
struct Telling {
  const Kind& kind;
  const Call& call;
  GtkWidget *dialog, *about, *price;
};

std::string price_of(const Telling& telling) {
  GimpProcedureConfig* config = telling.call.config;
  const char* name = seedream_provider_get_name(provider_of(config));
  const int jobs = telling.kind.count_jobs ? telling.kind.count_jobs(telling.call) : 1;
  const double usd = seedream_model_get_price(model_of(config).get()) * number_of(config, "count") * jobs;
  return usd > 0    ? format(_("About $%.2f at %s"), usd, name)
         : usd == 0 ? format(_("Free of charge: %s draws on this machine"), name)
                    : format(_("The price at %s is not known"), name);
}

bool is_blank(const std::string& text) {
  return text.find_first_not_of(" \n\r\t") == std::string::npos;
}

void tell(GimpProcedureConfig* config, GParamSpec*, gpointer data) noexcept {
  const auto& telling = *static_cast<const Telling*>(data);
  const std::string objection = telling.kind.objection(telling.call);
  gtk_label_set_text(GTK_LABEL(telling.about),
                     objection.empty() ? telling.kind.describe(telling.call).c_str() : objection.c_str());
  gtk_label_set_text(GTK_LABEL(telling.price), price_of(telling).c_str());
  gtk_dialog_set_response_sensitive(GTK_DIALOG(telling.dialog), GTK_RESPONSE_OK,
                                    objection.empty() && !is_blank(text_of(config, "prompt")));
}

GtkWidget* prompt_view(GimpProcedureConfig* config) {
  GtkTextBuffer* text = gimp_prop_text_buffer_new(G_OBJECT(config), "prompt", 0);
  GtkWidget* view = gtk_text_view_new_with_buffer(text);
  g_object_unref(text);
  gtk_text_view_set_wrap_mode(GTK_TEXT_VIEW(view), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_accepts_tab(GTK_TEXT_VIEW(view), FALSE);
  gtk_text_view_set_left_margin(GTK_TEXT_VIEW(view), 6);
  gtk_text_view_set_right_margin(GTK_TEXT_VIEW(view), 6);
  gtk_text_view_set_top_margin(GTK_TEXT_VIEW(view), 6);
  gtk_text_view_set_bottom_margin(GTK_TEXT_VIEW(view), 6);
  return view;
}

GtkWidget* prompt_box(GimpProcedureConfig* config) {
  GtkWidget* box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget* label = gtk_label_new_with_mnemonic(_("_Prompt"));
  gtk_label_set_xalign(GTK_LABEL(label), 0);
  GtkWidget* view = prompt_view(config);
  gtk_label_set_mnemonic_widget(GTK_LABEL(label), view);
  atk_object_set_name(gtk_widget_get_accessible(view), _("Prompt"));
  GtkWidget* frame = gtk_scrolled_window_new(nullptr, nullptr);
  gtk_scrolled_window_set_shadow_type(GTK_SCROLLED_WINDOW(frame), GTK_SHADOW_IN);
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(frame), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_widget_set_size_request(frame, 420, 96);
  gtk_container_add(GTK_CONTAINER(frame), view);
  gtk_box_pack_start(GTK_BOX(box), label, FALSE, FALSE, 0);
  gtk_box_pack_start(GTK_BOX(box), frame, TRUE, TRUE, 0);
  gtk_widget_show_all(box);
  gtk_widget_grab_focus(view);
  return box;
}

GtkWidget* line(const char* text) {
  GtkWidget* label = gtk_label_new(text);
  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_label_set_line_wrap(GTK_LABEL(label), TRUE);
  gtk_label_set_max_width_chars(GTK_LABEL(label), 56);
  gtk_widget_show(label);
  return label;
}

void add_rows(GtkWidget* box, GtkWidget* dialog, std::span<const char* const> properties) {
  for (const char* property : properties) {
    GtkWidget* widget =
        gimp_procedure_dialog_get_widget(GIMP_PROCEDURE_DIALOG(dialog), property, G_TYPE_NONE);
    gtk_box_pack_start(GTK_BOX(box), widget, FALSE, FALSE, 0);
    gtk_widget_show(widget);
  }
}

GtkWidget* rare_options(GtkWidget* dialog, std::span<const char* const> properties) {
  GtkWidget* expander = gtk_expander_new_with_mnemonic(_("More o_ptions"));
  GtkWidget* box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12);
  gtk_widget_set_margin_start(box, 12);
  gtk_widget_set_margin_top(box, 6);
  add_rows(box, dialog, properties);
  gtk_container_add(GTK_CONTAINER(expander), box);
  gtk_widget_show(box);
  gtk_widget_show(expander);
  return expander;
}

}  // namespace

bool ask(const Kind& kind, const Call& call) {
  gimp_ui_init("seedream");
  GtkWidget* dialog = gimp_procedure_dialog_new(call.procedure, call.config, _(kind.title));
  GtkWidget* box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12);
  gtk_box_pack_start(GTK_BOX(gtk_dialog_get_content_area(GTK_DIALOG(dialog))), box, TRUE, TRUE, 0);
  gtk_widget_show(box);

  const Telling telling{kind, call, dialog, line(""), line("")};
  gtk_box_pack_start(GTK_BOX(box), telling.about, FALSE, FALSE, 0);
  if (kind.make_list)
    gtk_box_pack_start(GTK_BOX(box), kind.make_list(call), TRUE, TRUE, 0);
  gtk_box_pack_start(GTK_BOX(box), prompt_box(call.config), TRUE, TRUE, 0);
  add_rows(box, dialog, kind.usual);
  gtk_box_pack_start(GTK_BOX(box), rare_options(dialog, kind.rare), FALSE, FALSE, 0);
  gtk_widget_set_margin_bottom(telling.price, 12);
  gtk_box_pack_start(GTK_BOX(box), telling.price, FALSE, FALSE, 0);
  g_signal_connect(call.config, "notify", G_CALLBACK(tell), const_cast<Telling*>(&telling));
  tell(call.config, nullptr, const_cast<Telling*>(&telling));

  const bool agreed = gimp_procedure_dialog_run(GIMP_PROCEDURE_DIALOG(dialog));
  g_signal_handlers_disconnect_by_data(call.config, const_cast<Telling*>(&telling));
  gtk_widget_destroy(dialog);
  return agreed;
}

}  // namespace seedream::plugin
