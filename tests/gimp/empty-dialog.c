/* gimp/empty-dialog.c - a plug-in whose dialog has nothing in it: what any plug-in with a dialog takes to
   start. */
#include <libgimp/gimp.h>
#include <libgimp/gimpui.h>

struct _EmptyDialog
{
  GimpPlugIn parent_instance;
};

G_DECLARE_FINAL_TYPE (EmptyDialog, empty_dialog, EMPTY, DIALOG, GimpPlugIn)
G_DEFINE_FINAL_TYPE (EmptyDialog, empty_dialog, GIMP_TYPE_PLUG_IN)

static GimpValueArray *
run (GimpProcedure *procedure, GimpRunMode mode, GimpImage *image, GimpDrawable **drawables,
     GimpProcedureConfig *config, gpointer data)
{
  (void) mode, (void) image, (void) drawables, (void) data;
  gimp_ui_init ("empty-dialog");
  GtkWidget *dialog = gimp_procedure_dialog_new (procedure, config, "Empty");
  gimp_procedure_dialog_fill (GIMP_PROCEDURE_DIALOG (dialog), NULL);
  gimp_procedure_dialog_run (GIMP_PROCEDURE_DIALOG (dialog));
  gtk_widget_destroy (dialog);
  return gimp_procedure_new_return_values (procedure, GIMP_PDB_CANCEL, NULL);
}

static GList *
query_procedures (GimpPlugIn *plug_in)
{
  (void) plug_in;
  return g_list_append (NULL, g_strdup ("plug-in-empty-dialog"));
}

static GimpProcedure *
create_procedure (GimpPlugIn *plug_in, const char *name)
{
  GimpProcedure *procedure = gimp_image_procedure_new (plug_in, name, GIMP_PDB_PROC_TYPE_PLUGIN, run, NULL, NULL);
  gimp_procedure_set_image_types (procedure, "*");
  gimp_procedure_set_sensitivity_mask (procedure, GIMP_PROCEDURE_SENSITIVE_ALWAYS);
  return procedure;
}

static void
empty_dialog_class_init (EmptyDialogClass *klass)
{
  GimpPlugInClass *plug_in_class = GIMP_PLUG_IN_CLASS (klass);
  plug_in_class->query_procedures = query_procedures;
  plug_in_class->create_procedure = create_procedure;
}

static void
empty_dialog_init (EmptyDialog *self)
{
  (void) self;
}

GIMP_MAIN (empty_dialog_get_type ())
