// image/jpeg-failure.hpp - how libjpeg-turbo says that it failed. It leaves a function by longjmp: see
// png.cpp.
#pragma once
#include <cstdio>  // jpeglib.h needs it and does not say so

#include <jpeglib.h>

#include <jerror.h>  // likewise: it needs jpeglib.h

#include <csetjmp>

namespace seedream::image {

struct JpegFailure {
  jpeg_error_mgr manager;
  jmp_buf jump;
  char message[JMSG_LENGTH_MAX];
};

inline void on_jpeg_error(j_common_ptr common) {
  auto* failure = reinterpret_cast<JpegFailure*>(common->err);
  common->err->format_message(common, failure->message);
  longjmp(failure->jump, 1);
}

// on_message: hears of what is no error, by its level.
inline jpeg_error_mgr* report_to(JpegFailure* failure, void (*on_message)(j_common_ptr, int)) {
  jpeg_error_mgr* manager = jpeg_std_error(&failure->manager);
  manager->error_exit = on_jpeg_error;
  manager->emit_message = on_message;
  failure->message[0] = '\0';
  return manager;
}

}  // namespace seedream::image
