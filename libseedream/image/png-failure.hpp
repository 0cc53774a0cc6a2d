// image/png-failure.hpp - how libpng says that it failed: into the std::string that it was given, and by
// longjmp.
#pragma once
#include <png.h>

#include <csetjmp>
#include <string>

namespace seedream::image {

inline void on_png_error(png_structp png, png_const_charp message) {
  *static_cast<std::string*>(png_get_error_ptr(png)) = message;
  png_longjmp(png, 1);
}

inline void on_png_warning(png_structp, png_const_charp) {}

}  // namespace seedream::image
