/* gimp/closing.c - stands between the plug-in and libgimp: closes an image in its window just before a certain
   call about it, as somebody may who works on meanwhile, or refuses the call, as GIMP may.

   SEEDREAM_CLOSE says which call, image and window: "gimp_image_insert_layer 2 2"; the window 0: it is refused. It happens
   once. */
#include <dlfcn.h>
#include <errno.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef void *(*Call) (void *, void *, void *, void *);

/* It is looked for where it is: in Python it belongs to a module, and is not to be found by name alone. */
static void *
libgimp (const char *name)
{
  void *library = dlopen ("libgimp-3.0.so.0", RTLD_LAZY | RTLD_NOLOAD);
  void *found = library ? dlsym (library, name) : NULL;
  if (!found)
    _exit (127);
  dlclose (library);
  return found;
}

static int
id_of (void *image)
{
  int (*get_id) (void *);
  *(void **) &get_id = libgimp ("gimp_image_get_id");
  return get_id (image);
}

/* Whether the call is to be refused. */
static int
disturb (const char *call, void *image)
{
  static int disturbed;
  const char *wanted = g_getenv ("SEEDREAM_CLOSE");
  char name[64];
  int id, window;
  if (strcmp (program_invocation_short_name, "seedream") != 0) /* whoever opens the image has layers to insert, too */
    return 0;
  if (disturbed || !wanted || !image || sscanf (wanted, "%63s %d %d", name, &id, &window) != 3)
    return 0;
  if (strcmp (name, call) != 0 || id_of (image) != id)
    return 0;
  disturbed = 1;
  if (window == 0)
    return 1;
  void *(*get_display) (int);
  int (*delete_display) (void *);
  *(void **) &get_display = libgimp ("gimp_display_get_by_id");
  *(void **) &delete_display = libgimp ("gimp_display_delete");
  delete_display (get_display (window));
  return 0;
}

#define INTERPOSE(name, image) \
  void *name (void *a, void *b, void *c, void *d); \
  void *name (void *a, void *b, void *c, void *d) \
  { \
    void *of = image; \
    const Call next = (Call) (guintptr) libgimp (#name); \
    return disturb (#name, of) ? NULL : next (a, b, c, d); \
  }

INTERPOSE (gimp_layer_new_from_drawable, b)
INTERPOSE (gimp_image_insert_layer, a)
