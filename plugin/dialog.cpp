// plugin/dialog.cpp - the dialogs, made of the procedure's own arguments.
#include "dialog.hpp"

#include <glib/gi18n.h>
#include <libgimp/gimpui.h>

#include "base/result.hpp"

namespace seedream::plugin {
namespace {

struct Price {
  GtkWidget* label;
  int jobs;
};

void show_price(GimpProcedureConfig* config, GParamSpec*, gpointer data) noexcept {
  const auto* price = static_cast<const Price*>(data);
  int count = 1;
  g_object_get(config, "count", &count, nullptr);
  SeedreamProvider* provider = provider_of(config);
  const char* name = seedream_provider_get_name(provider);
  const double usd = seedream_model_get_price(model_of(config).get()) * count * price->jobs;
  const std::string text = usd > 0    ? format(_("About $%.2f at %s"), usd, name)
                           : usd == 0 ? format(_("Free of charge: %s draws on this machine"), name)
                                      : format(_("The price at %s is not known"), name);
  gtk_label_set_text(GTK_LABEL(price->label), text.c_str());
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

// OK is offered as soon as there is something to ask for.
void watch_prompt(GimpProcedureConfig* config, GParamSpec*, gpointer dialog) noexcept {
  char* prompt = nullptr;
  g_object_get(config, "prompt", &prompt, nullptr);
  const CharPtr text(g_strstrip(prompt ? prompt : g_strdup("")));
  gtk_dialog_set_response_sensitive(GTK_DIALOG(dialog), GTK_RESPONSE_OK, *text != '\0');
}

}  // namespace

SeedreamProvider* provider_of(GimpProcedureConfig* config) {
  char* raw = nullptr;
  g_object_get(config, "provider", &raw, nullptr);
  const CharPtr chosen(raw);
  SeedreamProvider* provider = chosen ? seedream_provider_lookup(chosen.get()) : nullptr;
  const char* usual = g_getenv("SEEDREAM_PROVIDER");
  if (!provider && usual)
    provider = seedream_provider_lookup(usual);
  gsize n = 0;
  return provider ? provider : seedream_provider_list(&n)[0];
}

// What is not known is taken for the recommended one until the service has judged.
Ref<SeedreamModel> model_of(GimpProcedureConfig* config) {
  char* raw = nullptr;
  g_object_get(config, "model", &raw, nullptr);
  const CharPtr id(raw);
  SeedreamProvider* provider = provider_of(config);
  SeedreamModel* known = id && *id ? seedream_provider_lookup_model(provider, id.get()) : nullptr;
  return Ref<SeedreamModel>::share(known ? known : seedream_provider_lookup_model(provider, nullptr));
}

bool ask(GimpProcedure* procedure, GimpProcedureConfig* config, const char* title, const char* about,
         int jobs) {
  gimp_ui_init("seedream");
  GtkWidget* dialog = gimp_procedure_dialog_new(procedure, config, title);
  auto* widgets = GIMP_PROCEDURE_DIALOG(dialog);
  GtkWidget* box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12);
  gtk_box_pack_start(GTK_BOX(gtk_dialog_get_content_area(GTK_DIALOG(dialog))), box, TRUE, TRUE, 0);
  gtk_widget_show(box);

  gtk_box_pack_start(GTK_BOX(box), line(about), FALSE, FALSE, 0);
  gtk_box_pack_start(GTK_BOX(box), prompt_box(config), TRUE, TRUE, 0);
  for (const char* property : {"count", "size", "provider"}) {
    GtkWidget* widget = gimp_procedure_dialog_get_widget(widgets, property, G_TYPE_NONE);
    gtk_box_pack_start(GTK_BOX(box), widget, FALSE, FALSE, 0);
    gtk_widget_show(widget);
  }
  Price price{line(""), jobs};
  gtk_widget_set_margin_bottom(price.label, 12);
  gtk_box_pack_start(GTK_BOX(box), price.label, FALSE, FALSE, 0);
  g_signal_connect(config, "notify::count", G_CALLBACK(show_price), &price);
  g_signal_connect(config, "notify::provider", G_CALLBACK(show_price), &price);
  g_signal_connect(config, "notify::prompt", G_CALLBACK(watch_prompt), dialog);
  show_price(config, nullptr, &price);
  watch_prompt(config, nullptr, dialog);

  const bool agreed = gimp_procedure_dialog_run(widgets);
  g_signal_handlers_disconnect_by_data(config, &price);
  g_signal_handlers_disconnect_by_data(config, dialog);
  gtk_widget_destroy(dialog);
  return agreed;
}

}  // namespace seedream::plugin
