// plugin/prompt-box.hpp - where the prompt is written: with presets, the prompts of earlier jobs, and a word
// where it becomes too long.
#pragma once
#include <libgimp/gimp.h>
#include <seedream.h>

#include "presets.hpp"
#include "widgets.hpp"

namespace seedream::plugin {

class PromptBox {
 public:
  // procedure: "edit", "compose" or "generate", for the presets.
  PromptBox(GimpProcedureConfig* config, SeedreamOperation operation, const char* procedure);
  ~PromptBox();
  PromptBox(const PromptBox&) = delete;
  PromptBox& operator=(const PromptBox&) = delete;

  GtkWidget* widget() const { return box_; }
  void take_focus() { gtk_widget_grab_focus(view_); }
  // Puts something in where one writes just now, as a word of its own.
  void insert(const std::string& text);
  // From what length on the model may no longer heed all of it.
  void set_model(SeedreamModel* model);

 private:
  GtkWidget* new_presets_button();
  GtkWidget* new_history_button();
  void fill_presets();
  void use(const Preset& preset);
  void save_as_preset();
  void load_history();
  void fill_history(const std::vector<std::string>& prompts);
  void use_prompt(const std::string& prompt);
  std::string text() const;
  void show_length();

  const std::string procedure_;
  const SeedreamOperation operation_;
  GtkTextBuffer* const buffer_;
  GtkWidget *const box_, *const view_, *const hint_, *const presets_, *const popover_, *const search_,
                                                                                           *const list_,
                                                                                               *const empty_;
  Ref<SeedreamModel> model_;
  Timer soon_;
  Ref<GCancellable> loading_ = Ref<GCancellable>::adopt(g_cancellable_new());
};

}  // namespace seedream::plugin
