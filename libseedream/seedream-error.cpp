// seedream-error.cpp - the error domain.
#include "seedream-error.h"

G_DEFINE_QUARK(seedream - error - quark, seedream_error)
