/* support/dots.c - pictures so small that they can stand in any answer. */
#include "support/dots.h"

const char *const dots[N_DOTS] = {
  "iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAAFklEQVR42mP4z8BAEmIY1TCqYfhqAACQ+f8B8u7oVwAAAABJRU5ErkJggg==",
  "iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAAFUlEQVR42mNg+M9AGhrVMKph+GoAAJHq/wGVf9hPAAAAAElFTkSuQmCC",
  "iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAAFUlEQVR42mNgYPhPIhrVMKph2GoAAJLb/wHQPqPSAAAAAElFTkSuQmCC",
};

GBytes *
read_dot (guint number)
{
  gsize size = 0;
  guchar *data = g_base64_decode (dots[number], &size);
  return g_bytes_new_take (data, size);
}
