/* gimp/closing.c - stands between the plug-in and libgimp: closes an image in its window just before a certain
   call about it, as somebody may who works on meanwhile.

   SEEDREAM_CLOSE says which call, image and window: "gimp_image_insert_layer 2 2". It happens once. */
#include <dlfcn.h>
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

static void
close_if_wanted (const char *call, void *image)
{
  static int closed;
  const char *wanted = g_getenv ("SEEDREAM_CLOSE");
  char name[64];
  int id, window;
  if (closed || !wanted || !image || sscanf (wanted, "%63s %d %d", name, &id, &window) != 3)
    return;
  if (strcmp (name, call) != 0 || id_of (image) != id)
    return;
  void *(*get_display) (int);
  int (*delete_display) (void *);
  *(void **) &get_display = libgimp ("gimp_display_get_by_id");
  *(void **) &delete_display = libgimp ("gimp_display_delete");
  closed = 1;
  delete_display (get_display (window));
}

#define INTERPOSE(name, image) \
  void *name (void *a, void *b, void *c, void *d); \
  void *name (void *a, void *b, void *c, void *d) \
  { \
    void *of = image; \
    const Call next = (Call) (guintptr) libgimp (#name); \
    close_if_wanted (#name, of); \
    return next (a, b, c, d); \
  }

INTERPOSE (gimp_layer_new_from_drawable, b)
INTERPOSE (gimp_image_insert_layer, a)
