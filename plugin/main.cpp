// plugin/main.cpp - the plug-in's names and dispatch, nothing else.
#include <libgimp/gimp.h>

#include "procedures.hpp"

struct _Seedream {
  GimpPlugIn parent_instance;
};

G_DECLARE_FINAL_TYPE(Seedream, seedream, SEEDREAM, PLUG_IN, GimpPlugIn)
G_DEFINE_FINAL_TYPE(Seedream, seedream, GIMP_TYPE_PLUG_IN)

static GList* query_procedures(GimpPlugIn*) noexcept {
  return seedream::plugin::procedure_names();
}

static GimpProcedure* create_procedure(GimpPlugIn* plug_in, const char* name) noexcept {
  return seedream::plugin::create_procedure(plug_in, name);
}

// GIMP itself finds the catalogues: in the plug-in's own folder, in locale/.
static void seedream_class_init(SeedreamClass* klass) {
  GimpPlugInClass* plug_in_class = GIMP_PLUG_IN_CLASS(klass);
  plug_in_class->query_procedures = query_procedures;
  plug_in_class->create_procedure = create_procedure;
}

static void seedream_init(Seedream*) {}

// Unless it is told otherwise babl first finds out how fast tables of 64 MiB are. That takes 350 MiB and a
// fifth of a second of every start, and a plug-in that converts each picture once never uses them.
int main(int argc, char* argv[]) {
  g_setenv("BABL_LUT", "0", FALSE);
  return gimp_main(seedream_get_type(), argc, argv);
}
